"""One attribute value as a field of a tile's layer. Knows no column and no feature."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from rdtr.tiles.wire import field, varint

__all__ = ["plain_value", "value_bytes"]


def value_bytes(value: Any) -> bytes:
    """Encode one attribute value as a field of a layer: text, bool, whole number or float64.

    Examples
    --------
    >>> value_bytes("R-2").hex(), value_bytes(True).hex()
    ('22050a03522d32', '22023801')
    """
    return field(4, _value(value))


def _value(value: Any) -> bytes:
    if isinstance(value, bool | np.bool_):
        return b"\x38" + varint(int(value))
    if isinstance(value, int | np.integer):
        number = int(value)
        return b"\x28" + varint(number) if number >= 0 else b"\x30" + varint(-2 * number - 1)
    if isinstance(value, float | np.floating):
        return b"\x19" + np.float64(value).tobytes()
    text = str(value).encode()
    return b"\x0a" + varint(len(text)) + text


def plain_value(value: Any) -> Any:
    """Return what a tile can carry: texts, bools and numbers as they are, dates in ISO form, anything else as text.

    Examples
    --------
    >>> plain_value(date(2026, 11, 24)), plain_value(7)
    ('2026-11-24', 7)
    """
    if isinstance(value, bool | int | float | str | np.bool_ | np.integer | np.floating):
        return value
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat() if value == value.normalize() else value.isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)
