"""How does a page of one's own ask who is signed in? Run it: `python3 docs/examples/own_page.py`, then open /dashboard."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "site"))

from genkan import server, start  # noqa: E402 - the path has to be known first
from genkan.app import create_app  # noqa: E402
from genkan.web.session import Person, person, signed_in  # noqa: E402
from starlette.requests import Request  # noqa: E402
from starlette.responses import PlainTextResponse, Response  # noqa: E402
from starlette.routing import Route  # noqa: E402


@signed_in  # whoever is not signed in goes to /login, and comes back here afterwards
async def dashboard(request: Request, who: Person) -> Response:
    return PlainTextResponse(f"Hello, {who.name}. Your id is {who.id}.")


async def front(request: Request) -> Response:
    who = await person(request)  # or None
    return PlainTextResponse(f"Hello, {who.name if who else 'stranger'}.")


routes = [Route("/dashboard", dashboard), Route("/front", front)]

if __name__ == "__main__":
    settings = start.prepared(ROOT, start.environment(ROOT, sys.argv[1:]))
    server.run(create_app(settings, routes=routes), start.listening(settings))
