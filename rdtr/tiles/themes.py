"""Themes: how the official colours are shown on light, on dark, and to the colour-blind. Knows no plan and no format."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final, Literal, TypeAlias, get_args

import numpy as np

from rdtr.errors import TileError
from rdtr.tiles.colors import from_hex, from_oklab, to_hex, to_oklab

__all__ = ["Ink", "ThemeName", "ink", "themed"]

ThemeName: TypeAlias = Literal["light", "dark", "colorblind"]
"""``light``: the official colours, untouched. ``dark``: the same hues, lightness pressed into 0.28 to 0.70 of Oklab and a
quarter less chroma, so that order and kinship stay. ``colorblind``: one colour for each zone from data/colorblind.csv,
told apart by eyes without red, green or blue cones; sub-zones differ a little in lightness as the official ones do."""

_DARK_FLOOR, _DARK_SPAN, _DARK_CHROMA = 0.28, 0.42, 0.75
_SUBZONE_SHARE, _SUBZONE_MOST = 0.35, 0.03  # half of what parts two zones, so sub-zones never look like another zone


@dataclass(frozen=True, slots=True)
class Ink:
    """What a theme draws besides zones, as ``#RRGGBB``."""

    background: str
    outline: str
    text: str
    halo: str
    boundary: str
    road: str
    road_casing: str
    water: str
    unknown: str


_INKS: Final[Mapping[str, Ink]] = MappingProxyType(
    {
        "light": Ink("#F7F5F0", "#4A4A4A", "#1B1B1B", "#FFFFFF", "#1B1B1B", "#FFFFFF", "#7A1010", "#1F78B4", "#BDBDBD"),
        "dark": Ink("#15181C", "#0B0D10", "#F2F2F2", "#15181C", "#F2F2F2", "#D9CBB8", "#15181C", "#5FB4E6", "#55585C"),
        "colorblind": Ink(
            "#FFFFFF", "#1B1B1B", "#000000", "#FFFFFF", "#000000", "#FFFFFF", "#3A3A3A", "#00518C", "#D0D0D0"
        ),
    }
)


def ink(theme: ThemeName) -> Ink:
    """Return what a theme draws besides zones.

    Raises
    ------
    TileError
        If there is no such theme.
    """
    if theme not in get_args(ThemeName):
        raise TileError(f"theme {str(theme)[:40]!r} is not known; it is one of {', '.join(get_args(ThemeName))}")
    return _INKS[theme]


def themed(color: str, theme: ThemeName, zone: str = "") -> str:
    """Show an official colour in a theme.

    Parameters
    ----------
    color
        ``#RRGGBB``.
    theme
        Which one.
    zone
        Code of the zone (or its name where it has no code); ``colorblind`` takes the nearest official colour without.

    Examples
    --------
    >>> [themed("#FFDC00", theme, "R") for theme in ("light", "dark", "colorblind")]
    ['#FFDC00', '#A89000', '#FFBB14']
    """
    if theme == "dark":
        return _dark(color)
    if theme == "colorblind":
        return _safe(color, zone)
    ink(theme)
    return color


@cache
def _dark(color: str) -> str:
    lab = to_oklab(from_hex([color]))
    pressed = np.column_stack([_DARK_FLOOR + _DARK_SPAN * lab[:, 0], _DARK_CHROMA * lab[:, 1:]])
    return to_hex(from_oklab(pressed))[0]


@cache
def _safe(color: str, zone: str) -> str:
    base, official = _safe_table().get(zone) or _nearest(color)
    lab, of = to_oklab(from_hex([base])), to_oklab(from_hex([color, official]))
    shift = _SUBZONE_SHARE * (of[0, 0] - of[1, 0])
    lab[:, 0] += np.clip(shift, -_SUBZONE_MOST, _SUBZONE_MOST)
    return to_hex(from_oklab(lab))[0]


def _nearest(color: str) -> tuple[str, str]:
    rows = list(_safe_table().values())
    apart = to_oklab(from_hex([official for _, official in rows])) - to_oklab(from_hex([color]))
    return rows[int(np.argmin(np.linalg.norm(apart, axis=1)))]


@cache
def _safe_table() -> Mapping[str, tuple[str, str]]:
    text = files("rdtr.tiles").joinpath("data/colorblind.csv").read_text(encoding="utf-8")
    return {r["zone"]: (r["color"], r["official"]) for r in csv.DictReader(text.splitlines())}
