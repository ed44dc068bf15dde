"""What is said when the secret was changed? Where the new one is, and what is to be done by when."""

from typing import Any

from genkan.accounts.tokens import LASTS
from genkan.commands import saying


def placed(document: dict[str, Any]) -> list[str]:
    if document["written_to"]:
        return [
            f"{document['written_to']} has the new secret. Other machines need the same lines; so does your next backup."
        ]
    lines = [f"  {name}={value}" if value else f"  {name}: take it out" for name, value in document["set"].items()]
    return ["SECRET_KEY is set in the environment of the server. Set there:", *lines]


def of_change(since: int) -> list[str]:
    return [
        f"Start every server process again before {saying.moment(since)}, one after the other. Nobody is logged out.",
        f"Then the new secret takes over; what the old one signed verifies until {saying.moment(since + LASTS)}.",
        "After that SECRET_KEY_PREVIOUS and SECRET_KEY_SINCE may be taken out, or stay until the next change:",
        "while they stay, browsers from before are still known, and no mail tells their people of a new device.",
    ]


def of_leak(ended: dict[str, Any]) -> list[str]:
    failed = [f"The sessions in the database could not be ended: {ended['failed']}"] if ended["failed"] else []
    return [
        f"Ended: {ended['sessions']} sessions, {ended['links']} mailed codes and links.",
        *failed,
        "Start every server process again now, all of them: until then they still trust the old secret.",
    ]
