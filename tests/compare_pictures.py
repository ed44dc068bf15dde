"""Which pictures have changed? `python3 tests/compare_pictures.py before after`, two folders that GENKAN_PICTURES filled.

    GENKAN_PICTURES=/tmp/before python3 run.py test tests/browser/test_states.py

A picture of every state, in each language, theme and width. What differs is named with the number of its pixels and the box they lie in;
the exit status is 1 where something does. The tests' browser reads the pictures.
"""

import base64
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from browsing import FLAGS
from machine import chromium
from playwright.sync_api import Page, sync_playwright

LOOK: Final = """async (pictures) => {
  const [before, after] = await Promise.all(pictures.map(async (each) => createImageBitmap(await (await fetch(each)).blob())));
  if (before.width !== after.width || before.height !== after.height)
    return `${before.width} × ${before.height} before, ${after.width} × ${after.height} after`;
  const [was, is] = [before, after].map((each) => {
    const canvas = new OffscreenCanvas(each.width, each.height).getContext("2d");
    canvas.drawImage(each, 0, 0);
    return new Uint32Array(canvas.getImageData(0, 0, each.width, each.height).data.buffer);
  });
  const changed = [...was.keys()].filter((at) => was[at] !== is[at]);
  if (!changed.length) return "";
  const [x, y] = [changed.map((at) => at % before.width), changed.map((at) => Math.floor(at / before.width))];
  const least = (all) => all.reduce((one, other) => Math.min(one, other)), most = (all) => all.reduce((one, other) => Math.max(one, other));
  return `${changed.length} pixels, from ${least(x)}, ${least(y)} to ${most(x)}, ${most(y)}`;
}"""


def main(folders: list[str]) -> int:
    if len(folders) != 2:
        print("Name two folders: before and after.", file=sys.stderr)
        return 2
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        found = list(differences(browser.new_page(), *map(Path, folders)))
        browser.close()
    print("\n".join([*found, f"{len(found)} of the pictures differ."]))
    return 1 if found else 0


def differences(page: Page, before: Path, after: Path) -> Iterator[str]:
    was, now = ({path.relative_to(folder) for path in folder.rglob("*.png")} for folder in (before, after))
    for name in sorted(was | now):
        if name not in now or name not in was:
            yield f"{name}: only {'before' if name in was else 'after'}"
        elif (before / name).read_bytes() != (after / name).read_bytes():
            seen = page.evaluate(LOOK, [embedded(before / name), embedded(after / name)])
            if seen:
                yield f"{name}: {seen}"


def embedded(path: Path) -> str:
    return f"data:image/png;base64,{base64.b64encode(path.read_bytes()).decode()}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
