"""Can what lies in deploy/ be used as it is?"""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
UNIT = ROOT / "deploy" / "genkan.service"
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()
ANALYZE = shutil.which("systemd-analyze")
MOST_EXPOSED = 15  # tenths; of 100


def test_an_image_has_what_a_site_needs_and_no_secret() -> None:
    copied = {name for line in re.findall(r"^COPY (.*) \S+$", DOCKERFILE, re.MULTILINE) for name in line.split()}
    assert copied == {"requirements.txt", "run.py", "schema.sql", "site", "templates", "static"}
    assert all((ROOT / name).exists() for name in copied)
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in ignored
    assert {line[1:] for line in ignored if line.startswith("!")} == copied


def test_a_container_runs_as_nobody_in_particular_and_is_asked_how_it_is() -> None:
    assert DOCKERFILE.index("useradd") < DOCKERFILE.index("USER genkan") < DOCKERFILE.index("CMD [")
    assert "/healthz" in DOCKERFILE
    assert re.findall(r"^FROM (\S+)$", DOCKERFILE, re.MULTILINE) == ["python:3.11-slim"]


def test_a_service_is_restarted_reloaded_and_stopped_as_run_py_expects() -> None:
    unit = UNIT.read_text()
    for line in ("Type=notify", "ExecReload=/bin/kill -HUP $MAINPID", "KillMode=mixed", "RestartPreventExitStatus=2"):
        assert f"\n{line}\n" in unit


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze comes with systemd")
def test_systemd_understands_the_unit_and_finds_it_well_locked(tmp_path: Path) -> None:
    assert ANALYZE is not None
    unit = shutil.copy(UNIT, tmp_path / "genkan.service")
    verified = subprocess.run([ANALYZE, "verify", unit], capture_output=True, text=True, check=False)
    assert [line for line in verified.stderr.splitlines() if "genkan.service" in line] == []
    command = [ANALYZE, "security", "--offline=true", "--no-pager", f"--threshold={MOST_EXPOSED}", unit]
    judged = subprocess.run(command, capture_output=True, text=True, check=False)
    assert judged.returncode == 0, judged.stdout
