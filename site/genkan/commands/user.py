"""`python3 run.py user …`: what does whoever runs the site do with accounts?"""

from pathlib import Path


def command(root: Path, arguments: list[str]) -> int:
    raise NotImplementedError
