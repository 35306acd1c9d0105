"""The lane of the tiles, below ASGI: a protocol for uvicorn that answers them from the bytes of the request.

A tile that `Tiles.known` has is written straight to the connection. For one that has to be drawn, the connection is held
until a thread has drawn it. Every other byte goes to uvicorn's own protocol on the same connection, which calls the
application. So this knows no rule of its own: what it answers, `rdtr.service.lane` answers
with the same headers and bytes, only slower. On one core it serves as many tiles as nginx serves files.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from functools import partial
from typing import Any, Final, NamedTuple

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from rdtr.service.encodings import coding_of
from rdtr.service.lane import Lane
from rdtr.service.tilestore import Tile

__all__ = ["HEAD_LIMIT", "TileProtocol"]

HEAD_LIMIT: Final = 64 * 1024
"""Bytes of a request's line and headers."""

HEAD_PATIENCE_S: Final = 20.0
"""Seconds in which they have to arrive whole."""

_KNOWN_HEAD: Final = 8 * 1024  # a tile's request is shorter; longer ones are for the thorough parser
_BATCH: Final = 256 * 1024  # bytes joined for one write to a client that asks for many tiles at once
_LINE: Final = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t ]*[\t\x20-\x7e\x80-\xff]*")  # RFC 9110, 5.5 and 5.6.2
_NOT_OURS: Final = (b"content-length", b"transfer-encoding", b"expect", b"upgrade", b"connection", b"te")
_TOO_LARGE: Final = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: application/problem+json\r\nconnection: close\r\n"
    b"content-length: %d\r\n\r\n%s"
)
_TOO_LARGE_BODY: Final = (
    b'{"type": "about:blank", "title": "Request Header Fields Too Large", "status": 431, "limit": %d, '
    b'"detail": "line and headers of the request are longer than %d bytes, the most that are taken"}'
    % (HEAD_LIMIT, HEAD_LIMIT)
)


class _Asked(NamedTuple):
    """What the headers of a request want; the same for every tile that a client asks for."""

    tags: bytes | None
    squeezed: str | None
    plain: str | None

    def coding(self, tile: Tile | None) -> str | None:
        """Return the coding to send a tile in; None if it has no bytes in that, or the client refuses all."""
        if tile is None or not tile.squeezable:
            return self.plain
        return self.squeezed if self.squeezed in tile.bodies or tile.empty else None


class _Waiting(NamedTuple):
    """A request whose tile is being drawn; `size` is how many bytes it takes."""

    path: bytes
    asked: _Asked
    head: bool
    size: int


class TileProtocol(HttpToolsProtocol):
    """One connection.

    Between two requests it looks at the next one itself; inside of one, or while answers are due, all is uvicorn's.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._lane: Lane | None = self.app_state.get("lane")
        self._between, self._heading, self._head_size = True, False, 0
        self._block, self._asked = b"", None
        self._stamp: tuple[Any, bytes] = (None, b"")
        self._held, self._full = b"", False
        self._begun = b""
        self._due: asyncio.Future[Tile] | None = None
        self._come: tuple[bytes, Tile | None] | None = None
        self._leaving = False
        self._last, self._timer = 0.0, None

    _asked: _Asked | None
    _timer: asyncio.TimerHandle | None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to watch the time: who sends nothing is not waited for."""
        super().connection_made(transport)
        self._touch()

    def data_received(self, data: bytes) -> None:
        """Answer tiles that are in memory, hand on the rest."""
        if self._held:  # what came before is not answered yet
            self._held += data
            if len(self._held) > HEAD_LIMIT:
                self.flow.pause_reading()
            return
        self._unset_keepalive_if_required()
        idle = self._between and not self.pipeline and (self.cycle is None or self.cycle.response_complete)
        if idle and self._lane is not None:
            data = self._answered(self._lane, self._begun + data)
            whole = not data.startswith(b"GET /plans/") or len(data) >= _KNOWN_HEAD or b"\r\n\r\n" in data
            self._begun, data = (b"", data) if whole else (data, b"")
        if data:
            self._hand_on(data)
        if self._timer is None:
            self._touch()

    def pause_writing(self) -> None:
        """Stop: the client does not read what it asked for."""
        super().pause_writing()
        self._full = True

    def resume_writing(self) -> None:
        """Go on with what was held back."""
        super().resume_writing()
        self._full = False
        self._go_on()

    def shutdown(self) -> None:
        """Close, after what was held back is answered."""
        self._leaving = bool(self._held)
        if not self._leaving:
            super().shutdown()

    def connection_lost(self, exc: Exception | None) -> None:
        """Watch no longer."""
        if self._timer is not None:
            self._timer.cancel()
        self._held = b""
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Note that uvicorn's parser is inside a request."""
        self._between, self._heading, self._head_size = False, True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Note that line and headers were short enough and came in time."""
        self._heading = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Note that the next byte begins a request."""
        self._between = True
        super().on_message_complete()

    def _unsupported_upgrade_warning(self) -> None:
        self._lane = None  # what follows may be of another protocol
        super()._unsupported_upgrade_warning()

    def _go_on(self) -> None:
        """Look at what was held back, unless something holds it still."""
        if self._due is not None or self._full:
            return
        held, self._held = self._held, b""
        if held and not self.transport.is_closing():
            self.flow.resume_reading()
            self.data_received(held)
        if self._leaving:
            self.shutdown()

    def _arrived(self, lane: Lane, waiting: _Waiting, flight: asyncio.Future[Tile]) -> None:
        """Answer with a tile that another thread has drawn; what it could not draw is the upper lane's, which says why."""
        failed = flight.cancelled() or flight.exception() is not None
        tile = None if failed else flight.result()
        coding = waiting.asked.coding(tile)
        self._due = None
        if tile is None or coding is None or self._full or self.transport.is_closing():
            self._come = (waiting.path, tile)
        else:  # without a second look at the request
            self._held = self._held[waiting.size :]
            self._last = self.loop.time()
            self.transport.write(b"".join(self._answer(lane, tile, coding, waiting.path, waiting.asked, waiting.head)))
        self._go_on()

    def _hand_on(self, data: bytes) -> None:
        """Give data to uvicorn's parser; a head that goes on and on from packet to packet is refused."""
        going_on = self._heading
        self._head_size += len(data) if going_on else 0
        super().data_received(data)
        if going_on and self._heading and self._head_size > HEAD_LIMIT and not self.transport.is_closing():
            self.transport.write(_TOO_LARGE % (len(_TOO_LARGE_BODY), _TOO_LARGE_BODY))
            self.transport.close()

    def _answered(self, lane: Lane, data: bytes) -> bytes:
        """Answer the tiles at the beginning of the data, return what is left."""
        out: list[bytes] = []
        start = size = 0
        for end, answer in self._known(lane, data):
            out += answer
            start, size = end, size + len(answer[-1])
            if size > _BATCH:
                self.transport.write(b"".join(out))
                out, size = [], 0
                if self._full:
                    break
        if out:
            self.transport.write(b"".join(out))
        if start:
            self._last = self.loop.time()
        if self._full and start < len(data):
            self.flow.pause_reading()
        if self._due is not None or self._full:
            self._held, start = data[start:], len(data)
        return data[start:] if start else data

    def _known(self, lane: Lane, data: bytes) -> Iterator[tuple[int, list[bytes]]]:
        """Give where each request for a tile ends, and its answer, until another request comes or a tile is due."""
        start, here = 0, True
        while True:
            first = 4 if data.startswith(b"GET /plans/", start) else 5 if data.startswith(b"HEAD /plans/", start) else 0
            end = data.find(b"\r\n\r\n", start, start + _KNOWN_HEAD) if first else -1
            if end < 0:
                return
            line = data.find(b"\r\n", start, end + 2)
            if not data.startswith(b" HTTP/1.1", line - 9):
                return
            path = data[start + first : line - 9]
            block = data[line + 2 : end + 2]
            if block != self._block:
                self._block, self._asked = block, _read(block, any_origin=lane.cors is not None)
            asked = self._asked
            if asked is None:
                return
            tile = self._known_tile(lane, path, asked)
            if tile is None and self._come is None:
                found = lane.beyond(path, asked.squeezed, asked.plain, here=here)
                if isinstance(found, asyncio.Future):
                    self._due = found
                    waiting = _Waiting(path, asked, first == 5, end + 4 - start)
                    found.add_done_callback(partial(self._arrived, lane, waiting))
                    return
                tile, here = found, False
            self._come = None
            coding = asked.coding(tile)
            if tile is None or coding is None:
                return
            start = end + 4
            yield start, self._answer(lane, tile, coding, path, asked, first == 5)

    def _answer(self, lane: Lane, tile: Tile, coding: str, path: bytes, asked: _Asked, head: bool) -> list[bytes]:
        reply = lane.reply(tile, coding, path)
        unchanged = asked.tags is not None and reply.is_held(asked.tags)
        body = b"" if unchanged or head else reply.body
        self.server_state.total_requests += 1
        lane.count(304 if unchanged else reply.status, len(body))
        return [reply.wire_unchanged if unchanged else reply.wire, self._date(), body]

    def _known_tile(self, lane: Lane, path: bytes, asked: _Asked) -> Tile | None:
        """Return the tile that came for this request, or is in memory in the coding that is wanted."""
        if self._come is not None:
            return self._come[1]
        tile = None if lane.private else lane.tiles.known(path)
        if tile is None or asked.coding(tile) is None:
            return None
        lane.tiles.hits += 1
        return tile

    def _date(self) -> bytes:
        """The headers that uvicorn puts on every answer, which it makes anew each second; and the empty line."""
        headers = self.server_state.default_headers
        if self._stamp[0] is not headers:
            lines = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
            self._stamp = (headers, lines + b"\r\n")
        return self._stamp[1]

    def _patience(self) -> float:
        return HEAD_PATIENCE_S if self._heading or self._begun else self.timeout_keep_alive

    def _touch(self) -> None:
        self._last = self.loop.time()
        self._timer = self.loop.call_later(self._patience(), self._look_at_the_clock)

    def _look_at_the_clock(self) -> None:
        """One timer a connection, not one a request: close it if nothing was asked for long enough."""
        self._timer = None
        if self.transport.is_closing() or (self.cycle is not None and not self.cycle.response_complete):
            return
        if self._full or self._held:  # slow to read, not silent
            self._touch()
            return
        left = self._last + self._patience() - self.loop.time()
        if left <= 0:
            self.transport.close()
        else:
            self._timer = self.loop.call_later(left, self._look_at_the_clock)


def _read(block: bytes, *, any_origin: bool) -> _Asked | None:
    """Read the headers of a request; None if they want anything that this lane does not know."""
    fields: dict[bytes, bytes] = {}
    for line in block[:-2].split(b"\r\n"):
        name, _, value = line.partition(b":")
        name = name.lower()
        if not _LINE.fullmatch(line) or name in fields:
            return None
        fields[name] = value.strip(b" \t")
    if b"host" not in fields or any(name in fields for name in _NOT_OURS if fields.get(name) != b"keep-alive"):
        return None
    if b"*/*" not in fields.get(b"accept", b"*/*") or (b"origin" in fields and not any_origin):
        return None
    accepted = fields.get(b"accept-encoding", b"").decode("latin-1")
    return _Asked(fields.get(b"if-none-match"), coding_of(accepted), coding_of(accepted, ()))
