"""How do tests use packages of npm? Where there is Node, in a folder outside the repository."""

import fcntl
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

PACKAGES = Path(__file__).parent / "interop" / "package.json"


def packages() -> tuple[Path, Path]:
    """Node, and a folder that has the packages; without Node the test is skipped."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        pytest.skip("There is no Node on this machine: the outside checks by packages of npm are left out.")
    folder = Path(tempfile.gettempdir()) / "genkan-tests-interop"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        shutil.copy(PACKAGES, folder)
        install = [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(install, cwd=folder, check=True, timeout=120)
    return Path(node), folder
