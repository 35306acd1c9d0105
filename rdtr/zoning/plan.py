"""The plan: zones, rules, layers and identity as one frozen value with a hash. Reads no file and judges nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self, TypeAlias, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from rdtr import crs
from rdtr.errors import CrsError, GeometryError, PlanError
from rdtr.types import Lang
from rdtr.zoning.digest import digest_crs, digest_frame
from rdtr.zoning.findings import Findings
from rdtr.zoning.identity import DEFAULT_TOLERANCE_M, PlanIdentity
from rdtr.zoning.index import PlanIndex, build_index
from rdtr.zoning.pictures import Engine, draw, draw_map
from rdtr.zoning.plain import plain_frame
from rdtr.zoning.rasters import RasterLayer
from rdtr.zoning.rules import TABLES, RuleBook
from rdtr.zoning.schema import IDENTITY

if TYPE_CHECKING:
    import pyproj

T = TypeVar("T")

__all__ = ["DEFAULT_TOLERANCE_M", "Layer", "Plan", "PlanIdentity", "RasterLayer"]


Layer: TypeAlias = gpd.GeoDataFrame | RasterLayer


class _Copies(Mapping[str, Layer]):
    """Layers by name, each handed out as a copy."""

    def __init__(self, layers: Mapping[str, Layer]) -> None:
        self._layers = layers

    def __getitem__(self, name: str) -> Layer:
        layer = self._layers[name]
        return layer if isinstance(layer, RasterLayer) else layer.copy()

    def __iter__(self) -> Iterator[str]:
        return iter(self._layers)

    def __len__(self) -> int:
        return len(self._layers)

    def __repr__(self) -> str:
        return f"<layers: {', '.join(self) or 'none'}>"


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
    findings
        What was noticed while reading.
    """

    identity: PlanIdentity
    _zones: gpd.GeoDataFrame
    rules: RuleBook
    _layers: Mapping[str, Layer] = field(default_factory=dict)
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
            Further layers by name: GeoDataFrames with a CRS, or `RasterLayer`.
        findings
            What was noticed on the way here.
        rejected
            Rows kept out of the maths, with columns ``row`` and ``reason``.

        Raises
        ------
        CrsError
            If areas cannot be measured in the CRS of the zones, or a layer has no CRS.
        GeometryError
            If a zone is missing, empty, no polygon or invalid.
        PlanError
            If there is no zone at all.
        SchemaError
            If there is no geometry column, or a column name stands there twice.

        Examples
        --------
        >>> square = gpd.GeoDataFrame({"KODSZN": ["R-2"]}, geometry=[shapely.box(0, 0, 9, 9)], crs=9480)
        >>> plan = Plan.build(square)
        >>> len(plan.zones), len(plan.hash)
        (1, 64)
        """
        identity = identity or PlanIdentity("plan")
        clean = plain_frame(zones, f"plan {identity.id}")
        if not len(clean):
            raise PlanError(f"plan {identity.id}: there is no usable zone; see the findings of reading")
        crs.require_metric(crs.parse(clean.crs), f"plan {identity.id}")
        _require_polygons(clean, identity.id)
        return cls(
            identity,
            _with_identity_columns(clean),
            rules or RuleBook.empty(),
            {name: _clean_layer(name, layer, identity.id) for name, layer in (layers or {}).items()},
            findings or Findings(),
            None if rejected is None else plain_frame(rejected, f"plan {identity.id} rejected rows"),
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
    def layers(self) -> Mapping[str, Layer]:
        """Further layers by name: vector layers as GeoDataFrames (copies), rasters as `RasterLayer`."""
        return _Copies(self._layers)

    @property
    def crs(self) -> pyproj.CRS:
        """The metric CRS in which everything is measured."""
        return crs.parse(self._zones.crs)

    @cached_property
    def hash(self) -> str:
        """sha256 of the content: identity, zones, rules, layers. Cache key, ETag and part of every receipt.

        Findings and rejected rows do not count: they say how the content was read, not what it is.
        """
        digest = hashlib.sha256()
        digest.update(repr(sorted(asdict(self.identity).items())).encode())
        digest_crs(digest, self.crs)
        digest_frame(digest, self._zones)
        for name in TABLES:
            digest.update(name.encode())
            digest_frame(digest, self.rules.table(name))
        for name, layer in sorted(self._layers.items()):
            digest.update(f"\x1d{name}\x1e".encode())
            if isinstance(layer, RasterLayer):
                digest.update(layer.identity.encode())
            else:
                digest_frame(digest, layer)
        return digest.hexdigest()

    @cached_property
    def index(self) -> PlanIndex:
        """Units, the grid of edges and the geodesic scale; built at the first use, then kept."""
        return build_index(self._zones, self.rules, self.identity.vocabulary)

    def derived(self, name: str, build: Callable[[Plan], T]) -> T:
        """Return what is derived from this plan alone, built at the first use, then kept with it."""
        kept: dict[str, Any] = self.__dict__.setdefault("_derived", {})
        if name not in kept:
            kept[name] = build(self)
        return kept[name]

    def with_rules(self, rules: RuleBook) -> Plan:
        """Return the same plan under other rules."""
        return replace(self, rules=rules)

    def with_layers(self, layers: Mapping[str, Layer]) -> Plan:
        """Return the same plan with further layers; one of a name that is there already takes its place.

        Examples
        --------
        >>> zones = gpd.GeoDataFrame({"KODSZN": ["R-2"]}, geometry=[shapely.box(0, 0, 9, 9)], crs=9480)
        >>> list(Plan.build(zones).with_layers({"blok": zones}).layers)
        ['blok']
        """
        clean = {name: _clean_layer(name, layer, self.identity.id) for name, layer in layers.items()}
        return replace(self, _layers={**self._layers, **clean})

    def plot(self, **options: Any) -> Any:
        """Draw the zones in their official colours with matplotlib.

        Parameters
        ----------
        ax
            The axes to draw into; without any a figure is made, with a title and a scale bar.
        legend
            Whether the sub-zones are listed beside it.
        lang
            Of the legend's title.
        alpha, linewidth, edgecolor, ...
            As `geopandas.GeoDataFrame.plot` has them.

        Returns
        -------
        matplotlib.axes.Axes

        Raises
        ------
        ReportError
            If matplotlib is not installed (the extra ``plots``).
        """
        return draw("plan_plot", self, **options)

    def explore(self, *, lang: Lang = "id", engine: Engine = "folium") -> Any:
        """Draw the zones as a map to move about in: folium (the extra ``plots``), or lonboard (``lonboard``) for any number.

        Returns
        -------
        folium.Map or lonboard.Map

        Raises
        ------
        ReportError
            If the engine is not installed, or there are more zones than folium can hold.
        """
        return draw_map("plan", engine, self, lang=lang)

    def _repr_html_(self) -> str:
        return str(draw("plan_card", self))

    def __repr__(self) -> str:
        title = self.identity.title or self.identity.id
        return f"<Plan {title}: {len(self._zones):,} zones, {self.crs.name}, {self.hash[:12]}>"


def _require_polygons(zones: gpd.GeoDataFrame, plan_id: str) -> None:
    geometry = zones.geometry.to_numpy()
    kind = shapely.get_type_id(geometry)
    usable = ((kind == 3) | (kind == 6)) & ~shapely.is_empty(geometry) & shapely.is_valid(geometry)
    if not usable.all():
        row = int(np.flatnonzero(~usable)[0])
        raise GeometryError(
            f"plan {plan_id} zone {row + 1}: geometry is {_why_unusable(geometry[row])[:80]}; read it with "
            "rdtr.read_plan, which keeps such rows apart"
        )


def _why_unusable(geometry: shapely.Geometry | None) -> str:
    if geometry is None:
        return "missing"
    if geometry.is_empty:
        return "empty"
    if geometry.geom_type not in ("Polygon", "MultiPolygon"):
        return f"a {geometry.geom_type}"
    return str(shapely.is_valid_reason(geometry))


def _with_identity_columns(clean: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    missing = {c: pd.Series([None] * len(clean), dtype=object) for c in IDENTITY if c not in clean.columns}
    others = [c for c in clean.columns if c not in IDENTITY and c != "geometry"]
    return clean.assign(**missing)[[*IDENTITY, *others, "geometry"]]


def _clean_layer(name: str, layer: Layer, plan_id: str) -> Layer:
    if isinstance(layer, RasterLayer):
        return layer
    clean = plain_frame(layer, f"plan {plan_id} layer {name}")
    if clean.crs is None:
        raise CrsError(f"plan {plan_id} layer {name}: no CRS is stated; set one, for example crs='EPSG:9480'")
    return clean
