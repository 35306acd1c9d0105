"""Studies of a plan as maps to move about in, made with folium: land use, two versions compared. Judges nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import folium
import geopandas as gpd
import numpy as np

from rdtr.pictures.map import add_legend, add_polygons, base_map
from rdtr.types import Lang
from rdtr.zoning.compare import Comparison
from rdtr.zoning.landuse import LandUse
from rdtr.zoning.landusetable import FIT_WORDS
from rdtr.zoning.studycards import FIT_COLORS

__all__ = ["comparison_map", "land_use_map"]

_CHANGES: Final[Mapping[str, tuple[str, str, str]]] = {
    "added": ("#2e8b57", "zona baru", "added"),
    "removed": ("#c0392b", "zona hilang", "removed"),
    "reshaped": ("#2f6690", "batas berubah", "reshaped"),
    "recoded": ("#d9a400", "kode berubah", "recoded"),
    "reshaped recoded": ("#8e44ad", "batas dan kode berubah", "reshaped and recoded"),
    "renamed": ("#6b7280", "atribut berubah", "renamed"),
}
_TITLES: Final[Mapping[Lang, tuple[str, str]]] = {
    "id": ("Penggunaan lahan", "Perubahan"),
    "en": ("Land use", "Changes"),
}


def land_use_map(study: LandUse, *, lang: Lang = "id") -> folium.Map:
    """Draw the existing uses in the colour of their fit, see `rdtr.LandUse.explore`."""
    parts, title = study.geometries(), _TITLES[lang][0]
    shown = gpd.GeoDataFrame(
        {
            "KODSZN": parts["KODSZN"],
            "penggunaan" if lang == "id" else "existing": parts["existing"],
            "kesesuaian" if lang == "id" else "fit": parts["fit"].map(FIT_WORDS[lang]),
            "m²": parts["area_m2"].round(2),
            "warna": parts["fit"].map(FIT_COLORS),
        },
        geometry=parts.geometry.to_numpy(),
        crs=parts.crs,
    )
    made = base_map(study.plan)
    add_polygons(made, shown, study.plan, title, fill_opacity=0.7)
    add_legend(made, title, [(FIT_COLORS[f], w) for f, w in FIT_WORDS[lang].items() if f != "unsurveyed"])
    return made


def comparison_map(study: Comparison, *, lang: Lang = "id") -> folium.Map:
    """Draw the zones that are not what they were in the colour of their change, see `rdtr.Comparison.explore`."""
    changes, title, word = study.changes, _TITLES[lang][1], 1 if lang == "id" else 2
    kind = changes["change"].to_numpy(object)
    shown = gpd.GeoDataFrame(
        {
            "perubahan" if lang == "id" else "change": [_CHANGES[k][word] for k in kind],
            "semula" if lang == "id" else "before": np.where(changes["old_code"].isna(), "", changes["old_code"]),
            "menjadi" if lang == "id" else "after": np.where(changes["new_code"].isna(), "", changes["new_code"]),
            "warna": [_CHANGES[k][0] for k in kind],
        },
        geometry=changes.geometry.to_numpy(),
        crs=changes.crs,
    )
    made = base_map(study.plan)
    add_polygons(made, shown, study.plan, title, fill_opacity=0.6)
    add_legend(made, title, [(c[0], c[word]) for c in _CHANGES.values()])
    return made
