"""Is every page accessible, and does it fit, in each of its states, both themes and languages, on a phone and wide? (ux: the measurable bar)"""

from collections.abc import Iterator

import pytest
import soundness
import stage
from browsing import tab
from playwright.sync_api import Browser, Page

FILES = ("pages/data_file",)  # downloaded, and read without the site


@pytest.mark.parametrize("language", stage.DRAWN_IN)
@pytest.mark.parametrize("template", stage.PAGES)
def test_every_state_of_a_page_is_accessible_and_fits(
    chromium: Browser, staged: str, template: str, language: str
) -> None:
    """One run names all that is wrong: template · state · theme · width: what."""
    with tab(chromium, reduced_motion="reduce") as page:
        soundness.prepared(page.context)
        found = list(faults(page, staged, template, language))
    assert not found, "\n".join(found)


def faults(page: Page, site: str, template: str, language: str) -> Iterator[str]:
    look = soundness.faults_of_file if template in FILES else soundness.faults
    for state in stage.STATES[template]:
        yield from (f"{template} · {state.name} · {each}" for each in stage.show(page, site, state, language))
        for theme in stage.THEMES:
            page.emulate_media(color_scheme=theme)
            stage.keep_picture(page, state, language, theme, soundness.WIDTHS)
            for fault in look(page, stage.language_of(state, language)):
                yield f"{template} · {state.name} · {theme} · {fault}"
