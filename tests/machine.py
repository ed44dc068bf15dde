"""What do the tests need of the machine, and how are they run? A browser, PostgreSQL, proxies, Japanese letters; then pytest, counted."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Every file by one worker, in the order of their names: those that need a browser come early, so that none is left alone with them.
WORKERS = max(2, os.cpu_count() or 2)  # half of a test's time is waiting for a browser or a disk
WHOLE = (
    "-q",
    "--cov",
    f"--numprocesses={WORKERS}",
    "--dist=loadfile",
    "--no-loadscope-reorder",
    "--durations=15",
)
PROXIES = {"nginx": "nginx-light", "caddy": "caddy"}  # the program and its package
POLICY = Path("/usr/sbin/policy-rc.d")  # asked by Debian's packages before they start what they have installed
SHELL = (
    "chromium-headless-shell"  # program and package: Chromium without a window, and so without the pages that draw one
)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def main(arguments: list[str]) -> int:
    """arguments: as pytest takes them; with none the whole suite is run, and its coverage counted."""
    browser, programs = chromium(), postgresql()
    proxies()
    japanese()
    with cluster(programs) as url:
        environ = os.environ | {"GENKAN_TEST_CHROMIUM": browser, "GENKAN_TEST_POSTGRES": url}
        return subprocess.call([sys.executable, "-m", "pytest", *(arguments or WHOLE)], cwd=ROOT, env=environ)


def chromium() -> str:
    """The path of a Chromium: the one that CHROMIUM names, the system's, or Playwright's own. That without a window is quicker."""
    found = os.environ.get("CHROMIUM") or shutil.which(SHELL)
    if not found and installed(SHELL):
        found = shutil.which(SHELL)
    found = found or first_of(BROWSERS) or playwrights()
    if not found:
        subprocess.call([sys.executable, "-m", "playwright", "install", "chromium"])
        found = playwrights()
    return found or missing("a Chromium", "apt-get install chromium-headless-shell, or set CHROMIUM to the path of one")


def playwrights() -> str | None:
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    return next((str(path) for path in sorted(cache.glob("chromium-*/chrome-linux*/chrome"))), None)


def postgresql() -> Path:
    """The folder of PostgreSQL's programs."""
    found = programs_of_postgresql()
    if found is None and installed("postgresql"):
        found = programs_of_postgresql()
    return found or Path(missing("PostgreSQL's programs (initdb, pg_ctl)", "apt-get install postgresql"))


def programs_of_postgresql() -> Path | None:
    folders = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    folders += [Path(found).parent for found in [shutil.which("initdb")] if found]
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


def proxies() -> None:
    """Those that deploy/ has files for; tests run them by themselves, on ports of their own."""
    places = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    for program, package in PROXIES.items():
        if not shutil.which(program, path=places) and not installed(package):
            missing(program, f"apt-get install {package}")


def japanese() -> None:
    """Japanese letters, for the screenshots; without them pages still work."""
    listed = shutil.which("fc-list")
    if not listed or not subprocess.run([listed, ":lang=ja"], capture_output=True, check=False).stdout:
        installed("fonts-noto-cjk")


@contextlib.contextmanager
def cluster(programs: Path) -> Iterator[str]:
    """A PostgreSQL of our own, on a free port of this machine, gone afterwards. Yields its URL."""
    with tempfile.TemporaryDirectory(prefix="genkan-postgresql-") as folder:
        user = unprivileged()
        if user:
            shutil.chown(folder, user)
        kept = f"{folder}/kept"
        port = free_port()
        quick = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200"

        def run(*command: str) -> None:
            made = subprocess.run(
                command, user=user, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
            )
            if made.returncode:
                sys.exit(f"{command[0]} failed:\n{made.stderr.decode()}")

        run(str(programs / "initdb"), "-D", kept, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C")
        run(str(programs / "pg_ctl"), "-D", kept, "-w", "-o", quick, "-l", f"{folder}/log", "start")
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            run(str(programs / "pg_ctl"), "-D", kept, "-m", "immediate", "stop")


def unprivileged() -> str | None:
    """Who runs PostgreSQL when we are root, whom it refuses."""
    names = {each.pw_name for each in pwd.getpwall()}
    return None if os.geteuid() != 0 else "postgres" if "postgres" in names else "nobody"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def first_of(names: tuple[str, ...]) -> str | None:
    return next((found for found in map(shutil.which, names) if found), None)


def installed(package: str) -> bool:
    """Whether Debian's package could be installed: as root, where there is apt-get."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print(f"Installing Debian's {package} …", file=sys.stderr, flush=True)
    environ = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.call(["apt-get", "update", "-qq"], env=environ, stdout=sys.stderr)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
    with nothing_starts():
        return subprocess.call(command, env=environ, stdout=sys.stderr) == 0


@contextlib.contextmanager
def nothing_starts() -> Iterator[None]:
    """What is installed meanwhile is there, and does not run: no server of this machine begins to listen because of tests."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()


def missing(what: str, how: str) -> str:
    sys.exit(f"The tests need {what}, and this machine has none. {how}.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
