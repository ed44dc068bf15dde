"""How long may a connection take, and how much may it send? uvicorn, with the limits that it lacks."""

from genkan.server.limits import ConnectionLimits
from genkan.server.serve import Server, configured, run

__all__ = ["ConnectionLimits", "Server", "configured", "run"]
