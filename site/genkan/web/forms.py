"""What was typed, and what is to be mended? Reads posted forms strictly, and hands them back to be mended."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request

from genkan.errors import (
    BadRequest,
    FormUnreadable,
    GenkanError,
    Message,
    Refused,
    TooLarge,
    UnsupportedType,
    WrongCredentials,
)

MOST_FIELDS: Final = 20
LONGEST_QUERY: Final = 8192  # characters
SECRET: Final = frozenset({"password", "new_password", "current"})  # never put back into a page
FORM_TYPE: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Field:
    """One input. id, name: stable for ever, password managers depend on them. invalid: marked, maybe without words."""

    id: str
    name: str
    value: str = ""
    error: Message | None = None
    invalid: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """A form as a template shows it: `form.username.value`. problems: (field's id, sentence), for the summary."""

    id: str
    fields: Mapping[str, Field]
    problems: tuple[tuple[str, Message], ...] = ()

    def __getattr__(self, name: str) -> Field:
        try:
            return self.fields[name]
        except KeyError:
            raise AttributeError(name) from None

    def filled(self, values: Mapping[str, str]) -> "Form":
        """With what was typed, but for passwords."""
        kept = {
            name: field if name in SECRET else replace(field, value=values.get(name, field.value))
            for name, field in self.fields.items()
        }
        return replace(self, fields=kept)

    def refused(self, error: GenkanError) -> "Form":
        """With what is to be mended: at each field, and in the summary."""
        if isinstance(error, WrongCredentials):
            marked = {name: replace(field, invalid=True) for name, field in self.fields.items()}
            return replace(self, fields=marked, problems=((self._first, error.message),))
        fields, problems = dict(self.fields), []
        for each in error.errors if isinstance(error, Refused) else (error,):
            if each.field in fields:
                fields[each.field] = replace(fields[each.field], error=each.message, invalid=True)
            problems.append((fields[each.field].id if each.field in fields else self._first, each.message))
        return replace(self, fields=fields, problems=tuple(problems))

    @property
    def _first(self) -> str:
        return next(iter(self.fields.values())).id


def blank(form_id: str, **ids: str) -> Form:
    """An empty form: blank("login-form", username="username", password="current-password")."""
    return Form(id=form_id, fields={name: Field(id=id, name=name) for name, id in ids.items()})


async def read(request: Request, names: Iterable[str]) -> dict[str, str]:
    """The posted values of these names, "" for what is missing; whatever else was posted is not looked at.

    Raises UnsupportedType (415), TooLarge (413), FormUnreadable (422: not UTF-8, NUL, or a name twice).
    """
    body = await request.body()
    if any(each != "identity" for each in request.headers.getlist("content-encoding")):
        raise UnsupportedType
    if body and list(map(_is_form, request.headers.getlist("content-type"))) != [True]:
        raise UnsupportedType
    if body.count(b"&") >= MOST_FIELDS:
        raise TooLarge
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict")
    except ValueError:
        raise FormUnreadable from None
    return _once(pairs, names, FormUnreadable)


def query(request: Request, names: Iterable[str]) -> dict[str, str]:
    """The same for the query string. Raises BadRequest (400)."""
    raw = request.scope["query_string"]
    if not raw:
        return dict.fromkeys(names, "")
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise BadRequest from None
    return _once(pairs, names, BadRequest)


def _once(pairs: list[tuple[str, str]], names: Iterable[str], error: type[GenkanError]) -> dict[str, str]:
    values = dict.fromkeys(names, "")
    seen = set()
    for name, value in pairs:
        if name not in values:
            continue
        if name in seen or "\0" in value:
            raise error
        seen.add(name)
        values[name] = value
    return values


def _is_form(content_type: str) -> bool:
    kind, _, parameters = content_type.lower().partition(";")
    return kind.strip() == FORM_TYPE and parameters.strip().replace('"', "") in ("", "charset=utf-8")
