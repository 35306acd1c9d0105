"""The applications: one for each parcel, good, bad and hopeless ones."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from rdtr.sample.asks import choose_activities
from rdtr.sample.buildings import alternatives, building_numbers
from rdtr.sample.cells import ROADS
from rdtr.sample.parcels import Parcels
from rdtr.sample.zones import EPSG
from rdtr.types import ObjectArray
from rdtr.zoning.rules import RuleBook

__all__ = ["permit_table"]

_ROAD_FORGOTTEN = 0.03


def permit_table(parcels: Parcels, rules: RuleBook, seed: int) -> gpd.GeoDataFrame:
    """Write one application for each parcel, in the canonical columns.

    Parameters
    ----------
    parcels
        Their shapes are those of the applications.
    rules
        The rule book that most of them know.
    seed
        Of everything else.
    """
    rng = np.random.default_rng([seed, 10])
    asks = choose_activities(rules, parcels.subzone, rng)
    alternative = alternatives(parcels, rng)
    columns = {
        # texts are made one by one
        "permit_id": np.array([f"P-{i:06d}" for i in range(1, len(parcels) + 1)], dtype=object),
        "activity": _texts(asks.activity),
        "kbli": _texts(asks.kbli),
        "certificate_area_m2": parcels.certificate_m2,
        "road_class": _texts(_road_classes(parcels, rng)),
        "alternative": _texts(alternative),
        **building_numbers(parcels, alternative, rng),
    }
    return gpd.GeoDataFrame(columns, geometry=parcels.geometry, crs=EPSG)


def _texts(values: ObjectArray) -> pd.Series[str]:
    # stated as objects, or pandas would turn None into NaN
    return pd.Series(values, dtype=object)


def _road_classes(parcels: Parcels, rng: np.random.Generator) -> ObjectArray:
    names = np.array([*ROADS, None], dtype=object)
    known = np.minimum(parcels.road, len(ROADS))
    return names[np.where(rng.random(len(parcels)) < _ROAD_FORGOTTEN, len(ROADS), known)]
