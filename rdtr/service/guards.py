"""What stands around every route: headers that keep browsers safe, who may read from other sites. Judges no request body."""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rdtr.service.settings import Settings

__all__ = ["CSP", "install"]

CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self' data: blob:; worker-src 'self' blob:; child-src blob:; "
    "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
"""No address but our own. MapLibre starts its worker from a blob and sets styles on elements."""

_ALWAYS: Final = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), payment=(), usb=(), geolocation=(self)",
}


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


def install(app: FastAPI, settings: Settings) -> None:
    """Put the guards around an application; the last one added is the outermost."""
    app.add_middleware(
        CORSMiddleware,
        allow_origins=list(settings.cors_origins),
        allow_methods=["GET", "HEAD", "POST", "PUT"],
        allow_headers=["accept", "authorization", "content-type", "if-none-match", "x-api-key", "x-request-id"],
        expose_headers=["etag", "retry-after", "x-plan-hash", "x-request-id", "content-disposition"],
        max_age=86_400,
    )
    app.add_middleware(SafeHeaders)
