"""How does a database get a million people in a minute? By statements that make rows of numbers, all with one hash.

Person 123 has the id u123, the name person123, the address person123@example.com, and the password of bench/common/machine.py. Of three
people, one or two have an identity at a provider each; each has three sessions, of which one has run out.
"""

import time

from bench.common.engines import File, Kept
from bench.common.machine import HASHER, PASSWORD

DAY = 86_400


def statements(kept: Kept, people: int, *, sessions: int = 3) -> list[str]:
    """SQL that fills a database of any version with so many people."""
    now, hashed = int(time.time()), HASHER.hash(PASSWORD)
    numbers = (
        "(WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < {0}) SELECT n FROM counted)"
        if isinstance(kept, File)
        else "(SELECT n FROM generate_series(1, {0}) AS n)"
    )
    people_rows = f"{numbers.format(people)} AS numbers"
    done = [
        "INSERT INTO users (id, name, email, email_key, email_proven_at, created_at)"
        " SELECT 'u' || n, 'Person ' || n, 'person' || n || '@example.com', 'person' || n || '@example.com',"
        f" CASE WHEN n % 2 = 0 THEN {now} END, {now} - n FROM {people_rows}",
        "INSERT INTO user_authentications (id, user_id, username, username_key, password, created_at)"
        f" SELECT 'a' || n, 'u' || n, 'person' || n, 'person' || n, '{hashed}', {now} FROM {people_rows}",
    ]
    for each in range(1, 3):
        where = "" if each == 1 else " WHERE n % 2 = 0"
        done.append(
            "INSERT INTO user_oauths (id, user_id, provider, identity, issuer, created_at)"
            f" SELECT 'o{each}-' || n, 'u' || n, 'provider{each}', 'i' || n, 'https://p{each}.example', {now} FROM {people_rows}{where}"
        )
    for each in range(sessions):
        ends = now - DAY if each == 2 else now + DAY
        done.append(
            "INSERT INTO sessions (id, user_id, method, created_at, expires_at)"
            f" SELECT 's{each}-' || n, 'u' || n, 'password', {ends - 2 * DAY}, {ends} FROM {people_rows}"
        )
    return done


async def seed(kept: Kept, people: int, *, sessions: int = 3) -> float:
    """Fill it. Returns the seconds that it took."""
    began = time.monotonic()
    quick = "PRAGMA journal_mode = WAL;\nPRAGMA synchronous = OFF;\nPRAGMA cache_size = -400000;\n"
    for sql in statements(kept, people, sessions=sessions):
        await kept.script((quick if isinstance(kept, File) else "") + sql)
    if not isinstance(kept, File):
        await kept.script("VACUUM ANALYZE")
    return time.monotonic() - began
