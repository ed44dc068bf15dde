"""What do processes take of the machine? As /proc tells it; nothing where there is none."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

TICKS: Final = os.sysconf("SC_CLK_TCK")  # in a second
PAGE: Final = os.sysconf("SC_PAGE_SIZE")  # bytes
FAMILIES: Final = (
    ("genkan_process_memory_bytes", "gauge", "Memory that a process holds (resident)."),
    ("genkan_process_seconds", "counter", "Time of the processor that a process has taken."),
    ("genkan_process_files", "gauge", "Files and connections that a process has open."),
)


def families(processes: Mapping[str, int]) -> list[Any]:
    """processes: pid by name. As counting.py makes families."""
    used = {name: took for name, pid in processes.items() if (took := _used(Path(f"/proc/{pid}"))) is not None}
    found: list[Any] = []
    for at, (name, kind, what) in enumerate(FAMILIES):
        sample = f"{name}_total" if kind == "counter" else name
        found.append([name, kind, what, [[sample, {"process": each}, took[at]] for each, took in used.items()]])
    return found


def _used(folder: Path) -> tuple[float, float, float] | None:
    """Bytes, seconds, files; None for a process that has ended (proc_pid_stat(5))."""
    try:
        pages = int((folder / "statm").read_text().split()[1])
        after_name = (folder / "stat").read_text().rpartition(")")[2].split()
        files = len(list((folder / "fd").iterdir()))
    except OSError:
        return None
    return pages * PAGE, (int(after_name[11]) + int(after_name[12])) / TICKS, files
