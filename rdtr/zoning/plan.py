"""The plan: zones, rules, layers and identity as one frozen value with a hash. Reads no file and judges nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from rdtr import crs
from rdtr.errors import GeometryError, PlanError
from rdtr.types import CrsPolicy, Vocabulary
from rdtr.zoning.findings import Findings
from rdtr.zoning.rules import TABLES, RuleBook
from rdtr.zoning.schema import IDENTITY

if TYPE_CHECKING:
    import pyproj

__all__ = ["DEFAULT_TOLERANCE_M", "Layer", "Plan", "PlanIdentity", "RasterLayer"]

DEFAULT_TOLERANCE_M = 2.5
"""Half a millimetre on a map of 1:5,000, used where a plan declares no accuracy of its own."""


@dataclass(frozen=True, slots=True)
class PlanIdentity:
    """Which plan this is, and under which conventions it is read.

    Attributes
    ----------
    id
        Short name for files and addresses.
    tolerance_m
        Declared accuracy of the zone lines, metres.
    crs_policy
        How WGS 84, DGN95 and SRGI2013 meet, see `rdtr.crs.transform`.
    """

    id: str
    title: str = ""
    region_code: str = ""
    regulation: str = ""
    regulation_date: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    vocabulary: Vocabulary = "2021"
    kbli_edition: str = "2020"
    tolerance_m: float = DEFAULT_TOLERANCE_M
    crs_policy: CrsPolicy = "null"


@dataclass(frozen=True, slots=True)
class RasterLayer:
    """A raster that belongs to a plan: where it is and what it holds, not its pixels."""

    name: str
    path: Path
    sha256: str


Layer: TypeAlias = gpd.GeoDataFrame | RasterLayer


@dataclass(frozen=True, eq=False)
class Plan:
    """A detailed spatial plan, frozen.

    Build it with `Plan.build` or read it with `rdtr.read_plan`. Tables are handed out as copies, so that the plan, its
    hash and its index can never disagree.

    Attributes
    ----------
    identity
        Title, regulation, dates, vocabulary, tolerance.
    rules
        The rule book.
    layers
        Further layers by name: vector layers as GeoDataFrames, rasters as `RasterLayer`.
    findings
        What was noticed while reading.
    """

    identity: PlanIdentity
    _zones: gpd.GeoDataFrame
    rules: RuleBook
    layers: Mapping[str, Layer] = field(default_factory=dict)
    findings: Findings = field(default_factory=Findings)
    _rejected: gpd.GeoDataFrame | None = None

    @classmethod
    def build(
        cls,
        zones: gpd.GeoDataFrame,
        identity: PlanIdentity | None = None,
        *,
        rules: RuleBook | None = None,
        layers: Mapping[str, Layer] | None = None,
        findings: Findings | None = None,
        rejected: gpd.GeoDataFrame | None = None,
    ) -> Self:
        """Make a plan from zones that are already clean.

        Parameters
        ----------
        zones
            Valid polygons in a metric CRS with the official columns; missing identity columns are added, empty.
        identity
            Defaults to a plan called ``plan``.
        rules
            Defaults to an empty rule book.
        layers
            Further layers by name.
        findings
            What was noticed on the way here.
        rejected
            Rows kept out of the maths, with columns ``row`` and ``reason``.

        Raises
        ------
        CrsError
            If areas cannot be measured in the CRS of the zones.
        GeometryError
            If a zone is missing, empty, no polygon or invalid.
        PlanError
            If there is no zone at all.

        Examples
        --------
        >>> square = gpd.GeoDataFrame({"KODSZN": ["R-2"]}, geometry=[shapely.box(0, 0, 9, 9)], crs=9480)
        >>> plan = Plan.build(square)
        >>> len(plan.zones), len(plan.hash)
        (1, 64)
        """
        identity = identity or PlanIdentity("plan")
        if not len(zones):
            raise PlanError(f"plan {identity.id}: there is no usable zone; see the findings of reading")
        crs.require_metric(crs.parse(zones.crs), f"plan {identity.id}")
        _require_polygons(zones, identity.id)
        return cls(
            identity,
            _with_identity_columns(zones),
            rules or RuleBook.empty(),
            dict(layers or {}),
            findings or Findings(),
            rejected,
        )

    @property
    def zones(self) -> gpd.GeoDataFrame:
        """The zones with official column names in the plan's metric CRS, as a copy."""
        return self._zones.copy()

    @property
    def rejected(self) -> gpd.GeoDataFrame:
        """Rows that were kept out of the maths, with ``row`` and ``reason``; never lost."""
        if self._rejected is None:
            return gpd.GeoDataFrame({"row": [], "reason": []}, geometry=[], crs=self.crs)
        return self._rejected.copy()

    @property
    def crs(self) -> pyproj.CRS:
        """The metric CRS in which everything is measured."""
        return self._zones.crs

    @cached_property
    def hash(self) -> str:
        """sha256 of the content: identity, zones, rules, layers. Cache key, ETag and part of every receipt."""
        digest = hashlib.sha256()
        digest.update(repr(sorted(asdict(self.identity).items())).encode())
        digest.update(str(self.crs.to_epsg() or self.crs.to_wkt()).encode())
        _digest_frame(digest, self._zones)
        for name in TABLES:
            digest.update(name.encode())
            _digest_frame(digest, self.rules.table(name))
        for name in sorted(self.layers):
            layer = self.layers[name]
            digest.update(name.encode())
            if isinstance(layer, RasterLayer):
                digest.update(layer.sha256.encode())
            else:
                _digest_frame(digest, layer)
        return digest.hexdigest()

    def with_rules(self, rules: RuleBook) -> Plan:
        """Return the same plan under other rules."""
        return replace(self, rules=rules)

    def __repr__(self) -> str:
        title = self.identity.title or self.identity.id
        return f"<Plan {title}: {len(self._zones):,} zones, {self.crs.name}, {self.hash[:12]}>"


def _require_polygons(zones: gpd.GeoDataFrame, plan_id: str) -> None:
    geometry = zones.geometry.to_numpy()
    kind = shapely.get_type_id(geometry)
    usable = ((kind == 3) | (kind == 6)) & ~shapely.is_empty(geometry) & shapely.is_valid(geometry)
    if not usable.all():
        row = int(np.flatnonzero(~usable)[0])
        why = "missing" if geometry[row] is None else shapely.is_valid_reason(geometry[row])
        raise GeometryError(
            f"plan {plan_id} zone {row + 1}: geometry is {why[:80]}; read it with rdtr.read_plan, "
            "which keeps such rows apart"
        )


def _with_identity_columns(zones: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    clean = zones.reset_index(drop=True)
    if clean.geometry.name != "geometry":
        clean = clean.rename_geometry("geometry")
    for column in IDENTITY:
        if column not in clean.columns:
            clean[column] = pd.Series([None] * len(clean), dtype=object)
    first = [c for c in IDENTITY if c in clean.columns]
    others = [c for c in clean.columns if c not in first and c != "geometry"]
    return clean[[*first, *others, "geometry"]]


def _digest_frame(digest: Any, frame: pd.DataFrame) -> None:
    for column in frame.columns:
        values = frame[column]
        digest.update(f"\x1d{column}\x1e".encode())
        if column == "geometry" and isinstance(frame, gpd.GeoDataFrame):
            digest.update(b"".join(shapely.to_wkb(values.to_numpy(), byte_order=1, include_srid=False)))
        else:
            digest.update(_column_bytes(values))


def _column_bytes(values: pd.Series[Any]) -> bytes:
    # one form for a value whatever the file it came through made of its type
    if pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype):
        return values.to_numpy(dtype=np.float64, na_value=np.nan).tobytes()
    missing = values.isna().to_numpy()
    return "\x1f".join("\x00" if gone else str(v) for v, gone in zip(values, missing, strict=True)).encode()
