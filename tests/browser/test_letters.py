"""Is every mail accessible, and does it fit, in each of its states, light and dark, on a phone and wide?"""

import every_state
import pytest
import stage
from playwright.sync_api import Browser


@pytest.mark.parametrize("language", stage.DRAWN_IN)
@pytest.mark.parametrize("template", stage.MAILS)
def test_every_state_is_accessible_and_fits(chromium: Browser, staged: str, template: str, language: str) -> None:
    every_state.is_sound(chromium, staged, template, language)
