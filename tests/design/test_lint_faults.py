"""Is each fault found, in its file and line, and nothing else?"""

import pytest
from seeded import Fault, found

LOGIN, SIGNUP, RESET = "templates/pages/login.html", "templates/pages/signup.html", "templates/pages/reset.html"
FIELD, PASSWORD = "templates/components/field.html", "templates/components/password.html"
JAPANESE = "templates/locale/ja/LC_MESSAGES/messages.po"
TOKENS, TAG = "static/css/tokens.css", "static/css/components/tag.css"
TITLE = "<h1>{{ _("
NEXT = '{% if next %}<input type="hidden" name="next" value="{{ next }}">{% endif %}'
PASSWORD_LABEL = '  <label class="field__label" for="{{ field.id }}">{{ label }}</label>\n'

# Faults that do not hide each other stand in one copy.
GROUPS: dict[str, tuple[Fault, ...]] = {
    "words": (
        Fault(
            "words outside of a catalog",
            LOGIN,
            '<h1>{{ _("Log in") }}</h1>\n    {% for',
            "<h1>Log in here</h1>\n    {% for",
            ("hard-coded",),
        ),
        Fault(
            "words in an attribute",
            "templates/components/languages.html",
            '{{ _("Language") }}',
            "All languages",
            ("hard-coded",),
        ),
        Fault(
            "words given to a component",
            "templates/pages/logout.html",
            'ui.button(_("Log out"))',
            'ui.button("Log out now")',
            ("hard-coded",),
        ),
        Fault(
            "words in the text of a mail",
            "templates/emails/leaving.txt",
            "{% block content %}",
            "{% block content %}\nGood morning",
            ("hard-coded",),
            at="Good morning",
        ),
        Fault(
            "a sentence without translation",
            "templates/pages/logout.html",
            '_("Stay logged in")',
            '_("Stay logged in") ~ _("Stay where you are")',
            ("translation",),
        ),
        Fault(
            "a sentence that nobody says",
            JAPANESE,
            'msgid "Stay logged in"',
            'msgid "Stay logged  in"',
            ("translation",),
        ),
        Fault(
            "a value that a sentence has not",
            JAPANESE,
            "%(email)sはまだ",
            "%(mail)sはまだ",
            ("placeholder-value",),
            at='msgid "%(email)s is not confirmed yet',
        ),
        Fault(
            "a sign that would be taken for a value",
            JAPANESE,
            'msgstr "%(provider)sを連携しました"',
            'msgstr "100% %(provider)sを連携しました"',
            ("placeholder-value",),
            at='msgid "%(provider)s was linked"',
        ),
        Fault(
            "an error without translation",
            JAPANESE,
            'msgid "Enter your name"\nmsgstr "',
            'msgid "Enter your name"\nmsgstr ""\n# "',
            ("translation",),
            at='"Enter your name"',
            where="site/genkan/errors.py",
        ),
    ),
    "attributes": (
        Fault("an inline style", LOGIN, '<div class="or">', '<div class="or" style="margin: 0">', ("inline-style",)),
        Fault(
            "an inline handler",
            PASSWORD,
            '<button class="button password__show"',
            '<button onclick="show()" class="button password__show"',
            ("inline-handler",),
        ),
        Fault(
            "an address that is script", RESET, 'href="/login"', 'href="javascript:history.back()"', ("inline-handler",)
        ),
        Fault(
            "a picture of another site",
            "templates/layouts/base.html",
            '<link rel="stylesheet" href="{{ stylesheet }}">',
            '<link rel="stylesheet" href="https://cdn.example.com/all.css">',
            ("external-url",),
        ),
        Fault(
            "a placeholder for a label",
            FIELD,
            'name="{{ field.name }}" type',
            'name="{{ field.name }}" placeholder="{{ label }}" type',
            ("placeholder",),
        ),
        Fault(
            "the browser's own validation",
            "templates/components/code.html",
            'spellcheck="false"\n',
            'spellcheck="false" required\n',
            ("required",),
        ),
        Fault(
            "a password that is cut",
            PASSWORD,
            'type="password" autocomplete',
            'type="password" maxlength="20" autocomplete',
            ("maxlength",),
        ),
        Fault(
            "an order of one's own",
            SIGNUP,
            '<a href="{{ terms_url }}">',
            '<a href="{{ terms_url }}" tabindex="2">',
            ("tabindex",),
        ),
        Fault(
            "htmx that makes script",
            "templates/components/save.html",
            "data-cancel",
            'hx-on:click="focus()" data-cancel',
            ("htmx",),
        ),
        Fault(
            "htmx that asks itself",
            "templates/pages/unlink.html",
            'hx-target="#ways"',
            'hx-confirm="?" hx-target="#ways"',
            ("htmx",),
        ),
        Fault(
            "htmx that goes to a provider",
            "templates/components/provider.html",
            '<a class="button provider"',
            '<a hx-get="/oauth/google" class="button provider"',
            ("provider-start",),
        ),
        Fault(
            "a page that cannot be made larger",
            "templates/pages/data_file.html",
            "initial-scale=1",
            "initial-scale=1, maximum-scale=1",
            ("zoom",),
        ),
        Fault(
            "a form that gets",
            "templates/pages/stay.html",
            'method="post" action="/stay"',
            'action="/stay"',
            ("get-form",),
        ),
        Fault(
            "a form that says not where to",
            "templates/pages/undo.html",
            ' method="post" action="/undo"',
            ' method="post"',
            ("action",),
        ),
        Fault(
            "a form that leads to a provider",
            "templates/components/waysin.html",
            'action="/logout"',
            'action="/oauth/google"',
            ("provider-start",),
        ),
        Fault(
            "styles in a page",
            "templates/pages/devices.html",
            "  {% block form %}\n",
            "  {% block form %}\n  <style>p { margin: 0 }</style>\n",
            ("inline-style",),
            at="  <style>",
        ),
        Fault(
            "script in a page",
            "templates/pages/activity.html",
            "  {% block form %}\n",
            "  {% block form %}\n  <script>1</script>\n",
            ("inline-script",),
            at="  <script>",
        ),
        Fault(
            "a password manager that is kept out",
            "templates/pages/data.html",
            '    <div class="actions">\n',
            '    <input type="hidden" name="x" autocomplete="off">\n    <div class="actions">\n',
            ("autocomplete-off",),
            at='    <input type="hidden" name="x"',
        ),
        Fault(
            "text that becomes markup",
            "templates/pages/link_expired.html",
            "{{ say(message) }}",
            "{{ say(message)|safe }}",
            ("unescaped",),
        ),
        Fault(
            "escaping that is switched off",
            "templates/pages/signed_out.html",
            "  {% block form %}\n",
            "  {% block form %}{% autoescape false %}{% endautoescape %}\n",
            ("unescaped",),
            at="  {% block form %}{% autoescape",
        ),
    ),
    "names": (
        Fault("a name that nobody knows", LOGIN, "{% if can_mail %}", "{% if can_male %}", ("undefined",)),
        Fault("a misspelt part", SIGNUP, "form.email,", "form.emial,", ("undefined",)),
        Fault(
            "a misspelt part of each",
            "templates/pages/devices.html",
            'each.name or _("Unknown device") }}</strong>',
            'each.nane or _("Unknown device") }}</strong>',
            ("undefined",),
        ),
        Fault(
            "a part that no caller gives",
            "templates/components/summary.html",
            "say(message)",
            "say(message.txt)",
            ("undefined",),
        ),
        Fault(
            "a name that is no parameter",
            "templates/components/tabs.html",
            "name == current",
            "name == curent",
            ("undefined",),
        ),
        Fault(
            "a detail that no mail has",
            "templates/emails/verify.txt",
            "details.minutes",
            "details.hours",
            ("undefined",),
        ),
        Fault("a filter that is none", RESET, 'type="email"', 'type="email"|uper', ("unknown-filter",)),
        Fault(
            "a test that is none",
            "templates/pages/undo.html",
            "{% if undoings is none %}\n",
            "{% if undoings is non %}\n",
            ("unknown-test",),
        ),
        Fault("a component that is none", "templates/pages/logout.html", "ui.button", "ui.buton", ("component",)),
        Fault(
            "a part of mails that is none", "templates/emails/way_added.html", "part.facts", "part.fact", ("component",)
        ),
        Fault(
            "a parameter that is none",
            "templates/pages/stay.html",
            'ui.button(_("Keep my account"))',
            'ui.button(_("Keep my account"), knd="plain")',
            ("parameter",),
        ),
        Fault(
            "a parameter that is missing",
            "templates/pages/account_name.html",
            ' autocomplete="name",',
            " ",
            ("parameter",),
            at="{{ ui.field(",
        ),
        Fault(
            "a parameter given twice",
            "templates/pages/unlink.html",
            'kind="danger"',
            'label="", kind="danger"',
            ("parameter",),
        ),
        Fault(
            "too many parameters",
            "templates/components/arriving.html",
            "ui.mark(provider_name)",
            'ui.mark(provider_name, "", "")',
            ("parameter",),
        ),
        Fault(
            "a component that is not what its file says",
            "templates/components/letter_state.html",
            "macro letter_state(",
            "macro letter_sate(",
            ("component",),
        ),
        Fault(
            "a layout that is not there",
            "templates/pages/signed_out.html",
            "layouts/entrance.html",
            "layouts/entrence.html",
            ("missing-file",),
        ),
        Fault(
            "an include that is not there",
            "templates/errors/403.html",
            "{% block main %}\n",
            '{% block main %}{% include "components/hed.html" %}\n',
            ("missing-file",),
        ),
        Fault(
            "a block that no layout has",
            "templates/pages/delete.html",
            "{% block title %}",
            "{% block titel %}",
            ("block",),
        ),
    ),
    "page": (
        Fault(
            "a heading that leaves a step out",
            "templates/pages/security.html",
            '<h2 id="devices-title">',
            '<h4 id="devices-title">',
            ("headings",),
        ),
        Fault("a second title", "templates/pages/data.html", '<h2 id="delete">', '<h1 id="delete">', ("h1",)),
        Fault(
            "a title that is lost",
            "templates/pages/activity.html",
            '<h1>{{ _("Activity") }}</h1>',
            '<p>{{ _("Activity") }}</p>',
            ("h1",),
            at="{% block content %}",
        ),
        Fault(
            "two that ask for the focus",
            "templates/pages/link_expired.html",
            '<a class="button" data-kind="primary"',
            '<a autofocus class="button" data-kind="primary"',
            ("autofocus",),
        ),
        Fault(
            "an id that is there twice",
            "templates/pages/delete.html",
            '<div class="panel">',
            '<div class="panel" id="delete-title">',
            ("id",),
        ),
        Fault(
            "a name that points to nothing",
            "templates/pages/devices.html",
            'aria-labelledby="devices-title"',
            'aria-labelledby="device-title"',
            ("pointer",),
        ),
        Fault(
            "a link that leads to nothing", "templates/layouts/base.html", 'href="#main"', 'href="#mein"', ("pointer",)
        ),
        Fault(
            "a second main",
            "templates/pages/stay.html",
            '<div class="stack" data-gap="large">',
            '<main class="stack" data-gap="large">',
            ("main",),
        ),
        Fault("a page without main", "templates/pages/data_file.html", "<main>\n", "<div>\n", ("main",), at="<body>"),
        Fault(
            "a page without language",
            "templates/pages/data_file.html",
            '<html lang="{{ lang }}" dir="{{ direction }}">',
            "<html>",
            ("lang",),
        ),
    ),
    "controls": (
        Fault("a lost label", PASSWORD, PASSWORD_LABEL, "", ("label",), at='    <input class="field__input"'),
        Fault(
            "a label without words",
            "templates/pages/account_username.html",
            'form.username, _("Username")',
            'form.username, ""',
            ("label",),
            at="{{ ui.field(",
        ),
        Fault(
            "a button without words",
            "templates/pages/logout.html",
            'ui.button(_("Log out"))',
            'ui.button("")',
            ("button",),
        ),
        Fault(
            "a link without words",
            "templates/pages/stay.html",
            'href="/login">{{ _("Log in") }}</a>',
            'href="/login"></a>',
            ("link",),
        ),
        Fault(
            "a picture without words",
            "templates/pages/data.html",
            '<ul class="points">',
            '<img src="/static/house.png"><ul class="points">',
            ("alt",),
        ),
        Fault(
            "an input that managers cannot know",
            "templates/pages/undo.html",
            '<ul class="undoings">',
            '<input type="text" name="why" aria-label="-"><ul class="undoings">',
            ("autocomplete",),
        ),
        Fault(
            "a select without a label",
            "templates/pages/account_language.html",
            '<label class="field__label" for="{{ form.language.id }}">{{ _("Language of emails") }}</label>',
            "",
            ("label",),
            at='      <select class="field__input"',
        ),
    ),
    "contract": (
        Fault("where to go on is lost", LOGIN, NEXT, "", ("contract",), at='  <form class="stack" id="login-form"'),
        Fault("a form by another id", SIGNUP, 'id="signup-form"', 'id="sign-up"', ("contract",)),
        Fault("a field by another word", RESET, 'autocomplete="username"', 'autocomplete="email"', ("contract",)),
        Fault(
            "a hidden username that is lost",
            "templates/pages/confirm.html",
            '      <input type="text" name="username" value="{{ username }}" autocomplete="username" readonly hidden>\n',
            "",
            ("contract",),
            at='    <form class="stack" id="reauth-form"',
        ),
        Fault(
            "a field by another name",
            "templates/pages/oauth_finish.html",
            "{{ ui.field(form.name, ",
            '{{ ui.field({"id": form.name.id, "name": "nick", "value": form.name.value, "error": form.name.error, "invalid": form.name.invalid}, ',
            ("contract",),
            at='  <form class="stack" id="complete-form"',
        ),
    ),
    "styles": (
        Fault(
            "a colour that cannot be read",
            TOKENS,
            "--note: light-dark(#674700",
            "--note: light-dark(#9a7a30",
            ("contrast",),
        ),
        Fault("a colour of one's own", TAG, "color: var(--accent);", "color: #234a7c;", ("colour",), at="  .tag {"),
        Fault(
            "a side that does not turn",
            "static/css/components/check.css",
            "flex: none;",
            "flex: none; margin-left: 1rem;",
            ("direction",),
            at="  .check__input",
        ),
        Fault(
            "a place that does not turn",
            "static/css/components/mark.css",
            "flex: none;",
            "flex: none; left: 0;",
            ("direction",),
            at="  .mark {",
        ),
        Fault(
            "a corner that does not turn",
            "static/css/components/points.css",
            "gap:",
            "border-top-left-radius: 4px; gap:",
            ("direction",),
            at="  .points {",
        ),
        Fault(
            "text that does not turn",
            "static/css/components/way.css",
            "align-items: start;",
            "align-items: start; text-align: left;",
            ("direction",),
            at="  .way {",
        ),
        Fault(
            "a float that does not turn",
            "static/css/components/undoings.css",
            "gap:",
            "float: right; gap:",
            ("direction",),
            at="  .undoings {",
        ),
        Fault(
            "four values that do not turn",
            "static/css/components/save.css",
            "gap: var(--space-3);",
            "gap: var(--space-3); margin: 0 1px calc(1px + 1px) 2px;",
            ("direction",),
            at="  .save {",
        ),
        Fault(
            "letters that are too small",
            "static/css/components/advice.css",
            "font-size: var(--small)",
            "font-size: 0.75rem",
            ("size",),
            at="  .advice {",
        ),
        Fault(
            "a rule that nobody can undo",
            "static/css/components/stack.css",
            "align-content: start;",
            "align-content: start !important;",
            ("important",),
            at="  .stack {",
        ),
        Fault(
            "a rule outside of a layer",
            "static/css/components/change.css",
            "@layer components {",
            ".change { color: inherit; }\n@layer components {",
            ("layer",),
        ),
        Fault(
            "a style sheet of another site",
            "static/css/print.css",
            "@layer print {",
            '@import url("print2.css");\n@layer print {',
            ("external-url",),
        ),
        Fault(
            "a picture of another site",
            "static/css/components/panel.css",
            "background: var(--surface);",
            'background: url("https://example.com/a;b.png");',
            ("external-url",),
            at="  .panel {",
        ),
        Fault("a class without a style", LOGIN, 'class="or"', 'class="ore"', ("class",)),
        Fault(
            "a style without a class", "static/css/components/letter.css", "  .letters {", "  .lettres {", ("class",)
        ),
        Fault(
            "and the class that has lost it",
            "static/css/components/letter.css",
            "  .lettres {",
            "  .lettres { /**/",
            ("class",),
            at='  <ul class="rows letters">',
            where="templates/dev/mails.html",
        ),
    ),
    "syntax": (
        Fault("a page that cannot be read", "templates/pages/undo.html", "{% endfor %}", "{% endfr %}", ("syntax",)),
        Fault(
            "a layout that cannot be read",
            "templates/layouts/account.html",
            "{{ ui.notice(notice) }}",
            "{{ ui.notice(notice }}",
            ("syntax",),
        ),
        Fault(
            "a component that cannot be read",
            "templates/components/again.html",
            "{% if again_in %}",
            "{% if %}",
            ("syntax",),
        ),
    ),
    "states": (
        Fault(
            "a page without states",
            "templates/pages/new.html",
            None,
            '{# New. #}\n{% extends "layouts/base.html" %}\n',
            ("states",),
        ),
        Fault(
            "states without a page",
            "templates/pages/old.states.toml",
            None,
            '[states.default]\nabout = "Once."\n',
            ("states",),
        ),
        Fault("what is no template", "templates/notes.html", None, "<p>Words", ()),
        Fault(
            "a state of a block that is none",
            "templates/pages/logout.states.toml",
            "[states.default]",
            '[states.part]\nabout = "A part."\npart = "fom"\n\n[states.default]',
            ("broken",),
        ),
        Fault(
            "a state that cannot be shown",
            "templates/pages/stay.states.toml",
            "leaves_at = ",
            'leaves_at = "soon" #',
            ("broken",),
            at='    <h1>{{ _("Your account will be deleted on',
            where="templates/pages/stay.html",
        ),
    ),
    "unreadable": (
        Fault(
            "states that cannot be read",
            "templates/pages/login.states.toml",
            "keep = true",
            "keep = maybe",
            ("states",),
        ),
    ),
    "mails": (
        Fault(
            "a subject that is cut",
            "templates/emails/recovered.txt",
            "{% block subject %}",
            "{% block subject %}{{ base_url }}/{{ base_url }}/{{ base_url }}/",
            ("subject",),
            at="{% block subject %}",
        ),
        Fault(
            "a translation that is cut",
            JAPANESE,
            'msgid "New login to %(service)s"\nmsgstr "',
            'msgid "New login to %(service)s"\nmsgstr "' + "あ" * 60,
            ("subject",),
        ),
        Fault(
            "a mail without text",
            "templates/emails/code.html",
            None,
            "{# A code. #}\n<p>{{ link }}</p>\n",
            ("mail", "states"),
        ),
        Fault(
            "a table that falls apart",
            "templates/emails/parts.html",
            '<table width="100%" cellpadding="4"',
            '<table width="100%"',
            ("mail",),
        ),
        Fault(
            "styles that are dropped",
            "templates/emails/layout.html",
            "</style>",
            "\n".join(f"p {{ margin: {each}px; }}" for each in range(500)) + "</style>",
            ("weight",),
            at="<style>",
        ),
        Fault(
            "a mail that fetches",
            "templates/emails/layout.html",
            ".inner { padding: 0; }",
            '.inner { padding: 0; background-image: url("x.png"); }',
            ("external-url",),
        ),
        Fault(
            "mails without a dark theme",
            "templates/emails/layout.html",
            "@media (prefers-color-scheme: dark)",
            "@media print",
            ("mail",),
            at="{#",
        ),
    ),
    "weight": (
        Fault(
            "styles that are heavy",
            "static/css/components/zebra.css",
            None,
            "@layer components {\n"
            + "\n".join(f'  .tag[title="{hash(str(each))}"] {{ gap: {each}px; }}' for each in range(900))
            + "\n}\n",
            ("weight",),
            at="/*",
            where="static/css/base.css",
        ),
        Fault(
            "script that is heavy",
            "static/js/genkan.js",
            '"use strict";',
            '"use strict";\n' + "\n".join(f'"{hash(str(each))}";' for each in range(200)),
            ("weight",),
            at="//",
        ),
        Fault(
            "a page that is heavy",
            LOGIN,
            "{{ ui.notice(notice) }}",
            "{{ ui.notice(notice) }}"
            + "".join(
                f'<i class="tag x-{{{{ lang }}}}" data-y="{{{{ ui.kept("name") }}}}" data-x="{hash(str(each))}"></i>'
                for each in range(400)
            ),
            ("weight",),
            at="{#",
        ),
    ),
    "everywhere": (
        Fault(
            "pages without language",
            "templates/layouts/base.html",
            '<html lang="{{ lang }}" dir="{{ direction }}">',
            "<html>",
            ("lang",),
        ),
        Fault(
            "pages without main",
            "templates/layouts/base.html",
            '<main id="main" tabindex="-1">',
            '<div id="main" tabindex="-1">',
            ("main",),
            at="<body",
        ),
    ),
}

ALL = [(group, each) for group, faults in GROUPS.items() for each in faults]


@pytest.mark.parametrize(("group", "fault"), ALL, ids=[f"{group}: {each.name}" for group, each in ALL])
def test_finds(group: str, fault: Fault) -> None:
    faults = GROUPS[group]
    short, told, expected = found(faults)
    assert expected[faults.index(fault)] <= short, [each for each in told if each.path == (fault.where or fault.path)]


@pytest.mark.parametrize("group", GROUPS)
def test_finds_nothing_else(group: str) -> None:
    _, told, expected = found(GROUPS[group])
    wanted = set().union(*expected)
    assert [each for each in told if (each.path, each.line, each.rule) not in wanted] == []
    assert len({(each.path, each.line, each.rule, each.text) for each in told}) == len(told)
