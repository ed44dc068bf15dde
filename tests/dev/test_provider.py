"""Is the built-in provider a real one, in development only?"""

import base64
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from dev_journeys import come_back, set_out
from entrance import Browser, Clock, running, settings_for
from genkan.dev import provider as provider_module
from genkan.dev import signing
from genkan.dev.people import PEOPLE
from starlette.applications import Starlette

pytestmark = pytest.mark.anyio

PATH = "/dev/provider"
REDIRECT_URI = "http://127.0.0.1:8000/oauth/example/callback"
VERIFIER = "v" * 43


def asked(**changes: str) -> dict[str, str]:
    right = {
        "client_id": "genkan-development",
        "redirect_uri": REDIRECT_URI,
        "response_type": "code",
        "scope": "openid email profile",
        "state": "the-state",
        "nonce": "the-nonce",
        "code_challenge": signing.challenge(VERIFIER),
        "code_challenge_method": "S256",
    }
    return right | changes


async def code_of(browser: Browser, person: str = "verified", **changes: str) -> str:
    answer = await browser.submit(f"{PATH}/authorize?{urlencode(asked(**changes))}", person=person)
    return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]


async def exchanged(
    browser: Browser,
    code: str,
    *,
    basic: bool = True,
    secret: str | None = None,
    client_id: str = "genkan-development",
    header: str | None = None,
    **changes: str,
) -> Any:
    app: Starlette = browser._transport.app  # type: ignore[attr-defined]
    secret = secret or provider_module.client_settings(app.state.settings).client_secret
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": REDIRECT_URI,
        "code_verifier": VERIFIER,
    } | changes
    headers = {}
    if basic:
        headers["Authorization"] = header or "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    else:
        form |= {"client_id": client_id, "client_secret": secret}
    return await browser.post(f"{PATH}/token", data=form, headers=headers)


async def test_publishes_what_it_is(browser: Browser) -> None:
    metadata = (await browser.get(f"{PATH}/.well-known/openid-configuration")).json()
    assert metadata["issuer"] == f"{browser.origin}{PATH}"
    for name in ("authorization_endpoint", "userinfo_endpoint", "jwks_uri"):
        assert (await browser.get(metadata[name])).status_code != 404
    assert "Example ID" in (await browser.get(PATH)).text


@pytest.mark.parametrize("basic", [True, False])
async def test_gives_tokens_that_its_keys_verify(browser: Browser, clock: Clock, basic: bool) -> None:
    tokens = (await exchanged(browser, await code_of(browser), basic=basic)).json()
    key = jwt.PyJWK((await browser.get(f"{PATH}/keys")).json()["keys"][0])
    claims = jwt.decode(
        tokens["id_token"],
        key,
        algorithms=["ES256"],
        audience="genkan-development",
        options={"verify_exp": False, "verify_iat": False},
    )
    assert (claims["iss"], claims["sub"], claims["nonce"], claims["exp"] - claims["iat"]) == (
        f"{browser.origin}{PATH}",
        "person-1",
        "the-nonce",
        300,
    )
    said = await browser.get(f"{PATH}/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert said.json() == {
        "sub": "person-1",
        "name": "Hanako Example",
        "email": "hanako@example.com",
        "email_verified": True,
    }
    clock.now += 301
    late = await browser.get(f"{PATH}/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert late.status_code == 401


async def test_says_when_the_person_showed_who_they_are_however_old_the_code_is(browser: Browser, clock: Clock) -> None:
    """OIDC Core §2: auth_time, required where max_age asks for it. The people are shown each time: prompt=login."""
    page = await browser.get(f"{PATH}/authorize?{urlencode(asked(prompt='login', max_age='0'))}")
    assert "Who would you like to be?" in page.text
    code = await code_of(browser, prompt="login", max_age="0")
    clock.now += 30
    tokens = (await exchanged(browser, code)).json()
    said = jwt.decode(tokens["id_token"], options={"verify_signature": False})
    assert (said["auth_time"], said["iat"]) == (clock.now - 30, clock.now)


async def test_without_a_nonce_there_is_none_in_the_token(browser: Browser) -> None:
    tokens = (await exchanged(browser, await code_of(browser, nonce=""))).json()
    assert "nonce" not in jwt.decode(tokens["id_token"], options={"verify_signature": False})


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"code_verifier": "w" * 43}, 400, "invalid_grant"),
        ({"code_verifier": ""}, 400, "invalid_grant"),
        ({"redirect_uri": "http://127.0.0.1:8000/elsewhere"}, 400, "invalid_grant"),
        ({"code": "made-up"}, 400, "invalid_grant"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "another"}, 401, "invalid_client"),
        ({"header": "Basic ???"}, 401, "invalid_client"),
        ({"header": "Basic /w=="}, 401, "invalid_client"),
    ],
)
async def test_refuses_a_code(browser: Browser, changes: dict[str, str], status: int, error: str) -> None:
    given: Any = {"code": await code_of(browser)} | changes
    answer = await exchanged(browser, **given)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


async def test_a_code_counts_once_and_for_a_minute(browser: Browser, clock: Clock) -> None:
    code = await code_of(browser)
    assert [(await exchanged(browser, code)).status_code for _ in range(2)] == [200, 400]
    late = await code_of(browser)
    clock.now += 60
    assert (await exchanged(browser, late)).status_code == 400


async def test_remembers_only_so_many_used_codes(browser: Browser, app: Starlette) -> None:
    app.state.used_codes = dict.fromkeys(map(str, range(provider_module.USED)))
    await exchanged(browser, await code_of(browser))
    assert len(app.state.used_codes) == provider_module.USED


@pytest.mark.parametrize(
    "changes",
    [{"client_id": "another"}, {"redirect_uri": "https://evil.example/"}, {"redirect_uri": REDIRECT_URI + "/"}],
)
async def test_where_it_is_not_clear_where_to_go_nobody_is_sent_anywhere(
    browser: Browser, changes: dict[str, str]
) -> None:
    assert (await browser.get(f"{PATH}/authorize?{urlencode(asked(**changes))}")).status_code == 400


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "email"}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"prompt": "none"}, "interaction_required"),
    ],
)
async def test_a_request_that_is_wrong_is_sent_back_as_such(
    browser: Browser, changes: dict[str, str], error: str
) -> None:
    path = f"{PATH}/authorize?{urlencode(asked(**changes))}"
    for answer in (await browser.get(path), await browser.submit(path, person="verified")):
        said = parse_qs(urlsplit(answer.headers["location"]).query)
        assert (said["error"], said["state"], said["iss"]) == ([error], ["the-state"], [f"{browser.origin}{PATH}"])


@pytest.mark.parametrize("person", ["verified", "unverified", "no-address", "nothing", "existing", "changed", "long"])
async def test_everybody_there_gets_in_or_is_asked(browser: Browser, person: str) -> None:
    assert person in PEOPLE
    answer: Any = await come_back(browser, person, intent="signup")
    assert answer.headers["location"] in ("/account", "/oauth/finish")
    assert (await browser.get(answer.headers["location"])).status_code == 200


async def test_does_not_exist_in_production(database_url: str) -> None:
    settings = settings_for(
        database_url, base_url="https://id.example.com", environment="production", dev_provider=False
    )
    async with running(settings) as app, Browser(app) as browser:
        for path in ("", "/authorize", "/token", "/keys", "/.well-known/openid-configuration"):
            assert (await browser.get(PATH + path)).status_code == 404
        assert "Example ID" not in (await browser.get("/login")).text
        assert "<!-- templates" not in (await browser.get("/login")).text


async def test_all_other_providers_are_asked_outside(browser: Browser) -> None:
    url = await set_out(browser)
    assert url.startswith(f"{browser.origin}{PATH}/authorize?")
    assert (await browser.get(f"{PATH}/userinfo")).status_code == 401
