"""What a read site is, and why it is believed: reasons with the factor each puts on the confidence. Reads no site."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import geopandas as gpd
import pyproj

from rdtr.text import fill
from rdtr.types import Lang

__all__ = ["Reason", "Site"]


@cache
def _catalogue() -> Mapping[str, Mapping[str, str]]:
    text = files("rdtr.io").joinpath("data/site_reasons.csv").read_text(encoding="utf-8")
    return {row["code"]: row for row in csv.DictReader(text.splitlines())}


@dataclass(frozen=True, slots=True)
class Reason:
    """One step from a document to a polygon.

    Attributes
    ----------
    code
        A code of ``data/site_reasons.csv``.
    values
        What its sentence needs; ``{name: (value, unit)}`` is written as a quantity.

    Examples
    --------
    >>> Reason("SEVERAL", {"count": 2}).message("en"), Reason("SEVERAL", {"count": 2}).factor
    ('2 polygons were found', 0.95)
    """

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def factor(self) -> float:
        """What is left of the confidence after this step, 0 to 1."""
        return float(_catalogue()[self.code]["factor"])

    def message(self, lang: Lang = "id") -> str:
        """Say it."""
        return fill(_catalogue()[self.code][lang], lang, **self.values)


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """Polygons that were read from a document, and how far they may be trusted.

    Attributes
    ----------
    source
        What was read.
    reasons
        Every step, in its order.
    """

    source: str
    reasons: tuple[Reason, ...]
    _polygons: gpd.GeoDataFrame

    @property
    def polygons(self) -> gpd.GeoDataFrame:
        """One row a polygon: ``permit_id`` (its name, or its number), ``geometry``; ready for `rdtr.check`. A copy."""
        return self._polygons.copy()

    @property
    def crs(self) -> pyproj.CRS:
        """The CRS in which the document states its coordinates."""
        return self._polygons.crs

    @property
    def confidence(self) -> float:
        """0 to 1: the product of what each reason leaves; a measure for ordering, not a probability."""
        return round(math.prod(reason.factor for reason in self.reasons), 3)

    def said(self, lang: Lang = "id") -> tuple[str, ...]:
        """Return the reasons as sentences."""
        return tuple(reason.message(lang) for reason in self.reasons)

    def __repr__(self) -> str:
        return f"<Site {self.source}: {len(self._polygons)} polygons, {self.crs.name}, confidence {self.confidence}>"
