"""/auth/onward: how does a person go on to the application that they came from?

By a page that leads there at once: a browser may hold a redirect after our own form to be the form's target, and our policy names
no host but this one (CSP 3 §6.4.1, form-action).
"""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from genkan.web import forms, session, show
from genkan.web.redirects import HOME, app_address, see_other
from genkan.web.session import Person


@session.signed_in
async def lead(request: Request, person: Person) -> Response:
    """The application learns who it is from the cookie that `signed_in` sees to."""
    asked = forms.query(request, ("next",))["next"]
    address = app_address(asked, request.app.state.settings.app_origins)
    if address is None:
        return see_other(request, HOME)
    response = show.page(request, "onward", {"address": address, "host": urlsplit(address).netloc})
    response.headers["Refresh"] = f"0;url={address}"
    return response


routes = [Route("/auth/onward", lead, methods=["GET"])]
