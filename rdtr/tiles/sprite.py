"""The hatches of overlays as a MapLibre sprite: one picture and its index. Knows no plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from rdtr.errors import TileError
from rdtr.tiles.colors import from_hex
from rdtr.tiles.legendsvg import PATTERN_SIDE
from rdtr.tiles.overlays import Hatch, Pattern, hatches
from rdtr.tiles.png import pixels_png
from rdtr.tiles.themes import ThemeName, ink
from rdtr.types import FloatArray

__all__ = ["Sprite", "sprite"]

_SIDE: Final = 2 * PATTERN_SIDE  # pixels of one picture; hatches repeat at half of it
_LINE: Final = 1.4  # pixels
_DOT: Final = 2.6
_DIAGONAL: Final = 2.0**0.5


@dataclass(frozen=True, slots=True)
class Sprite:
    """What MapLibre fetches as ``sprite.json`` and ``sprite.png`` (``sprite@2x.…`` at ratio 2)."""

    index: dict[str, dict[str, Any]]
    png: bytes


def sprite(theme: ThemeName = "light", *, ratio: int = 1) -> Sprite:
    """Draw the hatches of all overlays; the same bytes every time.

    Parameters
    ----------
    theme
        Whose ink.
    ratio
        Pixels of the picture for one of the map: 1 or 2, up to 4.

    Raises
    ------
    TileError
        For another ratio or theme.

    Examples
    --------
    >>> made = sprite(ratio=2)
    >>> made.index["hatch-krb_03"]
    {'x': 64, 'y': 0, 'width': 32, 'height': 32, 'pixelRatio': 2}
    """
    ink(theme)
    if ratio not in range(1, 5):
        raise TileError(f"sprite: ratio is {str(ratio)[:20]}; wanted 1 to 4")
    pictures = [_picture(hatch, theme, ratio) for hatch in hatches().values()]
    side = _SIDE * ratio
    index = {
        hatch.image: {"x": i * side, "y": 0, "width": side, "height": side, "pixelRatio": ratio}
        for i, hatch in enumerate(hatches().values())
    }
    strip = np.concatenate(pictures, axis=1)
    return Sprite(index, pixels_png(np.rint(strip * 255.0).astype(np.uint8)))


def _picture(hatch: Hatch, theme: ThemeName, ratio: int) -> FloatArray:
    """Shape (side, side, 4), 0 to 1."""
    middle = (np.arange(_SIDE * ratio) + 0.5) / ratio
    x, y = np.meshgrid(middle, middle)
    width = _DOT if hatch.pattern == "dots" else _LINE
    cover = np.clip((width / 2.0 - _distance(hatch.pattern, x, y)) * ratio + 0.5, 0.0, 1.0)
    color = np.broadcast_to(from_hex([hatch.ink(theme)])[0], (*cover.shape, 3))
    return np.concatenate([color, cover[..., None]], axis=2)


def _distance(pattern: Pattern, x: FloatArray, y: FloatArray) -> FloatArray:
    """How far a place is from the nearest line of a hatch, pixels; the same hatches as `PATTERN_PATHS` of the legend."""
    side = float(PATTERN_SIDE)
    slash, backslash = _to_multiple(x + y, side) / _DIAGONAL, _to_multiple(x - y, side) / _DIAGONAL
    across, down = _to_multiple(y - side / 2, side), _to_multiple(x - side / 2, side)
    return {
        "slash": slash,
        "backslash": backslash,
        "cross": np.minimum(slash, backslash),
        "grid": np.minimum(across, down),
        "horizontal": _to_multiple(y - side / 4, side / 2),
        "vertical": _to_multiple(x - side / 4, side / 2),
        "dots": _to_dots(x, y, side),
    }[pattern]


def _to_multiple(value: FloatArray, step: float) -> FloatArray:
    return np.abs(value - step * np.round(value / step))


def _to_dots(x: FloatArray, y: FloatArray, side: float) -> FloatArray:
    places = (side / 4, 3 * side / 4)
    return np.minimum(*(np.hypot(_to_multiple(x - p, side), _to_multiple(y - p, side)) for p in places))
