"""Which layer is meant, where a source has several. Opens no file."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rdtr.errors import FileError
from rdtr.io.source import Dataset
from rdtr.zoning.findings import Finding

__all__ = ["LayerInfo", "choose_layer"]

_POLYGONAL: Final = ("Polygon", "Surface", "MultiPatch")


@dataclass(frozen=True, slots=True)
class LayerInfo:
    """One layer behind a path.

    Attributes
    ----------
    name
        What ``layer=`` takes.
    geometry_type
        As the file states it, ``Unknown`` where it does not; None for a table without shapes.
    dataset
        The file it is in.
    """

    name: str
    geometry_type: str | None
    dataset: Dataset


def choose_layer(layers: Sequence[LayerInfo], layer: str | None, label: str) -> tuple[LayerInfo, list[Finding]]:
    """Choose the layer that is meant: the named one, or the only one with polygons.

    Parameters
    ----------
    layers
        What there is.
    layer
        Its name, or that of its file; case counts only where it makes a difference.
    label
        What messages call the source.

    Returns
    -------
    layer
    findings
        ``LAYER_CHOSEN`` where others were passed over.

    Raises
    ------
    FileError
        If there is no such layer, or more than one could be meant.
    """
    if not layers:
        raise FileError(f"{label}: there is no layer in it; export the zones again")
    if layer is not None:
        return _named(layers, layer, label), []
    best = _likeliest(layers)
    if len(best) != 1:
        raise FileError(
            f'{label}: {len(best)} layers could be meant: {_listed(best)}; say which, layer="{best[0].name}"'
        )
    others = [info for info in layers if info is not best[0]]
    notes = (
        [Finding("LAYER_CHOSEN", label, values={"layer": best[0].name, "others": _listed(others)})] if others else []
    )
    return best[0], notes


def _likeliest(layers: Sequence[LayerInfo]) -> Sequence[LayerInfo]:
    spatial = [info for info in layers if info.geometry_type is not None]
    polygons = [info for info in spatial if any(word in str(info.geometry_type) for word in _POLYGONAL)]
    unknown = [info for info in spatial if info.geometry_type in ("Unknown", "GeometryCollection")]
    return polygons or unknown or spatial or layers


def _named(layers: Sequence[LayerInfo], layer: str, label: str) -> LayerInfo:
    for fold in (str, str.casefold):
        hits = [info for info in layers if fold(layer) in (fold(info.name), fold(info.dataset.path.stem))]
        exact = [info for info in hits if fold(info.name) == fold(layer)]
        hits = exact or hits
        if len(hits) == 1:
            return hits[0]
    names = {info.name.casefold(): info.name for info in layers}
    near = difflib.get_close_matches(layer.casefold(), list(names), 1)
    hint = f'did you mean "{names[near[0]]}"?' if near else f"the layers are {_listed(layers)}"
    raise FileError(f'{label}: there is no layer "{layer}", or more than one of that name; {hint}')


def _listed(layers: Sequence[LayerInfo]) -> str:
    names = [f"{info.name} ({info.geometry_type or 'table'})" for info in layers[:12]]
    return ", ".join(names) + (f" and {len(layers) - 12} more" if len(layers) > 12 else "")
