"""Codes and links that are mailed: can one be guessed, or one be told from another? (6.4.1, 6.5.3, 6.5.4, RS-07)"""

import re
from collections import Counter

from genkan.accounts import mailed
from genkan.accounts.digests import random_id
from genkan.keys import Keys

MANY = 10_000
KEY, OTHER = (Keys.derive(each * 4).mailing[0] for each in (b"0123456789", b"9876543210"))


def test_6_4_1_ten_thousand_links_have_256_bits_and_are_all_different() -> None:
    links = {mailed.link_token(KEY, random_id()) for _ in range(MANY)}
    assert len(links) == MANY
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", link) for link in links)


def test_6_5_4_ten_thousand_codes_have_eight_digits_that_come_equally_often() -> None:
    codes = [mailed.code(KEY, random_id()) for _ in range(MANY)]
    assert all(re.fullmatch(r"[0-9]{8}", code) for code in codes)
    assert len(set(codes)) > MANY - 10  # of 10^8: one in two runs has one twice
    for place in range(8):
        counted = Counter(code[place] for code in codes)
        assert all(0.8 < counted[digit] / (MANY / 10) < 1.2 for digit in "0123456789")


def test_a_code_tells_nothing_of_its_link_and_nobody_derives_either_without_the_secret() -> None:
    id = random_id()
    assert mailed.code(KEY, id) == mailed.code(KEY, id)
    assert mailed.code(KEY, id) not in mailed.link_token(KEY, id)
    assert (mailed.code(KEY, id), mailed.link_token(KEY, id)) != (mailed.code(OTHER, id), mailed.link_token(OTHER, id))
    assert id not in mailed.link_token(KEY, id)
