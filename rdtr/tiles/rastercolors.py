"""Colours of raster values: classes and ramps, each with its legend. Reads no raster."""

from __future__ import annotations

import csv
import difflib
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Literal, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from rdtr.errors import TileError
from rdtr.tiles.png import Pixels
from rdtr.types import FloatArray
from rdtr.zoning.rasters import ColorClass

__all__ = ["ColorClass", "Colormap", "colormap", "colormap_names"]

Kind: TypeAlias = Literal["class", "ramp"]

_RAMP_STEPS = 255  # and one index for what is not known
_CLEAR = np.zeros((1, 4), np.uint8)


@dataclass(frozen=True, slots=True)
class Colormap:
    """Colours of values, as a palette of at most 256: index 0 is clear, for what is not known or in no class.

    Attributes
    ----------
    kind
        ``class``: each value has the colour of its class; ``ramp``: colours between stops are mixed.
    classes
        In the order of their values; this is the legend.
    """

    kind: Kind
    classes: tuple[ColorClass, ...]

    @classmethod
    def build(cls, kind: Kind, classes: Iterable[ColorClass]) -> Self:
        """Make a colormap; classes in any order.

        Raises
        ------
        TileError
            If classes overlap, are too many, or a colour is none.
        """
        ordered = tuple(sorted(classes, key=lambda each: each.low))
        if not 1 <= len(ordered) <= _RAMP_STEPS:
            raise TileError(f"a colormap of {len(ordered)} classes cannot be drawn; wanted 1 to {_RAMP_STEPS}")
        for each in ordered:
            _rgba(each.color)
            if not (np.isfinite(each.low) and (kind == "ramp" or each.low <= each.high)):
                raise TileError(f"a class from {each.low} to {each.high} holds no value; wanted low <= high")
        for first, second in itertools.pairwise(ordered):
            if second.low == first.low or (kind == "class" and second.low < first.high):
                raise TileError(f"two classes hold the value {second.low}; give each value one class")
        return cls(kind, ordered)

    @property
    def palette(self) -> Pixels:
        """RGBA of each index, shape (colours, 4)."""
        return _palette(self)

    def indexes(self, values: npt.NDArray[Any]) -> Pixels:
        """Return the palette index of each value; NaN and values in no class are 0, beyond a ramp is its end."""
        if values.dtype == np.uint8:
            return _byte_indexes(self)[values]
        return self._indexes(values.astype(np.float64))

    def _indexes(self, values: FloatArray) -> Pixels:
        low = np.array([each.low for each in self.classes])
        if self.kind == "ramp":
            step = np.interp(values, low, np.linspace(0.0, _RAMP_STEPS - 1.0, len(low)))
            return np.where(np.isnan(values), 0, np.round(step) + 1).astype(np.uint8)
        high = np.array([each.high for each in self.classes])
        at = np.searchsorted(low, values, side="right")
        last = np.maximum(at - 1, 0)
        inside = (at > 0) & ((values < high[last]) | (values == low[last]))
        return np.where(inside, at, 0).astype(np.uint8)


def colormap_names() -> tuple[str, ...]:
    """Return the names that `colormap` knows.

    Examples
    --------
    >>> colormap_names()
    ('flood', 'slope', 'terrain')
    """
    return tuple(sorted(_packaged()))


def colormap(name: str | Colormap | Sequence[ColorClass]) -> Colormap:
    """Return a colormap by its name, or make one of classes.

    Raises
    ------
    TileError
        If there is none of this name.

    Examples
    --------
    >>> [each.label_id for each in colormap("flood").classes]
    ['Tidak tergenang', 'Rendah', 'Sedang', 'Tinggi']
    """
    if isinstance(name, Colormap):
        return name
    if not isinstance(name, str):
        return Colormap.build("class", name)
    found = _packaged().get(name)
    if found is None:
        near = difflib.get_close_matches(name, colormap_names(), 1)
        hint = f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(colormap_names())}"
        raise TileError(f"colormap {name!r} is not known{hint}")
    return found


@cache
def _packaged() -> dict[str, Colormap]:
    text = files("rdtr.tiles").joinpath("data/raster_colors.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    kinds: dict[str, Kind] = {row["colormap"]: "ramp" if row["kind"] == "ramp" else "class" for row in rows}
    return {
        name: Colormap.build(kind, [_class(row) for row in rows if row["colormap"] == name])
        for name, kind in kinds.items()
    }


def _class(row: dict[str, str]) -> ColorClass:
    low = float(row["low"])
    high = float(row["high"] or row["low"])
    return ColorClass(low, high, row["color"], row["label_id"], row["label_en"], row["reference"], row["confidence"])


@lru_cache(maxsize=64)
def _palette(of: Colormap) -> Pixels:
    colours = np.array([_rgba(each.color) for each in of.classes], float)
    if of.kind == "ramp":
        steps = np.linspace(0.0, len(colours) - 1.0, _RAMP_STEPS)
        colours = np.stack([np.interp(steps, np.arange(len(colours)), channel) for channel in colours.T], axis=1)
    palette = np.concatenate([_CLEAR, np.round(colours).astype(np.uint8)])
    palette.setflags(write=False)
    return palette


@lru_cache(maxsize=64)
def _byte_indexes(of: Colormap) -> Pixels:
    """The index of every uint8: a look-up instead of a search."""
    return of._indexes(np.arange(256.0))


def _rgba(color: str) -> tuple[int, ...]:
    digits = color.removeprefix("#")
    try:
        parts = tuple(bytes.fromhex(digits))
    except ValueError:
        parts = ()
    if len(parts) not in (3, 4) or not color.startswith("#"):
        raise TileError(f"colour {color!r} is none; wanted #rrggbb or #rrggbbaa")
    return (*parts, 255)[:4]
