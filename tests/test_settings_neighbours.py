"""Is a domain taken only where it is the team's own, and an application only where it is in it?"""

import pytest
from genkan.settings import Settings, SettingsFault, from_environment

SECRET = "3f9c1e7ab2d84056f1c9e0d7a4b8325e6f17c0d9"
PRODUCTION = {"ENVIRONMENT": "production", "BASE_URL": "https://id.example.com", "SECRET_KEY": SECRET}
DOMAIN = PRODUCTION | {"COOKIE_DOMAIN": "example.com"}


def faults(environ: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsFault) as fault:
        from_environment(environ, made_secret=SECRET)
    return [each.partition(":")[0] for each in fault.value.faults]


def read(environ: dict[str, str]) -> Settings:
    return from_environment(environ, made_secret=SECRET)


def test_no_other_host_learns_anything_unless_it_is_set() -> None:
    assert (read(PRODUCTION).cookie_domain, read(PRODUCTION).app_origins) == (None, ())


@pytest.mark.parametrize(
    ("base_url", "domain"),
    [
        ("https://id.example.com", "example.com"),
        ("https://id.example.com", " Example.COM "),
        ("https://id.example.com", "id.example.com"),
        ("https://id.team.example.co.jp:8443", "team.example.co.jp"),
        ("https://id.xn--hgi8n.example.com", "example.com"),
    ],
)
def test_a_domain_above_the_sites_host_is_taken(base_url: str, domain: str) -> None:
    assert read(PRODUCTION | {"BASE_URL": base_url, "COOKIE_DOMAIN": domain}).cookie_domain == domain.strip().lower()


@pytest.mark.parametrize(
    ("base_url", "domain"),
    [
        ("https://id.example.com", "com"),
        ("https://id.example.co.jp", "co.jp"),
        ("https://id.github.io", "github.io"),
        ("https://id.s3.amazonaws.com", "s3.amazonaws.com"),
        ("https://id.kawasaki.jp", "kawasaki.jp"),
        ("https://id.intranet", "intranet"),
        ("https://id.example.com", "example.org"),
        ("https://id.example.com", "ample.com"),
        ("https://id.example.com", "wiki.example.com"),
        ("https://id.example.com", ".example.com"),
        ("https://id.example.com", "example.com."),
        ("https://id.example.com", "*.example.com"),
        ("https://id.example.com", "https://example.com"),
        ("https://id.example.com", "example.com:443"),
        ("https://id.example.com", "example.com/"),
        ("https://id.example.com", "example.com; Domain=com"),
        ("https://id.example.com", "例え.example.com"),
        ("https://192.0.2.1", "192.0.2.1"),
        ("https://192.0.2.1", "0.2.1"),
        ("https://[2001:db8::1]", "2001:db8::1"),
    ],
)
def test_what_is_no_domain_of_the_teams_own_is_refused(base_url: str, domain: str) -> None:
    assert faults(PRODUCTION | {"BASE_URL": base_url, "COOKIE_DOMAIN": domain}) == ["COOKIE_DOMAIN"]


def test_a_domain_needs_https_in_development_too() -> None:
    assert faults({"BASE_URL": "http://127.0.0.1:8000", "COOKIE_DOMAIN": "example.com"}) == ["COOKIE_DOMAIN"]
    assert faults({"BASE_URL": "http://id.example.com", "COOKIE_DOMAIN": "example.com"}) == [
        "BASE_URL",
        "COOKIE_DOMAIN",
    ]


def test_an_address_that_is_none_is_said_and_the_domain_with_it() -> None:
    for base_url in ("https://[", "https://id.example.com:0", "https://id.example.com:x"):
        assert faults(DOMAIN | {"BASE_URL": base_url}) == ["BASE_URL", "COOKIE_DOMAIN"]


def test_applications_are_read_as_browsers_write_an_origin() -> None:
    given = "https://wiki.example.com, https://Files.Example.com:8443/ ,https://a.b.example.com:443,"
    assert read(DOMAIN | {"APP_ORIGINS": given}).app_origins == (
        "https://wiki.example.com",
        "https://files.example.com:8443",
        "https://a.b.example.com",
    )


@pytest.mark.parametrize(
    "value",
    [
        "wiki.example.com",
        "http://wiki.example.com",
        "https://example.org",
        "https://wiki.example.com.evil.example",
        "https://evilexample.com",
        "https://*.example.com",
        "https://wiki.example.com/path",
        "https://wiki.example.com//",
        "https://wiki.example.com?x",
        "https://wiki.example.com#x",
        "https://me@wiki.example.com",
        "https://wiki.example.com:0",
        "https://wiki.example.com:x",
        "https://wiki.example.com:08443",
        "https://wiki.example.com:",
        "https://[::1]",
        "https://",
        "https://id.example.com",
        "https://id.example.com:443",
        "https://wiki.example.com https://files.example.com",
        "null",
        "*",
        ",".join(f"https://a{each}.example.com" for each in range(51)),
    ],
)
def test_FA_06_what_is_no_application_of_the_domain_is_refused(value: str) -> None:
    assert faults(DOMAIN | {"APP_ORIGINS": f"https://files.example.com,{value}"}) == ["APP_ORIGINS"]


def test_applications_need_a_domain() -> None:
    assert faults(PRODUCTION | {"APP_ORIGINS": "https://wiki.example.com"}) == ["APP_ORIGINS"]
