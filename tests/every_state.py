"""What is wrong with a template, in any of its states? One run names it all: template · state · theme · width: what."""

from collections.abc import Iterator

import soundness
import stage
from browsing import tab
from playwright.sync_api import Browser, Page

FILES = ("pages/data_file",)  # downloaded, and read without the site
# Shape and theme of what axe has looked at in this run. It takes most of the time, and finds nothing else in a page that has the same
# elements and other words; whatever words can do is measured in each state.
SEEN: set[tuple[int, str]] = set()


def is_sound(chromium: Browser, site: str, template: str, language: str) -> None:
    """All states of it in one tab, which is what makes it quick."""
    with tab(chromium, reduced_motion="reduce") as page:
        soundness.prepared(page.context)
        found = list(faults(page, site, template, language))
    assert not found, "\n".join(found)


def faults(page: Page, site: str, template: str, language: str) -> Iterator[str]:
    kind = soundness.MAIL if template in stage.MAILS else soundness.FILE if template in FILES else soundness.PAGE
    for state in stage.STATES[template]:
        yield from (f"{template} · {state.name} · {each}" for each in stage.show(page, site, state, language))
        said = stage.language_of(state, language)
        yield from (f"{template} · {state.name} · {each}" for each in soundness.structure(page, said))
        shape = soundness.shape(page)
        for theme in stage.THEMES:
            page.emulate_media(color_scheme=theme)
            stage.keep_picture(page, state, language, theme, kind.widths)
            is_new = (shape, theme) not in SEEN
            SEEN.add((shape, theme))
            for fault in painted(page, kind, is_first=theme == stage.THEMES[0], is_new=is_new):
                yield f"{template} · {state.name} · {theme} · {fault}"


def painted(page: Page, kind: soundness.Kind, *, is_first: bool, is_new: bool) -> Iterator[str]:
    """In one theme. is_first: of the themes; is_new: whether its shape is."""
    if is_first:
        yield from soundness.looked_at(page, kind, kind.measures, with_axe=is_new)
    elif is_new:
        yield from soundness.looked_at(page, kind, soundness.OF_THE_THEME, colours_only=True)
