"""The lane of the tiles: a small ASGI application before FastAPI's machinery, which gets whatever is no tile."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from http import HTTPStatus
from typing import Any, Final

from starlette.types import ASGIApp, Receive, Scope, Send

from rdtr.errors import RdtrError, TileError
from rdtr.service.encodings import coding_of
from rdtr.service.errors import PROBLEM, Problem, status_of
from rdtr.service.negotiate import choose
from rdtr.service.replies import Headers, Reply, reply_of
from rdtr.service.settings import Settings
from rdtr.service.tilemaker import MEDIA_TYPES, grid_of
from rdtr.service.tilepaths import Address, address_of
from rdtr.service.tiles import Tiles
from rdtr.service.tilestore import Tile
from rdtr.zoning.plan import Plan

__all__ = ["Lane"]

_LOG: Final = logging.getLogger("rdtr.service")
_ALLOW: Final = {"Allow": "GET, HEAD, OPTIONS"}


class Lane:
    """Answers tiles itself and hands the rest on.

    A tile with a query (a filter; any but of layers) and a preflight are for the rest too.

    Parameters
    ----------
    app
        The rest.
    tiles
        Where tiles come from.
    settings
        Who may read from other sites, and whether looking needs a key.
    """

    def __init__(self, app: ASGIApp, tiles: Tiles, settings: Settings) -> None:
        self.app = app
        self.tiles = tiles
        self.private = settings.require_key
        self.origins = settings.cors_origins
        self.cors: bytes | None = b"*" if "*" in settings.cors_origins else None
        self.statuses: Counter[int] = Counter()
        self.sent = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Speak ASGI."""
        if scope["type"] != "http" or self.private or scope["method"] == "OPTIONS":
            await self.app(scope, receive, send)
            return
        path: bytes = scope.get("raw_path") or scope["path"].encode()
        if query := scope["query_string"]:
            path = path + b"?" + query
        tile = self.tiles.known(path)
        address = None if tile is not None else address_of(path.decode("latin-1"))
        if tile is None and address is None:
            await self.app(scope, receive, send)
            return
        await self._answer(scope, send, path, tile, address)

    async def _answer(self, scope: Scope, send: Send, path: bytes, tile: Tile | None, address: Address | None) -> None:
        asked = dict(scope["headers"])
        try:
            reply = await self._reply(scope["method"], asked, path, tile, address)
        except Problem as problem:
            await self._refuse(send, problem)
        except RdtrError as error:
            await self._refuse(send, Problem(status_of(error), str(error)))
        except Exception:  # noqa: BLE001 - the outermost frame: said in the log with its trace, told to nobody
            _LOG.exception("tile could not be made", extra={"path": path.decode("latin-1")})
            await self._refuse(send, Problem(500, "the tile could not be made; the operator's log says why"))
        else:
            unchanged = b"if-none-match" in asked and reply.is_held(asked[b"if-none-match"])
            await self._send(send, reply, asked, unchanged=unchanged, head=scope["method"] == "HEAD")

    async def _reply(
        self, method: str, asked: dict[bytes, bytes], path: bytes, tile: Tile | None, address: Address | None
    ) -> Reply:
        if method not in ("GET", "HEAD"):
            raise Problem(405, f"a tile is read with GET or HEAD, not with {method[:20]}", _ALLOW)
        suffix = address.suffix if address else path.partition(b"?")[0].rpartition(b".")[2].decode()
        if address is not None and suffix not in address.formats:
            raise Problem(406, f"tiles are not made as {suffix[:20]!r}; there are {', '.join(address.formats)}")
        if (accept := asked.get(b"accept")) is not None and b"*/*" not in accept:
            choose({suffix: MEDIA_TYPES[suffix]}, accept.decode("latin-1"))
        accepted = asked.get(b"accept-encoding", b"").decode("latin-1")
        coding = coding_of(accepted) if suffix == "mvt" else coding_of(accepted, ())
        if coding is None:
            raise Problem(406, f"Accept-Encoding: {accepted[:80]} leaves nothing; there are zstd, br, gzip, identity")
        if tile is not None and (coding in tile.bodies or not tile.squeezable or tile.empty):
            self.tiles.hits += 1
        else:
            address = address or address_of(path.decode("latin-1"))
            assert address is not None  # noqa: S101 - what is known by its address has been read from it
            plan = await self.tiles.plan(address)
            tile = await self._fetched(plan, address, coding)
            self.tiles.place(path, plan, address)
        return self.reply(tile, coding, path)

    async def _fetched(self, plan: Plan, address: Address, coding: str) -> Tile:
        if not address.layers:
            return await self.tiles.fetch(plan, address, coding)
        grid_of(plan, address.tms).require(
            address.z, address.x, address.y
        )  # 404; what is refused below was chosen badly
        try:
            return await self.tiles.fetch(plan, address, coding)
        except TileError as error:
            raise Problem(422, str(error)) from error

    def beyond(
        self, path: bytes, squeezed: str | None, plain: str | None, *, here: bool
    ) -> Tile | asyncio.Future[Tile] | None:
        """Return the tile at an address in the coding for its kind, or its future; see `Tiles.asked`."""
        address = None if self.private else address_of(path.decode("latin-1"))
        if address is None or address.suffix not in address.formats:
            return None
        coding = squeezed if address.suffix == "mvt" else plain
        return None if coding is None else self.tiles.asked(path, address, coding, here=here)

    def reply(self, tile: Tile, coding: str, path: bytes) -> Reply:
        """Return the answer with a tile at an address."""
        return reply_of(tile, coding, forever=b"/v/" in path, cors=self.cors, private=self.private)

    def count(self, status: int, sent: int) -> None:
        """Count an answer."""
        self.statuses[status] += 1
        self.sent += sent

    async def _send(self, send: Send, reply: Reply, asked: dict[bytes, bytes], *, unchanged: bool, head: bool) -> None:
        status, headers = (304, reply.unchanged) if unchanged else (reply.status, reply.headers)
        body = b"" if unchanged or head else reply.body
        self.statuses[status] += 1
        self.sent += len(body)
        if self.cors is None:
            headers = headers + self._origin(asked)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _origin(self, asked: dict[bytes, bytes]) -> Headers:
        origin = asked.get(b"origin", b"")
        return [(b"access-control-allow-origin", origin)] if origin.decode("latin-1") in self.origins else []

    async def _refuse(self, send: Send, problem: Problem) -> None:
        self.statuses[problem.status] += 1
        document: dict[str, Any] = {
            "type": "about:blank",
            "title": HTTPStatus(problem.status).phrase,
            "status": problem.status,
            "detail": problem.detail,
            **problem.more,
        }
        body = json.dumps(document, ensure_ascii=False).encode()
        headers = [
            (b"content-type", PROBLEM.encode()),
            (b"content-length", b"%d" % len(body)),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
            *([(b"access-control-allow-origin", self.cors)] if self.cors is not None else []),
            *((name.lower().encode(), value.encode()) for name, value in problem.headers.items()),
        ]
        await send({"type": "http.response.start", "status": problem.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})
