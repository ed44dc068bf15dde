"""Can the mails of a development server be read, clicked and scanned, and only there?"""

import asyncio
import re
from typing import Any

import pytest
from entrance import NOW, Browser, running, settings_for, words
from genkan.accounts import addresses, mailed, outbox, sending
from genkan.accounts.mailed import Purpose
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

pytestmark = pytest.mark.anyio


async def write(app: Starlette, purpose: Purpose = mailed.VERIFY, *, at: int = NOW) -> str:
    services = app.state.services
    async with services.db.transaction():
        await mailed.send(
            services,
            purpose,
            user_id=None,
            address=addresses.parse("hanako@example.com"),
            holder=f"browser {at}",
            language="en",
            now=at,
        )
    return await settled(app)


async def settled(app: Starlette) -> str:
    """The id of the newest mail, when all are delivered or given up."""
    async with asyncio.timeout(10):
        while not all(each.sent_at or each.dead_at for each in await sending.newest(app.state.services)):
            await asyncio.sleep(0.005)
    return (await sending.newest(app.state.services))[0].id


async def test_the_list_has_the_newest_first(app: Starlette, browser: Browser) -> None:
    assert "No mail has been written yet" in words(await browser.get("/dev/mail"))
    await write(app, mailed.RESET, at=NOW - 60)
    await write(app)
    page = await browser.get("/dev/mail")
    found = re.findall(r"<strong>([^<]*)</strong>", page.text)
    assert found == ["Confirm your email address for Genkan", "Set a new password for Genkan"]
    assert "hanako@example.com" in page.text
    assert words(page).count("delivered here") == 2


async def test_a_mail_shows_its_parts_headers_code_and_links(app: Starlette, browser: Browser) -> None:
    id = await write(app)
    page = await browser.get(f"/dev/mail/{id}")
    text = words(page)
    for each in (
        "hanako@example.com",
        "Auto-Submitted auto-generated",
        f"&lt;{id}@127.0.0.1&gt;",
        "templates/emails/verify.html",
    ):
        assert each in text
    code = re.findall(r'letter__code">(\d{8})<', page.text)
    link = re.findall(r'<a href="http://127.0.0.1:8000/verify/([\w-]{43})"', page.text)
    assert (await mailed.by_link(app.state.services, link[0], mailed.VERIFY, now=NOW)).email == "hanako@example.com"
    assert f"{code[0][:4]} {code[0][4:]}" in text
    assert page.headers["content-security-policy"].endswith("frame-src 'self'")


async def test_the_html_part_stands_in_a_sandbox_with_nothing_but_its_own_styles(
    app: Starlette, browser: Browser
) -> None:
    id = await write(app)
    part = await browser.get(f"/dev/mail/{id}/html")
    policy = part.headers["content-security-policy"]
    assert "default-src 'none'; style-src 'unsafe-inline'" in policy
    assert "sandbox allow-popups" in policy
    assert "script" not in policy
    assert '<base target="_blank">' in part.text
    assert f'<iframe class="letter" src="/dev/mail/{id}/html"' in (await browser.get(f"/dev/mail/{id}")).text
    other = await browser.get("/login")
    assert "unsafe-inline" not in other.headers["content-security-policy"]


async def test_a_mail_that_carries_nothing_says_so(app: Starlette, browser: Browser) -> None:
    await outbox.put(
        app.state.services,
        template="email_changed_new",
        user_id=None,
        recipient="new@example.com",
        language="ja",
        now=NOW,
        happened_at=NOW,
        device="Safari, iOS",
        place="203.0.113.7",
    )
    page = await browser.get(f"/dev/mail/{await settled(app)}")
    assert "Still counts" not in page.text
    assert "letter__code" not in page.text
    assert "Safari, iOS" in page.text


async def test_a_mail_that_was_too_late_shows_what_it_carried_all_the_same(app: Starlette, browser: Browser) -> None:
    id = await write(app)
    await app.state.services.db.run("DELETE FROM mailed_tokens")
    page = words(await browser.get(f"/dev/mail/{id}"))
    assert "no: used, replaced, or too old" in page
    assert "/verify/" in page
    assert "given up" in words(await browser.get("/dev/mail")) or "delivered here" in words(
        await browser.get("/dev/mail")
    )


async def test_there_is_no_mail_by_an_unknown_name(browser: Browser) -> None:
    for path in ("/dev/mail/nothing", "/dev/mail/nothing/html"):
        assert (await browser.get(path)).status_code == 404
    assert (await browser.submit("/dev/mail/nothing/scan")).status_code == 404


def verify(seen: list[tuple[str, str, str]], *, is_eager: bool) -> Any:
    """A page as /verify/{token} is: the link leads to a clean address. is_eager: a wrong one, which a GET uses up."""

    async def page(request: Request) -> Response:
        seen.append((request.method, request.url.path, request.headers.get("cookie", "")))
        if request.url.path == "/verify":
            return PlainTextResponse("here")
        if is_eager:
            await request.app.state.services.db.run("DELETE FROM mailed_tokens")
        response = RedirectResponse("/verify", status_code=303)
        response.set_cookie("mailed", "sealed", path="/")
        return response

    return page


@pytest.mark.parametrize("is_eager", [False, True])
async def test_the_scanner_opens_every_link_without_the_readers_cookies(database_url: str, is_eager: bool) -> None:
    seen: list[tuple[str, str, str]] = []
    page = verify(seen, is_eager=is_eager)
    settings = settings_for(database_url)
    mine = [
        Route("/verify", page, methods=["GET"]),
        Route("/verify/{token}", page, methods=["GET", "POST"]),
    ]
    async with running(settings) as plain:
        plain.router.routes[:0] = mine
        async with Browser(plain) as browser:
            await browser.sign_up()
            id = await write(plain)
            answer = await browser.submit(f"/dev/mail/{id}/scan")
    first = [(method, cookie) for method, path, cookie in seen if path != "/verify"]
    assert first == [("GET", ""), ("HEAD", ""), ("POST", "")]
    assert {cookie for _, path, cookie in seen if path == "/verify"} == {"mailed=sealed"}
    text = words(answer)
    assert text.count("303 → /verify 200") == 3
    assert ("Code and link do not count any more." if is_eager else "Code and link still count.") in text


async def test_none_of_it_is_there_in_production(database_url: str) -> None:
    settings = settings_for(
        database_url, environment="production", base_url="https://id.example.com", dev_provider=False
    )
    async with running(settings) as app, Browser(app) as browser:
        for path in ("/dev/mail", "/dev/mail/x", "/dev/mail/x/html"):
            assert (await browser.get(path)).status_code == 404
        assert not [route for route in app.routes if getattr(route, "path", "").startswith("/dev")]
