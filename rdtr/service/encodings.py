"""Content codings: which one a client wants, and the bytes in it. Knows no tiles and no routes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

import brotli
import zstandard
from isal import igzip_lib

__all__ = ["CODINGS", "IDENTITY", "coding_of", "compressed"]

IDENTITY: Final = "identity"

# levels measured on tiles of 2 to 200 kB: beyond these a tile takes longer to compress than to draw
_ZSTD: Final = 3
_BROTLI: Final = 5
_GZIP: Final = 1  # of isal: a fifth of the time of libdeflate at 6, tiles 9 % larger; 2 takes 7 % longer for 0.7 %


class _Own(threading.local):
    """A compressor for each thread: to make one takes a tenth of the time of a tile, and no two threads may share it."""

    def __init__(self) -> None:
        self.zstd = zstandard.ZstdCompressor(_ZSTD)


_own = _Own()


def _zstd(data: bytes) -> bytes:
    return _own.zstd.compress(data)


def _brotli(data: bytes) -> bytes:
    return brotli.compress(data, quality=_BROTLI)


def _gzip(data: bytes) -> bytes:
    return bytes(igzip_lib.compress(data, _GZIP, igzip_lib.COMP_GZIP))


CODINGS: Final[Mapping[str, Callable[[bytes], bytes]]] = {"zstd": _zstd, "br": _brotli, "gzip": _gzip}
"""What is offered, the preferred one first."""


def compressed(data: bytes, coding: str) -> bytes:
    r"""Return bytes in a coding; ``identity`` gives them back as they are.

    Examples
    --------
    >>> compressed(b"zona" * 99, "gzip")[:2], compressed(b"zona", "identity")
    (b'\x1f\x8b', b'zona')
    """
    return data if coding == IDENTITY else CODINGS[coding](data)


@lru_cache(maxsize=256)
def coding_of(accepted: str | None, offered: tuple[str, ...] = tuple(CODINGS)) -> str | None:
    """Return the coding to answer in (RFC 9110, 12.5.3); None where the client refuses all that there are.

    Parameters
    ----------
    accepted
        The Accept-Encoding header; None and empty take the bytes as they are.
    offered
        What there is, the preferred one first; nothing where bytes cannot be made smaller, such as those of a picture.

    Examples
    --------
    >>> coding_of("gzip, deflate, br, zstd"), coding_of("gzip;q=1, br;q=0.5"), coding_of("deflate"), coding_of(None)
    ('zstd', 'gzip', 'identity', 'identity')
    >>> coding_of("identity;q=0, deflate") is None
    True
    """
    weights = dict(_weight(part) for part in (accepted or "").casefold().split(",") if part.strip())
    rest = weights.get("*")
    wanted = {name: weights.get("x-gzip" if name == "gzip" and name not in weights else name, rest) for name in offered}
    best = max(wanted, key=lambda name: wanted[name] or 0.0, default=None)
    plain = weights.get(IDENTITY)
    if best is not None and (wanted[best] or 0.0) > 0.0 and (wanted[best] or 0.0) >= (plain or 0.0):
        return best
    refused = plain == 0.0 or (plain is None and rest == 0.0)
    return None if refused else IDENTITY


def _weight(part: str) -> tuple[str, float]:
    name, *parameters = (word.strip() for word in part.split(";"))
    text = next((p[2:] for p in parameters if p.startswith("q=")), "1")
    try:
        return name, min(max(float(text), 0.0), 1.0)
    except ValueError:
        return name, 0.0
