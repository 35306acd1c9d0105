"""The sample city: plan, parcels, permits, land use and rasters of a town that does not exist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import geopandas as gpd
import numpy as np

from rdtr.errors import PlanError
from rdtr.sample.frame import Frame
from rdtr.sample.landuse import land_use_table
from rdtr.sample.lines import plan_layers
from rdtr.sample.lots import Rows, lay_rows
from rdtr.sample.outline import draw_blocks
from rdtr.sample.outskirts import Outskirts, draw_outskirts
from rdtr.sample.parcels import draw_parcels
from rdtr.sample.permits import permit_table
from rdtr.sample.plots import Plots, lay_plots
from rdtr.sample.rasters import SampleRaster, sample_rasters
from rdtr.sample.rules import example_rules
from rdtr.sample.streets import Streets, lay_streets
from rdtr.sample.uses import Uses, plan_uses
from rdtr.sample.zones import zone_table
from rdtr.zoning.identity import PlanIdentity
from rdtr.zoning.plan import Plan

__all__ = ["SampleCity", "sample_city"]

_MOST_PARCELS = 2_000_000  # beyond that the town would leave the strip of the map that it is drawn for
_SMALLEST_TOWN = 500  # parcels; a smaller city is a town of this size with vacant lots
_PARCEL_M2 = 385.0  # of town for each parcel, to start the search with
_SPARE = 0.03
_TRIES = 14
_IDENTITY = PlanIdentity(
    id="kota-contoh",
    title="RDTR Kota Muara Contoh (data buatan)",
    regulation="Contoh; bukan peraturan",
    valid_from=date(2025, 1, 1),
    valid_until=date(2045, 1, 1),
)


@dataclass(frozen=True, eq=False, slots=True)
class SampleCity:
    """A made-up city. Nothing in it is real or law.

    Attributes
    ----------
    plan
        Zones, rule book and layers (``roads``, ``rivers``, ``coast``, ``wp``, ``swp``).
    permits
        One application for each parcel, in the same order, in the canonical columns.
    parcels
        parcel_id, certificate_area_m2, WADMKD, geometry.
    land_use
        Existing use: penggunaan, geometry.
    rasters
        ``dem`` and ``flood``.
    """

    plan: Plan
    permits: gpd.GeoDataFrame
    parcels: gpd.GeoDataFrame
    land_use: gpd.GeoDataFrame
    rasters: Mapping[str, SampleRaster]


def sample_city(parcels: int = 5_000, seed: int = 0) -> SampleCity:
    """Make up a city near Bontang: the same one for the same numbers, in SRGI2013 / UTM 50N (EPSG:9480).

    Streets, zones, rules, parcels and applications are invented; names and numbers are no law. The city grows with
    the number of parcels: about seven parcels a zone, and a road body of about four vertices a parcel.

    Parameters
    ----------
    parcels
        How many parcels, and applications, there are.
    seed
        Which of the possible cities.

    Returns
    -------
    SampleCity

    Raises
    ------
    PlanError
        If `parcels` is not between 1 and 2,000,000, or `seed` is negative.

    Examples
    --------
    >>> city = sample_city(parcels=500)
    >>> len(city.parcels), len(city.permits), sorted(city.rasters), city.plan.crs.to_epsg()
    (500, 500, ['dem', 'flood'], 9480)
    """
    if not 1 <= parcels <= _MOST_PARCELS:
        raise PlanError(f"sample city: {parcels} parcels were asked for; wanted 1 to {_MOST_PARCELS:,}")
    if seed < 0:
        raise PlanError(f"sample city: the seed is {seed}; wanted 0 or more")
    town = _find_size(max(parcels, _SMALLEST_TOWN), seed)
    frame, streets, ring = town.frame, town.streets, town.ring
    drawn = draw_blocks(frame, streets, town.uses, seed)
    rules = example_rules()
    plan = Plan.build(
        zone_table(frame, streets, town.uses, drawn, ring),
        _IDENTITY,
        rules=rules,
        layers=plan_layers(frame, streets, ring),
    )
    lots = draw_parcels(frame, streets, town.plots, town.rows, parcels, seed)
    return SampleCity(
        plan,
        permit_table(lots, rules, seed),
        lots.table(),
        land_use_table(frame, town.plots, ring, seed),
        MappingProxyType(sample_rasters(frame, ring, seed)),
    )


@dataclass(frozen=True, slots=True)
class _Town:
    """A town that is laid out but not drawn."""

    frame: Frame
    streets: Streets
    uses: Uses
    ring: Outskirts
    plots: Plots
    rows: Rows

    @property
    def lots(self) -> int:
        return int(self.rows.lots.sum())


def _lay_out(width_m: float, parcels: int, seed: int) -> _Town:
    frame = Frame.of_width(width_m, seed)
    streets = lay_streets(frame, seed)
    uses = plan_uses(frame, streets, seed)
    ring = draw_outskirts(frame, seed)
    plots = lay_plots(frame, streets, uses, ring, parcels, seed)
    return _Town(frame, streets, uses, ring, plots, lay_rows(plots, seed))


def _find_size(parcels: int, seed: int) -> _Town:
    """Lay towns out, which is quick, until one has a little more lots than are wanted.

    The number of lots jumps where a quarter is won or lost, so the width is searched between one that is too small and
    one that is large enough, and the smallest town that is large enough is taken.
    """
    width, low, high = float(np.sqrt(_PARCEL_M2 * parcels)), 0.0, np.inf
    best: _Town | None = None
    tries = 0
    while best is None or tries < _TRIES:
        tries += 1
        town = _lay_out(width, parcels, seed)
        if town.lots >= parcels:
            high = min(high, width)
            best = town if best is None or town.lots < best.lots else best
            if town.lots <= parcels * (1.0 + _SPARE):
                break
        else:
            low = max(low, width)
        width = _next_width(width * np.sqrt(parcels * (1.0 + _SPARE / 2) / town.lots), width, low, high)
    return best


def _next_width(wanted: float, width: float, low: float, high: float) -> float:
    if low and np.isfinite(high):
        room = 0.1 * (high - low)
        return float(np.clip(wanted, low + room, high - room)) if low < high else low * 1.02
    return float(np.clip(wanted, width / 1.4, width * 1.4))
