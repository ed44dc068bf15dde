"""How do style sheets become one, and can those of a team be used? Joined, made small, and their pictures found."""

import re
from collections.abc import Mapping
from typing import Final

STRING: Final = r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
COMMENT: Final = r"/\*.*?\*/"
SPACE: Final = re.compile(rf"{STRING}|\s*{COMMENT}\s*|\s*\n\s*", re.DOTALL)
TIGHT: Final = re.compile(rf"{STRING}|\s*([{{}};])\s*|(?<=[\w-])(:) ")  # what a style sheet reads alike without spaces
URL: Final = re.compile(rf"""{COMMENT}|\burl\(\s*(["']?)(.*?)\1\s*\)|{STRING}""", re.DOTALL | re.IGNORECASE)
TOKENS: Final = re.compile(
    rf"""{STRING}|{COMMENT}|\burl\(\s*[^"'\s)][^)]*\)|@import(?![\w-])|/\*|[{{}}()\[\]"']""", re.DOTALL | re.I
)
CLOSES: Final = {"}": "{", ")": "(", "]": "["}
NEVER_CLOSED: Final = {"/*": "a comment", '"': "a quotation", "'": "a quotation"}
SMALL: Final = re.compile(r"(?:\.\./|\./)*(?:img/)?([^?#]*)")  # of an address in a style sheet: the name in img/


def small(text: str) -> str:
    """The same without comments, and without space that means nothing; what stands in quotes stays as it is."""
    lines = SPACE.sub(lambda found: found[1] or "\n", text).strip()
    return TIGHT.sub(lambda found: found[1] or found[2] or found[3], lines)


def addressed(text: str, addresses: Mapping[str, str]) -> str:
    """The same with each url("../img/x.svg") that is there by its address. addresses: by name in img/."""

    def address(found: re.Match[str]) -> str:
        known = addresses.get(_picture(found[2])) if found[2] else None
        return f'url("{known}{found[2][len(found[2].partition("#")[0]) :]}")' if known else found[0]

    return URL.sub(address, text)


def faults(text: str, pictures: Mapping[str, object]) -> list[str]:
    """Why a browser would not read it as it is meant; each with its line. pictures: by name in img/."""
    return [f"line {_line(text, at)}: {what}" for at, what in (*_unclosed(text), *_not_there(text, pictures))]


def _unclosed(text: str) -> list[tuple[int, str]]:
    opened: list[tuple[int, str]] = []
    for found in TOKENS.finditer(text):
        sign, at = found[0], found.start()
        if sign in NEVER_CLOSED:
            return [(at, f"{NEVER_CLOSED[sign]} that is never closed")]
        if sign.lower() == "@import":
            return [
                (
                    at,
                    "@import is not followed; put the file into css/: all there are joined in the order of their names",
                )
            ]
        if sign in CLOSES.values():
            opened.append((at, sign))
        elif sign in CLOSES and (not opened or opened.pop()[1] != CLOSES[sign]):
            return [(at, f"{sign} closes nothing")]
    return [(at, f"{sign} is never closed") for at, sign in opened[-1:]]


def _not_there(text: str, pictures: Mapping[str, object]) -> list[tuple[int, str]]:
    found = [(each.start(), each[2]) for each in URL.finditer(text) if each[2] and not each[2].startswith("#")]
    return [(at, _why(url)) for at, url in found if _picture(url) not in pictures]


def _why(url: str) -> str:
    if re.match(r"[a-z]+:|//", url, re.IGNORECASE):
        return f"a browser would not fetch {url[:60]}: put the file into img/ and name it"
    return f"there is no img/{_picture(url)}"


def _picture(url: str) -> str:
    """The name in img/ that an address in a style sheet means."""
    found = SMALL.match(url)
    return found[1] if found else url


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
