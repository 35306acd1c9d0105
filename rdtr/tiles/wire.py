"""Numbers and fields as protocol buffers write them, in Python and compiled. Knows no tile and no layer."""

from __future__ import annotations

import numpy as np

from rdtr.jit import lean_kernel
from rdtr.tiles.memory import STEP, move, move_step, store_two

__all__ = ["SLACK", "copy", "copy_short", "field", "put", "size_of", "varint", "zigzag"]


SLACK = STEP
"""Bytes behind those that `copy_short` copies, of what it reads from and of what it writes to, that must be there too."""

_SHORT = 3 * STEP


def varint(value: int) -> bytes:
    """Encode a whole number of the protocol-buffer kind.

    Examples
    --------
    >>> varint(300).hex()
    'ac02'
    """
    out = bytearray()
    value &= (1 << 64) - 1
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def field(number: int, payload: bytes) -> bytes:
    """Encode a field that carries bytes.

    Examples
    --------
    >>> field(1, b"zones").hex()
    '0a057a6f6e6573'
    """
    return varint(number << 3 | 2) + varint(len(payload)) + payload


@lean_kernel
def put(buffer, at, value):
    """Write a varint; return the place after it.

    One or two bytes are written without a branch, for which of them comes next cannot be foretold; so the byte after a
    short one may be written to.
    """
    if value < 0x4000:
        two = np.int64(value > 0x7F)
        store_two(buffer, at, value & 0x7F | two << 7 | value >> 7 << 8)
        return at + 1 + two
    while value > 0x7F:
        buffer[at] = value & 0x7F | 0x80
        at += 1
        value >>= 7
    buffer[at] = value
    return at + 1


@lean_kernel
def zigzag(value):
    """Fold a signed number into one that is not negative, small ones first."""
    return (value << 1) ^ (value >> 63)


@lean_kernel
def size_of(value):
    """How many bytes a varint takes."""
    if value < 0x4000:
        return 1 + np.int64(value > 0x7F)
    n = np.int64(1)
    while value > 0x7F:
        n += 1
        value >>= 7
    return n


@lean_kernel
def copy_short(target, at, source, first, last):
    """Copy bytes, mostly few; return the place after them.

    Whole steps are copied, so up to `SLACK` bytes after them are read, and written to: a call of the C library's takes
    longer than that for the bytes of a feature.
    """
    size = last - first
    if size > _SHORT:
        move(target, at, source, first, size)
        return at + size
    done = 0
    while done < size:
        move_step(target, at + done, source, first + done)
        done += STEP
    return at + size


@lean_kernel
def copy(target, at, source, first, last):
    """Copy bytes; return the place after them."""
    move(target, at, source, first, last - first)
    return at + last - first
