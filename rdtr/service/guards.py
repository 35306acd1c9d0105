"""What stands around every route: headers that keep browsers safe, keys, rates, sizes. Reads no request body."""

from __future__ import annotations

import math
from typing import Final

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rdtr.service.errors import Problem, problem
from rdtr.service.keys import Key, Keys, Role, allows
from rdtr.service.observe import Observed
from rdtr.service.rates import Rates
from rdtr.service.settings import Settings
from rdtr.service.state import Service

__all__ = ["CSP", "URL_LIMIT", "install"]

CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self' data: blob:; worker-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
"""No address but our own; MapLibre's worker is a file of the build. MapLibre sets styles on elements."""

URL_LIMIT: Final = 8 * 1024
"""Bytes of path and query."""

_ALWAYS: Final = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), payment=(), usb=(), geolocation=(self)",
}
_OPEN: Final = ("/healthz", "/readyz", "/metrics")  # for machines of the operator, who closes them at the proxy
_PAGE: Final = ("/", "/docs", "/openapi.json")
_JUDGED: Final = ("/checks", "/sites")
_UNCOUNTED: Final = ("/static/", "/docs/")


class SafeHeaders:
    """Puts the headers on every answer that lacks them."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Speak ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, sent)


class Gate:
    """Lets a request in, or says why not: address too long, no key, too many requests.

    Keys and rates do not concern the pages themselves and the addresses of machines.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        self.keys = Keys(settings.keys) if settings.keys is not None else None
        self.rates = Rates(settings.rate_per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Speak ASGI."""
        if scope["type"] == "http":
            try:
                self._require(scope)
            except Problem as refused:
                answer = problem(refused.status, refused.detail, refused.headers, **refused.more)
                await answer(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _require(self, scope: Scope) -> None:
        path: str = scope["path"]
        size = len(scope.get("raw_path") or path) + len(scope["query_string"])
        if size > URL_LIMIT:
            raise Problem(414, f"path and query have {size:,} bytes; at most {URL_LIMIT:,} are taken", limit=URL_LIMIT)
        if path in _OPEN or scope["method"] == "OPTIONS" or path.startswith(_UNCOUNTED):
            return
        key = self._key(Headers(scope=scope))
        scope.setdefault("state", {})["key"] = key
        self._require_role(_role(scope["method"], path), path, key)
        self._require_patience(scope, key)

    def _key(self, headers: Headers) -> Key | None:
        kind, _, secret = headers.get("authorization", "").partition(" ")
        given = secret.strip() if kind.casefold() == "bearer" else headers.get("x-api-key", "")
        return self.keys.find(given) if self.keys is not None and given else None

    def _require_role(self, role: Role, path: str, key: Key | None) -> None:
        settings = self.settings
        if role == "publish" and self.keys is None:
            raise Problem(403, "publishing by HTTP is off here; the operator turns it on with RDTR_KEYS, see rdtr keys")
        asked = {
            "view": settings.require_key and path not in _PAGE,
            "check": settings.require_key or (self.keys is not None and not settings.open_checks),
            "publish": True,
        }[role]
        if not asked:
            return
        if key is None:
            headers = {"WWW-Authenticate": 'Bearer realm="rdtr"'}
            raise Problem(401, f"this needs an API key with the role {role}: Authorization: Bearer ...", headers)
        if not allows(key, role):
            raise Problem(403, f"the key {key.name!r} has the role {key.role}; this needs {role}")

    def _require_patience(self, scope: Scope, key: Key | None) -> None:
        client = scope.get("client")
        wait = self.rates.wait_s(key.name if key else client[0] if client else "")
        if wait:
            most = self.settings.rate_per_minute
            raise Problem(
                429,
                f"more than {most:,} requests a minute; ask again in {math.ceil(wait)} s",
                {"Retry-After": str(math.ceil(wait))},
                limit=most,
            )


def _role(method: str, path: str) -> Role:
    if method == "PUT":
        return "publish"
    return "check" if method == "POST" and path.endswith(_JUDGED) else "view"


def install(app: FastAPI, service: Service) -> None:
    """Put the guards around an application; the last one added is the outermost."""
    app.add_middleware(Gate, settings=service.settings)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=list(service.settings.cors_origins),
        allow_methods=["GET", "HEAD", "POST", "PUT"],
        allow_headers=["accept", "authorization", "content-type", "if-none-match", "x-api-key", "x-request-id"],
        expose_headers=["etag", "retry-after", "x-plan-hash", "x-request-id", "content-disposition"],
        max_age=86_400,
    )
    app.add_middleware(SafeHeaders)
    app.add_middleware(Observed, service=service)
