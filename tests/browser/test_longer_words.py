"""Does every state fit on a phone in every language that there is, and not only in the two that it was drawn in?"""

from collections.abc import Iterator

import pytest
import soundness
import stage
from browsing import tab
from every_state import FILES
from playwright.sync_api import Browser, Page


@pytest.mark.parametrize("language", stage.FURTHER)
def test_every_state_fits_in(chromium: Browser, staged: str, language: str) -> None:
    with tab(chromium, reduced_motion="reduce") as page:
        soundness.prepared(page.context, with_axe=False)
        found = list(misfits(page, staged, language))
    assert not found, "\n".join(found)


def misfits(page: Page, site: str, language: str) -> Iterator[str]:
    for template in [each for each in (*stage.PAGES, *stage.MAILS) if each not in FILES]:
        for state in stage.STATES[template]:
            stage.show(page, site, state, language)
            for fault in soundness.misfits(page):
                yield f"{template} · {state.name} · {language} · {fault}"
