"""Are settings read once, and every fault named at once?"""

import ipaddress
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from genkan.settings import SettingsFault, from_environment

SECRET = "b7f1d03a5c9e8e264f7a60d21c95e38b"
APPLES_KEY = (
    ec.generate_private_key(ec.SECP256R1())
    .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    .decode()
    .strip()
    .replace("\n", "\\n")
)
PRODUCTION = {"ENVIRONMENT": "production", "BASE_URL": "https://id.example.com", "SECRET_KEY": SECRET}


def faults(environ: dict[str, str], made_secret: str | None = None) -> list[str]:
    with pytest.raises(SettingsFault) as fault:
        from_environment(environ, made_secret=made_secret)
    return [each.partition(":")[0] for each in fault.value.faults]


def test_nothing_set_is_a_development_server_on_this_machine() -> None:
    found = from_environment({}, made_secret=SECRET)
    assert (found.environment, found.base_url, found.host, found.port) == (
        "development",
        "http://127.0.0.1:8000",
        "127.0.0.1",
        8000,
    )
    assert (found.database_url, found.site_name, found.dev_provider) == ("sqlite:///var/genkan.db", "Genkan", True)
    assert found.dev_tools
    assert not from_environment({"DEV_TOOLS": "off"}, made_secret=SECRET).dev_tools
    assert (found.is_production, found.is_https, found.secret_key, found.providers) == (
        False,
        False,
        SECRET.encode(),
        (),
    )


def test_a_port_of_its_own_is_in_its_address() -> None:
    assert from_environment({"PORT": "9000", "HOST": "::1"}, made_secret=SECRET).base_url == "http://[::1]:9000"


def test_production_needs_its_address_and_a_secret_and_says_both() -> None:
    assert faults({"ENVIRONMENT": "production"}, made_secret=SECRET) == ["BASE_URL", "SECRET_KEY"]


def test_production_takes_what_it_needs() -> None:
    found = from_environment(
        PRODUCTION
        | {
            "BASE_URL": "https://ID.example.com/",
            "HOST": "0.0.0.0",
            "TRUSTED_PROXIES": "10.0.0.5",
            "SECRET_KEY_PREVIOUS": SECRET[::-1],
            "SECRET_KEY_SINCE": "2026-11-27T12:00:00Z",
        }
    )
    assert (found.base_url, found.is_production, found.is_https, found.dev_provider) == (
        "https://id.example.com",
        True,
        True,
        False,
    )
    assert found.secret_key_previous == SECRET[::-1].encode()
    assert found.secret_key_since == 1_795_780_800
    assert not found.dev_tools
    assert from_environment(PRODUCTION | {"SECRET_KEY_PREVIOUS": SECRET[::-1]}).secret_key_since is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BASE_URL", "http://id.example.com"),
        ("BASE_URL", "http://127.0.0.1"),
        ("BASE_URL", "id.example.com"),
        ("BASE_URL", "https://id.example.com/path"),
        ("BASE_URL", "https://id.example.com?x"),
        ("BASE_URL", "https://id.example.com#x"),
        ("BASE_URL", "https://me@id.example.com"),
        ("BASE_URL", "https://id.example.com:x"),
        ("BASE_URL", "https://"),
        ("BASE_URL", "https://ïd.example.com"),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 64),
        ("SECRET_KEY_PREVIOUS", "short"),
        ("SECRET_KEY_SINCE", "soon"),
        ("SECRET_KEY_SINCE", "2026-11-27T12:00:00"),
        ("DATABASE_URL", "mysql://x"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "http"),
        ("PORT", "1e3"),
        ("DEV_PROVIDER", "on"),
        ("DEV_PROVIDER", "yes"),
        ("DEV_TOOLS", "on"),
        ("DEV_TOOLS", "yes"),
        ("SITE_NAME", "x" * 41),
        ("SITE_NAME", "two\nlines"),
        ("TRUSTED_PROXIES", "everybody"),
        ("TRUSTED_PROXIES", "0.0.0.0/0"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
        ("PASSWORD_MIN_LENGTH", "7"),
        ("PASSWORD_MIN_LENGTH", "65"),
        ("LOGIN_TRIES_PER_ACCOUNT", "101"),
        ("TERMS_URL", "javascript:alert(1)"),
        ("HELP_URL", "//evil.example"),
        ("GOOGLE_CLIENT_ID", "id without its secret"),
        ("GITHUB_CLIENT_ID", "x" * 4097),
        ("OIDC_X_ISSUER", "http://issuer.example"),
        ("OIDC_X_ISSUER", "https://issuer.example?x=1"),
        ("OIDC_GOOGLE_ISSUER", "https://issuer.example"),
        ("OIDC_FINISH_ISSUER", "https://issuer.example"),
        ("OIDC_A_B_ISSUER", "https://issuer.example"),
        ("MAIL_FROM", "no-reply"),
        ("MAIL_FROM", "Genkan <no-reply@example.com>"),
        ("MAIL_FROM", "no-reply@example.com, all@example.com"),
        ("MAIL_FROM", "no..reply@example.com"),
        ("MAIL_FROM", "no-reply@-"),
        ("MAIL_FROM", "a" * 65 + "@example.com"),
        ("MAIL_FROM", "a@" + "example." * 40 + "com"),
    ],
)
def test_what_cannot_be_used_is_refused_by_its_name(name: str, value: str) -> None:
    named = {each.partition("_CLIENT_")[0] for each in faults(PRODUCTION | {name: value})}
    assert named & {name, name.partition("_CLIENT_")[0], name.removesuffix("_ISSUER")}


@pytest.mark.parametrize("name", ["id.example.com", "[2001:db8::443]"])
def test_CS_04_the_default_port_is_left_out_as_browsers_do(name: str) -> None:
    settings = from_environment(PRODUCTION | {"BASE_URL": f"HTTPS://{name}:443/"})
    assert settings.base_url == f"https://{name}"


@pytest.mark.parametrize(("host", "url"), [("0.0.0.0", ""), ("", "http://id.example.com")])
def test_development_serves_this_machine_only(host: str, url: str) -> None:
    environ = {"HOST": host} if host else {"BASE_URL": url}
    assert set(environ) <= set(faults(environ, made_secret=SECRET))


def test_an_unknown_environment_is_a_fault() -> None:
    assert faults({"ENVIRONMENT": "staging"}, made_secret=SECRET) == ["ENVIRONMENT"]


def test_providers_come_in_a_fixed_order_with_what_only_they_need() -> None:
    found = from_environment(
        PRODUCTION
        | {
            "LINE_CLIENT_ID": "1",
            "LINE_CLIENT_SECRET": "s",
            "GOOGLE_CLIENT_ID": "g",
            "GOOGLE_CLIENT_SECRET": "s",
            "APPLE_CLIENT_ID": "a",
            "APPLE_TEAM_ID": "T",
            "APPLE_KEY_ID": " K ",
            "APPLE_PRIVATE_KEY": APPLES_KEY,
            "OIDC_WORKS_ISSUER": "https://issuer.example/tenant",
            "OIDC_WORKS_CLIENT_ID": "w",
            "OIDC_WORKS_CLIENT_SECRET": "s",
        }
    ).providers
    assert [each.name for each in found] == ["google", "apple", "line", "works"]
    apples = {"team_id": "T", "key_id": "K", "private_key": APPLES_KEY}
    assert [dict(each.extra) for each in found] == [{}, apples, {}, {}]
    assert (found[3].issuer, found[3].label) == ("https://issuer.example/tenant", "Works")


def test_links_and_limits_are_read() -> None:
    found = from_environment(
        PRODUCTION
        | {
            "TERMS_URL": "https://example.com/terms",
            "PRIVACY_URL": "/privacy",
            "HELP_URL": "mailto:help@example.com",
            "SUPPORT": "help@example.com",
            "TRUSTED_PROXIES": "10.0.0.5, fd00::/8",
            "SIGNUPS_PER_ADDRESS": "5",
        }
    )
    assert (found.terms_url, found.privacy_url, found.help_url) == (
        "https://example.com/terms",
        "/privacy",
        "mailto:help@example.com",
    )
    assert found.trusted_proxies == (ipaddress.ip_network("10.0.0.5"), ipaddress.ip_network("fd00::/8"))
    assert (found.support, found.signups_per_address) == ("help@example.com", 5)


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.com:587",
        "http://mail.example.com",
        "smtp://",
        "smtp://:587",
        "smtp://mail.example.com:0",
        "smtp://mail.example.com:port",
        "smtp://mail.example.com:70000",
        "smtp://mail.example.com/path",
        "smtp://mail.example.com?tls=off",
        "smtp://mail.example.com#x",
        "smtp://[::1",
        "smtp://user@mail.example.com",
        "smtp://:password@mail.example.com",
        "smtp://usér:password@mail.example.com",
        "smtp://mail.example.com\nx",
    ],
)
def test_a_mail_server_that_cannot_be_used_is_refused(url: str) -> None:
    assert faults(PRODUCTION | {"SMTP_URL": url, "MAIL_FROM": "no-reply@example.com"}) == ["SMTP_URL"]


def test_a_mail_server_needs_an_address_that_mails_come_from_and_both_faults_are_said_at_once() -> None:
    assert faults(PRODUCTION | {"SMTP_URL": "smtp://mail.example.com"}) == ["MAIL_FROM"]
    assert faults(PRODUCTION | {"SMTP_URL": "http://x"}) == ["SMTP_URL", "MAIL_FROM"]


@pytest.mark.parametrize(
    "url",
    [
        "smtp://mail.example.com",
        "smtp://mail.example.com:25/",
        "smtps://genkan%40example.com:p%40ss@mail.example.com:465",
        "smtp://127.0.0.1:25",
        "smtp://[::1]:25",
    ],
)
def test_a_mail_server_and_its_sender_are_read(url: str) -> None:
    found = from_environment(PRODUCTION | {"SMTP_URL": url, "MAIL_FROM": "no-reply@id.example.com"})
    assert (found.smtp_url, found.mail_from, found.can_mail) == (url, "no-reply@id.example.com", True)


def test_mail_goes_nowhere_in_production_until_a_server_is_named() -> None:
    assert not from_environment(PRODUCTION).can_mail
    assert from_environment({}, made_secret=SECRET).can_mail


def test_a_teams_own_folder_is_found_from_the_root(tmp_path: Path) -> None:
    (tmp_path / "look").mkdir()
    for value in ("look", f" {tmp_path}/look "):
        found = from_environment({"BRAND_DIR": value}, made_secret=SECRET, root=tmp_path)
        assert found.brand_dir == tmp_path / "look"
    assert from_environment({"BRAND_DIR": " "}, made_secret=SECRET, root=tmp_path).brand_dir is None


@pytest.mark.parametrize("value", ["nowhere", "file", ".", "look/..", "a\0b", "x" * 300])
def test_what_is_no_folder_of_its_own_is_refused(tmp_path: Path, value: str) -> None:
    (tmp_path / "look").mkdir()
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsFault) as fault:
        from_environment({"BRAND_DIR": value}, made_secret=SECRET, root=tmp_path)
    assert {each.partition(":")[0] for each in fault.value.faults} == {"BRAND_DIR"}


def test_workers_and_the_address_of_the_figures_are_read() -> None:
    found = from_environment({}, made_secret=SECRET)
    assert (found.workers, found.metrics_address) == (1, None)
    found = from_environment({"WORKERS": "4", "METRICS_ADDRESS": "127.0.0.1:9464"}, made_secret=SECRET)
    assert (found.workers, found.metrics_address, found.dev_tools) == (4, ("127.0.0.1", 9464), False)
    assert from_environment({"METRICS_ADDRESS": "[::1]:9464"}, made_secret=SECRET).metrics_address == ("::1", 9464)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WORKERS", "0"),
        ("WORKERS", "65"),
        ("WORKERS", "many"),
        ("METRICS_ADDRESS", "9464"),
        ("METRICS_ADDRESS", "127.0.0.1"),
        ("METRICS_ADDRESS", "127.0.0.1:0"),
        ("METRICS_ADDRESS", "127.0.0.1:99999"),
        ("METRICS_ADDRESS", "localhost:9464"),
        ("METRICS_ADDRESS", "[::1:9464"),
        ("METRICS_ADDRESS", "127.0.0.1:9464/metrics"),
        ("METRICS_ADDRESS", "user@127.0.0.1:9464"),
        ("METRICS_ADDRESS", "127.0.0.1:8000"),
    ],
)
def test_workers_and_figures_that_cannot_be_are_refused_by_name(name: str, value: str) -> None:
    assert faults({name: value}, made_secret=SECRET) == [name]


def test_the_tools_of_designers_need_a_single_process() -> None:
    assert faults({"WORKERS": "2", "DEV_TOOLS": "on"}, made_secret=SECRET) == ["DEV_TOOLS"]
