"""One layer of a MapLibre style, and what users read of it. Knows no plan and no colour."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from rdtr.types import Lang

__all__ = ["SOURCE", "Json", "layer_of", "name_of"]

Json: TypeAlias = dict[str, Any]

SOURCE: Final = "rdtr"
"""The one source of a style: the vector tiles of a plan."""

_NAMES: Final = {
    "zones": {"id": "Pola ruang", "en": "Zones"},
    "zones-outline": {"id": "Garis zona", "en": "Zone outlines"},
    "labels": {"id": "Label zona", "en": "Zone labels"},
    "roads": {"id": "Jalan", "en": "Roads"},
    "rivers": {"id": "Sungai", "en": "Rivers"},
    "coast": {"id": "Garis pantai", "en": "Coast line"},
    "WP": {"id": "Batas WP", "en": "Planning area"},
    "SWP": {"id": "Batas SWP", "en": "Sub planning area"},
    "BLOK": {"id": "Batas blok", "en": "Block"},
}


def name_of(key: str, lang: Lang) -> Json:
    """Return what goes into ``metadata``: the name in a language, or the key where it has none."""
    return {"rdtr:name": _NAMES.get(key, {}).get(lang, key)}


def layer_of(ident: str, kind: str, source_layer: str, **parts: Any) -> Json:
    """Return a layer; `parts` are its paint, layout, filter and so on."""
    return {"id": ident, "type": kind, "source": SOURCE, "source-layer": source_layer, **parts}
