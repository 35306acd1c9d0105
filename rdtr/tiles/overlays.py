"""Overlays of a plan as they are drawn: which special provisions occur, where, in what hatch. Judges nothing."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, TypeAlias, get_args

import numpy as np
import pandas as pd

from rdtr.errors import TileError
from rdtr.tiles.palette import zone_areas
from rdtr.tiles.themes import ThemeName
from rdtr.types import Lang
from rdtr.zoning.codes import is_blank, tidy
from rdtr.zoning.plan import Plan

__all__ = ["Hatch", "OverlayValue", "Pattern", "hatches", "overlay_values", "require_lang"]

Pattern: TypeAlias = Literal["slash", "backslash", "cross", "grid", "horizontal", "vertical", "dots"]

_LIGHTER = {"light": 0.0, "dark": 0.75, "colorblind": 0.0}  # share of the way to white; hatches lie on dark fills there


@dataclass(frozen=True, slots=True)
class Hatch:
    """How the overlay of one field is drawn.

    Attributes
    ----------
    field
        Official column, such as ``KRB_03``.
    name_id, name_en
        What users read.
    color
        Of its lines, ``#RRGGBB``, on light fills.
    pattern
        Which way the lines go.
    """

    field: str
    name_id: str
    name_en: str
    color: str
    pattern: Pattern

    def name(self, lang: Lang) -> str:
        """What users read in one language."""
        return self.name_en if lang == "en" else self.name_id

    def ink(self, theme: ThemeName) -> str:
        """Colour of its lines in a theme.

        Examples
        --------
        >>> hatches()["KRB_03"].ink("light"), hatches()["KRB_03"].ink("dark")
        ('#8E1B1B', '#E3C6C6')
        """
        share = _LIGHTER[theme]
        parts = (int(self.color[i : i + 2], 16) for i in (1, 3, 5))
        return "#" + "".join(f"{round(v + (255 - v) * share):02X}" for v in parts)

    @property
    def image(self) -> str:
        """Name of its picture in the sprite."""
        return f"hatch-{self.field.lower()}"


@dataclass(frozen=True, slots=True)
class OverlayValue:
    """One value of an overlay field, with the zones of the plan that carry it."""

    hatch: Hatch
    value: str
    count: int
    area_ha: float


@cache
def hatches() -> Mapping[str, Hatch]:
    """Hatches by field, from the packaged table, in its order."""
    text = files("rdtr.tiles").joinpath("data/overlays.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {r["field"]: Hatch(r["field"], r["id"], r["en"], r["color"], r["pattern"]) for r in rows}  # type: ignore[arg-type]


def overlay_values(plan: Plan) -> tuple[OverlayValue, ...]:
    """Return the overlays that occur in a plan, by field and value; blanks and "Tidak Ada" do not count.

    Examples
    --------
    >>> from rdtr import sample_city
    >>> found = overlay_values(sample_city(parcels=500).plan)
    >>> [(v.value, v.count) for v in found if v.hatch.field == "KSMPDN"]
    [('K09A', 7), ('K09B', 4)]
    """
    return plan.derived("tiles.overlays", _overlay_values)


def _overlay_values(plan: Plan) -> tuple[OverlayValue, ...]:
    zones, area = plan.zones, zone_areas(plan)
    found = []
    for hatch in hatches().values():  # fourteen columns, not features
        if hatch.field not in zones.columns:
            continue
        codes, values = pd.factorize(zones[hatch.field], use_na_sentinel=False)
        texts = np.array(["" if is_blank(v) else tidy(v) for v in values], dtype=object)
        for text in sorted({t for t in texts if t}):
            of = np.flatnonzero(texts == text)
            here = np.isin(codes, of)
            found.append(OverlayValue(hatch, text, int(here.sum()), float(area[here].sum())))
    return tuple(found)


def require_lang(lang: Lang) -> Lang:
    """Refuse a language that nothing is written in.

    Raises
    ------
    TileError
        For any other than ``id`` and ``en``.
    """
    if lang not in get_args(Lang):
        raise TileError(f"language {str(lang)[:40]!r} is not known; it is one of {', '.join(get_args(Lang))}")
    return lang
