"""Does a browser agree with us about what is a path here? A thousand spellings, judged by Chromium's own URL parser. (RD-*)"""

from typing import Any

from browsing import tab
from genkan.web.redirects import HOME, ONWARD, app_address, safe_next
from playwright.sync_api import Browser

HEADS = (
    "", "/", "//", "///", "\\", "/\\", "\\/", "\\\\", "/\t", "/\n", "/\r", "\t//", "/ ", "/.", "/..", "/./", "/../", "/.\\",
    "/;", "/@", "/:", "/?", "/#", "?", "#", "/%2f", "/%2F%2f", "/%5c", "/%09", "/%0a", "/%0d", "/%00", "/%2e", "/%2e%2e/",
    "/.%2e/", "/%40", "/%23", "/%3f", "/%252f", "/%u002f", "http:", "https:/", "https://", "hTTps:\\\\", "javascript:", "data:",
    "//@", "//:", "/\u2028", "/\u00a0", "/\uff0f", "\uff0f\uff0f", "/\u2215", "/\u200b/", "/\ufeff/", "/~", "/-/", "/a//",
    "/a/", "/a?", "/a?//", "/a;", "/a\\", "/account/..", "/account%2f..", "/a/%2e%2e//", "/\x7f", "/\x00", "/$", "/!", "/,", "/+",
)  # fmt: skip
TAILS = (
    "evil.example", "/evil.example", "//evil.example", "\\evil.example", "@evil.example", ".evil.example", ":80@evil.example",
    "evil.example/%2f..", "%2fevil.example", "\tevil.example", "evil。example", "?x=//evil.example", "#@evil.example", "", "..",
    "../evil", "%20//evil.example",
)  # fmt: skip
SPELLINGS = [head + tail for head in HEADS for tail in TAILS]

# Where a browser goes by the Location header, and where it would go if somebody decoded it once more.
WHERE = """spellings => spellings.map(each => {
  const origin = text => { try { return new URL(text, 'https://id.example.com/login').origin } catch { return 'nowhere' } };
  let decoded = each;
  try { decoded = decodeURIComponent(each) } catch {}
  return [origin(each), origin(decoded)];
})"""


def test_RD_nothing_that_is_kept_leaves_the_site(chromium: Browser) -> None:
    with tab(chromium) as page:
        where: list[Any] = page.evaluate(WHERE, SPELLINGS)
    ours = ["https://id.example.com"] * 2
    leaving = [each for each, origins in zip(SPELLINGS, where, strict=True) if origins != ours]
    assert len(leaving) > 200  # the spellings are worth their name
    assert {safe_next(each) for each in leaving} == {HOME}
    assert sum(safe_next(each) != HOME for each in SPELLINGS) > 50  # and not everything is refused


APP = "https://wiki.example.com"
APPS = (APP, "https://files.example.com:8443")
STARTS = ("https://wiki.example.com", "https://files.example.com:8443", "https:wiki.example.com", "//wiki.example.com", "HTTPS://wiki.example.com")  # fmt: skip


def test_FA_06_nothing_leads_to_another_host_than_an_application(chromium: Browser) -> None:
    spellings = [start + each for start in STARTS for each in SPELLINGS] + [f"{APP}.{tail}" for tail in TAILS]
    kept = [each for each in spellings if app_address(each, APPS) is not None]
    with tab(chromium) as page:
        where: list[Any] = page.evaluate(WHERE, [app_address(each, APPS) for each in kept])
        paths: list[Any] = page.evaluate(WHERE, [safe_next(each, APPS) for each in spellings])
    assert len(kept) > 300
    assert {origin for origins in where for origin in origins[:1]} == set(APPS)
    assert {origin for origins in paths for origin in origins} == {"https://id.example.com"}
    assert all(safe_next(each, APPS).startswith(ONWARD) for each in kept)
    assert {safe_next(each, APPS) for each in spellings if each not in kept} == {HOME}
