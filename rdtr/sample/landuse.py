"""The existing land use: as surveyed, so mostly but not everywhere what the plan wants, and drawn by other hands."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from rdtr.sample.frame import Frame
from rdtr.sample.outskirts import Outskirts
from rdtr.sample.plots import Plots
from rdtr.sample.tables import column
from rdtr.sample.zones import EPSG
from rdtr.types import FloatArray, IndexArray, ObjectArray

__all__ = ["land_use_table"]

_PIECES = 4  # a side is drawn with this many pieces, so that it follows bent streets
_OTHERWISE = 0.16
# what stands where it should not, by what is planned; the rest is land that lies waiting
_INSTEAD = {
    "R": ("Lahan kosong", "Semak belukar", "Tegalan dan ladang", "Perdagangan dan jasa"),
    "RTH": ("Permukiman", "Lahan kosong", "Perdagangan dan jasa"),
    "P": ("Permukiman", "Semak belukar", "Kebun"),
    "PS": ("Permukiman", "Semak belukar"),
    "EM": ("Tambak", "Permukiman"),
}
_WAITING = ("Lahan kosong", "Semak belukar", "Permukiman")


def land_use_table(frame: Frame, plots: Plots, ring: Outskirts, seed: int) -> gpd.GeoDataFrame:
    """Draw the existing land use: column ``penggunaan``, polygons that follow the plots and the outskirts.

    Parameters
    ----------
    frame, plots, ring
        The town.
    seed
        Of where the use is another than planned.
    """
    rng = np.random.default_rng([seed, 11])
    geometry = np.concatenate([_outlines(frame, plots.rect), ring.zones])
    planned = np.concatenate([plots.subzone, ring.subzone])
    return gpd.GeoDataFrame({"penggunaan": _uses(planned, rng)}, geometry=geometry, crs=EPSG)


def _outlines(frame: Frame, rect: FloatArray) -> ObjectArray:
    share = np.arange(_PIECES) / _PIECES
    ones, none = np.ones(_PIECES), np.zeros(_PIECES)
    s = np.concatenate([share, ones, 1.0 - share, none])
    t = np.concatenate([none, share, ones, 1.0 - share])
    u = rect[:, [0]] + (rect[:, [2]] - rect[:, [0]]) * s
    v = rect[:, [1]] + (rect[:, [3]] - rect[:, [1]]) * t
    return shapely.polygons(np.stack(frame.to_map(u, v), axis=-1))


def _uses(planned: IndexArray, rng: np.random.Generator) -> ObjectArray:
    as_planned = np.array([_existing(code) for code in column("subzones", "code")], dtype=object)
    use = as_planned[planned]
    otherwise = rng.random(len(planned)) < _OTHERWISE
    roll = rng.random(len(planned))
    for code in np.unique(planned):  # the sub-zones of the city
        here = np.flatnonzero(otherwise & (planned == code))
        choices = np.array(_INSTEAD.get(column("subzones", "kodzon")[code], _WAITING), dtype=object)
        use[here] = choices[(roll[here] * len(choices)).astype(np.int64)]
    return use


def _existing(code: str) -> str:
    listed = zip(column("existing", "use"), column("existing", "subzones"), strict=True)
    return next((use for use, codes in listed if code in codes.split()), "Lahan kosong")
