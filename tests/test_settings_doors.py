"""Are the settings of the doors read, and is a door that would stay open by mistake a fault?"""

import pytest
from genkan.settings import SettingsFault, from_environment
from test_settings import PRODUCTION, SECRET, faults

MAIL = {"SMTP_URL": "smtp://mail.example.com", "MAIL_FROM": "no-reply@example.com"}
GOOGLE = {"GOOGLE_CLIENT_ID": "id", "GOOGLE_CLIENT_SECRET": "hq7Zk2"}
GITHUB = {"GITHUB_CLIENT_ID": "id", "GITHUB_CLIENT_SECRET": "hq7Zk2"}
OIDC = {"OIDC_WORKS_ISSUER": "https://id.example", "OIDC_WORKS_CLIENT_ID": "id", "OIDC_WORKS_CLIENT_SECRET": "hq7Zk2"}


def test_nothing_set_is_open_to_anybody() -> None:
    found = from_environment({}, made_secret=SECRET)
    assert (found.signup, found.allowed_domains, found.most_accounts) == ("open", (), None)


@pytest.mark.parametrize("value", ["open", "invitation", "closed"])
def test_how_sign_up_is_done_is_read(value: str) -> None:
    assert from_environment({"SIGNUP": value}, made_secret=SECRET).signup == value


def test_domains_are_kept_as_addresses_are_compared() -> None:
    found = from_environment(PRODUCTION | MAIL | {"ALLOWED_EMAIL_DOMAINS": "Example.com, bücher.example,, example.com"})
    assert found.allowed_domains == ("example.com", "xn--bcher-kva.example")
    assert from_environment({"MAX_ACCOUNTS": "250"}, made_secret=SECRET).most_accounts == 250


def test_addresses_that_have_to_be_proven_need_a_way_to_mail_in_production() -> None:
    with pytest.raises(SettingsFault, match="needs SMTP_URL: addresses have to be proven, and that is done by mail"):
        from_environment(PRODUCTION | {"ALLOWED_EMAIL_DOMAINS": "example.com"})
    assert from_environment({"ALLOWED_EMAIL_DOMAINS": "example.com"}, made_secret=SECRET).can_mail


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SIGNUP", "invite"),
        ("SIGNUP", "Closed"),
        ("MAX_ACCOUNTS", "0"),
        ("MAX_ACCOUNTS", "-1"),
        ("MAX_ACCOUNTS", "many"),
        ("ALLOWED_EMAIL_DOMAINS", "@example.com"),
        ("ALLOWED_EMAIL_DOMAINS", "*.example.com"),
        ("ALLOWED_EMAIL_DOMAINS", "example.com."),
        ("ALLOWED_EMAIL_DOMAINS", "hanako@example.com"),
        ("ALLOWED_EMAIL_DOMAINS", "example.com example.org"),
        ("ALLOWED_EMAIL_DOMAINS", "192.0.2.1"),
        ("ALLOWED_EMAIL_DOMAINS", ",".join(f"d{n}.example" for n in range(101))),
        ("GOOGLE_HD", "*"),
        ("GITHUB_ORG", "https://github.com/acme"),
        ("GITHUB_ORG", "acme,other"),
        ("GITLAB_GROUP", "/acme"),
        ("DISCORD_GUILD", "acme"),
        ("MICROSOFT_TENANT", "contoso.example"),
        ("OIDC_WORKS_CLAIM", "groups"),
        ("OIDC_WORKS_CLAIM", "groups:"),
        ("OIDC_WORKS_CLAIM", ":staff"),
        ("OIDC_WORKS_CLAIM", "groups:a,b"),
    ],
)
def test_what_cannot_be_used_is_refused_by_its_name(name: str, value: str) -> None:
    assert name in faults(PRODUCTION | MAIL | GOOGLE | GITHUB | OIDC | {name: value})


@pytest.mark.parametrize(
    "rule",
    [
        {"GOOGLE_HD": "example.com"},
        {"GITHUB_ORG": "acme"},
        {"GITLAB_GROUP": "acme/staff"},
        {"DISCORD_GUILD": "81384788765712384"},
        {"MICROSOFT_TENANT": "72f988bf-86f1-41af-91ab-2d7cd011db47"},
        {"OIDC_WORKS_CLAIM": "groups:staff"},
    ],
)
def test_a_rule_of_a_provider_that_is_not_there_keeps_nobody_out_and_is_a_fault(rule: dict[str, str]) -> None:
    assert faults(PRODUCTION | rule) == list(rule)


def test_rules_of_providers_come_with_their_providers() -> None:
    found = from_environment(
        PRODUCTION
        | GOOGLE
        | GITHUB
        | OIDC
        | {"GOOGLE_HD": "example.com", "GITHUB_ORG": "acme", "OIDC_WORKS_CLAIM": "https://acme.example/org:staff"}
    )
    assert [dict(each.extra) for each in found.providers] == [
        {"hd": "example.com"},
        {"org": "acme"},
        {"claim": "https://acme.example/org:staff"},
    ]
