"""/account/data: does a person get everything that is kept about them, and nothing that opens anything?"""

import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from dev_journeys import come_back
from entrance import Browser, Clock, set_cookies, words
from genkan.accounts import administration, mailed
from genkan.accounts.addresses import parse
from genkan.accounts.administration import Actor
from genkan.accounts.own_data import SECTIONS
from genkan.records import own_data
from starlette.applications import Starlette

pytestmark = pytest.mark.anyio

SCHEMA = (Path(__file__).parents[2] / "schema.sql").read_text()
# Which class of records/own_data.py reads a table.
READ_BY: dict[str, Any] = {
    "users": own_data.Account,
    "user_authentications": own_data.Password,
    "user_oauths": own_data.Provider,
    "sessions": own_data.Session,
    "events": own_data.Event,
    "mailed_tokens": own_data.Token,
    "outbox": own_data.Mail,
    "changes": own_data.Change,
    "acts": own_data.Act,
}
LEFT_OUT_TABLES = {
    "schema_version": "of the database, of nobody",
    "oauth_attempts": "of a browser for ten minutes; names nobody until the provider has answered",
    "waiting_identities": "of a browser for fifteen minutes; no account has it yet",
    "seats": "one count of all accounts",
    "invitations": "of the team; names nobody who has an account",
    "throttle": "keyed digests and counts; nobody can be found in them",
}
# Columns of tables that are read: how rows hang together, and what would open something.
LEFT_OUT_COLUMNS = {
    "user_id": "the id is in the account's section",
    "password": "a hash",
    "holder_hash": "a digest",
    "link_hash": "a digest",
    "code_hash": "a digest",
    "token_id": "code and link are derived from it",
    "change_id": "how rows hang together",
    "claimed_until": "of the sender, of nobody",
    "actor_id": "who of the team it was is theirs",
    "subject_id": "the id is in the account's section",
}
OF_OTHERS = {"acts": {"address"}}  # whose the address is of that is in no column of theirs: the admin's
ROW_IDS = {
    "user_authentications",
    "user_oauths",
    "events",
    "mailed_tokens",
    "outbox",
    "changes",
    "acts",
}  # the id says nothing


def columns() -> dict[str, list[str]]:
    found = {}
    for name, body in re.findall(r"CREATE TABLE (\w+) \((.*?)\n\);", SCHEMA, re.DOTALL):
        found[name] = re.findall(r"^  ([a-z_]+) ", body, re.MULTILINE)
    return found


def test_every_table_is_in_it_or_left_out_for_a_reason() -> None:
    assert len(columns()) > 10
    assert columns().keys() == READ_BY.keys() | LEFT_OUT_TABLES.keys()
    assert len(SECTIONS) == len(READ_BY)


@pytest.mark.parametrize("table", sorted(READ_BY))
def test_every_column_is_in_it_or_left_out_for_a_reason(table: str) -> None:
    read = {each.name for each in fields(READ_BY[table])}
    kept = set(columns()[table])
    left_out = LEFT_OUT_COLUMNS.keys() | ({"id"} if table in ROW_IDS else set()) | OF_OTHERS.get(table, set())
    assert kept - left_out == read
    assert not read & LEFT_OUT_COLUMNS.keys()


async def test_the_page_says_what_it_is_and_GET_downloads_nothing(app: Starlette, browser: Browser) -> None:
    await browser.sign_up()
    page = words(await browser.get("/account/data"))
    assert "Download everything we keep about you" in page
    assert [(await browser.get(f"/account/data/{kind}")).status_code for kind in ("json", "html")] == [405, 405]


async def full(app: Starlette, browser: Browser, clock: Clock) -> None:
    """An account with a row in every table."""
    await browser.sign_up(name="花子 <b>Hapax</b>")
    services, db = app.state.services, app.state.services.db
    await db.run("UPDATE users SET email_proven_at = :now", now=clock.now)
    await come_back(browser, "no-address", intent="login")
    await browser.submit("/oauth/finish", action="link")
    async with Browser(app) as other:
        await other.log_in()
    user_id = await db.value("SELECT id FROM users")
    async with db.transaction():
        await mailed.send(
            services,
            mailed.CONFIRM,
            user_id=user_id,
            address=parse("hanako@example.com"),
            holder=user_id,
            language="en",
            now=clock.now,
        )
    await administration.end_sessions(
        services, Actor("an-admin", "192.0.2.99"), user_id, session_id="none", now=clock.now
    )
    await administration.set_admin(services, Actor("an-admin", "192.0.2.99"), user_id, True, now=clock.now)


async def secrets(app: Starlette) -> list[str]:
    db = app.state.services.db
    found = []
    for column, table in (
        ("password", "user_authentications"),
        ("holder_hash", "mailed_tokens"),
        ("link_hash", "mailed_tokens"),
        ("code_hash", "mailed_tokens"),
        ("id", "mailed_tokens"),
        ("id", "throttle"),
    ):
        found += [row[0] for row in await db._rows(f"SELECT {column} FROM {table}", {})]
    return found


async def test_JSON_has_every_section_and_no_secret(app: Starlette, browser: Browser, clock: Clock) -> None:
    await full(app, browser, clock)
    answer = await browser.submit("/account/data/json")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.headers["content-disposition"] == 'attachment; filename="account.json"'
    assert answer.headers["cache-control"] == "no-store"
    found: dict[str, list[dict[str, Any]]] = json.loads(answer.text)
    assert found.keys() == SECTIONS.keys()
    assert all(found.values())
    assert found["account"][0]["name"] == "花子 <b>Hapax</b>"
    assert found["account"][0]["email_proven_at"] == "2026-09-21T14:13:20Z"
    assert found["password"][0] == {
        "username": "hanako",
        "username_key": "hanako",
        "created_at": "2026-09-21T14:13:20Z",
        "changed_at": None,
    }
    assert found["linked_accounts"][0]["provider"] == "example"
    assert {each["kind"] for each in found["activity"]} == {
        "signup",
        "login_new_device",
        "data_downloaded",
        "way_added",
        "admin_given_by_team",
    }
    assert found["acts"] == [{"kind": "admin_given", "happened_at": "2026-09-21T14:13:20Z", "details": {}}]
    assert "an-admin" not in answer.text
    assert "192.0.2.99" not in answer.text
    assert {each["template"] for each in found["mails"]} == {"verify", "confirm", "login_new_device", "way_added"}
    assert found["changes"][0]["before"] == {}
    opens = await secrets(app)
    assert len(opens) > 8
    assert [each for each in opens if each in answer.text] == []
    assert "$argon2" not in answer.text


async def test_HTML_can_be_read_and_says_the_same(app: Starlette, browser: Browser, clock: Clock) -> None:
    await full(app, browser, clock)
    answer = await browser.submit("/account/data/html?lang=ja")
    assert answer.headers["content-disposition"] == 'attachment; filename="account.html"'
    assert answer.headers["cache-control"] == "no-store"
    assert "花子 &lt;b&gt;Hapax&lt;/b&gt;" in answer.text  # XS-02: text, wherever the file is opened
    assert "<script" not in answer.text
    for word in ("hanako@example.com", "連携しているアカウント", "ユーザー名", "login_new_device", "はい"):
        assert word in answer.text
    assert [each for each in await secrets(app) if each in answer.text] == []


async def test_a_download_is_written_down(app: Starlette, browser: Browser) -> None:
    await browser.sign_up()
    await browser.submit("/account/data/json")
    assert "The data of this account was downloaded." in words(await browser.get("/account/activity"))


async def test_nobody_gets_anybody_elses(app: Starlette, browser: Browser, other_browser: Browser) -> None:
    await browser.sign_up("hanako")
    await other_browser.sign_up("jiro", name="Jiro")
    assert "hanako" not in (await other_browser.submit("/account/data/json")).text
    await other_browser.log_out()
    answer = await other_browser.submit("/account/data/json")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/account/data/json")


@pytest.mark.parametrize("kind", ["json", "html"])
async def test_asks_for_a_proof_that_is_not_old(browser: Browser, clock: Clock, kind: str) -> None:
    await browser.sign_up()
    clock.now += 601
    answer = await browser.submit(f"/account/data/{kind}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/confirm?next=/account/data")
    assert "content-disposition" not in answer.headers
    assert set_cookies(answer) == {}
