"""Has every template its states, can all of them be shown, and is what a file says read as it is meant?"""

import re
from pathlib import Path
from typing import Any

import pytest
from entrance import settings_for
from genkan.design import showing, states
from genkan.design.states import State, StatesFault
from genkan.errors import Message
from genkan.mail import LONGEST_SUBJECT
from genkan.web.forms import Field, Form
from genkan.web.language import DEFAULT, LANGUAGES
from genkan.web.notices import Notice
from genkan.web.render import Renderer

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
PARTS = {"layout", "parts"}  # of mails: what the others are made of
RENDERER = Renderer(settings_for("sqlite:///unused", environment="production"), ROOT)
ALL = states.load(TEMPLATES)
COMMON = states.common(TEMPLATES)
EACH = [each for found in ALL.values() for each in found]
PAGES = [each for each in EACH if not each.template.startswith("emails/")]
MAILS = [each for each in EACH if each.template.startswith("emails/")]


def named(state: State) -> str:
    return f"{state.template} {state.name}"


def on_disk() -> set[str]:
    found = {path for room in states.ROOMS for path in (TEMPLATES / room).iterdir() if path.suffix in (".html", ".txt")}
    return {str(path.relative_to(TEMPLATES).with_suffix("")) for path in found if path.stem not in PARTS}


def written(folder: Path, text: str, shared: str = "") -> list[State]:
    """The states of a template that has this file."""
    (folder / "pages").mkdir(exist_ok=True)
    (folder / states.SHARED).write_text(shared)
    (folder / "pages" / f"one{states.SUFFIX}").write_text(text)
    return states.load(folder)["pages/one"]


def context(folder: Path, text: str, shared: str = "") -> dict[str, Any]:
    return dict(written(folder, text, shared)[-1].context)


def messages(value: Any) -> list[Message]:
    if isinstance(value, Message):
        return [value]
    if isinstance(value, dict):
        return [found for each in value.values() for found in messages(each)]
    return [found for each in value for found in messages(each)] if isinstance(value, tuple) else []


# The states of our own templates.


def test_every_template_has_its_states_and_no_other() -> None:
    assert ALL.keys() == on_disk()
    assert [name for name, found in ALL.items() if not found] == []


@pytest.mark.parametrize("name", ALL)
def test_a_state_has_a_name_of_its_own_and_says_when_it_happens(name: str) -> None:
    found = ALL[name]
    assert [each.name for each in found if not re.fullmatch(r"[a-z0-9-]{2,40}", each.name)] == []
    assert [each.about for each in found if not re.fullmatch(r"[A-Z].{4,119}[.]", each.about)] == []
    assert len({each.name for each in found}) == len({each.about for each in found}) == len(found)
    assert [each.address for each in found if not each.address.startswith("/")] == []


@pytest.mark.parametrize("name", ALL)
def test_the_first_state_is_the_usual_one(name: str) -> None:
    assert ALL[name][0].name == "default"
    assert ALL[name][0].part is None


@pytest.mark.parametrize("state", PAGES, ids=named)
def test_every_state_of_a_page_can_be_shown_in_every_language(state: State) -> None:
    for code in LANGUAGES:
        html = showing.page(RENDERER, state, code, COMMON)
        assert "<h1" in html or state.part
        assert [each for each in ("<b>Bobby", "%(", ">None<", "&#34;None") if each in html] == []
        assert state.part or state.template == "errors/500" or f'<html lang="{code}"' in html


@pytest.mark.parametrize("state", MAILS, ids=named)
def test_every_state_of_a_mail_can_be_shown_in_every_language(state: State) -> None:
    for code in LANGUAGES:
        mail = showing.mail(RENDERER, state, code)
        assert 0 < len(mail.subject) <= LONGEST_SUBJECT
        assert "Genkan" in mail.text
        assert f'<html lang="{code}"' in mail.html
        assert state.context["path"] in mail.text
        assert state.context["path"] in mail.html


def test_what_states_say_are_sentences_of_the_catalogs() -> None:
    said = {message.text for state in EACH for message in messages(dict(state.context))}
    assert len(said) > 20
    for code in LANGUAGES.keys() - {DEFAULT}:
        assert said <= RENDERER.templates.catalogs[code].strings.keys()


def test_a_page_of_somebody_with_tags_in_their_name_shows_them_as_text() -> None:
    state = next(each for each in ALL["pages/account"] if each.name == "tags")
    assert "&lt;b&gt;Bobby&lt;/b&gt; &amp; &#34;Tables&#34; {{ 7 * 7 }}" in showing.page(RENDERER, state, "en", COMMON)


# What a file says.


def test_a_state_is_what_all_have_and_what_it_adds(tmp_path: Path) -> None:
    text = """
        address = "/one"
        [all]
        a = 1
        table = { b = 2, c = [3, 4] }
        none = ["nothing", "filled"]
        [states.first]
        about = "When."
        part = "form"
        table.c = 5
        filled = "yes"
        [states.second]
        none = ["a"]
    """
    first, second = written(tmp_path, text)
    assert first == State("pages/one", "first", "/one", "When.", "form", first.context)
    assert first.context == {"a": 1, "table": {"b": 2, "c": 5}, "filled": "yes", "nothing": None}
    assert second.context == {"a": None, "table": {"b": 2, "c": (3, 4)}, "nothing": None, "filled": None}
    assert (second.about, second.part) == ("", None)


def test_a_state_can_be_like_another(tmp_path: Path) -> None:
    text = """
        [all]
        a = 1
        [states.third]
        like = "second"
        a = 3
        [states.second]
        like = "first"
        about = "Then."
        form.refused = ["NameEmpty"]
        [states.first]
        about = "When."
        part = "form"
        form.fields = { name = "the-name" }
    """
    third = written(tmp_path, text)[0]
    assert third.context["form"].name.error == Message("Enter your name")
    assert (third.context["a"], third.about, third.part) == (3, "", "form")


def test_a_file_without_an_address_or_states_is_read(tmp_path: Path) -> None:
    assert written(tmp_path, "[states.one]")[0].address == "/"
    assert written(tmp_path, "") == []
    assert states.common(tmp_path) == {}


def test_what_files_share_is_named_and_can_be_changed_where_it_is(tmp_path: Path) -> None:
    shared = """
        [common]
        site_name = "@words.name"
        [words]
        name = "Genkan"
        [people.ai]
        name = "Ai"
        email = "ai@example.com"
        [lists]
        two = ["@people.ai", "@words.name"]
    """
    text = """
        [all]
        a = "@people.ai"
        b = { like = "@people.ai", none = ["email"] }
        c = "@lists.two"
        [states.one]
        a.name = "Mio"
    """
    found = context(tmp_path, text, shared)
    assert found["a"] == {"name": "Mio", "email": "ai@example.com"}
    assert found["b"] == {"name": "Ai", "email": None}
    assert found["c"] == ({"name": "Ai", "email": "ai@example.com"}, "Genkan")
    assert states.common(tmp_path) == {"site_name": "Genkan"}


def test_one_sentence_takes_the_place_of_another(tmp_path: Path) -> None:
    text = """
        [all]
        notice = { left = "linked", provider = "LINE" }
        said = { text = "%(a)s.", a = "A" }
        message = { error = "PasswordShort", min = 15 }
        [states.one]
        notice = { left = "saved" }
        said = { text = "Saved." }
        message = { error = "NotFound" }
    """
    found = context(tmp_path, text)
    assert found["notice"] == Notice("good", Message("Saved."), 200)
    assert found["said"] == Message("Saved.")
    assert found["message"].values == {}


def test_a_form_has_what_was_typed_and_what_it_was_refused_with(tmp_path: Path) -> None:
    text = """
        [states.one.form]
        id = "the-form"
        fields.name = "the-name"
        fields.password = { id = "new-password", name = "new_password" }
        fields.plain = {}
        typed = { name = "Ai", password = "secret" }
        refused = ["NameFormat", { error = "PasswordShort", min = 15 }]
        [states.two]
        like = "one"
        form.refused = [{ error = "Busy", seconds = 2 }]
        [states.three]
        like = "one"
        form.refused = []
    """
    one, two, three = (each.context["form"] for each in written(tmp_path, text))
    short = Message("Password must be %(min)s characters or more", {"min": 15})
    format = Message("Name cannot have control characters")
    assert one == Form(
        "the-form",
        {
            "name": Field("the-name", "name", "Ai", format, True),
            "password": Field("new-password", "new_password", "", short, True),
            "plain": Field("plain", "plain"),
        },
        (("the-name", format), ("new-password", short)),
    )
    assert [id for id, _ in two.problems] == ["the-name"]
    assert three.problems == ()


FAULTS = {
    "a = ]": "Invalid value (at line 1, column 5)",
    "[states.one]\nform.fields = {}\nform.refuse = []": "one.states.toml:3: A form has no “refuse”; it has: id, fields, typed, refused",
    "adress = '/'": "one.states.toml:1: A file of states has no “adress”; it has: address, all, states",
    "[states.one]\nform.fields.a = 'a'\nform.typed = { b = 'x' }": "one.states.toml:3: The form has no “b”; it has: a",
    "[states.one]\nform.fields.a = { ids = 'a' }": "one.states.toml:2: A field has no “ids”; it has: id, name",
    "[states.one]\nm = { error = 'NameEmtpy' }": "one.states.toml:2: There is no error “NameEmtpy” in errors.py; is NameEmpty meant?",
    "[states.one]\nm = { error = 'Refused' }": "There is no error “Refused” in errors.py",
    "[states.one]\nm = { error = 'Message' }": "There is no error “Message” in errors.py",
    "[states.one]\nm = { error = 'Busy' }": "one.states.toml:2: Busy needs seconds: when it is worth trying again",
    "[states.one]\nm = { error = 'NameLong' }": "“Name must be %(max)s characters or fewer” needs max",
    "[states.one]\nn = { left = 'save' }": "one.states.toml:2: There is no notice “save” in web/notices.py; is saved meant?",
    "[states.one]\nn = { left = 'x' }": "one.states.toml:2: There is no notice “x” in web/notices.py",
    "[states.one]\nn = { left = 'linked' }": "“%(provider)s is now linked. You can use it to log in.” needs provider",
    "[states.one]\ns = { text = 'Hello %(name)s' }": "one.states.toml:2: “Hello %(name)s” needs name",
    "[states.one]\nf = { fields = {a = 'a'}, refused = ['NameEmpty', 'NotFound'] }": "one.states.toml:2: NotFound belongs to no field: it comes alone",
    "[states.one]\np = '@people.ai'": "one.states.toml:2: There is no @people.ai in states.toml",
    "[states.one]\np = '@people.bo.name.first'": "one.states.toml:2: There is no @people.bo.name.first in states.toml",
    "[states.one]\np = '@people.circle'": "/states.toml:3: @people.circle stands for itself",
    '[states.one]\nlike = "two"': "one.states.toml:2: There is no state “two” for another to be like",
    '[states.one]\nlike = "two"\n[states.two]\nlike = "one"': "one.states.toml:1: The state “one” is like itself",
}


@pytest.mark.parametrize("text", FAULTS)
def test_a_fault_says_what_is_wrong_and_where(tmp_path: Path, text: str) -> None:
    shared = "[people]\nbo = { name = 'Bo' }\ncircle = { like = '@people.circle' }"
    if "circle" not in text:
        shared = shared.partition("circle")[0]
    with pytest.raises(StatesFault) as fault:
        written(tmp_path, text, shared)
    assert FAULTS[text] in str(fault.value)


def test_a_folder_without_what_files_share_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(StatesFault, match=re.escape(f"{tmp_path / states.SHARED}: ")):
        states.load(tmp_path)
