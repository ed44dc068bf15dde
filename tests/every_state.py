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
    look, widths = soundness.faults, soundness.WIDTHS
    if template in FILES:
        look = soundness.faults_of_file
    if template in stage.MAILS:
        look, widths = soundness.faults_of_mail, soundness.WIDTHS_OF_MAIL
    for state in stage.STATES[template]:
        yield from (f"{template} · {state.name} · {each}" for each in stage.show(page, site, state, language))
        for theme in stage.THEMES:
            page.emulate_media(color_scheme=theme)
            stage.keep_picture(page, state, language, theme, widths)
            for fault in look(page, stage.language_of(state, language)):
                yield f"{template} · {state.name} · {theme} · {fault}"
