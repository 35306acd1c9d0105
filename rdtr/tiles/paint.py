"""What a theme paints a plan's zones with: inks by swatch, hatches by overlay. Draws nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from rdtr.tiles.colors import from_hex
from rdtr.tiles.overlays import Pattern, hatches
from rdtr.tiles.palette import Swatch, palette
from rdtr.tiles.themes import ThemeName, ink, themed
from rdtr.types import BoolArray, IndexArray
from rdtr.zoning.codes import is_blank
from rdtr.zoning.plan import Plan

__all__ = ["Floats", "Paint", "paint_of"]

Floats: TypeAlias = npt.NDArray[np.float32]

_HATCH_SIDE: Final = 16
_HATCH_PX: Final = 1.3
_HATCH_OPACITY: Final = 0.8
_GRAVITY: Final = (("tinggi", 1.0), ("sedang", 0.75), ("rendah", 0.5))  # the gravest of a list of levels decides


@dataclass(frozen=True, eq=False, slots=True)
class Paint:
    """What a theme paints a plan with.

    Attributes
    ----------
    swatch
        Shape (zones,).
    inks
        Shape (swatches, 4): red, green, blue (0 to 255) and 1.
    line
        Shape (3,).
    hatch_inks, patterns, strength
        Shapes (hatches, 3), (hatches, side, side), (zones, hatches).
    bare
        Shape (zones,): no hatch at all.
    """

    swatch: IndexArray
    inks: Floats
    line: Floats
    hatch_inks: Floats
    patterns: Floats
    strength: Floats
    bare: BoolArray


def paint_of(plan: Plan, theme: ThemeName) -> Paint:
    """Return what a theme paints a plan with; an unknown theme is a `TileError`."""
    line = _floats([ink(theme).outline])[0]  # refuses an unknown theme
    colors = palette(plan)
    inks = _floats([_shown(swatch, theme) for swatch in colors.swatches])
    drawn, strength = _hatched(plan)
    known = [hatches()[name] for name in drawn]
    return Paint(
        swatch=colors.of_zone,
        inks=np.column_stack([inks, np.ones(len(inks), np.float32)]),
        line=line,
        hatch_inks=_floats([hatch.ink(theme) for hatch in known]),
        patterns=np.stack([_pattern(h.pattern) for h in known]) if known else np.zeros((0, 1, 1), np.float32),
        strength=strength,
        bare=np.logical_not(strength.any(axis=1)),
    )


def _floats(colors: list[str]) -> Floats:
    return (from_hex(colors) * 255.0).astype(np.float32) if colors else np.zeros((0, 3), np.float32)


def _shown(swatch: Swatch, theme: ThemeName) -> str:
    return themed(swatch.color, theme, swatch.zone_code or swatch.zone_name) if swatch.color_of else ink(theme).unknown


def _hatched(plan: Plan) -> tuple[list[str], Floats]:
    """Which overlay fields occur, and how opaque each is on each zone."""
    zones = plan.zones
    columns = {name: _opacity(zones[name].to_numpy(object)) for name in hatches() if name in zones.columns}
    drawn = [name for name, opacity in columns.items() if opacity.any()]
    if not drawn:
        return [], np.zeros((len(zones), 0), np.float32)
    return drawn, np.ascontiguousarray(np.column_stack([columns[name] for name in drawn]))


def _opacity(values: npt.NDArray[Any]) -> Floats:
    distinct, codes = np.unique([str(v) for v in values], return_inverse=True)
    return np.array([0.0 if is_blank(v) else _HATCH_OPACITY * _gravity(v) for v in distinct], np.float32)[codes]


def _gravity(value: str) -> float:
    return next((share for word, share in _GRAVITY if word in value.casefold()), 1.0)


@cache
def _pattern(kind: Pattern) -> Floats:
    """How strongly a hatch covers each pixel of a square that repeats; the directions are those of the legend."""
    side, half = float(_HATCH_SIDE), _HATCH_SIDE / 2.0
    y, x = np.mgrid[0:_HATCH_SIDE, 0:_HATCH_SIDE] + 0.5
    slash, backslash = _to_line(x + y, side) / math.sqrt(2.0), _to_line(x - y, side) / math.sqrt(2.0)
    distance = {
        "slash": slash,
        "backslash": backslash,
        "cross": np.minimum(slash, backslash),
        "grid": np.minimum(_to_line(x - half, side), _to_line(y - half, side)),
        "horizontal": _to_line(y - 4.5, half),
        "vertical": _to_line(x - 4.5, half),
        "dots": np.hypot(_to_line(x - 4.0, half), _to_line(y - 4.0, half)) - 0.5,
    }[kind]
    return np.clip(_HATCH_PX / 2.0 + 0.5 - distance, 0.0, 1.0).astype(np.float32)


def _to_line(along: npt.NDArray[np.float64], period: float) -> npt.NDArray[np.float64]:
    """Distance to the nearest of lines that are a period apart."""
    beyond = np.mod(along, period)
    return np.minimum(beyond, period - beyond)
