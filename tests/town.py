"""A little town whose every number can be done by hand: three sub-zones and a road on a grid of fifty metres."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from rdtr.zoning.identity import PlanIdentity
from rdtr.zoning.plan import Plan
from rdtr.zoning.rules import RuleBook

CRS = "EPSG:9480"
X, Y = 555_000.0, 14_000.0


def box(x0: float, y0: float, x1: float, y1: float) -> shapely.Polygon:
    """A rectangle in metres from the town's corner."""
    return shapely.box(X + x0, Y + y0, X + x1, Y + y1)


def make_rules(**tables: pd.DataFrame) -> RuleBook:
    """Rules of the town; any table can be exchanged."""
    standard = {
        "activities": pd.DataFrame(
            [("001", "Rumah tunggal", "", "Lampiran I"), ("002", "Toko", "4711 4719", "Lampiran I"),
             ("003", "Toko bahan bakar", "4711", "Lampiran I"), ("004", "Bengkel", "45", "Lampiran I"),
             ("005", "Rumah ibadah", "", "Lampiran I")],
            columns=["activity_id", "name", "kbli", "reference"],
        ),
        "matrix": pd.DataFrame(
            [("001", "I", "T1", "X", "X", "Lampiran II no. 1"), ("002", "T1,B2", "I", "X", "X", "Lampiran II no. 2"),
             ("003", "X", "B2", "X", "X", "Lampiran II no. 3"), ("004", "", "I", "X", "X", "Lampiran II no. 4"),
             ("005", "I", "I", "I", "X", "Lampiran II no. 5")],
            columns=["activity_id", "R-2", "K-1", "RTH-2", "BJ", "reference"],
        ),
        "conditions": pd.DataFrame(
            [("T1", "Jam operasi 07.00-21.00", "Pasal 12"), ("B2", "Menyediakan parkir", "Pasal 13")],
            columns=["code", "text", "reference"],
        ),
        "intensity": pd.DataFrame(
            [("R-2", 60.0, None, 1.8, 20.0, 10.0, 100.0, "Tabel 1"), ("K-1", 80.0, 1.0, 4.0, 10.0, 20.0, 200.0, "Tabel 2"),
             ("RTH-2", 10.0, None, 0.1, 80.0, 5.0, None, "Tabel 3")],
            columns=["subzone", "kdb_max_pct", "klb_min", "klb_max", "kdh_min_pct", "height_max_m", "lot_area_min_m2",
                     "reference"],
        ),
    }  # fmt: skip
    return RuleBook.from_tables({**standard, **tables})


def make_zones(**columns: list[Any]) -> gpd.GeoDataFrame:
    """Zones: R-2 west, K-1 east, a park north, a road south; each a rectangle."""
    zones = gpd.GeoDataFrame(
        {
            "NAMOBJ": ["Perumahan Kepadatan Tinggi", "Perdagangan dan Jasa Skala Kota", "Taman Kota", "Badan Jalan"],
            "KODZON": ["R", "K", "RTH", "BJ"],
            "KODSZN": ["R-2", "K-1", "RTH-2", "BJ"],
            "KODBLK": ["A.1", "A.1", "A.2", None],
        },
        geometry=[box(0, 0, 50, 50), box(50, 0, 100, 50), box(0, 50, 100, 100), box(0, -10, 100, 0)],
        crs=CRS,
    )
    return zones.assign(**columns)


def make_plan(zones: gpd.GeoDataFrame | None = None, rules: RuleBook | None = None, **identity: Any) -> Plan:
    """The town as a plan."""
    return Plan.build(
        make_zones() if zones is None else zones,
        PlanIdentity(**{"id": "kota", **identity}),
        rules=make_rules() if rules is None else rules,
    )


def make_permits(geometry: list[Any], **columns: Any) -> gpd.GeoDataFrame:
    """Permits P-1, P-2, ... with any columns; a scalar holds for all."""
    ids = [f"P-{k}" for k in range(1, len(geometry) + 1)]
    return gpd.GeoDataFrame({"permit_id": ids, **columns}, geometry=geometry, crs=CRS)
