"""The official columns of the zoning layer, as Permen ATR/BPN 14/2021 names them. Names only, no values."""

from __future__ import annotations

from typing import Final

__all__ = ["FLAGS", "IDENTITY", "LAYER_LIMITS", "OFFICIAL", "ROAD", "WATER"]

IDENTITY: Final = (
    "NAMOBJ",
    "NAMZON",
    "KODZON",
    "NAMSZN",
    "KODSZN",
    "JNSRPR",
    "KODEWP",
    "KODSWP",
    "KODBLK",
    "KODSBL",
    "WADMPR",
    "WADMKK",
    "WADMKC",
    "WADMKD",
    "KODUNK",
)
FLAGS: Final = (
    "KKOP_1",
    "LP2B_2",
    "KRB_03",
    "TOD_04",
    "TEB_05",
    "PUSLIT",
    "CAGBUD",
    "RESAIR",
    "KSMPDN",
    "HANKAM",
    "KKARST",
    "PTBGMB",
    "MGRSAT",
    "RDBUMI",
)
"""Columns of the special provisions (ketentuan khusus): they never add permission, they tighten."""

LAYER_LIMITS: Final = ("KDB", "KLB", "KDH", "KTB", "GSB")
"""Limits that some served layers carry in the layer itself."""

OFFICIAL: Final = (*IDENTITY, *FLAGS, "TPZ_00", "REMARK", "LUASHA", *LAYER_LIMITS)

ROAD: Final = "BJ"
WATER: Final = "BA"
