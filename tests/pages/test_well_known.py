"""/.well-known/jwks.json: do others get the keys that verify, all of them and no secrets, and may they keep them an hour? (FA-08, JW-16)"""

import jwt
import pytest
from entrance import Browser, running, settings_for

pytestmark = pytest.mark.anyio

KEYS = "/.well-known/jwks.json"
OLD, NEW = b"the old secret of these tests, 32 bytes: 0123", b"the new secret of these tests, 32 bytes: 4567"


async def test_FA_08_public_parameters_alone_and_for_an_hour_at_most(browser: Browser) -> None:
    answer = await browser.get(KEYS)
    (key,) = answer.json()["keys"]
    assert set(key) == {"kty", "crv", "alg", "use", "kid", "x"}
    assert (key["kty"], key["crv"], key["alg"], key["use"]) == ("OKP", "Ed25519", "EdDSA", "sig")
    assert answer.headers["content-type"] == "application/jwk-set+json"
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"


async def test_FA_08_JW_16_old_and_new_stand_side_by_side_and_one_change_changes_the_tag(database_url: str) -> None:
    found = []
    for secrets in ((OLD, None), (NEW, OLD), (NEW, None)):
        settings = settings_for(database_url, secret_key=secrets[0], secret_key_previous=secrets[1])
        async with running(settings) as app, Browser(app) as browser:
            answer = await browser.get(KEYS)
            found.append(([key["kid"] for key in answer.json()["keys"]], answer.headers["etag"]))
    (old, _), (both, _), (new, _) = found
    assert set(both) == {*old, *new}
    assert len(both) == 2
    assert len({etag for _, etag in found}) == 3


@pytest.mark.parametrize("form", ["{}", "W/{}", '"x", {}', '"x" ,  {}'])
async def test_FA_08_whoever_has_them_is_told_so(browser: Browser, form: str) -> None:
    etag = (await browser.get(KEYS)).headers["etag"]
    answer = await browser.get(KEYS, headers={"If-None-Match": form.format(etag)})
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)
    assert answer.headers["cache-control"] == "public, max-age=3600"


@pytest.mark.parametrize("form", ['"x"', "", "x"])
async def test_whoever_has_others_gets_them(browser: Browser, form: str) -> None:
    answer = await browser.get(KEYS, headers={"If-None-Match": form})
    assert (answer.status_code, len(jwt.PyJWKSet.from_dict(answer.json()).keys)) == (200, 1)
