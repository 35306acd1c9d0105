"""Places: which ward (SWP), quarter (blok) and village a spot of the town belongs to, and how they are called."""

from __future__ import annotations

import numpy as np

from rdtr.sample.frame import Frame
from rdtr.sample.streets import Streets
from rdtr.sample.tables import column
from rdtr.types import FloatArray, IndexArray, ObjectArray

__all__ = ["CITY", "PLAN_AREA", "PROVINCE", "quarter_at", "quarter_codes", "village_names", "ward_codes"]

PROVINCE = "Kalimantan Timur"
CITY = "Kota Muara Contoh"
PLAN_AREA = "I"
"""The one WP of the plan."""

_CHUNK = 4_000


def quarter_at(streets: Streets, place: FloatArray) -> IndexArray:
    """Find the quarter that holds a spot of the town plane, or the nearest one.

    Parameters
    ----------
    streets
        The street network.
    place
        Shape (n, 2).

    Returns
    -------
    quarter
        Shape (n,).
    """
    rect = streets.quarters.rect
    found = np.empty(len(place), dtype=np.int64)
    for start in range(0, len(place), _CHUNK):  # in chunks, since every spot meets every quarter
        spot = place[start : start + _CHUNK, None, :]
        off = np.maximum(np.maximum(rect[:, :2] - spot, spot - rect[:, 2:]), 0.0)
        found[start : start + _CHUNK] = np.argmin(np.hypot(off[..., 0], off[..., 1]), axis=1)
    return found


def ward_codes(streets: Streets) -> ObjectArray:
    """Return KODSWP of every ward: ``I.A``, ``I.B`` ... ``I.AA``."""
    return np.array([f"{PLAN_AREA}.{_letters(i)}" for i in range(len(streets.wards))], dtype=object)


def quarter_codes(streets: Streets) -> ObjectArray:
    """Return KODBLK of every quarter, counted within its ward: ``I.A.1``."""
    parent = streets.quarters.parent
    within = np.arange(len(parent)) - np.searchsorted(parent, parent) + 1
    wards = ward_codes(streets)
    return np.array([f"{wards[p]}.{i}" for p, i in zip(parent, within, strict=True)], dtype=object)


def village_names(frame: Frame, streets: Streets) -> tuple[ObjectArray, ObjectArray]:
    """Return kecamatan and kelurahan of every ward; a ward is a village, north or south of the river."""
    south = streets.wards.centre[:, 1] < frame.river_v
    district = np.where(south, "Muara Selatan", "Muara Utara").astype(object)
    village = np.empty(len(district), dtype=object)
    for name in ("Muara Utara", "Muara Selatan"):
        rows = np.flatnonzero(district == name)
        known = column("villages", "kelurahan")[column("villages", "kecamatan") == name]
        village[rows] = [_numbered(known[i % len(known)], i // len(known)) for i in range(len(rows))]
    return district, village


def _letters(index: int) -> str:
    text = chr(ord("A") + index % 26)
    return text if index < 26 else _letters(index // 26 - 1) + text


def _numbered(name: str, again: int) -> str:
    return name if not again else f"{name} {again + 1}"
