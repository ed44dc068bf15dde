"""/dev/gallery/tokens, /type and /strings: what every page is made of: colours with their contrast, letters, and sentences."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from genkan.design import strings, tokens
from genkan.design.strings import Sentence
from genkan.dev.gallery import answer, choices
from genkan.dev.gallery.shelf import PATH
from genkan.web.language import DEFAULT, LANGUAGES
from genkan.web.render import Renderer

TOKENS: Final = "static/css/tokens.css"
KINDS: Final = {"": "all of them", "missing": "missing", "long": "much longer"}


async def show_tokens(request: Request) -> Response:
    style = (request.app.state.renderer.templates.root / TOKENS).read_text()
    known = tokens.read(style)
    groups = {each.group: [one for one in known if one.group == each.group] for each in known if not each.where}
    return answer.page(
        request,
        "tokens",
        choices.of(request),
        path=f"{PATH}/tokens",
        file=TOKENS,
        groups=groups,
        elsewhere=[each for each in known if each.where],
        pairs=list(tokens.pairs(style)),
    )


async def show_type(request: Request) -> Response:
    chosen = choices.of(request)
    specimens = [
        (code, name, f"{PATH}/type/specimen{choices.inside(chosen._replace(language=code))}")
        for code, name in LANGUAGES.items()
    ]
    return answer.page(request, "type", chosen, path=f"{PATH}/type", specimens=specimens)


async def show_specimen(request: Request) -> Response:
    """Letters in every size and weight, on a page in the language that is chosen, since fonts go by that."""
    chosen = choices.of(request)
    html = request.app.state.renderer.templates.render("dev/gallery/specimen.html", None, chosen.language, {})
    return answer.alone(request, html, "Type", chosen, sheet="specimen.css")


async def show_strings(request: Request) -> Response:
    renderer: Renderer = request.app.state.renderer
    wanted, kind = request.query_params.get("q", "").strip(), request.query_params.get("kind", "")
    others = {code: renderer.templates.catalogs[code].strings for code in LANGUAGES if code != DEFAULT}
    every = strings.read(renderer.templates.root, others)
    return answer.page(
        request,
        "strings",
        choices.of(request),
        path=f"{PATH}/strings",
        filters={"q": wanted, "kind": kind},
        languages={code: LANGUAGES[code] for code in others},
        kinds=KINDS,
        sentences=[each for each in every if _is_wanted(each, wanted, kind)],
        count=len(every),
        missing=sum(said.is_missing for each in every for said in each.said),
        longer=sum(said.is_much_longer for each in every for said in each.said),
    )


def _is_wanted(sentence: Sentence, wanted: str, kind: str) -> bool:
    told = " ".join((sentence.english, *(each.text for each in sentence.said), *sentence.files)).casefold()
    of_kind = {
        "missing": any(each.is_missing for each in sentence.said),
        "long": any(each.is_much_longer for each in sentence.said),
    }
    return all(word in told for word in wanted.casefold().split()) and of_kind.get(kind, True)


routes: Final = [
    Route(f"{PATH}/tokens", show_tokens, methods=["GET"]),
    Route(f"{PATH}/type", show_type, methods=["GET"]),
    Route(f"{PATH}/type/specimen", show_specimen, methods=["GET"]),
    Route(f"{PATH}/strings", show_strings, methods=["GET"]),
]
