"""Is every page accessible, and does it fit, in each of its states, light and dark, on a phone and wide, in English and Japanese? (ux: the measurable bar)"""

import every_state
import pytest
import stage
from playwright.sync_api import Browser


@pytest.mark.parametrize("template", stage.PAGES)
@pytest.mark.parametrize("language", stage.DRAWN_IN)
def test_every_state_is_accessible_and_fits(chromium: Browser, staged: str, template: str, language: str) -> None:
    every_state.is_sound(chromium, staged, template, language)
