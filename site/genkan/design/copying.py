"""How does a designer get a template of their own? `python3 run.py copy-template login` puts a copy into BRAND_DIR."""

import sys
from pathlib import Path

from genkan.design import copies, originals


def command(root: Path, arguments: list[str]) -> int:
    """Returns 0; 1 where there is no such template, or a copy already; 2 where none is named."""
    if not arguments or arguments[0].startswith("-"):
        return _said(
            "Which one? `python3 run.py copy-template login`, or pages/login, components/button, emails/verify.", 2
        )
    brand, is_set = copies.folder(root)
    try:
        names = [name for asked in arguments for name in originals.named(root / "templates", asked)]
        made = copies.made(root, brand, list(dict.fromkeys(names)))
    except (originals.Unknown, copies.AlreadyThere) as refusal:
        return _said(str(refusal), 1)
    except OSError as error:
        return _said(f"{error.filename} cannot be written ({error.strerror}).", 1)
    for name, path in zip(dict.fromkeys(names), made, strict=True):
        print(f"{copies.shown(path, root)} is yours now, and stands in place of templates/{name}.")
    if not is_set:
        print(f"So that the site looks there, put this line into .env and start again: BRAND_DIR={copies.USUAL}")
    return 0


def _said(text: str, status: int) -> int:
    print(text, file=sys.stderr)
    return status
