"""Answers with a tile: headers by coding and by kind of address, made once a tile. Knows no plan and draws nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent for a tile in one coding.

    Attributes
    ----------
    status
        200, or 204 where there is nothing to show.
    headers, unchanged
        Of the answer, and of a 304.
    body
        The bytes.
    wire, wire_unchanged
        The same headers with their status line as they go over the wire, up to the empty line.
    digest
        Of the bytes before they were compressed: the part of the validator that all codings share.
    """

    status: int
    headers: Headers
    unchanged: Headers
    body: bytes
    wire: bytes
    wire_unchanged: bytes
    digest: bytes

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
    always: Headers = [
        (b"etag", tile.etag(coding).encode()),
        (b"cache-control", (keep.replace("public", "private") if private else keep).encode()),
        (b"vary", _vary(tile, cors)),
        (b"x-content-type-options", b"nosniff"),
        (b"cross-origin-resource-policy", b"cross-origin"),
    ]
    always = [pair for pair in always if pair[1]]
    if cors is not None:
        always += [(b"access-control-allow-origin", cors), (b"access-control-expose-headers", b"etag")]
    digest = tile.digest.encode()
    if tile.empty:
        return Reply(204, always, always, b"", _wire(204, always), _wire(304, always), digest)
    body = tile.body(coding)
    headers = [
        (b"content-type", tile.media_type.encode()),
        (b"content-length", b"%d" % len(body)),
        *([] if coding == IDENTITY else [(b"content-encoding", coding.encode())]),
        *always,
    ]
    return Reply(200, headers, always, body, _wire(200, headers), _wire(304, always), digest)


def _vary(tile: Tile, cors: bytes | None) -> bytes:
    named = ([b"accept-encoding"] if tile.squeezable else []) + ([b"origin"] if cors is None else [])
    return b", ".join(named)


def _wire(status: int, headers: Sequence[tuple[bytes, bytes]]) -> bytes:
    lines = [b"HTTP/1.1 %d %s" % (status, HTTPStatus(status).phrase.encode())]
    return b"\r\n".join([*lines, *(name + b": " + value for name, value in headers), b""])
