"""The service on a port of this host as ``rdtr serve`` runs it, and a client that sends exactly the bytes it is given."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from fastapi import FastAPI

from rdtr.service.serving import config

__all__ = ["Answer", "Wire", "listening"]

_PATIENCE_S = 120.0


@contextmanager
def listening(app: FastAPI, **more: Any) -> Iterator[int]:
    """Serve an application from a thread with the protocol of the tiles; give its port."""
    server = uvicorn.Server(config(app, port=0, log_config=None, **more))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + _PATIENCE_S
    while not server.started:
        if time.monotonic() > end or not thread.is_alive():
            raise RuntimeError("the service did not start")
        time.sleep(0.02)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(30)


@dataclass(frozen=True)
class Answer:
    """One answer as it came over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes


class Wire:
    """A connection on which every byte is chosen by the test."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._left = b""

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Send one request and read its answer."""
        self.send(request(path, method, **headers))
        return self.read(head=method == "HEAD")

    def read(self, *, head: bool = False) -> Answer:
        """Read one answer; an EOFError if the connection ends first."""
        while b"\r\n\r\n" not in self._left:
            self._more()
        top, _, self._left = self._left.partition(b"\r\n\r\n")
        first, *lines = top.decode("latin-1").split("\r\n")
        headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in lines)}
        status = int(first.split()[1])
        size = 0 if head or status in (204, 304) else int(headers["content-length"])
        while len(self._left) < size:
            self._more()
        body, self._left = self._left[:size], self._left[size:]
        return Answer(status, headers, body)

    def ended(self) -> bool:
        """Wait for the other side to close."""
        try:
            self._more()
        except (EOFError, ConnectionError):
            return True
        return False

    def _more(self) -> None:
        more = self.socket.recv(1 << 16)
        if not more:
            raise EOFError("the connection was closed")
        self._left += more


def request(path: str, method: str = "GET", **headers: str) -> bytes:
    """Return the bytes of a request; underscores in header names are hyphens."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()
