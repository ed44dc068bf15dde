"""/refused: who may not have an account is told why and whom to ask, by every way, and leaves no row. (CD-*: closed doors)"""

import asyncio
from mailbox import newest

import pytest
from closed_doors import invite, site
from dev_journeys import come_back
from entrance import PASSWORD, Browser, Clock, words
from genkan.accounts import invitations, seats
from genkan.accounts.acts import COMMAND
from genkan.errors import HouseFull, NotFound
from rows import everything, prove_all, value

pytestmark = pytest.mark.anyio

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial", "Sec-Fetch-Site": "same-origin"}
FORM = {"name": "Hanako", "email": "hanako@example.com", "username": "hanako", "password": PASSWORD}


async def test_CD_01_closed_says_so_whom_to_ask_and_leaves_no_row(database_url: str) -> None:
    async with site(database_url, signup="closed", support="the desk on the second floor") as (app, browser, _):
        before = await everything(app)
        page = await browser.get("/signup")
        assert page.status_code == 403
        assert "Genkan is not accepting new accounts." in words(page)
        assert "the desk on the second floor" in words(page)
        posted = await browser.sign_up()
        assert (posted.status_code, "Genkan is not accepting new accounts." in words(posted)) == (403, True)
        fragment = await browser.post("/signup", data=FORM, headers=PARTIAL)
        assert (fragment.status_code, "<html" in fragment.text) == (403, False)
        assert "is not accepting new accounts" in fragment.text
        assert await everything(app) == before


async def test_CD_02_closed_the_pages_lead_nobody_to_it(database_url: str) -> None:
    for rule, leads in (("open", True), ("invitation", False), ("closed", False)):
        async with site(database_url, signup=rule) as (_, browser, _):
            assert ('href="/signup"' in (await browser.get("/login")).text) is leads
            refused = await browser.log_in()
            assert ('href="/signup"' in refused.text) is leads


async def test_CD_03_the_advice_beside_the_fields_tells_strangers_no_usernames(database_url: str) -> None:
    async with site(database_url) as (app, browser, _):
        await browser.sign_up()
        await prove_all(app, app.state.now())
    async with site(database_url, signup="closed") as (_, browser, other):
        for path in ("/signup/username", "/signup/password"):
            assert (await other.post(path, data=FORM, headers=PARTIAL)).status_code == 403
        await browser.log_in()  # whoever is inside may still choose one
        assert (await browser.post("/signup/username", data=FORM, headers=PARTIAL)).status_code == 200
        assert "already logged in" in (await browser.get("/signup")).text


@pytest.mark.parametrize("intent", ["signup", "login"])
async def test_CD_04_closed_a_new_identity_is_offered_only_the_account_that_it_has(
    database_url: str, intent: str
) -> None:
    async with site(database_url, signup="closed") as (app, browser, _):
        answer = await come_back(browser, "verified", intent=intent)
        assert answer.headers["location"] == "/oauth/finish"
        page = await browser.get("/oauth/finish")
        assert "Genkan is not accepting new accounts." in words(page)
        assert "I already have an account" in page.text
        assert 'value="create"' not in page.text
        before = await everything(app)
        refused = await browser.submit("/oauth/finish", action="create", name="Hanako", email="hanako@example.com")
        assert refused.status_code == 403
        assert await everything(app) == before
        assert await value(app, "SELECT COUNT(*) AS n FROM users") == 0


async def test_CD_05_closed_whoever_has_an_account_links_the_identity_that_waits(database_url: str) -> None:
    async with site(database_url) as (_, browser, _):
        await browser.sign_up()
    async with site(database_url, signup="closed") as (app, browser, _):
        await come_back(browser, "verified", intent="login")
        await browser.log_in()
        assert "Add Example ID to your account?" in (await browser.get("/oauth/finish")).text
        assert (await browser.submit("/oauth/finish", action="link")).status_code == 303
        assert await value(app, "SELECT COUNT(*) AS n FROM user_oauths") == 1


async def test_CD_06_without_an_invitation_nobody_signs_up(database_url: str) -> None:
    async with site(database_url, signup="invitation") as (app, browser, _):
        before = await everything(app)
        assert "You need an invitation" in words(await browser.get("/signup"))
        answer = await browser.sign_up()
        assert (answer.status_code, "You need an invitation" in words(answer)) == (403, True)
        assert await everything(app) == before
        await come_back(browser, "verified", intent="signup")
        assert "You need an invitation" in words(await browser.get("/oauth/finish"))


async def test_CD_07_an_invitation_leaves_the_address_is_not_used_up_by_looking_and_lets_one_in(
    database_url: str,
) -> None:
    async with site(database_url, signup="invitation") as (app, browser, other):
        link = (await invite(app)).link
        assert link is not None
        opened = await browser.get(link)
        assert (opened.status_code, opened.headers["location"]) == (303, "/signup")
        assert opened.headers["referrer-policy"] == "no-referrer"
        await other.get(link)
        for _ in range(3):
            assert "You are invited" in (await browser.get("/signup")).text
        assert (await browser.sign_up()).headers["location"] == "/account"
        assert await value(app, "SELECT email_proven_at FROM users") is None  # handed over, it proves nothing
        assert "invitation" not in dict(browser.cookies)
        late = await other.get("/signup")
        assert (late.status_code, "was used already" in late.text) == (403, True)
        assert (await other.sign_up("jiro")).status_code == 403


@pytest.mark.parametrize("intent", ["signup", "login"])
async def test_CD_08_an_invitation_lets_in_by_a_provider(database_url: str, intent: str) -> None:
    async with site(database_url, signup="invitation") as (app, browser, _):
        await browser.get((await invite(app)).link or "")
        answer = await come_back(browser, "verified", intent=intent)
        if intent == "login":
            assert 'value="create"' in (await browser.get("/oauth/finish")).text
            answer = await browser.submit("/oauth/finish", action="create", name="Hanako", email="hanako@example.com")
        assert answer.headers["location"] == "/account"
        assert await value(app, "SELECT used FROM invitations") == 1


async def test_CD_09_expired_withdrawn_and_unknown_say_so(database_url: str, clock: Clock) -> None:
    async with site(database_url, clock, signup="invitation") as (app, browser, _):
        made = await invite(app)
        await browser.get(made.link or "")
        await invitations.withdraw(app.state.services, COMMAND, made.id, now=clock.now)
        assert "This invitation was withdrawn" in (await browser.get("/signup")).text
        with pytest.raises(NotFound):
            await invitations.withdraw(app.state.services, COMMAND, made.id, now=clock.now)
        await browser.get((await invite(app, lasts=60)).link or "")
        clock.now += 60
        assert "This invitation has expired" in (await browser.get("/signup")).text
        await browser.get("/invitation/" + "x" * 43)
        assert "its link is not complete" in (await browser.get("/signup")).text
        await browser.get("/invitation/cut-off")
        assert "You need an invitation" in (await browser.get("/signup")).text
        states = [each.withdrawn_at is None for each in await invitations.all(app.state.services, now=clock.now)]
        assert sorted(states) == [False, True]


async def test_CD_10_count_and_one_more_at_once_make_count_accounts(database_url: str) -> None:
    async with site(database_url, signup="invitation") as (app, _, _):
        link = (await invite(app, most=3)).link or ""
        browsers = [Browser(app) for _ in range(6)]
        for each in browsers:
            await each.get(link)
        answers = await asyncio.gather(*(each.sign_up(f"person{n}") for n, each in enumerate(browsers)))
        assert sorted(each.status_code for each in answers) == [303, 303, 303, 403, 403, 403]
        assert await value(app, "SELECT COUNT(*) AS n FROM users") == 3
        assert await value(app, "SELECT used FROM invitations") == 3
        for each in browsers:
            await each.aclose()


async def test_CD_11_a_mailed_invitation_proves_its_own_address_and_no_other(database_url: str) -> None:
    async with site(database_url, signup="invitation", allowed_domains=("example.com",)) as (app, browser, other):
        made = await invite(app, email="Hanako@Example.com")
        assert made.link is None
        mail = await newest(app, "invitation", to="Hanako@example.com")
        await browser.get(mail.path)
        page = await browser.get("/signup")
        assert 'value="Hanako@example.com"' in page.text
        assert (await browser.sign_up(email="hanako@example.com")).headers["location"] == "/account"
        assert await value(app, "SELECT email_proven_at FROM users") is not None
        await invite(app, email="jiro@example.com")
        await other.get((await newest(app, "invitation", to="jiro@example.com")).path)
        assert (await other.sign_up("jiro", email="other@example.com")).headers["location"] == "/threshold"


async def test_CD_12_an_invitation_to_an_address_that_has_an_account_by_now_says_so(database_url: str) -> None:
    async with site(database_url) as (app, browser, other):
        await invite(app, email="hanako@example.com")
        await browser.sign_up()
        await prove_all(app, app.state.now())
        await other.get((await newest(app, "invitation")).path)
        answer = await other.sign_up("second", email="hanako@example.com")
        assert (answer.status_code, "You already have an account" in answer.text) == (422, True)
        assert await value(app, "SELECT used FROM invitations") == 0


async def test_CD_13_a_mailed_invitation_proves_the_address_by_a_provider_too(database_url: str) -> None:
    async with site(database_url, signup="invitation") as (app, browser, _):
        await invite(app, email="sakura@example.com")
        await browser.get((await newest(app, "invitation")).path)
        await come_back(browser, "no-address", intent="signup")
        await browser.submit("/oauth/finish", action="create", name="Sakura", email="sakura@example.com")
        assert await value(app, "SELECT email_proven_at FROM users") is not None


async def test_CD_14_an_invitation_bypasses_neither_domains_nor_closed_nor_full(database_url: str) -> None:
    async with site(database_url, signup="closed") as (app, browser, _):
        await browser.get((await invite(app)).link or "")
        assert (await browser.sign_up()).status_code == 403
    async with site(database_url, signup="invitation", allowed_domains=("example.com",)) as (app, browser, _):
        await browser.get((await invite(app)).link or "")
        assert (await browser.sign_up(email="hanako@example.net")).status_code == 422
    async with site(database_url, signup="invitation", most_accounts=1) as (app, browser, other):
        for each, status in ((browser, 303), (other, 403)):
            await each.get((await invite(app)).link or "")
            assert (await each.sign_up("a" if each is browser else "b")).status_code == status
        assert await value(app, "SELECT SUM(used) AS n FROM invitations") == 1


async def test_where_sign_up_is_open_an_invitation_that_is_none_hinders_nobody(database_url: str) -> None:
    async with site(database_url) as (_, browser, _):
        await browser.get("/invitation/" + "x" * 43)
        page = await browser.get("/signup")
        assert (page.status_code, "You are invited" in page.text) == (200, False)
        assert (await browser.sign_up()).headers["location"] == "/account"


async def test_CD_15_a_mail_of_an_invitation_that_was_withdrawn_is_not_sent(database_url: str) -> None:
    async with site(database_url, signup="invitation") as (app, _, _):
        made = await invite(app, email="hanako@example.com")
        mail = await newest(app, "invitation")
        await invitations.withdraw(app.state.services, COMMAND, made.id, now=app.state.now())
        assert await value(app, "SELECT COUNT(*) AS n FROM mailed_tokens WHERE purpose = 'invitation'") == 0
        assert mail.path.startswith("/invitation/")


async def test_CD_16_many_at_once_never_make_more_accounts_than_there_may_be(database_url: str) -> None:
    async with site(database_url, most_accounts=3) as (app, _, _):
        browsers = [Browser(app) for _ in range(8)]
        answers = await asyncio.gather(
            *(each.sign_up(f"person{n}") for n, each in enumerate(browsers[:6])),
            *(
                come_back(each, who, intent="signup")
                for each, who in zip(browsers[6:], ("verified", "existing"), strict=True)
            ),
        )
        made = await value(app, "SELECT COUNT(*) AS n FROM users")
        assert made == 3 == await value(app, "SELECT taken FROM seats")
        assert [each.status_code for each in answers].count(303) >= 3
        for each in browsers:
            await each.aclose()


async def test_CD_17_full_says_so_by_every_way_and_leaves_no_row(database_url: str) -> None:
    async with site(database_url, most_accounts=1) as (app, browser, other):
        await browser.sign_up()
        before = await everything(app)
        page = await other.get("/signup")
        assert (page.status_code, "as many accounts as it can have" in page.text) == (403, True)
        assert (await other.sign_up("jiro")).status_code == 403
        assert await everything(app) == before
        assert (await come_back(other, "existing", intent="signup")).headers["location"] == "/oauth/finish"
        assert "as many accounts as it can have" in (await other.get("/oauth/finish")).text


async def test_CD_18_a_seat_is_free_again_within_a_minute_and_counted_anew_at_the_start(
    database_url: str, clock: Clock
) -> None:
    async with site(database_url, clock) as (_, browser, other):
        await browser.sign_up("first")
        await other.sign_up("second")
    async with site(database_url, clock, most_accounts=2) as (app, browser, _):
        assert (await browser.sign_up("third")).status_code == 403
        await app.state.services.db.run("DELETE FROM users WHERE name IS NOT NULL")
        assert (await browser.sign_up("third")).status_code == 403
        clock.now += seats.COUNT_EVERY
        assert (await browser.sign_up("third")).status_code == 303
        await seats.added(app.state.services, 5)
        with pytest.raises(HouseFull):
            await seats.take(app.state.services)


async def test_CD_19_a_username_that_is_taken_gives_its_seat_back(database_url: str) -> None:
    async with site(database_url, most_accounts=2) as (app, browser, other):
        await browser.sign_up("hanako")
        assert (await other.sign_up("hanako")).status_code == 422
        assert await value(app, "SELECT taken FROM seats") == 1
        assert (await other.sign_up("jiro")).status_code == 303


async def test_CD_20_a_field_that_nobody_sees_and_a_program_fills_in_makes_no_account_and_loses_nothing(
    database_url: str,
) -> None:
    async with site(database_url) as (app, browser, _):
        page = await browser.get("/signup")
        assert 'name="subject" type="text" autocomplete="off" tabindex="-1"' in page.text
        before = await everything(app)
        answer = await browser.sign_up(subject="cheap watches")
        assert (answer.status_code, "Something on your device filled in a field" in answer.text) == (422, True)
        assert 'value="hanako@example.com"' in answer.text
        assert "cheap watches" not in answer.text
        assert await everything(app) == before
        assert (await browser.sign_up(subject="")).status_code == 303


async def test_nothing_left_to_say_leads_to_the_login(database_url: str) -> None:
    async with site(database_url) as (_, browser, _):
        assert (await browser.get("/refused")).headers["location"] == "/login"
