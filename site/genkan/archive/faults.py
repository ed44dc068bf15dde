"""What can be wrong with a file that is to be read? One class; its sentence says what."""


class ArchiveFault(Exception):
    """It cannot be used, and nothing of it was."""


CUT: str = "The file is not whole: it was cut off or changed. Take another backup."
