"""Are all names of a template followed, as Jinja would find them?"""

from collections.abc import Mapping
from typing import Any

import pytest
from genkan.design.lint import calls, css, document, known, masked
from genkan.design.lint.css import Declaration, Rule, Statement
from genkan.design.lint.shown import Marking
from genkan.design.lint.tree import Template, Tree
from genkan.design.lint.walk import Walk, top
from genkan.errors import Message
from jinja2 import Environment

JINJA = Environment()
CONTEXT: Mapping[str, Any] = {
    "form": {"id": "a-form", "problems": ((("a", Message("b"))),), "name": {"value": ""}},
    "people": [{"name": "Ai", "age": 3}],
    "choices": {"a": "b"},
    "nothing": None,
    "empty": [],
    "word": "x",
}


def unknown(source: str) -> list[str]:
    tree = JINJA.parse(source)
    walk = Walk("nobody has it")
    walk.template(tree, {**known.of([CONTEXT]).names, **dict.fromkeys(("ui", "_", *top(tree)))})
    return [name for _, name, _ in walk.unknown]


@pytest.mark.parametrize(
    "source",
    [
        "{{ form.id }}{{ form['name'].value }}{{ form.name['value'] }}",
        "{% for person in people if person.age %}{{ loop.index }}{{ person.name }}{% else %}{{ word }}{% endfor %}",
        "{% for id, message in form.problems %}{{ id }}{{ message }}{% endfor %}",
        "{% for code, name in choices.items() %}{{ code.anything }}{{ name }}{% endfor %}",
        "{% for each in people[1:]|list %}{{ each.name }}{% endfor %}{{ people[0].age }}",
        "{% set a = word %}{{ a.upper() }}{% set b %}{{ a }}{% endset %}{{ b|upper }}",
        "{% if word %}{% set c = 1 %}{% endif %}{{ c }}",
        "{% with d = people, e = word %}{{ d }}{{ e }}{% endwith %}",
        "{% import 'x' as x %}{% from 'y' import y, z as w %}{{ x.a }}{{ y }}{{ w }}",
        "{% if maybe is defined %}{% endif %}{{ maybe|default('') }}{{ form.no is defined }}{{ form.no|d('') }}",
        "{{ nothing.name }}{% for each in empty %}{{ each.any.thing }}{% endfor %}",
        "{% macro m(a, b=word) %}{{ a.x }}{{ b }}{{ caller() }}{{ varargs }}{{ m }}{% endmacro %}{{ m(1) }}",
        "{% call(row) m() %}{{ row.x }}{% endcall %}{% macro m() %}{% endmacro %}",
        "{% block b %}{{ super() }}{{ self.b() }}{{ word }}{% endblock %}",
        "{% for p in people %}{% block c scoped %}{{ p.name }}{% endblock %}{% endfor %}",
        "{{ (people or empty)[0].name }}{{ (form if word else form).id }}{{ (word and form).id }}",
        "{% for id, url in [('a', word), ('b', word)] %}{{ id }}{{ url }}{% endfor %}{{ {'a': word} }}",
        "{{ word ~ 1 }}{{ [word, none]|join(',') }}{{ not word }}{{ word in ('a', 'b') }}{{ word|replace('a', word) }}",
        "{% filter upper %}{{ word }}{% endfilter %}{{ people|map(attribute='name')|first }}",
        "{{ form.problems[0][1].values }}{% set ns = form %}{% set ns.x = 1 %}",
    ],
)
def test_what_is_known_is_known(source: str) -> None:
    assert unknown(source) == []


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("{{ wort }}", ["wort"]),
        ("{{ form.nam }}{{ form['nam'] }}{{ form.name.vale }}", ["nam", "nam", "vale"]),
        ("{% for person in people %}{{ person.nam }}{% endfor %}{{ person }}", ["nam", "person"]),
        ("{% for p in people %}{% block b %}{{ p }}{% endblock %}{% endfor %}", ["p"]),
        ("{{ word.uper() }}{{ people.name }}{{ people[0].nam }}", ["uper", "name", "nam"]),
        ("{% with a = wort %}{{ a }}{% endwith %}{{ a }}", ["wort", "a"]),
        ("{% call ui.x(wort) %}{{ wert }}{% endcall %}", ["wort", "wert"]),
        ("{% if wort == 1 %}{% elif wert %}{% else %}{{ wirt }}{% endif %}", ["wort", "wert", "wirt"]),
        ("{{ _('a', b=wort) }}{{ word|replace(wort, 'a') }}{{ word is sameas wort }}", ["wort", "wort", "wort"]),
        ("{% include wort %}{% filter replace('a', wert) %}{% endfilter %}", ["wort", "wert"]),
        ("{{ (1).foo }}{{ form.problems[0][1].txt }}", ["foo", "txt"]),
    ],
)
def test_what_nobody_knows_is_told(source: str, names: list[str]) -> None:
    assert unknown(source) == names


def tree(**sources: str) -> Tree:
    templates = [
        Template(name.replace("__", "/") + ".html", name, text, True, JINJA.parse(text))
        for name, text in sources.items()
    ]
    return Tree(ROOT_OF_NOTHING, None, tuple(templates), (), ())


ROOT_OF_NOTHING: Any = None
FIELD = "{% macro field(label, hint='') %}{{ label }}{% endmacro %}"


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("{{ ui.field('a') }}{{ ui.field('a', hint='b') }}{{ ui.field(label='a') }}{{ ui.field(*all) }}", []),
        ("{{ ui.field() }}", ["`field` needs `label`, which is not given."]),
        ("{{ ui.field('a', hnt='b') }}", ["`field` has no parameter `hnt`. Did you mean `hint`?"]),
        ("{{ ui.field('a', label='b') }}", ["`field` is given `label` twice."]),
        ("{{ ui.field('a', 'b', 'c') }}", ["`field` takes 2 parameters, and is given 3."]),
        ("{{ ui.feld('a') }}", ["There is no component `feld`. Did you mean `field`?"]),
        ("{% macro own(a) %}{% endmacro %}{{ own() }}", ["`own` needs `a`, which is not given."]),
        ("{% import 'components/field.html' as f %}{{ f.field() }}", ["`field` needs `label`, which is not given."]),
        ("{{ a.b.c() }}{{ a() }}{{ a[0]() }}{% import x as y %}{{ y.z() }}", []),
    ],
)
def test_calls_are_held_against_the_component(page: str, found: list[str]) -> None:
    there = tree(components__field=FIELD, pages__a=page)
    assert [each.text for each in calls.findings(there)] == found


def test_tags_are_found_where_they_stand_whatever_jinja_is_around_them() -> None:
    source = (
        '{# <p> #}\n<a\n  href="{{ "<b>" }}"{% if x > 1 %}\n  class="c"{% endif %}>Go\n{{ on }}</a>'
        "{% block kind %}desk{% endblock %}<style>p { } </style>"
    )
    read = masked.masked(source)
    assert [
        (tag.name, tag.line, tag.line_of("href"), tag.line_of("class"), tag.line_of("id")) for tag in read.tags
    ] == [
        ("a", 2, 3, 4, 2),
        ("style", 5, 5, 5, 5),
    ]
    assert read.tags[0].get("class") == "c"
    assert read.tags[0].get("id") is None
    assert [(line, text.strip(masked.FILLER)) for line, text in read.said] == [(4, "Go"), (5, "")]
    assert read.kinds == ("desk",)


def test_each_element_knows_its_places_and_what_is_in_it() -> None:
    marking = Marking(JINJA)
    source = '<ul>\n<li>{{ ui.tag("a") }}<p title="{{ ui.tag("b") }}">\n</ul><br><!-- by hand -->'
    html = marking.preprocess(source, "pages/a.html")
    assert marking.preprocess(source, "mark.svg") == source
    component = '<i data-at="components/tag.html:2:9" hidden>x</i><b>y</b>'
    page = document.read(html.replace('{{ ui.tag("a") }}', component).replace('{{ ui.tag("b") }}', "b"))
    found = {each.tag: each for each in page.all()}
    assert list(found) == ["ul", "li", "i", "b", "p", "br"]
    assert [each.tag for each in found["ul"].all()] == ["li", "i", "b", "p"]
    assert [each.tag for each in found["ul"].all("b", "p")] == ["b", "p"]
    assert [place[:2] for place in found["i"].places] == [("components/tag.html", 2), ("pages/a.html", 2)]
    assert [place[:2] for place in found["p"].places] == [("pages/a.html", 2)]
    assert found["ul"].text() == "y"
    assert found["p"].get("title") == "b"
    assert found["b"].inside("ul") is found["ul"]
    assert found["b"].inside("ol") is None
    assert document.read("</b>text").children == ["text"]


def test_a_style_sheet_is_read_with_what_each_thing_stands_in() -> None:
    sheet = '@import "a.css";\n@layer a { /* { */\n  .b,\n  .c { gap: 0; content: "};" }\n  @media print {\n.d { MARGIN: 0 Auto }\n  }\n}\n}'
    assert list(css.read(sheet)) == [
        Statement('@import "a.css"', (), 1),
        Rule("@layer a", (), 2),
        Rule(".b,\n  .c", ("@layer a",), 3),
        Declaration("gap", "0", ".b,\n  .c", ("@layer a",), 4),
        Declaration("content", '"};"', ".b,\n  .c", ("@layer a",), 4),
        Rule("@media print", ("@layer a",), 5),
        Rule(".d", ("@layer a", "@media print"), 6),
        Declaration("margin", "0 auto", ".d", ("@layer a", "@media print"), 6),
    ]
