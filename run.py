"""How is Genkan started? `python3 run.py` serves, `python3 run.py help` lists the rest. Needs Python 3.11 and nothing else."""

import sys

if sys.version_info < (3, 11):
    sys.exit(f"Genkan needs Python 3.11 or newer; this is {sys.version.split()[0]}.")

import fcntl
import hashlib
import os
import re
import signal
import subprocess
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
FOR_DESIGNERS = ("where", "lint", "copy-template")
HELP = ("help", "--help", "-h")
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==(\S+)", re.MULTILINE)


def main(arguments: list[str]) -> int:
    verb = arguments[0] if arguments and not arguments[0].startswith("-") else "serve"
    rest = arguments[1:] if arguments[:1] == [verb] else arguments
    verbs = {"serve": serve, "test": test, "tools": tools}
    if verb in FOR_DESIGNERS:
        return design(verb, rest)
    if verb in verbs and arguments[:1] not in (["--help"], ["-h"]):
        return verbs[verb](rest)
    return command(arguments[0], rest)


def serve(arguments: list[str]) -> int:
    """The site, on SQLite, with its built-in provider; no setting needed."""
    stay_or_move("requirements.txt")
    open_house()
    from genkan import opening

    if opening.has_workers(ROOT, arguments):
        from genkan.processes import parent

        return parent.serve(ROOT, arguments)
    from genkan import start

    return start.serve(ROOT, arguments)


def design(verb: str, arguments: list[str]) -> int:
    """The tools of whoever changes templates and styles."""
    stay_or_move("requirements.txt")
    open_house()
    end_quietly()
    from genkan.design import commands

    return commands.run(ROOT, verb, arguments)


def command(verb: str, arguments: list[str]) -> int:
    """The tools of whoever runs the site; and `help`, which lists every verb."""
    stay_or_move("requirements.txt")
    open_house()
    end_quietly()
    from genkan.commands import table

    if verb in HELP:
        print(table.overview())
        return 0
    if verb not in table.VERBS:
        return said(f"There is no `{verb}`. `python3 run.py help` lists what there is.", 2)
    return table.VERBS[verb].run(ROOT, arguments)


def end_quietly() -> None:
    """As `run.py user list | head` should, when its reader has gone. Nothing that serves may end so."""
    if __name__ == "__main__":
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)


def open_house() -> None:
    """From here on `import genkan` finds site/genkan."""
    sys.path.insert(0, str(ROOT / "site"))


def test(arguments: list[str]) -> int:
    """Every test, on both databases, in a real browser; or those that the arguments name, as pytest takes them."""
    stay_or_move("requirements-dev.txt")
    return subprocess.call([sys.executable, str(ROOT / "tests" / "machine.py"), *arguments], cwd=ROOT)


def tools(arguments: list[str]) -> int:
    """Install what the tests need, and print the interpreter that has it."""
    stay_or_move("requirements-dev.txt")
    print(sys.executable)
    return 0


def stay_or_move(requirements: str) -> None:
    """Go on in this interpreter where it has the packages; else in .venv, made and filled where need be."""
    if has_packages(requirements):
        return
    has_changed = fill_venv(requirements)
    if Path(sys.prefix) == VENV and not has_changed:
        sys.exit(said(f"{VENV} is not whole. Remove it and start again.", 1))
    os.execv(PYTHON, [str(PYTHON), str(ROOT / "run.py"), *sys.argv[1:]])


def has_packages(requirements: str) -> bool:
    """Whether this interpreter has every pinned package, at its version, and no old passlib in the folder of libpass."""
    try:
        return all(metadata.version(name) == version for name, version in pinned(requirements)) and not has("passlib")
    except metadata.PackageNotFoundError:
        return False


def has(package: str) -> bool:
    return next(iter(metadata.distributions(name=package)), None) is not None


def pinned(requirements: str) -> list[tuple[str, str]]:
    text = (ROOT / requirements).read_text()
    included = re.findall(r"^-r (\S+)", text, re.MULTILINE)
    return PINNED.findall(text) + [each for name in included for each in pinned(name)]


def fill_venv(requirements: str) -> bool:
    """Make .venv, once, and install into it what it does not have yet. Whether there was anything to do."""
    wanted = hashlib.sha256(repr((sys.version_info[:2], sorted(pinned(requirements)))).encode()).hexdigest()
    mark = VENV / f"{requirements}.sha256"
    with open(__file__) as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)  # of two first starts at once, the second waits
        if PYTHON.exists() and mark.exists() and mark.read_text() == wanted:
            return False
        make_venv()
        said(f"Installing {len(pinned(requirements))} packages from {requirements} …")
        pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
        if subprocess.call([*pip, "-r", str(ROOT / requirements)], stdout=sys.stderr):
            sys.exit(said("The packages could not be installed; what pip says stands above.", 1))
        mark.write_text(wanted)
    return True


def make_venv() -> None:
    pip = [str(PYTHON), "-m", "pip", "--version"]
    if PYTHON.exists() and not subprocess.run(pip, capture_output=True, check=False).returncode:
        return
    said(f"Making {VENV} …")
    if subprocess.call([sys.executable, "-m", "venv", str(VENV)], stdout=sys.stderr):
        sys.exit(said("Python cannot make a virtual environment. On Debian: apt-get install python3-venv", 1))


def said(text: str, status: int = 0) -> int:
    print(text, file=sys.stderr, flush=True)
    return status


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
