"""How may sending fail? For now, for ever, or because nobody is there; each with a fixed word that may be logged."""


class MailFault(Exception):
    """reason: a short fixed code for the log, like "rcpt.550"; never what a server said, which may hold the address."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotNow(MailFault):
    """The server did not take this mail this time (4xx, a lost connection, a time-out)."""


class Unreachable(MailFault):
    """The server takes no mail at all just now, or not from us: no fault of this mail."""


class Never(MailFault):
    """The server does not take this mail, and will not (5xx), or it cannot be addressed."""
