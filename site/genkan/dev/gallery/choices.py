"""How is a state looked at? Language, theme, contrast, width, JavaScript, size of text: chosen by links, kept in the address."""

from typing import Final, NamedTuple
from urllib.parse import urlencode

from starlette.requests import Request

from genkan.web import locales
from genkan.web.language import DEFAULT, OURS


class Choices(NamedTuple):
    """What is chosen, with what is usual."""

    language: str = DEFAULT
    theme: str = "system"
    contrast: str = "usual"
    width: str = "390"
    js: str = "on"
    text: str = "100"


class Option(NamedTuple):
    label: str
    url: str
    is_chosen: bool
    language: str  # of the label


class Control(NamedTuple):
    label: str
    options: tuple[Option, ...]


USUAL: Final = Choices()
ANY: Final = {each.code: each.name for each in locales.found([OURS], with_pseudo=True).every.values()}
OPTIONS: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "language": ("Language", ANY),
    "theme": ("Theme", {"system": "system", "light": "light", "dark": "dark"}),
    "contrast": ("Contrast", {"usual": "usual", "more": "more", "forced": "forced"}),
    "width": ("Width", {"320": "320", "390": "390", "768": "768", "1280": "1280"}),
    "js": ("JavaScript", {"on": "on", "off": "off"}),
    "text": ("Text", {"100": "100 %", "200": "200 %"}),
}
DARK: Final = "(prefers-color-scheme: dark)"  # said in what is shown, to be true or false by choice
OF_THE_FRAME: Final = ("width",)  # and not of what stands in it


def of(request: Request) -> Choices:
    """What the address says; the usual for whatever it does not say, or says wrongly."""
    asked = {name: request.query_params.get(name) for name in OPTIONS}
    return USUAL._replace(**{name: value for name, value in asked.items() if value in OPTIONS[name][1]})


def query(choices: Choices, **more: str) -> str:
    """The same as the end of an address: "?theme=dark", or "" where everything is usual. more: what else it says."""
    said = {name: value for name, value in choices._asdict().items() if value != getattr(USUAL, name)}
    said |= {name: value for name, value in more.items() if value}
    return f"?{urlencode(said)}" if said else ""


def inside(choices: Choices) -> str:
    """The end of the address of what stands in a frame."""
    return query(choices._replace(**{name: getattr(USUAL, name) for name in OF_THE_FRAME}))


def controls(choices: Choices, path: str, **more: str) -> list[Control]:
    """Every choice that there is, each a link to the same page with it."""
    return [_control(choices, path, name, more) for name in OPTIONS]


def _control(choices: Choices, path: str, name: str, more: dict[str, str]) -> Control:
    label, values = OPTIONS[name]
    options = (
        Option(
            label=text,
            url=path + query(choices._replace(**{name: value}), **more),
            is_chosen=getattr(choices, name) == value,
            language=value if name == "language" else DEFAULT,
        )
        for value, text in values.items()
    )
    return Control(label, tuple(options))
