"""Before which doors must a person have shown lately that it is them? One table; app.py puts the lock on each of them."""

from typing import Final

from starlette.routing import BaseRoute, Route

from genkan.web import session

# The path of the door → where the person comes back to afterwards; "": to the same door.
# Linking begins and ends at /oauth/…, where other things do, too: pages/oauth_inside.py and pages/oauth_finish.py ask there.
NEEDS_CONFIRMING: Final[dict[str, str]] = {
    "/account/security/unlink/{provider}": "",
    "/account/delete": "",
    "/account/data/json": "/account/data",
    "/account/data/html": "/account/data",
    "/account/username": "",
    "/account/email": "",
    "/admin/users/{id}/{act}": "",
    "/admin/users/{id}/sessions/{session_id}/end": "",
    "/admin/invitations/new": "",
    "/admin/invitations/{id}/withdraw": "",
}


def locked(routes: list[BaseRoute]) -> list[BaseRoute]:
    """The same routes; those of NEEDS_CONFIRMING ask for a proof first (web/session.py `confirmed`)."""
    return [_locked(each) if isinstance(each, Route) and each.path in NEEDS_CONFIRMING else each for each in routes]


def _locked(route: Route) -> Route:
    return type(route)(
        route.path, session.confirmed(route.endpoint, NEEDS_CONFIRMING[route.path]), methods=sorted(route.methods or ())
    )
