"""Are forms read strictly, and handed back without passwords? (IN-*, RQ-*, CS-06)"""

from collections.abc import Mapping
from types import MappingProxyType

import pytest
from genkan.errors import (
    BadRequest,
    EmailEmpty,
    FormUnreadable,
    GenkanError,
    Refused,
    TooLarge,
    UnsupportedType,
    UsernameTaken,
    WrongCredentials,
)
from genkan.web import forms
from starlette.requests import Request
from starlette.types import Message

TYPE = "application/x-www-form-urlencoded"


def posted(
    body: bytes,
    content_type: str | None = TYPE,
    *,
    query: bytes = b"",
    headers: Mapping[str, str] = MappingProxyType({}),
) -> Request:
    given = headers if content_type is None else {"content-type": content_type, **headers}

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    raw = [(name.encode(), value.encode()) for name, value in given.items()]
    return Request({"type": "http", "method": "POST", "headers": raw, "query_string": query}, receive)


@pytest.mark.anyio
async def test_reads_what_is_asked_for_and_nothing_else() -> None:
    request = posted(b"name=Hana+Ko&is_admin=1&id=1&email=%E8%8A%B1", query=b"email=evil")
    assert await forms.read(request, ("name", "email", "next")) == {"name": "Hana Ko", "email": "花", "next": ""}


@pytest.mark.anyio
@pytest.mark.parametrize("content_type", [TYPE, f"{TYPE}; charset=utf-8", f'{TYPE};charset="UTF-8"', TYPE.upper()])
async def test_takes_a_form_by_any_spelling_of_its_type(content_type: str) -> None:
    assert await forms.read(posted(b"a=1", content_type), ("a",)) == {"a": "1"}


@pytest.mark.anyio
async def test_an_empty_body_is_an_empty_form() -> None:
    assert await forms.read(posted(b"", None), ("a",)) == {"a": ""}


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("body", "content_type", "headers", "error"),
    [
        pytest.param(b'{"a":1}', "application/json", {}, UnsupportedType, id="IN-08 JSON"),
        pytest.param(b"a=1", "text/plain", {}, UnsupportedType, id="CS-06 text"),
        pytest.param(b"a=1", None, {}, UnsupportedType, id="CS-06 none"),
        pytest.param(b"a=1", f"{TYPE}; charset=utf-7", {}, UnsupportedType, id="CS-06 charset"),
        pytest.param(b"--x", "multipart/form-data; boundary=x", {}, UnsupportedType, id="RQ-04 multipart"),
        pytest.param(b"a=1", TYPE, {"content-encoding": "gzip"}, UnsupportedType, id="RQ-06 gzip"),
        pytest.param(b"a=1&a=2", TYPE, {}, FormUnreadable, id="IN-10 twice"),
        pytest.param(b"a=%00", TYPE, {}, FormUnreadable, id="NUL"),
        pytest.param(b"a=%ff", TYPE, {}, FormUnreadable, id="not UTF-8"),
        pytest.param(b"a=\xff", TYPE, {}, FormUnreadable, id="not ASCII"),
        pytest.param(b"&".join(b"f%d=1" % each for each in range(21)), TYPE, {}, TooLarge, id="RQ-02 21 fields"),
        pytest.param(b"&".join(b"f%d=1" % each for each in range(1001)), TYPE, {}, TooLarge, id="RQ-02 1001 fields"),
        pytest.param(b"&" * 60_000, TYPE, {}, TooLarge, id="RQ-02 nothing but separators"),
        pytest.param("a=1".encode("utf-16"), TYPE, {}, FormUnreadable, id="UN UTF-16"),
        pytest.param(b"a=%C0%AF", TYPE, {}, FormUnreadable, id="UN overlong UTF-8"),
        pytest.param(b"a=%ED%A0%80", TYPE, {}, FormUnreadable, id="UN half of a pair"),
    ],
)
async def test_refuses(
    body: bytes, content_type: str | None, headers: dict[str, str], error: type[GenkanError]
) -> None:
    with pytest.raises(error):
        await forms.read(posted(body, content_type, headers=headers), ("a",))


@pytest.mark.anyio
@pytest.mark.parametrize(
    "more", [("content-type", "text/plain"), ("content-type", TYPE), ("content-encoding", "gzip")], ids=str
)
async def test_CS_06_a_form_that_is_two_things_at_once_is_refused(more: tuple[str, str]) -> None:
    request = posted(b"a=1", headers={"content-encoding": "identity"})
    request.scope["headers"].append((more[0].encode(), more[1].encode()))
    with pytest.raises(UnsupportedType):
        await forms.read(request, ("a",))


@pytest.mark.anyio
async def test_IN_11_a_semicolon_is_data() -> None:
    assert await forms.read(posted(b"a=1;b=2&c=x%26b=9"), ("a", "b", "c")) == {"a": "1;b=2", "b": "", "c": "x&b=9"}


@pytest.mark.anyio
async def test_IN_08_brackets_are_another_name() -> None:
    assert await forms.read(posted(b"email[]=a&email[$ne]="), ("email",)) == {"email": ""}


@pytest.mark.parametrize("query", [b"a=1&a=2", b"a=%ff", b"a=%00", b"a=\xff", b"&".join(b"x=1" for _ in range(21))])
def test_RD_09_a_query_that_says_a_thing_twice_or_cannot_be_read_is_refused(query: bytes) -> None:
    with pytest.raises(BadRequest):
        forms.query(posted(b"", query=query), ("a",))


def test_reads_a_query() -> None:
    assert forms.query(posted(b"", query=b"next=%2Fa%3Fb%3D1&x=1&x=2"), ("next", "intent")) == {
        "next": "/a?b=1",
        "intent": "",
    }


FORM = forms.blank("signup-form", email="signup-email", username="signup-username", password="new-password")


def test_CA_08_keeps_what_was_typed_but_for_the_password() -> None:
    filled = FORM.filled({"email": "a@example.com", "password": "secret"})
    assert [filled.email.value, filled.username.value, filled.password.value] == ["a@example.com", "", ""]


def test_marks_the_fields_to_be_mended_and_lists_them() -> None:
    again = FORM.refused(Refused(EmailEmpty(), UsernameTaken()))
    assert [again.email.error, again.username.error, again.password.error] == [
        EmailEmpty().message,
        UsernameTaken().message,
        None,
    ]
    assert again.problems == (("signup-email", EmailEmpty().message), ("signup-username", UsernameTaken().message))


def test_wrong_credentials_mark_every_field_and_say_it_once() -> None:
    again = FORM.refused(WrongCredentials())
    assert {(field.invalid, field.error) for field in again.fields.values()} == {(True, None)}
    assert again.problems == (("signup-email", WrongCredentials().message),)


def test_a_failure_of_no_field_points_to_the_first() -> None:
    again = FORM.refused(FormUnreadable())
    assert again.problems == (("signup-email", FormUnreadable().message),)
    assert not any(field.invalid for field in again.fields.values())


def test_has_no_other_fields() -> None:
    with pytest.raises(AttributeError):
        _ = FORM.nickname
