"""Is every page accessible, and does it fit, in English, in each of its states, light and dark, on a phone and wide? (ux: the measurable bar)"""

import every_state
import pytest
import stage
from playwright.sync_api import Browser


@pytest.mark.parametrize("template", stage.PAGES)
def test_every_state_is_accessible_and_fits(chromium: Browser, staged: str, template: str) -> None:
    every_state.is_sound(chromium, staged, template, "en")
