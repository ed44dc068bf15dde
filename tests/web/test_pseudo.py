"""Are the made-up languages what they are there for: longer, in brackets, or from right to left, with every value kept?"""

import pytest
from genkan.web import pseudo

LONG = "At least %(min)s characters. A few words in a row are easy to remember and hard to guess."


@pytest.mark.parametrize("english", ["or", "Log in", LONG, LONG * 20])
def test_it_is_a_third_longer_in_brackets_and_can_still_be_read(english: str) -> None:
    said = pseudo.accented(english)
    assert (said[0], said[-1]) == ("⟦", "⟧")
    assert len(said) - 2 >= 1.35 * len(english)
    assert len(said) <= 1.35 * len(english) + 9
    assert not set(english.replace("%(min)s", "")) & set("aeio") & set(said.replace("%(min)s", ""))


@pytest.mark.parametrize("code", pseudo.MADE)
def test_values_are_kept_and_so_is_a_percent_sign(code: str) -> None:
    said = pseudo.said(code, "Hello %(name)s, 100%% of %(count)s")
    assert all(said.count(each) == 1 for each in ("%(name)s", "%(count)s", "%%"))
    assert "Hanako" in said % {"name": "Hanako", "count": 3}


def test_what_is_turned_has_no_letter_that_runs_from_left_to_right() -> None:
    assert pseudo.turned("Log in (UTC)") == "לוג ינ (ותק)"


def test_a_real_language_says_what_it_says() -> None:
    assert pseudo.said("de", "gestern") == "gestern"


def test_every_sentence_is_there() -> None:
    assert pseudo.Strings("ar-XB").get("What nobody wrote yet") == pseudo.turned("What nobody wrote yet")
