"""Around every route: a number for each request, how it ended and how long it took, into counters and log."""

from __future__ import annotations

import logging
import re
import secrets
import time
from typing import Any, Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rdtr.service.state import Service

__all__ = ["Observed", "gather"]

_LOG: Final = logging.getLogger("rdtr.service")
_SANE: Final = re.compile(rb"[A-Za-z0-9_.:-]{1,80}")
_QUIET: Final = ("/healthz", "/readyz", "/metrics")


class Observed:
    """Numbers, counts and logs requests; a request id of the client, or of the server before us, is kept.

    A client that goes away shows as status 499, as in nginx.
    """

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self.app = app
        self.service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Speak ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        start, seen = time.perf_counter(), {"status": 499, "bytes": 0}

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen["status"] = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = request_id
            else:
                seen["bytes"] += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, sent)
        except Exception:  # only written down here: the handlers of the application answer it
            seen["status"] = 500
            raise
        finally:
            self._note(scope, request_id, seen, time.perf_counter() - start)

    def _note(self, scope: Scope, request_id: str, seen: dict[str, int], seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "") or ("/static" if "app_root_path" in scope else "")
        kind = route or "unknown"  # templates only, so that what clients invent cannot fill the memory
        self.service.metrics.answered(kind, seen["status"], seen["bytes"])
        self.service.metrics.took(kind, seconds)
        if route in _QUIET or kind == "/static":
            return
        about: dict[str, Any] = {
            "request_id": request_id,
            "method": scope["method"],
            "route": kind,
            "plan": scope.get("path_params", {}).get("plan"),
            "status": seen["status"],
            "ms": round(1e3 * seconds, 1),
            "bytes": seen["bytes"],
        }
        _LOG.log(logging.WARNING if seen["status"] >= 500 else logging.INFO, "answered", extra=about)


def gather(service: Service) -> None:
    """Bring what the tiles count themselves into the counters, and look at what is held now."""
    metrics, tiles, lane = service.metrics, service.tiles, service.lane
    for status, count in lane.statuses.items():
        metrics.counters[f'rdtr_requests_total{{kind="tile",status="{status}"}}'] = count
    metrics.counters['rdtr_sent_bytes_total{kind="tile"}'] = lane.sent
    metrics.counters['rdtr_tiles_total{from="memory"}'] = tiles.hits
    metrics.counters['rdtr_tiles_total{from="drawn"}'] = tiles.drawn
    metrics.gauges = {
        "rdtr_tile_cache_bytes": float(tiles.store.size),
        "rdtr_tile_cache_tiles": float(len(tiles.store)),
        "rdtr_plans": float(len(service.catalog.plans)),
        "rdtr_broken_packages": float(len(service.catalog.broken)),
    }


def _request_id(scope: Scope) -> str:
    given: bytes = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
    return given.decode() if _SANE.fullmatch(given) else secrets.token_hex(8)
