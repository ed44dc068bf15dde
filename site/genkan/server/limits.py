"""Where does patience with a connection end? Times in seconds, sizes in bytes."""

import resource
from dataclasses import dataclass, replace
from typing import Final

OTHER_FILES: Final = 256  # descriptors for all that is not a connection: the database, the log, calls to providers


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    head_time: float = 10.0  # from a request's first byte, or the connection itself, to the end of the headers
    body_time: float = 30.0  # from there to the end of the body
    body_gap: float = 10.0  # between two pieces of the body
    idle_time: int = 15  # between two requests
    read_time: float = 30.0  # in which a client has to read read_size of an answer
    linger_time: float = 2.0  # in which a client may read the last answer, and stop sending
    parting_time: float = 1.0  # in which a connection without a request may still bring one when the server is to stop
    stop_time: int = 10  # for requests under way then
    head_size: int = 16_384  # request line and headers
    url_size: int = 8192
    read_size: int = 16_384
    headers: int = 100
    pipelined: int = 32  # requests that wait behind one under way
    connections: int = 2500  # at a time; beyond it 503

    @property
    def most_connections(self) -> int:
        """Beyond these not even a 503 is said."""
        return self.connections + self.connections // 5


def within_files(limits: ConnectionLimits) -> ConnectionLimits:
    """The limits, with no more connections than this process may have files, once it may have all that it can."""
    wanted = limits.most_connections + OTHER_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft >= wanted:
        return limits
    return replace(limits, connections=max(1, (soft - OTHER_FILES) * 5 // 6))
