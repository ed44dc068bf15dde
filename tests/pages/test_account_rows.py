"""/account/name, /username, /email, /language: is what can be changed changed, by its person only, and told? (RS-13, RS-14, EN-07, XS-*)"""

import json
import re
from collections.abc import Awaitable, Callable
from mailbox import letters, newest

import pytest
from account_life import PARTIAL, id_of, kinds, rows, sign_up_proven, undo_links, without_mail
from entrance import PASSWORD, Browser, Clock, running, words
from genkan.accounts import email, rename
from genkan.accounts.services import Visitor
from genkan.errors import SessionEnded
from starlette.applications import Starlette

pytestmark = pytest.mark.anyio

PATHS = ("/account/name", "/account/username", "/account/email", "/account/language", "/account/password")


@pytest.mark.parametrize("path", PATHS)
async def test_a_stranger_is_sent_to_the_door_and_back(browser: Browser, path: str) -> None:
    for answer in (await browser.get(path), await browser.submit(path, name="x", username="x", email="x@example.com")):
        assert (answer.status_code, answer.headers["location"]) == (303, f"/login?next={path}")


@pytest.mark.parametrize("path", PATHS)
async def test_CA_01_no_form_is_kept_by_any_cache(browser: Browser, path: str) -> None:
    await browser.sign_up()
    assert (await browser.get(path)).headers["cache-control"] == "no-store"


async def test_a_name_is_changed_and_said_to_be(app: Starlette, browser: Browser) -> None:
    await browser.sign_up()
    assert 'value="Hanako Yamada"' in (await browser.get("/account/name")).text
    answer = await browser.submit("/account/name", name="  花子  ")
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    page = words(await browser.get("/account"))
    assert "Saved." in page
    assert "花子" in page
    assert await kinds(app) == ["name_changed"]


async def test_a_name_that_stays_is_no_change(app: Starlette, browser: Browser) -> None:
    await browser.sign_up()
    assert (await browser.submit("/account/name", name="Hanako Yamada")).status_code == 303
    assert await kinds(app) == []


async def test_with_htmx_the_form_stands_in_the_row_and_then_the_row_again(browser: Browser) -> None:
    await browser.sign_up()
    form = await browser.get("/account/name", headers=PARTIAL)
    assert form.text.strip().startswith('<form class="stack editing" id="name-form"')
    assert "autofocus" in form.text.partition('id="account-name"')[2].partition(">")[0]
    saved = await browser.post("/account/name", data={"name": "花子"}, headers=PARTIAL)
    assert (saved.status_code, "<form" in saved.text, "<bdi>花子</bdi>" in saved.text) == (200, False, True)
    assert re.search(r'id="change-name"[^>]*autofocus', saved.text)
    assert 'id="status" hx-swap-oob="innerHTML"' in saved.text
    assert "notice" not in saved.headers.get("set-cookie", "")


@pytest.mark.parametrize("headers", [{}, PARTIAL], ids=["whole", "part"])
async def test_what_is_to_be_mended_comes_back_with_what_was_typed(browser: Browser, headers: dict[str, str]) -> None:
    await browser.sign_up()
    for path, field, value, said in (
        ("/account/name", "name", "", "Enter your name"),
        ("/account/username", "username", "a b", "Username can have letters"),
        ("/account/username", "username", "hanako", "This is your username already"),
        ("/account/email", "email", "nowhere", "in the correct format"),
    ):
        answer = await browser.post(path, data={field: value}, headers=headers)
        assert (answer.status_code, "<html" in answer.text) == (422, not headers)
        assert said in words(answer)
        assert f'value="{value}"' in answer.text


async def test_XS_07_XS_08_what_is_typed_is_text_in_every_answer(browser: Browser) -> None:
    await browser.sign_up()
    evil = '"><img src=x onerror=alert(1)>{{7*7}}<div hx-get=/logout hx-trigger=load>'
    for headers in ({}, PARTIAL):
        answers = [
            await browser.post("/account/name", data={"name": evil[:60]}, headers=headers),
            await browser.post("/account/username", data={"username": evil}, headers=headers),
            await browser.post("/account/email", data={"email": evil}, headers=headers),
            await browser.get("/account"),
        ]
        for answer in answers:
            assert "<img" not in answer.text
            assert "<div hx-get" not in answer.text
            assert "49" not in words(answer)


async def test_a_username_is_changed_by_the_rules_of_sign_up_and_the_address_is_told(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    await sign_up_proven(app, browser, clock)
    await other_browser.log_in("hanako")
    await browser.sign_up("jiro")
    await browser.log_in("hanako")
    assert "is taken" in words(await browser.submit("/account/username", username="JIRO"))
    answer = await browser.submit("/account/username", username="ｈａｎａ")
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert await other_browser.is_signed_in()
    await browser.log_out()
    assert (await browser.log_in("hanako")).status_code == 422
    assert (await browser.log_in("HANA")).status_code == 303
    letter = await newest(app, "username_changed", to="hanako@example.com")
    assert (letter.details["old"], letter.details["new"]) == ("hanako", "hana")
    assert letter.path.startswith("/undo/")
    assert await kinds(app) == ["username_changed"]


async def test_a_username_may_change_its_case(app: Starlette, browser: Browser) -> None:
    await browser.sign_up()
    assert (await browser.submit("/account/username", username="Hanako")).status_code == 303
    assert await id_of(app, "Hanako")


async def test_with_htmx_a_username_is_its_row_again(browser: Browser) -> None:
    await browser.sign_up()
    saved = await browser.post("/account/username", data={"username": "hana"}, headers=PARTIAL)
    assert "<span>hana</span>" in saved.text
    assert re.search(r'id="change-username"[^>]*autofocus', saved.text)


async def test_who_comes_in_by_providers_only_has_no_username_to_change(app: Starlette, browser: Browser) -> None:
    await browser.sign_up()
    await app.state.services.db.run("DELETE FROM user_authentications")
    assert (await browser.get("/account/username")).status_code == 404
    assert (await browser.submit("/account/username", username="hana")).status_code == 404


@pytest.mark.parametrize("path", ["/account/username", "/account/email"])
async def test_how_a_person_is_reached_and_logs_in_needs_a_fresh_proof(
    app: Starlette, browser: Browser, clock: Clock, path: str
) -> None:
    await browser.sign_up()
    clock.now += 601
    for answer in (await browser.get(path), await browser.submit(path, username="evil", email="evil@example.com")):
        assert answer.headers["location"] == f"/account/confirm?next={path}"
    assert await kinds(app) == []
    assert await letters(app, to="evil@example.com") == []
    assert (await browser.get("/account/name")).status_code == 200


@pytest.mark.parametrize(
    ("verb", "typed"), [(rename.name, "Evil"), (rename.username, "evil"), (email.change, "evil@example.com")]
)
async def test_RV_whoever_was_thrown_out_meanwhile_changes_nothing(
    app: Starlette, browser: Browser, clock: Clock, verb: Callable[..., Awaitable[object]], typed: str
) -> None:
    """The session was alive when the request was read, and is over when its transaction begins."""
    await browser.sign_up()
    user_id = await id_of(app, "hanako")
    for session_id in (None, "no such session"):
        with pytest.raises(SessionEnded):
            await verb(app.state.services, Visitor("x", session_id=session_id), typed, user_id=user_id, now=clock.now)
    assert await kinds(app) == []
    assert await letters(app, to="evil@example.com") == []


async def test_a_new_address_is_asked_before_it_replaces_the_old_one(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    await sign_up_proven(app, browser, clock)
    answer = await browser.submit("/account/email", email="new@example.com")
    assert (answer.status_code, answer.headers["location"]) == (303, "/verify")
    assert [letter.template for letter in await letters(app, to="new@example.com")] == ["verify"]
    assert "hanako@example.com" in words(await browser.get("/account"))
    part = await browser.post("/account/email", data={"email": "new@example.com"}, headers=PARTIAL)
    assert part.headers["hx-redirect"] == "/verify"


async def test_an_address_is_added_where_there_is_none(app: Starlette, browser: Browser) -> None:
    await browser.sign_up()
    await app.state.services.db.run("UPDATE users SET email = NULL, email_key = NULL")
    assert "<h1>Add email address</h1>" in (await browser.get("/account/email")).text
    assert (await browser.submit("/account/email", email="new@example.com")).headers["location"] == "/verify"
    assert [letter.template for letter in await letters(app, to="new@example.com")] == ["verify"]


async def test_the_address_that_one_has_is_no_new_one(app: Starlette, browser: Browser, clock: Clock) -> None:
    await sign_up_proven(app, browser, clock)
    answer = await browser.submit("/account/email", email="HANAKO@example.com")
    assert (answer.status_code, "This is your email address already" in words(answer)) == (422, True)
    await app.state.services.db.run("UPDATE users SET email_proven_at = NULL")
    assert (await browser.submit("/account/email", email="hanako@example.com")).status_code == 303


async def test_EN_07_somebody_elses_address_is_answered_like_a_free_one(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    await sign_up_proven(app, other_browser, clock, "jiro")
    await browser.sign_up("hanako")
    taken, free = [
        await browser.submit("/account/email", email=address) for address in ("jiro@example.com", "free@example.com")
    ]
    assert (taken.status_code, taken.headers["location"]) == (303, "/verify")
    assert (taken.status_code, taken.text) == (free.status_code, free.text)
    assert [name for name, _ in taken.headers.multi_items()] == [name for name, _ in free.headers.multi_items()]


async def test_RS_14_IN_09_no_field_proves_an_address_or_names_another_person(
    app: Starlette, browser: Browser, other_browser: Browser, clock: Clock
) -> None:
    jiro = await sign_up_proven(app, other_browser, clock, "jiro")
    await browser.sign_up("hanako")
    more = {
        "email_proven": "1",
        "email_verified": "1",
        "email_proven_at": "1",
        "user_id": jiro,
        "id": jiro,
        "sub": jiro,
        "session_id": "x",
        "is_admin": "1",
    }
    await browser.submit("/account/name", name="Hana", **more)
    await browser.submit("/account/username", username="hana", **more)
    await browser.submit("/account/email", email="hana@example.com", **more)
    await browser.submit("/account/language", language="ja", **more)
    await browser.submit("/account/password", password=PASSWORD, new_password="another nine lanterns", **more)
    found = await rows(app, "SELECT id, name, email, email_proven_at, language FROM users ORDER BY name")
    assert [(each["name"], each["email"], bool(each["email_proven_at"])) for each in found] == [
        ("Hana", "hana@example.com", False),  # a claim gives way to another
        ("Hanako Yamada", "jiro@example.com", True),
    ]
    assert await id_of(app, "jiro") == jiro
    assert (await other_browser.log_in("jiro")).status_code == 303


@pytest.mark.parametrize("path", ["/account/email", "/undo", f"/undo/{'A' * 43}"])
async def test_where_mails_have_nowhere_to_go_there_is_no_such_page(database_url: str, path: str) -> None:
    async with running(without_mail(database_url)) as app, Browser(app) as browser:
        await browser.sign_up()
        assert (await browser.get(path)).status_code == 404
        assert (await browser.submit(path, email="x@example.com")).status_code in (404, 405)


async def test_mails_come_in_the_language_that_was_chosen(app: Starlette, browser: Browser, clock: Clock) -> None:
    await sign_up_proven(app, browser, clock)
    page = await browser.get("/account/language")
    assert '<option value="en" lang="en" selected>English</option>' in page.text
    assert "English" in words(await browser.get("/account")).partition("Language of emails")[2].partition("Change")[0]
    assert (await browser.submit("/account/language", language="ja")).headers["location"] == "/account"
    assert "日本語" in words(await browser.get("/account")).partition("Language of emails")[2].partition("Change")[0]
    await browser.submit("/account/username", username="hana")
    assert (await newest(app, "username_changed")).language == "ja"
    part = await browser.post("/account/language", data={"language": "en"}, headers=PARTIAL)
    assert "<span>English</span>" in part.text
    assert (await browser.submit("/account/language", language="tlh")).status_code == 400


async def test_RS_13_each_change_that_matters_is_told_with_a_link_that_takes_it_back(
    app: Starlette, browser: Browser, clock: Clock
) -> None:
    await sign_up_proven(app, browser, clock)
    await browser.submit("/account/username", username="hana")
    await browser.submit("/account/password", password=PASSWORD, new_password="another nine lanterns")
    told = {letter.template: letter for letter in await letters(app, to="hanako@example.com")}
    assert told.keys() >= {"username_changed", "password_changed"}
    assert len(await undo_links(app, "hanako@example.com")) == 2
    assert {"happened_at", "device", "place"} <= told["password_changed"].details.keys()
    assert "lanterns" not in json.dumps([letter.details for letter in told.values()])
