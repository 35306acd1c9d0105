"""What was built for tiles, as arrays by name, and a file of them that is read back by mapping it. Knows no layer.

A file is one block: a mark, the length of its head, the head (JSON: what it is of, and each array's place), a checksum of
all the rest, the arrays. What does not fit, is cut off or was changed is as if it were not there.
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np

from rdtr.atomic import new_file
from rdtr.errors import FileError

__all__ = ["Arrays", "Kept", "read_kept", "write_kept"]

Arrays: TypeAlias = tuple[np.ndarray, ...]

_MARK: Final = b"rdtrkept"
_ALIGNED: Final = 64
_CHECKSUM: Final = 32
_KINDS: Final = frozenset("biuf")  # numbers only: an array of objects would be read by running what is in the file


@dataclass(eq=False)
class Kept:
    """Arrays by name, each made at the first use.

    Attributes
    ----------
    there
        What was made or read.
    fresh
        Whether anything was made that a file does not have yet.
    """

    there: dict[str, Arrays] = field(default_factory=dict)
    fresh: bool = False

    def recall(self, name: str, build: Callable[[], Arrays]) -> Arrays:
        """Return what has a name, made now if it was not there."""
        if name not in self.there:
            self.there[name] = build()
            self.fresh = True
        return self.there[name]


def write_kept(path: Path, of: str, kept: Kept) -> None:
    """Write all arrays to a file, whole or not at all.

    Parameters
    ----------
    path
        The file.
    of
        What they were made of: `read_kept` wants the same words.
    kept
        Arrays of numbers.

    Raises
    ------
    FileError
        If the file cannot be written.
    """
    places: list[list[Any]] = []
    size = 0
    arrays = [(name, k, np.ascontiguousarray(a)) for name, some in kept.there.items() for k, a in enumerate(some)]
    for name, k, array in arrays:
        places.append([name, k, array.dtype.str, list(array.shape), size])
        size += -(-array.nbytes // _ALIGNED) * _ALIGNED
    head = json.dumps({"of": of, "size": size, "arrays": places}).encode()
    head += b" " * (-(len(_MARK) + 8 + len(head) + _CHECKSUM) % _ALIGNED)
    digest = blake2b(head, digest_size=_CHECKSUM)
    blocks = [array.tobytes().ljust(-(-array.nbytes // _ALIGNED) * _ALIGNED, b"\0") for _, _, array in arrays]
    for block in blocks:
        digest.update(block)
    with new_file(path) as place, place.open("wb") as file:
        file.write(b"".join([_MARK, len(head).to_bytes(8, "little"), head, digest.digest()]))
        file.writelines(blocks)


def read_kept(path: Path, of: str) -> Kept | None:
    """Map a file of arrays; None where there is none that is whole and of just this.

    Examples
    --------
    >>> read_kept(Path("nowhere", "of-this"), "a plan") is None
    True
    """
    try:
        with path.open("rb") as file:
            # private pages: kernels take arrays that could be written to, the file stays as it is
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    except (OSError, ValueError):  # not there, not readable, or empty
        return None
    try:
        return _unpacked(data, of)
    except (ValueError, KeyError, TypeError, IndexError, RecursionError, FileError):
        return None


def _unpacked(data: mmap.mmap, of: str) -> Kept:
    length = int.from_bytes(data[len(_MARK) : len(_MARK) + 8], "little")
    start = len(_MARK) + 8 + length + _CHECKSUM
    if data[: len(_MARK)] != _MARK or start > len(data):
        raise FileError("not a file of kept arrays")
    raw = data[len(_MARK) + 8 : start - _CHECKSUM]
    head = json.loads(raw)
    if head["of"] != of or len(data) != start + head["size"]:
        raise FileError("of something else, or cut off")
    digest = blake2b(raw, digest_size=_CHECKSUM)
    digest.update(memoryview(data)[start:])
    if digest.digest() != data[start - _CHECKSUM : start]:
        raise FileError("changed since it was written")
    found: dict[str, list[np.ndarray]] = {}
    for name, k, kind, shape, at in head["arrays"]:
        dtype = np.dtype(kind)
        if dtype.kind not in _KINDS or k != len(found.setdefault(name, [])):
            raise FileError("not made by this program")
        count = int(np.prod(shape, dtype=np.int64))
        found[name].append(np.frombuffer(data, dtype, count, start + at).reshape(shape))
    return Kept({name: tuple(arrays) for name, arrays in found.items()})
