"""Is every picture that has changed named, and no other?"""

from pathlib import Path

from browsing import tab
from compare_pictures import differences
from playwright.sync_api import Browser, Page


def draw(page: Page, path: Path, colour: str, height: int = 20) -> None:
    """A white sheet with one spot on it."""
    page.set_viewport_size({"width": 40, "height": height})
    page.set_content(f"<body style='margin: 5px'><div style='width: 3px; height: 2px; background: {colour}'></div>")
    page.screenshot(path=path)


def test_what_has_changed_is_named_and_nothing_else(chromium: Browser, tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    with tab(chromium) as page:
        for folder, colour in ((before, "red"), (after, "blue")):
            draw(page, folder / "pages" / "login" / "changed.png", colour)
            draw(page, folder / "same.png", "green")
        draw(page, before / "gone.png", "red")
        draw(page, after / "new.png", "red")
        draw(page, before / "size.png", "red")
        draw(page, after / "size.png", "red", 30)
        assert list(differences(page, before, after)) == [
            "gone.png: only before",
            "new.png: only after",
            "pages/login/changed.png: 6 pixels, from 5, 5 to 7, 6",
            "size.png: 40 × 20 before, 40 × 30 after",
        ]


def test_the_same_pixels_in_other_bytes_are_the_same(chromium: Browser, tmp_path: Path) -> None:
    with tab(chromium) as page:
        for folder in ("before", "after"):
            draw(page, tmp_path / folder / "a.png", "red")
        (tmp_path / "after" / "a.png").write_bytes((tmp_path / "after" / "a.png").read_bytes() + b"\n")
        assert list(differences(page, tmp_path / "before", tmp_path / "after")) == []
