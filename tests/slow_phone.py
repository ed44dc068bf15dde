"""What does a slow phone see of a first visit? Chromium with a quarter of its speed, on a slow line, with nothing kept. (ux: section 3)"""

import contextlib
import json
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from browsing import tab
from playwright.sync_api import Browser, Page

SLOWER: Final = 4  # times
TASKS: Final = "disabled-by-default-devtools.timeline"
LATENCY: Final = 150  # ms
BYTES_A_SECOND: Final = 1_600_000 / 8
SCREEN: Final = {"width": 390, "height": 844}
WATCH: Final = """window.seen = { shifts: [], long: [], first: 0, largest: 0, slowest: 0 };
const watch = (type, note, options) => new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true, ...options });
const name = (node) => node && node.nodeType === 1 ? node.outerHTML.slice(0, 80) : String(node?.data);
watch("layout-shift", (each) => seen.shifts.push([each.value, each.sources.map((source) => name(source.node)).join(", ")]));
watch("longtask", (each) => seen.long.push(each.duration));
watch("paint", (each) => { if (each.name === "first-contentful-paint") seen.first = each.startTime; });
watch("largest-contentful-paint", (each) => { seen.largest = each.startTime; });
watch("event", (each) => { if (each.interactionId) seen.slowest = Math.max(seen.slowest, each.duration); }, { durationThreshold: 16 });"""
# Until it has been painted, and whatever the page still had to do is done. Without a window Chromium is idle only after a frame.
SETTLED: Final = """new Promise((done) =>
  requestAnimationFrame(() => requestIdleCallback(() => setTimeout(done, 100), { timeout: 3000 })))"""


class Seen(NamedTuple):
    """shifts: (how much, what moved); long: tasks, ms; first, largest: contentful paint, ms; slowest: interaction, ms;
    received: (address, bytes on the line)."""

    shifts: list[tuple[float, str]]
    long: list[float]
    first: float
    largest: float
    slowest: float
    received: list[tuple[str, float]]


@contextlib.contextmanager
def slow_phone(chromium: Browser, **options: Any) -> Iterator[tuple[Page, list[tuple[str, float]]]]:
    """A new one, with nothing in its cache; and what it receives, while it does."""
    with tab(chromium, viewport=SCREEN, **options) as page:
        received: list[tuple[str, float]] = []
        asked: dict[str, str] = {}
        session = page.context.new_cdp_session(page)
        session.on(
            "Network.requestWillBeSent", lambda event: asked.update({event["requestId"]: event["request"]["url"]})
        )
        session.on(
            "Network.loadingFinished",
            lambda event: received.append((asked.get(event["requestId"], "?"), event["encodedDataLength"])),
        )
        session.send("Network.enable")
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        line = {"latency": LATENCY, "downloadThroughput": BYTES_A_SECOND, "uploadThroughput": BYTES_A_SECOND}
        session.send("Network.emulateNetworkConditions", {"offline": False, **line})
        page.add_init_script(WATCH)
        yield page, received


def first_visit(chromium: Browser, url: str, **options: Any) -> Seen:
    with slow_phone(chromium, **options) as (page, received):
        page.goto(url)
        return seen(page, received)


def longest_task(chromium: Browser, url: str) -> float:
    """Of a first visit, in ms that it takes of a processor of this machine, whatever else that does."""
    with tab(chromium, viewport=SCREEN) as page:
        chromium.start_tracing(page=page, categories=[TASKS])
        page.goto(url)
        page.evaluate(SETTLED)
        events = json.loads(chromium.stop_tracing())["traceEvents"]
    of_pages = {(each["pid"], each["tid"]) for each in events if each["args"].get("name") == "CrRendererMain"}
    tasks = [each for each in events if each["name"] == "RunTask" and (each["pid"], each["tid"]) in of_pages]
    return max(float(each.get("tdur", 0)) for each in tasks) / 1000


def seen(page: Page, received: list[tuple[str, float]]) -> Seen:
    page.evaluate(SETTLED)
    found = page.evaluate("window.seen")
    return Seen(received=received, shifts=[tuple(each) for each in found.pop("shifts")], **found)
