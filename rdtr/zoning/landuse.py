"""The existing land use against the plan: what conforms, what does not, what is to be steered; by area. Draws nothing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from rdtr import crs
from rdtr.errors import CrsError, SchemaError
from rdtr.types import FloatArray, IndexArray, Lang, ObjectArray, PathLike
from rdtr.zoning.codes import tidy
from rdtr.zoning.exposure import Grid, class_areas
from rdtr.zoning.landusetable import FIT_WORDS, FITS, FitTable, codes_of, fit_table, own_table
from rdtr.zoning.overlap import overlap_areas
from rdtr.zoning.pictures import draw
from rdtr.zoning.plan import Plan
from rdtr.zoning.studies import receipt_of, write

__all__ = ["LandUse", "check_land_use"]

_UNSURVEYED: Final = "unsurveyed"
_NOISE_M2: Final = 0.01
"""Rests of a zone below this are rounding, not land that nobody surveyed."""


def check_land_use(
    plan: Plan,
    existing: gpd.GeoDataFrame | Grid,
    *,
    column: str = "penggunaan",
    names: Mapping[float, str] | None = None,
    table: pd.DataFrame | None = None,
) -> LandUse:
    """Hold the existing land use against the plan.

    Parameters
    ----------
    plan
        The plan.
    existing
        Polygons of existing use with a CRS, or a classified raster (see `rdtr.zoning.exposure.Grid`).
    column
        Column of the polygons that names the use.
    names
        Of a raster: the use that each value means; other values are land without data.
    table
        Class table of one's own: ``existing``, ``subzones``, ``fit``; see `rdtr.zoning.landusetable.own_table`. Without
        one this project's table screens: it is no law.

    Returns
    -------
    LandUse

    Raises
    ------
    SchemaError
        If the column is not there, or a raster comes without names.
    CrsError
        If the polygons have no CRS.

    Examples
    --------
    >>> zones = gpd.GeoDataFrame({"KODSZN": ["R-2"]}, geometry=[shapely.box(0, 0, 100, 100)], crs=9480)
    >>> fields = gpd.GeoDataFrame({"guna": ["Sawah"]}, geometry=[shapely.box(0, 0, 100, 40)], crs=9480)
    >>> check_land_use(Plan.build(zones), fields, column="guna").summary()["share"].round(3).to_dict()
    {'conform': 0.0, 'transition': 0.4, 'conflict': 0.0, 'undetermined': 0.0, 'unsurveyed': 0.6}
    """
    fits = fit_table() if table is None else own_table(table)
    raster = isinstance(existing, Grid)
    found = _from_grid(plan, existing, names) if raster else _from_polygons(plan, existing, column)
    return LandUse(plan, fits, *found)


def _from_polygons(plan: Plan, existing: gpd.GeoDataFrame, column: str) -> tuple[Any, ...]:
    if column not in existing.columns:
        raise SchemaError(
            f"land use: there is no column {column!r}; it has {', '.join(map(str, existing.columns[:12]))}"
        )
    if existing.crs is None:
        raise CrsError("land use has no CRS; state it with set_crs(...), for example 'EPSG:9480'")
    moved = crs.transform(existing.geometry.to_numpy(), crs.parse(existing.crs), plan.crs, plan.identity.crs_policy)
    shapes = shapely.make_valid(moved)
    zone, feature, area = overlap_areas(plan.zones.geometry.to_numpy(), _polygonal(shapes))
    uses = np.array([tidy(v) for v in existing[column]], dtype=object)
    return zone, uses[feature], area, feature, shapes


def _polygonal(shapes: ObjectArray) -> ObjectArray:
    """Keep the polygons of what was mended."""
    mixed = np.flatnonzero(shapely.get_type_id(shapes) == 7)
    for k in mixed:
        parts = shapely.get_parts(shapes[k])
        shapes[k] = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
    shapes[~np.isin(shapely.get_type_id(shapes), (3, 6))] = None
    return shapes


def _from_grid(plan: Plan, grid: Grid, names: Mapping[float, str] | None) -> tuple[Any, ...]:
    if not names:
        raise SchemaError("land use raster: say what its values mean, for example names={1: 'Sawah', 2: 'Permukiman'}")
    uses = np.array([tidy(v) for v in names.values()], dtype=object)
    zones = plan.zones.geometry.to_numpy()
    there = crs.transform(zones, plan.crs, grid.crs, plan.identity.crs_policy)
    covered = class_areas(there, grid.classified([(v, v) for v in names]), grid.bounds, len(uses))
    # in the raster's own CRS areas mean nothing; their share of the zone does
    area = covered * (shapely.area(zones) / shapely.area(there))[:, None]
    zone, kind = np.nonzero(area > _NOISE_M2)
    return zone.astype(np.int64), uses[kind], area[zone, kind], None, None


class LandUse:
    """What the existing land use is to the plan; tables are made at their first use and handed out as copies.

    Attributes
    ----------
    plan
        The plan.
    table
        The class table that was used.
    """

    def __init__(
        self,
        plan: Plan,
        table: FitTable,
        zone: IndexArray,
        use: ObjectArray,
        area_m2: FloatArray,
        feature: IndexArray | None,
        shapes: ObjectArray | None,
    ) -> None:
        self.plan = plan
        self.table = table
        self._zone, self._use, self._area = zone, use, area_m2
        self._feature, self._shapes = feature, shapes

    @property
    def parts(self) -> pd.DataFrame:
        """One row a zone and existing use that meet.

        Columns: zone (row in ``plan.zones``, counted from 0), KODSZN, KODBLK, KODSWP, WADMKD, WADMKC, existing, class,
        fit (conform, transition, conflict, undetermined, unsurveyed: land of the plan without data), area_m2 on the
        ellipsoid.
        """
        return self._parts.copy()

    @cached_property
    def _parts(self) -> pd.DataFrame:
        zones, units = self.plan.zones, self.plan.index.units
        shapes = zones.geometry.to_numpy()
        rest = shapely.area(shapes) - np.bincount(self._zone, self._area, len(zones))
        bare = np.flatnonzero(rest > np.maximum(_NOISE_M2, 1e-9 * shapely.area(shapes)))
        zone = np.concatenate([self._zone, bare])
        centre = shapely.centroid(shapes)
        scale = self.plan.index.scale.at(shapely.get_x(centre), shapely.get_y(centre))[zone]
        kinds, fit = self._fits()
        place = {c: _texts(zones, c)[zone] for c in ("KODBLK", "KODSWP", "WADMKD", "WADMKC")}
        return pd.DataFrame(
            {
                "zone": zone,
                "KODSZN": units.label[units.of_zone[zone]],
                **place,
                "existing": np.concatenate([self._use, np.full(len(bare), "", dtype=object)]),
                "class": np.concatenate([kinds, np.full(len(bare), "", dtype=object)]),
                "fit": np.concatenate([fit, np.full(len(bare), _UNSURVEYED, dtype=object)]),
                "area_m2": np.concatenate([self._area, rest[bare]]) * scale,
            }
        )

    def _fits(self) -> tuple[ObjectArray, ObjectArray]:
        """Class and fit of every pair, by one look at each existing use and each sub-zone."""
        uses, of_use = np.unique(self._use.astype(str), return_inverse=True)
        units = self.plan.index.units
        codes, of_code = np.unique(codes_of(self.plan).astype(str), return_inverse=True)
        kinds = np.array([self.table.class_of(u) for u in uses], dtype=object)
        fits = self.table.fits(kinds, codes)
        found = fits[of_use, of_code[units.of_zone[self._zone]]]
        return kinds[of_use], np.array(FITS, dtype=object)[found]

    def summary(self, by: str | list[str] | None = None) -> pd.DataFrame:
        """Add the parts up by fit, or by place and fit.

        Parameters
        ----------
        by
            Nothing, or one or more of KODSZN, KODBLK, KODSWP, WADMKD, WADMKC, existing, class.

        Returns
        -------
        DataFrame
            Without `by`: area_ha and share, one row a fit. With it: one row a place with a column of hectares for each
            fit, area_ha in all, and conform_share of what was surveyed and could be judged.
        """
        fits = [*FITS, _UNSURVEYED]
        if by is None:
            area = self._parts.groupby("fit")["area_m2"].sum().reindex(fits, fill_value=0.0) / 1e4
            return pd.DataFrame({"area_ha": area, "share": area / area.sum()})
        wide = self._parts.pivot_table(index=by, columns="fit", values="area_m2", aggfunc="sum", fill_value=0.0) / 1e4
        wide = wide.reindex(columns=fits, fill_value=0.0).rename_axis(columns=None)
        judged = wide[["conform", "transition", "conflict"]].sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            share = wide["conform"].to_numpy() / judged.to_numpy()
        return wide.assign(area_ha=wide.sum(axis=1), conform_share=share).reset_index()

    @property
    def matrix(self) -> pd.DataFrame:
        """Hectares of each existing use (rows) in each sub-zone (columns)."""
        surveyed = self._parts[self._parts["fit"] != _UNSURVEYED]
        wide = surveyed.pivot_table(index="existing", columns="KODSZN", values="area_m2", aggfunc="sum", fill_value=0.0)
        return wide / 1e4

    @property
    def zones(self) -> gpd.GeoDataFrame:
        """One row a zone, as a map: KODSZN, KODBLK, hectares by fit, conform_share, geometry."""
        table = self.summary("zone").set_index("zone").reindex(range(len(self.plan.zones)))
        units, zones = self.plan.index.units, self.plan.zones
        table.insert(0, "KODSZN", units.label[units.of_zone])
        table.insert(1, "KODBLK", _texts(zones, "KODBLK"))
        return gpd.GeoDataFrame(table.reset_index(), geometry=zones.geometry.to_numpy(), crs=self.plan.crs)

    def geometries(self) -> gpd.GeoDataFrame:
        """Make the shapes behind `parts` with GEOS, with ``putusan``, the fit in words; of a raster the zones stand.

        Land that nobody surveyed is not drawn.
        """
        parts = self._parts.iloc[: len(self._zone)].reset_index(drop=True)
        zones = self.plan.zones.geometry.to_numpy()[self._zone]
        shapes = zones
        if self._shapes is not None and self._feature is not None:
            # where outlines only touch, points and lines are left beside the polygons
            shapes = _polygonal(shapely.intersection(zones, self._shapes[self._feature]))
        parts.insert(parts.columns.get_loc("fit") + 1, "putusan", parts["fit"].map(FIT_WORDS["id"]))
        return gpd.GeoDataFrame(parts, geometry=shapes, crs=self.plan.crs)

    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Return every table by name, the map first."""
        places = {name: self.summary(column) for name, column in _BY.items()}
        return {"parts": self.geometries(), "summary": self.summary().reset_index(), **places, "zones": self.zones}

    @property
    def receipt(self) -> dict[str, Any]:
        """What is needed to repeat the study."""
        return receipt_of(self.plan, class_table="own" if self.table.own else "rdtr")

    def write(self, path: PathLike) -> Path:
        """Write the study; the suffix says how: xlsx, gpkg, geojson, parquet, csv or json.

        Raises
        ------
        ReportError
            For a suffix that no writer knows.
        """
        return write(self, path)

    def explore(self, *, lang: Lang = "id") -> Any:
        """Draw the existing uses in the colour of their fit, on a map of folium (the extra ``plots``).

        Returns
        -------
        folium.Map

        Raises
        ------
        ReportError
            If folium is not installed, or there are more shapes than a notebook can hold.
        """
        return draw("land_use_map", self, lang=lang)

    def __repr__(self) -> str:
        said = ", ".join(f"{s:.1%} {FIT_WORDS['id'][str(f)]}" for f, s in self.summary()["share"].items() if s)
        return f"<LandUse {self.plan.identity.id}: {said}>"

    def _repr_html_(self) -> str:
        from rdtr.zoning.studycards import land_use_card  # drawing sits apart, and only a notebook asks for it

        return land_use_card(self)


_BY: Final = {"by_subzone": "KODSZN", "by_kelurahan": "WADMKD", "by_blok": "KODBLK", "by_existing": "existing"}


def _texts(zones: pd.DataFrame, column: str) -> ObjectArray:
    return np.array([tidy(v) for v in zones[column]], dtype=object)
