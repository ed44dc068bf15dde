"""How do tests stand behind a real nginx and a real Caddy? The files of deploy/, with this machine's ports, and an application that echoes."""

import contextlib
import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
from browsing import QUICK_TO_LEAVE, free_socket, serving
from certificates import certificate
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
ID, WIKI, STRANGE = "id.example.com", "wiki.example.com", "other.example.com"
NGINX = """{user}
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
worker_processes 1;
events {{}}
http {{
    ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; # as Debian has it
    ssl_prefer_server_ciphers on;
    access_log off;
    client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
    uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
    include {folder}/genkan.conf;
}}
"""


@dataclass(frozen=True)
class Ports:
    genkan: int
    app: int
    plain: int
    tls: int


@dataclass
class Echo:
    """An application that knows nothing of logins. seen: the requests that came to it."""

    port: int
    seen: list[dict[str, Any]] = field(default_factory=list)


@contextlib.contextmanager
def echoing() -> Iterator[Echo]:
    """Says by JSON what it was asked, with every header as it came."""
    bound = free_socket()
    echo = Echo(bound.getsockname()[1])

    async def answer(request: Request) -> Response:
        headers = [(name.decode(), value.decode("latin-1")) for name, value in request.scope["headers"]]
        body = (await request.body()).decode()
        asked = {"method": request.method, "path": request.url.path, "headers": headers, "body": body}
        echo.seen.append(asked)
        return JSONResponse(asked)

    methods = ["GET", "POST", "PUT", "DELETE", "OPTIONS"]
    with serving(Starlette(routes=[Route("/{path:path}", answer, methods=methods)]), bound, QUICK_TO_LEAVE):
        yield echo


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        return [stack.enter_context(free_socket()).getsockname()[1] for _ in range(count)]


@contextlib.contextmanager
def nginx(folder: Path, ports: Ports) -> Iterator[None]:
    """deploy/nginx.conf as a deployer would use it, but for ports and places."""
    chain, key = certificate(folder, ID, WIKI)
    exchanged = {
        "127.0.0.1:8000": f"127.0.0.1:{ports.genkan}",
        "127.0.0.1:9000": f"127.0.0.1:{ports.app}",
        "listen 80 ": f"listen 127.0.0.1:{ports.plain} ",
        "listen 443 ": f"listen 127.0.0.1:{ports.tls} ",
        f"/etc/letsencrypt/live/{ID}/fullchain.pem": str(chain),
        f"/etc/letsencrypt/live/{WIKI}/fullchain.pem": str(chain),
        f"/etc/letsencrypt/live/{ID}/privkey.pem": str(key),
        f"/etc/letsencrypt/live/{WIKI}/privkey.pem": str(key),
        "/etc/nginx/snippets/": f"{folder}/",
        "/var/log/nginx/": f"{folder}/",
    }
    for source, name in (
        ("nginx.conf", "genkan.conf"),
        ("nginx-guard.conf", "genkan-guard.conf"),
        ("nginx-guard-location.conf", "genkan-guard-location.conf"),
    ):
        (folder / name).write_text(_exchanged((DEPLOY / source).read_text(), exchanged))
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, user="user root;" if os.geteuid() == 0 else ""))
    with _serving([_program("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf")], folder, ports.tls):
        yield


@contextlib.contextmanager
def caddy(folder: Path, ports: Ports) -> Iterator[None]:
    """deploy/Caddyfile, with certificates that Caddy makes for itself."""
    exchanged = {
        "127.0.0.1:8000": f"127.0.0.1:{ports.genkan}",
        "127.0.0.1:9000": f"127.0.0.1:{ports.app}",
        "email admin@example.com": f"local_certs\n\tskip_install_trust\n\tadmin off\n"
        f"\thttp_port {ports.plain}\n\thttps_port {ports.tls}\n\tdefault_bind 127.0.0.1",
    }
    (folder / "Caddyfile").write_text(_exchanged((DEPLOY / "Caddyfile").read_text(), exchanged))
    command = [_program("caddy"), "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
    with _serving(command, folder, ports.tls):
        yield


PROXIES: dict[str, Callable[[Path, Ports], contextlib.AbstractContextManager[None]]] = {"nginx": nginx, "caddy": caddy}


@contextlib.contextmanager
def client(ports: Ports) -> Iterator[httpx2.Client]:
    """A browser without a window, to whom the hosts of the test are where the proxy is. Follows nothing by itself."""
    with httpx2.Client(transport=_Here(ports.tls), trust_env=False, timeout=20) as found:
        yield found


class _Here(httpx2.BaseTransport):
    """Every host is at this port."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._inside = httpx2.HTTPTransport(verify=_trusting())

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        there = httpx2.Request(
            request.method,
            request.url.copy_with(host="127.0.0.1", port=self._port),
            headers=request.headers.raw,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": request.url.host},
        )
        return self._inside.handle_request(there)

    def close(self) -> None:
        self._inside.close()


def _exchanged(text: str, exchanged: dict[str, str]) -> str:
    for old, new in exchanged.items():
        text = text.replace(old, new)
    return text


def _program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if found is None:
        pytest.fail(f"There is no {name} for the tests: run them by `python3 run.py test`, which installs it.")
    return found


@contextlib.contextmanager
def _serving(command: list[str], folder: Path, port: int) -> Iterator[None]:
    environ = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "PATH": "/usr/bin"}
    with (folder / "said").open("w") as said:
        process = subprocess.Popen(command, env=environ, cwd=folder, stdout=said, stderr=said)
        try:
            _wait_until_it_listens(process, folder, port)
            yield
        finally:
            process.terminate()
            process.wait(20)


def _wait_until_it_listens(process: subprocess.Popen[bytes], folder: Path, port: int) -> None:
    """Until it has a certificate for each host, too: Caddy makes them once it has begun."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        assert process.poll() is None, (folder / "said").read_text()
        with contextlib.suppress(OSError):
            for host in (ID, WIKI):
                with socket.create_connection(("127.0.0.1", port), 1) as plain:
                    _trusting().wrap_socket(plain, server_hostname=host).close()
            return
        threading.Event().wait(0.02)
    pytest.fail((folder / "said").read_text())


def _trusting() -> ssl.SSLContext:
    """Certificates are the test's own, and not looked at."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
