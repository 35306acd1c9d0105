"""A little town and five permits, one for each verdict; every number can be done by hand. Used by the report tests."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import pandas as pd
import shapely

from rdtr.zoning.check import check
from rdtr.zoning.identity import PlanIdentity
from rdtr.zoning.plan import Plan
from rdtr.zoning.report import Report
from rdtr.zoning.rules import RuleBook

X, Y = 555_000.0, 14_000.0  # Bontang, in EPSG:9480
DAY = date(2026, 11, 24)


def box(x0: float, y0: float, x1: float, y1: float) -> shapely.Polygon:
    return shapely.box(X + x0, Y + y0, X + x1, Y + y1)


def make_rules() -> RuleBook:
    return RuleBook.from_tables(
        {
            "activities": pd.DataFrame({"activity_id": ["001"], "name": ["Rumah tunggal"], "kbli": ["68111"]}),
            "matrix": pd.DataFrame(
                {"activity_id": ["001"], "R-2": ["I"], "R-3": ["T1"], "K-1": ["X"], "reference": ["Lampiran IV"]}
            ),
            "conditions": pd.DataFrame({"code": ["T1"], "text": ["jam terbatas"], "reference": ["Pasal 9"]}),
        }
    )


def make_plan() -> Plan:
    zones = gpd.GeoDataFrame(
        {"KODSZN": ["R-2", "K-1", "R-3"], "NAMOBJ": ["Perumahan", "Niaga", "Hunian"], "KODBLK": ["A.1", "A.2", None]},
        geometry=[box(0, 0, 100, 100), box(100, 0, 200, 100), box(0, 100, 200, 200)],
        crs=9480,
    )
    return Plan.build(zones, PlanIdentity("kota", title="Kota Uji", regulation="Perwali 1/2024"), rules=make_rules())


def make_permits(ids: tuple[str, ...] = ("P-1", "P-2", "P-3", "P-4", "P-5")) -> gpd.GeoDataFrame:
    shapes = [
        box(10, 10, 50, 50),
        box(10, 120, 50, 150),
        box(80, 10, 120, 50),
        box(150, 10, 180, 40),
        box(300, 0, 320, 20),
    ]
    return gpd.GeoDataFrame({"permit_id": list(ids), "activity": "001"}, geometry=shapes, crs=9480)  # fmt: skip


def make_report(ids: tuple[str, ...] = ("P-1", "P-2", "P-3", "P-4", "P-5")) -> Report:
    """Permitted, conditional, partial, prohibited, undetermined, in this order."""
    return check(make_plan(), make_permits(ids), on=DAY)
