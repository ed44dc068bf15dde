"""`python3 run.py lint`: what does a designer see? One line for each finding, and a sentence at the end."""

import argparse
import dataclasses
import gc
import json
import time
from pathlib import Path

from genkan import surroundings
from genkan.design import lint
from genkan.design.lint.finding import Finding


def run(root: Path, arguments: list[str]) -> int:
    """Returns 0 where nothing was found, else 1; 2 for a path that is not there."""
    parser = argparse.ArgumentParser(prog="run.py lint", description="Look at every template, style sheet and catalog.")
    parser.add_argument("paths", nargs="*", help="files or folders: only what is found in them")
    parser.add_argument("--json", action="store_true", help="for programs: a list of path, line, rule and text")
    asked = parser.parse_args(arguments)
    absent = [path for path in asked.paths if not Path(path).exists()]
    if absent:
        print(f"There is no {absent[0]}.")
        return 2
    began = time.perf_counter()
    found = _within(root, asked.paths, _found(root))
    if asked.json:
        print(json.dumps([dataclasses.asdict(each) for each in found], ensure_ascii=False, indent=2))
    else:
        print("\n".join([*map(str, found), _summary(found, time.perf_counter() - began)]))
    return 1 if found else 0


def _found(root: Path) -> list[Finding]:
    """Without collections, of which there would be dozens and nothing to collect."""
    brand = surroundings.read(root).get("BRAND_DIR", "").strip()
    gc.disable()
    try:
        return lint.findings(root, root / brand if brand else None)
    finally:
        gc.enable()


def _within(root: Path, paths: list[str], found: list[Finding]) -> list[Finding]:
    asked = [Path(path).resolve() for path in paths]
    return [
        each for each in found if not asked or any((root / each.path).resolve().is_relative_to(path) for path in asked)
    ]


def _summary(found: list[Finding], seconds: float) -> str:
    if not found:
        return f"Nothing found: templates, styles and catalogs are in order ({seconds:.1f} s)."
    files = len({each.path for each in found})
    many = "finding" if len(found) == 1 else "findings"
    return f"{len(found)} {many} in {files} {'file' if files == 1 else 'files'} ({seconds:.1f} s)."
