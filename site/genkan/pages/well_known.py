"""/.well-known and the icons: what do other programs look for at fixed addresses?"""

import re

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

KEYS_LAST = 3600  # seconds that others may keep the keys
ICON_LASTS = 86_400  # seconds


async def change_password(request: Request) -> Response:
    """Where a password manager sends people to change their password (W3C change-password-url)."""
    return RedirectResponse("/account/password", status_code=303)


async def public_keys(request: Request) -> Response:
    """The JWK set that verifies session JWTs, of every audience (RFC 7517 §5); 304 to whoever has this one (RFC 9110 §13.1.2)."""
    keys = request.app.state.services.tokens.public_keys(now=request.app.state.now())
    etag = f'"{"+".join(key["kid"] for key in keys["keys"])}"'
    kept = {
        "Cache-Control": f"public, max-age={KEYS_LAST}",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "ETag": etag,
    }
    if etag in re.split(r" *, *", request.headers.get("if-none-match", "").replace("W/", "")):
        return Response(status_code=304, headers=kept)
    return JSONResponse(keys, media_type="application/jwk-set+json", headers=kept)


async def icon(request: Request) -> Response:
    """For browsers that cannot use the icon that pages name, and for the home screens of phones."""
    return RedirectResponse(
        request.app.state.renderer.assets.touch_icon,
        status_code=303,
        headers={"Cache-Control": f"public, max-age={ICON_LASTS}"},
    )


routes = [
    Route("/favicon.ico", icon, methods=["GET"]),
    Route("/apple-touch-icon.png", icon, methods=["GET"]),
    Route("/.well-known/change-password", change_password, methods=["GET"]),
    Route("/.well-known/jwks.json", public_keys, methods=["GET"]),
]
