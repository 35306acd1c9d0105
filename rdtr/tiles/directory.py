"""The directories of a PMTiles archive: four columns to bytes and back, without a loop over entries. Opens no files."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from rdtr.errors import FileError
from rdtr.types import IndexArray

__all__ = ["Directory"]

Bytes = npt.NDArray[np.uint8]

_MOST_BYTES = 10  # of a variable-length integer
_MOST_LENGTH = 1 << 32  # of a tile or leaf, by the specification
_BAD = "the directory is damaged; fetch or make the file again"


@dataclass(frozen=True, eq=False, slots=True)
class Directory:
    """Entries of an archive, ordered by tile number.

    Attributes
    ----------
    ids
        The number of the first tile of each entry.
    runs
        How many consecutive tiles share these bytes; 0: the entry points to a leaf directory.
    lengths, offsets
        Bytes of the tile or leaf, and where they start in their section.
    """

    ids: IndexArray
    runs: IndexArray
    lengths: IndexArray
    offsets: IndexArray

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, part: slice) -> Directory:
        return Directory(self.ids[part], self.runs[part], self.lengths[part], self.offsets[part])

    def find(self, number: int) -> tuple[int, int, int] | None:
        """Return (run, offset, length) of the entry that holds a tile; None if none does.

        Examples
        --------
        >>> one = Directory(*(np.array([value]) for value in (5, 2, 100, 0)))
        >>> one.find(6), one.find(7)
        ((2, 0, 100), None)
        """
        # bisect on the buffer itself: a binary search that makes no numpy scalars, 0.5 us instead of 4
        at = bisect_right(self.ids.data, number) - 1
        if at < 0:
            return None
        run = self.runs.data[at]
        if run and number >= self.ids.data[at] + run:
            return None
        return run, self.offsets.data[at], self.lengths.data[at]

    def to_bytes(self) -> bytes:
        """Return the directory as the specification stores it, not yet compressed."""
        gap = np.diff(self.ids, prepend=0)
        follows = np.zeros(len(self), bool)
        follows[1:] = self.offsets[1:] == self.offsets[:-1] + self.lengths[:-1]
        offsets = np.where(follows, 0, self.offsets + 1)
        return _varints(np.concatenate([[len(self)], gap, self.runs, self.lengths, offsets])).tobytes()

    @classmethod
    def from_bytes(cls, data: bytes, label: str) -> Self:
        """Read a directory.

        Parameters
        ----------
        data
            Not compressed.
        label
            What messages call the file.

        Raises
        ------
        FileError
            If the bytes are no directory.
        """
        values = _integers(np.frombuffer(data, np.uint8), label)
        if values[0] < 1 or len(values) != 1 + 4 * int(values[0]):
            raise FileError(f"{label}: {_BAD}")
        gap, runs, lengths, stored = values[1:].reshape(4, -1)
        ids = np.cumsum(gap)
        ascending = (ids >= 0).all() and (gap[1:] >= np.maximum(runs[:-1], 1)).all()
        if not (ascending and ((lengths > 0) & (lengths < _MOST_LENGTH)).all()):
            raise FileError(f"{label}: {_BAD}")
        offsets = _offsets(stored, lengths, label)
        if (offsets < 0).any():
            raise FileError(f"{label}: {_BAD}")
        return cls(*(np.ascontiguousarray(column) for column in (ids, runs, lengths, offsets)))


def _offsets(stored: IndexArray, lengths: IndexArray, label: str) -> IndexArray:
    """Zero says: right after the entry before."""
    if not stored[0]:
        raise FileError(f"{label}: {_BAD}")
    ends = np.cumsum(lengths)
    starts = ends - lengths
    anchor = np.maximum.accumulate(np.where(stored > 0, np.arange(len(stored)), 0))
    return stored[anchor] - 1 + starts - starts[anchor]


def _varints(values: IndexArray) -> Bytes:
    """Seven bits a byte, the lowest first, the eighth bit where more follow."""
    rest = values.astype(np.uint64)
    size = np.ones(len(rest), np.int64)
    for digit in range(1, _MOST_BYTES):
        size += rest >= np.uint64(1) << np.uint64(7 * digit)
    ends = np.cumsum(size)
    out = np.zeros(int(ends[-1]), np.uint8)
    for digit in range(int(size.max())):
        wide = size > digit
        more = np.where(size[wide] > digit + 1, 128, 0)
        out[(ends - size)[wide] + digit] = (rest[wide] >> np.uint64(7 * digit)) & np.uint64(127) | more.astype(
            np.uint64
        )
    return out


def _integers(data: Bytes, label: str) -> IndexArray:
    last = np.flatnonzero(data < 128)
    if not len(last) or last[-1] != len(data) - 1:
        raise FileError(f"{label}: {_BAD}")
    starts = np.concatenate([[0], last[:-1] + 1])
    size = last - starts + 1
    if size.max() > _MOST_BYTES - 1:  # 63 bits; more is no offset that a file could have
        raise FileError(f"{label}: {_BAD}")
    values = np.zeros(len(starts), np.int64)
    for digit in range(int(size.max())):
        wide = size > digit
        values[wide] |= (data[starts[wide] + digit].astype(np.int64) & 127) << (7 * digit)
    return values
