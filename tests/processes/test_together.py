"""Do four processes over one database behave as one? (BF-*, RV-01, RL-14, F1)"""

import asyncio
import base64
import json
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

import pytest
from crowd import Client, Crowd, crowd, until
from databases_for_tests import empty, finished
from entrance import SECRET
from genkan.accounts import mailed
from genkan.db import Database
from genkan.keys import Keys

Value = TypeVar("Value")

WORKERS = 4
WRONG = "this is not the password"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crowd]:
    """One for all tests of this file: it takes a while to come up."""
    folder = tmp_path_factory.mktemp("together")
    url = f"sqlite:///{folder}/genkan.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql")
        finished(empty(url))
    with crowd(url, folder, WORKERS) as site:
        assert len(site.workers) == WORKERS
        yield site


@pytest.fixture(autouse=True)
def nobody_stays(site: Crowd) -> Iterator[None]:
    yield
    site.hang_up()


def rows(site: Crowd, sql: str) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []

    async def ask() -> None:
        database = Database(site.database_url)
        await database.connect()
        found.extend(tuple(row) for row in await database._rows(sql, {}))
        await database.disconnect()

    asyncio.run(ask())
    return found


def claims(token: str) -> dict[str, str]:
    part = token.split(".")[1]
    found: dict[str, str] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def test_BF_01_wrong_passwords_are_counted_wherever_they_are_tried(site: Crowd) -> None:
    clients = site.of_each()
    clients[0].sign_up("counted")
    assert [client.log_in("counted", WRONG).status for client in clients * 2] == [422] * 8
    refused = [client.log_in("counted", WRONG) for client in clients]
    assert [answer.status for answer in refused] == [429] * 4
    assert all(answer.headers["retry-after"] for answer in refused)


def test_RV_01_a_session_lives_in_every_process_and_is_over_in_all_at_once(site: Crowd) -> None:
    clients = site.of_each()
    clients[0].sign_up("revoked")
    inside = clients[1].log_in("revoked").cookies
    assert [client.ask("GET", "/account", inside).status for client in clients] == [200] * 4
    assert clients[2].ask("POST", "/logout", inside).status == 303
    answers = [client.ask("GET", "/account", inside) for client in clients]
    assert [(answer.status, answer.headers["location"][:6]) for answer in answers] == [(303, "/login")] * 4


def test_an_attempt_through_a_provider_is_good_once_in_whichever_process(site: Crowd) -> None:
    clients = site.of_each()
    start = clients[0].ask("GET", "/oauth/example?intent=signup")
    chosen = clients[1].ask("POST", start.headers["location"], person="verified")
    callback = chosen.headers["location"]
    answers = at_once(clients, lambda client: client.ask("GET", callback, start.cookies))
    assert sorted("jwt" in answer.cookies for answer in answers) == [False, False, False, True]
    again = clients[3].ask("GET", callback, start.cookies)
    assert "jwt" not in again.cookies


def test_a_mailed_link_is_good_once_in_whichever_process(site: Crowd) -> None:
    clients = site.of_each()
    inside = clients[0].sign_up("mailed").cookies
    user_id = claims(inside["jwt"])["sub"]
    ((id,),) = rows(site, f"SELECT id FROM mailed_tokens WHERE purpose = 'verify' AND user_id = '{user_id}'")
    key = Keys.derive(SECRET).mailing[0]
    opened = clients[1].ask("GET", f"/verify/{mailed.link_token(key, str(id))}", inside)
    answers = at_once(clients, lambda client: client.ask("POST", "/verify/link", inside | opened.cookies))
    assert sorted(answer.status for answer in answers) == [303, 410, 410, 410]
    typed = clients[2].ask("POST", "/verify", inside, action="prove", code=mailed.code(key, str(id)))
    assert typed.status == 422


def test_RL_14_no_two_processes_make_the_same_id(site: Crowd) -> None:
    def starts(client: Client) -> list[str]:
        found = []
        for _ in range(20):
            asked = parse_qs(urlsplit(client.ask("GET", "/oauth/example").headers["location"]).query)
            found += [asked[name][0] for name in ("state", "nonce", "code_challenge")]
        return found

    made = [id for ids in at_once(site.of_each(), starts) for id in ids]
    assert len(set(made)) == len(made) == 4 * 20 * 3
    requests = [line["request"] for line in site.events("request")]
    assert len(set(requests)) == len(requests) > 80
    sessions = [id for (id,) in rows(site, "SELECT id FROM sessions")]
    assert len(set(sessions)) == len(sessions)


def test_each_mail_is_sent_once_whoever_sends_it(site: Crowd) -> None:
    at_once(site.of_each(), lambda client: [client.sign_up(f"mail-{id(client)}-{each}") for each in range(5)])
    waiting = "SELECT COUNT(*) FROM outbox WHERE sent_at IS NULL AND dead_at IS NULL"
    until(lambda: rows(site, waiting) == [(0,)])
    ((mails,),) = rows(site, "SELECT COUNT(*) FROM outbox WHERE sent_at IS NOT NULL")
    until(lambda: len(site.events("mail sent")) >= mails)
    assert len(site.events("mail sent")) == mails
    assert rows(site, "SELECT COUNT(*) FROM outbox WHERE tries <> 1 AND recipient <> ''") == [(0,)]


def test_F1_who_was_told_that_they_are_in_is_in_also_when_their_process_is_killed(site: Crowd) -> None:
    acknowledged: list[str] = []
    clients = site.of_each()
    dead = site.workers[0]

    def sign_up(client: Client) -> None:
        for count in range(6):
            username = f"killed-{id(client)}-{count}"
            if len(acknowledged) == 4:
                os.kill(dead, signal.SIGKILL)
            try:
                assert client.sign_up(username).status == 303
            except (OSError, HTTPException):
                return
            acknowledged.append(username)

    at_once(clients, sign_up)
    until(lambda: len(site.workers) == WORKERS and dead not in site.workers)
    kept = {name for (name,) in rows(site, "SELECT username FROM user_authentications")}
    assert (set(acknowledged) - kept, len(acknowledged) >= 18) == (set(), True)
    assert [line["status"] for line in site.events("worker died")] == [-9]
    half = "SELECT COUNT(*) FROM users WHERE id NOT IN (SELECT user_id FROM sessions)"
    assert rows(site, half) == [(0,)]


def at_once(clients: list[Client], do: Callable[[Client], Value]) -> list[Value]:
    with ThreadPoolExecutor(len(clients)) as threads:
        return list(threads.map(do, clients))
