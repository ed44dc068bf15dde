"""Who may have an account? Each function reads one setting and says what is wrong with it; a door that is half closed is a fault."""

import re
from typing import Final, Literal

from email_validator import EmailNotValidError, validate_email

from genkan.settings.reader import Reader
from genkan.settings.shape import ProviderSettings

MOST_DOMAINS: Final = 100
GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CLAIM: Final = re.compile(r"(?:https?://)?[^:,\s]{1,200}:[^,\s][^,]{0,200}")
# setting → what it has to look like, and what is wrong where it does not
ORGANISATIONS: Final = {
    "GITHUB_ORG": (
        re.compile(r"[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}"),
        "the name of one organisation, as in its address",
    ),
    "GITLAB_GROUP": (
        re.compile(r"[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*"),
        "the path of one group, like team or company/team",
    ),
    "DISCORD_GUILD": (re.compile(r"[0-9]{15,22}"), "the id of one server: a number"),
    "MICROSOFT_TENANT": (
        re.compile(rf"{GUID.pattern}|common|organizations|consumers"),
        "the id of a tenant (not its domain), or common, organizations, consumers",
    ),
}


def signup(reader: Reader) -> Literal["open", "invitation", "closed"]:
    found = reader.choice("SIGNUP", ("open", "invitation", "closed"), "open")
    return "open" if found == "open" else "invitation" if found == "invitation" else "closed"


def allowed_domains(reader: Reader, *, production: bool) -> tuple[str, ...]:
    """In small ASCII letters, as addresses are compared."""
    found = _domains(reader, "ALLOWED_EMAIL_DOMAINS")
    if found and production and not reader.text("SMTP_URL", ""):
        reader.fault("ALLOWED_EMAIL_DOMAINS", "needs SMTP_URL: addresses have to be proven, and that is done by mail")
    return found


def most_accounts(reader: Reader) -> int | None:
    if not reader.text("MAX_ACCOUNTS", ""):
        return None
    return reader.number("MAX_ACCOUNTS", 1, 1, 999_999_999)


def check_organisations(reader: Reader, providers: tuple[ProviderSettings, ...]) -> None:
    """A rule that cannot be read, or that stands beside no provider, keeps nobody out: both are faults."""
    names = {each.name.upper() for each in providers}
    for name, (form, what) in ORGANISATIONS.items():
        value = reader.text(name, "")
        if value and not form.fullmatch(value):
            reader.fault(name, f"must be {what}")
        _check_provider(reader, name, value, name.partition("_")[0] in names)
    _check_provider(reader, "GOOGLE_HD", ",".join(_domains(reader, "GOOGLE_HD")), "GOOGLE" in names)
    for name in sorted(filter(re.compile(r"OIDC_.+_CLAIM").fullmatch, reader.environ)):
        value = reader.text(name, "")
        if value and not CLAIM.fullmatch(value):
            reader.fault(name, "must be one claim and its value, like groups:staff")
        _check_provider(reader, name, value, name.removeprefix("OIDC_").removesuffix("_CLAIM") in names)


def _check_provider(reader: Reader, name: str, value: str, is_there: bool) -> None:
    if value and not is_there:
        reader.fault(name, "is set, and its provider is not: nobody is kept out by it")


def _domains(reader: Reader, name: str) -> tuple[str, ...]:
    asked = [each.strip() for each in reader.text(name, "").split(",") if each.strip()]
    found = [_ascii(each) for each in asked]
    if None in found or len(found) > MOST_DOMAINS:
        reader.fault(
            name,
            "must be domains with commas between them, like example.com, example.org: no @, no *, no dot at the end",
        )
    return tuple(dict.fromkeys(each for each in found if each is not None))


def _ascii(domain: str) -> str | None:
    """As it stands behind the @ of an address, in the form that is compared."""
    try:
        return validate_email(f"x@{domain}", check_deliverability=False, test_environment=True).ascii_domain.lower()
    except (EmailNotValidError, UnicodeError):
        return None
