"""What is thrown away? Rows that have run out; they are worth nothing already, this only saves their room."""

from genkan.db import Database
from genkan.records import oauth_attempts, sessions, throttle, waiting_identities

MOST = 1000  # rows of each table at a time, so that nobody waits for a sweep


async def ended(db: Database, *, now: int) -> None:
    for table in (sessions, oauth_attempts, waiting_identities, throttle):
        await table.remove_ended(db, now=now, most=MOST)
