"""Answers with a tile: headers by coding and by kind of address, made once a tile. Knows no plan and draws nothing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from http import HTTPStatus
from typing import Final, TypeAlias

from rdtr.service.encodings import IDENTITY
from rdtr.service.tilestore import Tile

__all__ = ["FOREVER", "FOR_A_WHILE", "Headers", "Reply", "reply_of"]

Headers: TypeAlias = list[tuple[bytes, bytes]]

FOREVER: Final = "public, max-age=31536000, immutable"
"""For an address with a hash in it: what lies there never changes."""

FOR_A_WHILE: Final = "public, max-age=10, must-revalidate"
"""For an address of the plan in force: ask again, the answer is mostly 304."""


@dataclass(frozen=True, eq=False)
class Reply:
    """What is sent for a tile in one coding.

    Attributes
    ----------
    status
        200, or 204 where there is nothing to show.
    body
        The bytes.
    wire
        Status line and headers as they go over the wire, up to the empty line.
    etag
        Validator of the bytes as they are sent.
    digest
        Of the bytes before they were compressed: the part of the validator that all codings share.
    """

    status: int
    body: bytes
    wire: bytes
    etag: bytes
    digest: bytes
    _unchanged: bytes

    @cached_property
    def wire_unchanged(self) -> bytes:
        """The same of a 304."""
        return self._unchanged % self.etag

    @cached_property
    def headers(self) -> Headers:
        """The headers as ASGI wants them."""
        return _pairs(self.wire)

    @cached_property
    def unchanged(self) -> Headers:
        """The same of a 304."""
        return _pairs(self.wire_unchanged)

    def is_held(self, tags: bytes) -> bool:
        """Whether an If-None-Match header names this tile, in whatever coding (RFC 9110, 13.1.2: weak comparison)."""
        return self.digest in tags or tags.strip() == b"*"


def reply_of(tile: Tile, coding: str, *, forever: bool, cors: bytes | None, private: bool = False) -> Reply:
    """Return the answer for a tile, made once for each coding and kind of address.

    Parameters
    ----------
    tile
        It has its bytes in the coding, or is not compressed at all.
    coding
        One of `rdtr.service.encodings`.
    forever
        Whether the address has a hash in it.
    cors
        Origins that may read it; None: told for each request.
    private
        Whether looking needs a key, so that no cache between may keep it.
    """
    used = coding if tile.squeezable and not tile.empty else IDENTITY
    key = (used, forever, cors, private)
    found = tile.replies.get(key)
    if found is None:
        found = tile.replies[key] = _made(tile, used, FOREVER if forever else FOR_A_WHILE, cors, private)
    return found


def _made(tile: Tile, coding: str, keep: str, cors: bytes | None, private: bool) -> Reply:
    vary = ("accept-encoding",) * tile.squeezable + ("origin",) * (cors is None)
    always = _form(keep.replace("public", "private") if private else keep, ", ".join(vary), cors)
    etag, digest = tile.etag(coding).encode(), tile.digest.encode()
    unchanged = _line(304) + always
    if tile.empty:
        return Reply(204, b"", (_line(204) + always) % etag, etag, digest, unchanged)
    body = tile.body(coding)
    wire = (_content(tile.media_type, coding) % len(body)) + always % etag
    return Reply(200, body, wire, etag, digest, unchanged)


@lru_cache(maxsize=64)
def _content(media_type: str, coding: str) -> bytes:
    """Begin an answer with a body; it lacks the length."""
    squeezed = b"" if coding == IDENTITY else b"content-encoding: %s\r\n" % coding.encode()
    return _line(200) + b"content-type: %s\r\ncontent-length: %%d\r\n%s" % (media_type.encode(), squeezed)


@lru_cache(maxsize=64)
def _form(keep: str, vary: str, cors: bytes | None) -> bytes:
    """Write the headers that every answer has; they lack the validator. Written once: a tile has not the time for it."""
    pairs = [
        (b"etag", b"%s"),
        (b"cache-control", keep.encode()),
        (b"vary", vary.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"cross-origin-resource-policy", b"cross-origin"),
    ]
    if cors is not None:
        pairs += [(b"access-control-allow-origin", cors), (b"access-control-expose-headers", b"etag")]
    return b"".join(name + b": " + value + b"\r\n" for name, value in pairs if value)


@lru_cache(maxsize=16)
def _line(status: int) -> bytes:
    return b"HTTP/1.1 %d %s\r\n" % (status, HTTPStatus(status).phrase.encode())


def _pairs(wire: bytes) -> Headers:
    lines = wire.split(b"\r\n")[1:-1]
    return [(name, value) for name, _, value in (line.partition(b": ") for line in lines)]
