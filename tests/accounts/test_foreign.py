"""Are the hashes of other systems verified as they were made, bounded in cost, and replaced at the next login? (PW-*)"""

import time

import bcrypt
import pytest
from foreign_hashes import ABSURD, BCRYPT, HASHES, PASSWORD
from genkan.accounts import foreign
from genkan.accounts.foreign import NoKnownHash
from genkan.accounts.hashing import Hasher

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("name", HASHES)
async def test_a_hash_of_another_system_verifies_and_is_old(name: str) -> None:
    hasher = Hasher(memory_kib=8, time_cost=1)
    kept = foreign.accepted(HASHES[name])
    assert [await hasher.verify(each, kept) for each in (PASSWORD, PASSWORD + "!", "")] == [True, False, False]
    assert hasher.is_old(kept)
    assert not hasher.is_old(await hasher.hash(PASSWORD))
    hasher.close()


def test_what_is_accepted_a_second_time_stays_as_it_is() -> None:
    for text in HASHES.values():
        kept = foreign.accepted(text)
        assert foreign.accepted(kept) == kept


@pytest.mark.parametrize("name", ABSURD)
async def test_PW_a_hash_that_costs_more_than_a_login_may_is_refused_and_never_tried(name: str) -> None:
    """Whoever gets one into the table could stop the site with a few logins."""
    with pytest.raises(NoKnownHash):
        foreign.accepted(ABSURD[name])
    begin = time.perf_counter()
    assert foreign.check(PASSWORD, ABSURD[name]) is None
    assert time.perf_counter() - begin < 0.5


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain",
        "md5$salt$5f4dcc3b5aa765d61d8327deb882cf99",
        "$2x$05$D5D6DvExsndwLl5Vy9/JSOhOroR/t.05kPB7Qb963yfZA5yKTYM0C",
        BCRYPT + "x",
        BCRYPT[:-1],
        BCRYPT + "\n",
        "pbkdf2_sha256$1000$a$b$c",
        "pbkdf2_sha256$1000$salt$AAAA",
        "$argon2id$",
        "argon2$argon2id$v=19$m=٨,t=1,p=1$c2FsdHNhbHQ$AAAA",
        HASHES["scrypt"] + "A" * 600,
        "bcrypt$$2b$",
        "$scrypt$ln=12,r=8,p=1$\0$ubZqmyv+TX1Rv91nSET3ZRhek6fHoIYwCsIfjou9us4",
    ],
)
async def test_what_is_no_hash_is_refused_and_nobodys(text: str) -> None:
    with pytest.raises(NoKnownHash, match="none of argon2, bcrypt, scrypt"):
        foreign.accepted(text)
    assert foreign.check(PASSWORD, text) is None


def test_bcrypt_looks_at_72_bytes_and_nothing_is_read_behind_a_NUL() -> None:
    kept = bcrypt.hashpw(b"x" * 72, bcrypt.gensalt(4)).decode()
    assert foreign.check("x" * 100, kept) is True  # as where it was made; the next login's hash has all of it
    short = bcrypt.hashpw(b"abc", bcrypt.gensalt(4)).decode()
    assert [foreign.check(each, short) for each in ("abc", "abc\0def")] == [True, False]


def test_a_salt_or_digest_that_is_no_base64_is_nobodys() -> None:
    begin = "$scrypt$ln=4,r=8,p=1$"
    assert foreign.check(PASSWORD, begin + "A$" + "A" * 25) is False
    assert foreign.check(PASSWORD, begin + "$" + "A" * 22) is False
