"""What is wrong with a template, in any of its states? One run names it all: template · state · theme · width: what."""

from collections.abc import Iterator

import soundness
import stage
from browsing import tab
from playwright.sync_api import Browser, Page

FILES = ("pages/data_file",)  # downloaded, and read without the site


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
        for theme in stage.THEMES:
            page.emulate_media(color_scheme=theme)
            stage.keep_picture(page, state, language, theme, kind.widths)
            said = stage.language_of(state, language)
            for fault in soundness.faults(page, said, kind, again=theme != stage.THEMES[0]):
                yield f"{template} · {state.name} · {theme} · {fault}"
