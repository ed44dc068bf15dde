"""/admin/acts: does it tell in words what the team did, of all accounts or of one, page by page?"""

import pytest
from account_life import id_of
from admin_house import sign_up_admin
from entrance import Browser, Clock, words
from genkan.accounts import acts, administration
from genkan.accounts.acts import COMMAND, KINDS, PAGE, Actor
from genkan.errors import Message
from genkan.pages.admin_acts import SENTENCES, sentence
from rows import everything
from starlette.applications import Starlette

pytestmark = pytest.mark.anyio
GONE = "A" * 22


@pytest.fixture
async def hanako(app: Starlette, other_browser: Browser) -> str:
    await other_browser.sign_up("hanako")
    return await id_of(app, "hanako")


@pytest.fixture
async def aiko(app: Starlette, browser: Browser, hanako: str) -> str:
    """The admin, in `browser`; their id."""
    return await sign_up_admin(app, browser)


async def recorded(app: Starlette, kind: str, subject_id: str | None, at: int, actor: Actor = COMMAND) -> None:
    services = app.state.services
    async with services.db.transaction():
        await acts.record(services, actor, kind, subject_id=subject_id, now=at, count=3)


def test_there_is_a_sentence_for_everything_that_is_written_down() -> None:
    assert SENTENCES.keys() == KINDS
    assert sentence("sessions_ended", {}) == Message("Sessions ended: %(count)s", {"count": "–"})
    assert sentence("sessions_ended", {"count": 2}) == Message("Sessions ended: %(count)s", {"count": 2})


async def test_what_was_done_is_told_in_words_the_newest_first_with_who_did_it_and_from_where(
    app: Starlette, browser: Browser, aiko: str, hanako: str, clock: Clock
) -> None:
    services = app.state.services
    await administration.disable(services, Actor(aiko, "9.9.9.9"), hanako, now=clock.now + 1)
    await recorded(app, "deleted", GONE, clock.now + 2, Actor("B" * 22, "10.0.0.7"))
    await recorded(app, "everybody_logged_out", None, clock.now + 3)
    text = words(await browser.get("/admin/acts")).partition("When")[2]
    told = [
        "All sessions of everybody ended: 3 – Command line",
        f"Account deleted Deleted account {GONE} Deleted account {'B' * 22} private network 10.0.0.7",
        "Account suspended Hanako Yamada Aiko Example 9.9.9.9",
        "Made an administrator Aiko Example Command line",
    ]
    assert [each in text for each in told] == [True] * 4
    assert sorted(told, key=text.index) == told


async def test_an_act_says_nothing_of_anybody_but_ids(app: Starlette, browser: Browser, aiko: str, hanako: str) -> None:
    for act in ("disable", "enable", "end-sessions", "delete"):
        await browser.submit(f"/admin/users/{hanako}/{act}")
    found = str((await everything(app))["acts"])
    assert hanako in found
    assert [each for each in ("anako", "Aiko", "example.com") if each in found] == []


async def test_the_log_goes_on_page_by_page(app: Starlette, browser: Browser, aiko: str, clock: Clock) -> None:
    for number in range(PAGE):
        await recorded(app, "exported", None, clock.now + number + 1)
    first = await browser.get("/admin/acts")
    assert first.text.count("Accounts exported: 3") == PAGE
    assert "Made an administrator" not in first.text
    assert "Newest of all accounts" not in first.text
    older = first.text.partition('href="/admin/acts?after=')[2].partition('"')[0]
    second = await browser.get(f"/admin/acts?after={older}")
    assert "Made an administrator" in second.text
    assert "Accounts exported" not in second.text
    assert "Older entries" not in second.text
    assert "Newest of all accounts" in second.text


async def test_and_so_does_that_of_one_account(
    app: Starlette, browser: Browser, aiko: str, hanako: str, clock: Clock
) -> None:
    for number in range(PAGE + 1):
        await recorded(app, "enabled", hanako, clock.now + number)
    first = await browser.get(f"/admin/acts?account={hanako}")
    assert "Account: Hanako Yamada" in words(first)
    assert first.text.count("Suspension lifted") == PAGE
    older = first.text.partition(f'href="/admin/acts?account={hanako}&amp;after=')[2].partition('"')[0]
    second = await browser.get(f"/admin/acts?account={hanako}&after={older}")
    assert second.text.count("Suspension lifted") == 1
    assert "Made an administrator" not in second.text


@pytest.mark.parametrize("typed", ["hanako", "HANAKO@example.com", " hanako "])
async def test_14_2_1_one_account_is_chosen_by_what_it_is_called_and_only_its_id_comes_to_stand_in_the_address(
    browser: Browser, aiko: str, hanako: str, typed: str
) -> None:
    answer = await browser.submit("/admin/acts", account=typed)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/admin/acts?account={hanako}")


async def test_an_account_that_is_gone_is_chosen_by_its_id(
    app: Starlette, browser: Browser, aiko: str, clock: Clock
) -> None:
    await recorded(app, "deleted", GONE, clock.now)
    answer = await browser.submit("/admin/acts", account=GONE)
    assert answer.headers["location"] == f"/admin/acts?account={GONE}"
    text = words(await browser.get(answer.headers["location"]))
    assert f"Account: {GONE}" in text
    assert "Account deleted" in text


async def test_whom_nobody_knows_is_asked_for_again(browser: Browser, aiko: str) -> None:
    for typed in ("nobody", "x" * 3000, "' OR 1=1--"):
        answer = await browser.submit("/admin/acts", account=typed)
        assert answer.status_code == 422
        assert "No account matches. Look for it by its username, email address or id." in words(answer)
        assert "Error: Audit log" in words(answer)
    assert (await browser.submit("/admin/acts")).headers["location"] == "/admin/acts"


async def test_of_several_with_one_claimed_address_the_ids_are_named(
    app: Starlette, browser: Browser, aiko: str, hanako: str
) -> None:
    await Browser(app).sign_up("jiro", email="hanako@example.com")
    answer = await browser.submit("/admin/acts", account="hanako@example.com")
    assert answer.status_code == 409
    assert hanako in words(answer)


async def test_what_is_no_id_and_no_place_harms_nothing(browser: Browser, aiko: str) -> None:
    for account in ("x", "<b>", "' OR 1=1--", "A" * 23):
        assert (await browser.get("/admin/acts", params={"account": account})).status_code == 404
    for after in ("x", "1.", "9" * 40, "-1.a"):
        assert (await browser.get("/admin/acts", params={"after": after})).status_code == 200
    assert "Nothing." in words(await browser.get(f"/admin/acts?account={GONE}"))
