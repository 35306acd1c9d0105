"""The rules of Kota Yogyakarta's RDTR as rule tables, read from the shared data; for tests only."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from rdtr.zoning.rules import RuleBook

LIMITS = {"KDB": "kdb_max_pct", "KLB": "klb_max", "KDH": "kdh_min_pct", "Tinggi": "height_max_m"}
MATRIX = "simtaru-jogja, matriks ITBX"
INTENSITY = "simtaru-jogja, intensitas ruang, kelas {}"


def jogja_rules(shared_data: Path) -> RuleBook:
    """Convert the ITBX matrix (147 activities, 15 sub-zones) and the limits of five lot-size classes.

    Cells are single letters without numbers, so no condition has a text; five cells of one row (a car wash) are blank
    and stay "not stated".
    """
    source = pd.read_csv(shared_data / "jogja" / "itbx_matrix.csv", dtype=str, keep_default_na=False)
    ids = [f"{n:03d}" for n in range(1, len(source) + 1)]
    activities = pd.DataFrame({"activity_id": ids, "name": source["kegiatan"], "reference": MATRIX})
    matrix = source.drop(columns=["zonasi", "kegiatan"]).assign(activity_id=ids, reference=MATRIX)
    tables = {"activities": activities, "matrix": matrix, "intensity": jogja_intensity(shared_data)}
    return RuleBook.from_tables(tables, "jogja")


def jogja_intensity(shared_data: Path) -> pd.DataFrame:
    """Make one row a lot-size class and sub-zone.

    The source counts whole square metres (40-100, 101-200, ...). Our bounds are inclusive and lots are measured, so a
    lot of 100.4 m2 would fall into a hole: each class begins where the one before ends. The last class is ">= 1001 m2",
    so its bound of 100,000 is left open.
    """
    classes = json.loads((shared_data / "jogja" / "intensitas_ruang.json").read_text(encoding="utf-8"))
    rows = []
    lower = float(classes[0]["Batas"]["min"])
    for number, size in enumerate(classes, 1):
        upper = float(size["Batas"]["max"]) if number < len(classes) else None
        for subzone in size["KDB"]:
            limits = {column: size[name][subzone] for name, column in LIMITS.items()}
            reference = INTENSITY.format(size["Kelas"])
            rows.append(
                {"subzone": subzone, "lot_min_m2": lower, "lot_max_m2": upper, **limits, "reference": reference}
            )
        lower = float(size["Batas"]["max"])
    return pd.DataFrame(rows)
