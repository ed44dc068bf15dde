"""What is thrown away? Rows that have run out; they are worth nothing already, this only saves their room."""

from genkan.accounts import events, invitations, mailed, sending
from genkan.db import Database
from genkan.records import changes, mailed_tokens, oauth_attempts, outbox, sessions, throttle, users, waiting_identities
from genkan.records import events as event_rows
from genkan.records import invitations as invitation_rows
from genkan.records import outbox as mails

MOST = 1000  # rows of each table at a time, so that nobody waits for a sweep


async def ended(db: Database, *, now: int) -> None:
    for table in (sessions, oauth_attempts, waiting_identities, throttle, mailed_tokens, users):
        await table.remove_ended(db, now=now, most=MOST)
    await invitation_rows.remove_ended(db, now=now - invitations.KEPT, most=MOST)
    await mails.remove_nobodys(db, before=now - mailed.RESET.lasts, most=MOST)
    await event_rows.remove_older(db, before=now - events.KEPT, most=MOST)
    await changes.remove_older(db, before=now - mailed.UNDO.lasts, most=MOST)
    await outbox.remove_older(db, before=now - sending.KEPT, most=MOST)
