"""Does a page fit on a phone in every language that there is, and not only in the two that it was drawn in?

Every state in the language that is longer than any, and in the one that turns; in the others those that are full.
"""

from collections.abc import Iterator

import pytest
import soundness
import stage
from browsing import tab
from every_state import FILES
from genkan.design.states import State
from genkan.web import pseudo
from playwright.sync_api import Browser, Page


@pytest.mark.parametrize("language", stage.FURTHER)
def test_every_state_fits_in(chromium: Browser, staged: str, language: str) -> None:
    with tab(chromium, reduced_motion="reduce") as page:
        soundness.prepared(page.context)
        found = list(misfits(page, staged, language))
    assert not found, "\n".join(found)


def is_full(state: State) -> bool:
    return state.name == "default" or any(word in state.name for word in ("long", "nine", "many", "errors"))


def misfits(page: Page, site: str, language: str) -> Iterator[str]:
    for template in [each for each in (*stage.PAGES, *stage.MAILS) if each not in FILES]:
        for state in stage.STATES[template]:
            if language not in pseudo.MADE and not is_full(state):
                continue
            stage.show(page, site, state, language)
            for fault in soundness.misfits(page):
                yield f"{template} · {state.name} · {language} · {fault}"
