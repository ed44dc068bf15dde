"""Where are mails handed over, and from whom? Each function reads one setting and says what is wrong with it."""

import re
from urllib.parse import urlsplit

from genkan.settings.reader import Reader
from genkan.settings.secret import is_example

ADDRESS = re.compile(
    r"(?=[^@]{1,64}@)[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@(?=[^@]*[A-Za-z])[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*",
    re.ASCII,
)
ADDRESS_LONGEST = 254  # characters
ENCRYPTED_BY = {465: "smtps", 587: "smtp"}  # from the first byte, or by STARTTLS (RFC 8314 §3.3)


def smtp_url(reader: Reader) -> str | None:
    value = reader.text("SMTP_URL", "")
    try:
        parts = urlsplit(value)
        is_usable = parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_usable = False
    if value and (not is_usable or parts.path.strip("/") or parts.query or parts.fragment or not value.isascii()):
        reader.fault(
            "SMTP_URL",
            "must be like smtp://user:password@mail.example.com:587 (STARTTLS) or smtps://…:465; "
            "what is special in user or password as %40 and so on",
        )
    elif value and bool(parts.username) != bool(parts.password):
        reader.fault("SMTP_URL", "must have a user and a password, or neither")
    elif value and is_example(parts.password or ""):
        reader.fault("SMTP_URL", "still has the password of an example; your mail provider has told you another")
    elif value and (right := ENCRYPTED_BY.get(parts.port or 0, parts.scheme)) != parts.scheme:
        reader.fault("SMTP_URL", f"must begin with {right}:// for port {parts.port}")
    return value or None


def mail_from(reader: Reader, *, production: bool) -> str | None:
    value = reader.text("MAIL_FROM", "")
    has_server = bool(reader.raw("SMTP_URL"))
    if value and (len(value) > ADDRESS_LONGEST or not ADDRESS.fullmatch(value)):
        reader.fault("MAIL_FROM", "must be an address and nothing else, like no-reply@example.com")
    elif not value and has_server:
        reader.fault("MAIL_FROM", "must be set with SMTP_URL: the address that mails come from")
    elif value and not has_server and production:
        reader.fault("SMTP_URL", "must be set with MAIL_FROM: the server that mails are handed to; or take out both")
    return value or None
