"""The parcels: drawn by the cadastre, on its own, about a metre off the zone lines."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from rdtr.sample.frame import Frame
from rdtr.sample.lots import Rows, draw_lots
from rdtr.sample.places import village_names
from rdtr.sample.plots import Plots
from rdtr.sample.streets import Streets
from rdtr.sample.zones import EPSG
from rdtr.types import FloatArray, IndexArray, ObjectArray

__all__ = ["Parcels", "draw_parcels"]

_NOISE = 0.01
_MISSING = 0.04
_GROSS = 0.005  # certificates that belong to another shape altogether


@dataclass(frozen=True, slots=True)
class Parcels:
    """The parcels as arrays.

    Attributes
    ----------
    geometry, area_m2
        Shape (n,): as drawn.
    certificate_m2
        Shape (n,): as the certificate says; NaN where there is none.
    subzone, road
        Shape (n,): what the parcel mostly lies in, a row of ``subzones``; class of the road in front, 9 for none.
    village
        Shape (n,): kelurahan.
    """

    geometry: ObjectArray
    area_m2: FloatArray
    certificate_m2: FloatArray
    subzone: IndexArray
    road: IndexArray
    village: ObjectArray

    def __len__(self) -> int:
        return len(self.geometry)

    def table(self) -> gpd.GeoDataFrame:
        """Lay the parcels out: parcel_id, certificate_area_m2, WADMKD, geometry."""
        # texts are made one by one
        ids = np.array([f"B-{i:06d}" for i in range(1, len(self) + 1)], dtype=object)
        columns = {"parcel_id": ids, "certificate_area_m2": self.certificate_m2, "WADMKD": self.village}
        return gpd.GeoDataFrame(columns, geometry=self.geometry, crs=EPSG)


def draw_parcels(frame: Frame, streets: Streets, plots: Plots, rows: Rows, count: int, seed: int) -> Parcels:
    """Draw exactly `count` parcels; a few lots more than that are vacant, and no parcel.

    Parameters
    ----------
    frame, streets, plots, rows
        The town.
    count
        At most as many as there are lots.
    seed
        Of the vacant lots and the certificates.
    """
    rng = np.random.default_rng([seed, 9])
    geometry, row = draw_lots(frame, rows, seed)
    kept = np.sort(rng.choice(len(geometry), count, replace=False))
    geometry, row = geometry[kept], row[kept]
    area = shapely.area(geometry)
    plot = rows.plot[row]
    village = village_names(frame, streets)[1][streets.quarters.parent[plots.quarter[plot]]]
    return Parcels(geometry, area, _certificates(area, rng), plots.subzone[plot], rows.road[row], village)


def _certificates(area_m2: FloatArray, rng: np.random.Generator) -> FloatArray:
    said = np.maximum(np.rint(area_m2 * (1.0 + _NOISE * rng.standard_normal(len(area_m2)))), 1.0)
    roll = rng.random(len(area_m2))
    said = np.where(roll < _GROSS, np.rint(said * 1.3), said)
    return np.where(roll > 1.0 - _MISSING, np.nan, said)
