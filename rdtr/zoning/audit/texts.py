"""Checks of texts as such: characters that a wrong encoding made, and texts that a file format cut off. Knows no codes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from rdtr.zoning.audit.found import Found
from rdtr.zoning.audit.scene import Scene

__all__ = ["decoded_wrongly", "texts"]

_LOST: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]")

_DBF_BYTES: Final = 254
"""The most that a text column of a shapefile holds: a text of just this length was very probably longer."""


def texts(scene: Scene) -> Iterator[Found]:
    """Texts with characters that nobody wrote, and texts as long as a shapefile lets them be; value by value."""
    for column in (c for c in scene.zones.columns if c != "geometry"):
        values = scene.zones[column]
        if not (pd.api.types.is_object_dtype(values) or pd.api.types.is_string_dtype(values)):
            continue
        number, distinct = pd.factorize(values)
        for k, value in enumerate(distinct):
            code = _fault(value) if isinstance(value, str) else ""
            if code:
                rows = np.flatnonzero(number == k)
                said = {"found": _LOST.sub("\ufffd", value[:60])}
                yield Found(code, int(rows[0]), None, float(len(rows)), scene.spots(rows), column, said, rows=rows)


def _fault(value: str) -> str:
    if _LOST.search(value) or decoded_wrongly(value):
        return "TEXT_BROKEN"
    return "TEXT_CUT" if len(value.encode()) >= _DBF_BYTES and not value.isspace() else ""


def decoded_wrongly(text: str) -> bool:
    """Tell whether a text is UTF-8 that was read as Windows-1252: such letters make sense the other way only.

    Examples
    --------
    >>> decoded_wrongly("Kampung CafÃ©"), decoded_wrongly("Kampung Café"), decoded_wrongly("Kota")
    (True, False, False)
    """
    if text.isascii():
        return False
    try:
        return text.encode("cp1252").decode("utf-8") != text
    except UnicodeError:
        return False
