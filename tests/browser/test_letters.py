"""Is every mail accessible, and does it fit, in each of its states, both themes and languages, on a phone and wide?"""

from collections.abc import Iterator

import pytest
import soundness
import stage
from browsing import tab
from playwright.sync_api import Browser, Page


@pytest.mark.parametrize("language", stage.DRAWN_IN)
@pytest.mark.parametrize("template", stage.MAILS)
def test_every_state_of_a_mail_is_accessible_and_fits(
    chromium: Browser, staged: str, template: str, language: str
) -> None:
    with tab(chromium, reduced_motion="reduce") as page:
        soundness.prepared(page.context)
        found = list(faults(page, staged, template, language))
    assert not found, "\n".join(found)


def faults(page: Page, site: str, template: str, language: str) -> Iterator[str]:
    for state in stage.STATES[template]:
        stage.show(page, site, state, language)
        for theme in stage.THEMES:
            page.emulate_media(color_scheme=theme)
            stage.keep_picture(page, state, language, theme, soundness.WIDTHS_OF_MAIL)
            for fault in soundness.faults_of_mail(page, language):
                yield f"{template} · {state.name} · {theme} · {fault}"
