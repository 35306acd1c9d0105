"""From a layer as it was read to clean zones: names, texts, codes, limits, shapes, CRS. Opens no file, loses no row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from rdtr.errors import CrsError, PlanError
from rdtr.io.columns import recognise
from rdtr.io.georef import to_metric
from rdtr.io.layerlimits import clean_areas, clean_limits
from rdtr.io.texts import clean_texts
from rdtr.io.zonecodes import clean_codes
from rdtr.types import CrsPolicy, ObjectArray, Vocabulary
from rdtr.zoning.findings import Finding, Findings
from rdtr.zoning.triage import Triage, triage, why_invalid

__all__ = ["Intake", "clean_zones"]


@dataclass(frozen=True, eq=False)
class Intake:
    """What a layer gives.

    Attributes
    ----------
    zones
        Rows with a valid polygon, official column names, metric CRS, index 0..n-1.
    rejected
        All other rows as they were read, in the CRS of the file, with ``row`` (from 1) and ``reason``.
    findings
        What was noticed; rows are those of the file.
    """

    zones: gpd.GeoDataFrame
    rejected: gpd.GeoDataFrame
    findings: Findings


def clean_zones(
    frame: gpd.GeoDataFrame,
    source: str,
    *,
    findings: Findings | None = None,
    columns: Mapping[str, str] | None = None,
    crs: Any = "utm",
    policy: CrsPolicy = "null",
    vocabulary: Vocabulary = "2021",
) -> Intake:
    """Clean a zoning layer and set aside what cannot be measured.

    Parameters
    ----------
    frame
        A layer with its CRS, as `rdtr.io.vector.read_layer` gives it.
    source
        What messages and findings call it.
    findings
        What was noticed when it was read.
    columns
        Official name -> name in the file, see `rdtr.io.columns.recognise`.
    crs
        ``utm``, ``tm3`` or a metric CRS, see `rdtr.io.georef.to_metric`.
    policy
        How WGS 84, DGN95 and SRGI2013 meet.
    vocabulary
        The generation of codes.

    Returns
    -------
    Intake

    Raises
    ------
    PlanError
        If not a single row is usable.
    CrsError
        If there is no CRS, or the layer does not lie in Indonesia in it.
    SchemaError
        If `columns` names something that does not exist.

    Examples
    --------
    >>> import shapely
    >>> layer = gpd.GeoDataFrame({"KD_SUBZON": ["r 2", "K-1"]}, crs=9480,
    ...                          geometry=[shapely.box(555000, 14000, 555100, 14100), shapely.Point(0, 0)])
    >>> intake = clean_zones(layer, "zones.shp")
    >>> intake.zones["KODSZN"].tolist(), intake.rejected["row"].tolist()
    (['R-2'], [2])
    """
    if frame.crs is None:
        raise CrsError(f'{source}: no CRS is stated; say which with frame.set_crs("EPSG:9480")')
    raw = frame.reset_index(drop=True)
    known = findings or Findings()
    sorted_out, shaped = _shapes(raw.geometry.to_numpy(), source, known)
    named, found = recognise(raw, "zones", source, columns=columns)
    named, trimmed = clean_texts(named, source)
    named, coded = clean_codes(named, source, vocabulary)
    named, limited = clean_limits(named, source)
    zones, moved, broken = _measured(named, sorted_out, crs, policy, source)
    zones, sized = clean_areas(zones, np.asarray(zones.area), source)
    shaped += broken
    everything = Findings((*known, *found, *trimmed, *coded, *limited, *moved, *sized, *shaped))
    return Intake(zones.reset_index(drop=True), _rejected(raw, everything), everything)


_SET_ASIDE = (
    "GEOMETRY_MISSING",
    "GEOMETRY_UNREADABLE",
    "GEOMETRY_EMPTY",
    "GEOMETRY_NOT_FINITE",
    "GEOMETRY_NOT_POLYGON",
    "GEOMETRY_NO_AREA",
    "GEOMETRY_INVALID",
)


def _shapes(geometry: ObjectArray, source: str, known: Findings) -> tuple[Triage, list[Finding]]:
    sorted_out = triage(geometry)
    unreadable = {f.row for f in known.of("GEOMETRY_UNREADABLE")}
    rows = [int(row) for row in np.flatnonzero(~sorted_out.usable) if row + 1 not in unreadable]
    found = [_set_aside(sorted_out.code[row], geometry[row], sorted_out.reason[row], source, row) for row in rows]
    found += [Finding("GEOMETRY_PARTS_KEPT", source, int(row) + 1) for row in np.flatnonzero(sorted_out.parted)]
    if sorted_out.flattened.any():
        found.append(Finding("GEOMETRY_Z_DROPPED", source, values={"rows": int(sorted_out.flattened.sum())}))
    if not sorted_out.usable.any():
        raise _nothing_usable(source, len(geometry), [*known.of("GEOMETRY_UNREADABLE"), *found])
    return sorted_out, found


def _set_aside(code: str, shape: Any, reason: str, source: str, row: int) -> Finding:
    values = {}
    if code == "GEOMETRY_INVALID":
        values = why_invalid(reason)
    elif code == "GEOMETRY_NOT_POLYGON":
        values = {"found": shape.geom_type}
    return Finding(code, source, row + 1, None, values)


def _nothing_usable(source: str, count: int, found: list[Finding]) -> PlanError:
    if not count:
        return PlanError(f"{source}: the layer has no row; export the zones again")
    kinds = {str(f.values["found"]) for f in found if f.code == "GEOMETRY_NOT_POLYGON"}  # noqa: PD011 - no frame
    if kinds and all(f.code == "GEOMETRY_NOT_POLYGON" for f in found):
        return PlanError(
            f"{source}: all {count} rows are {' or '.join(sorted(kinds))}, zones must be polygons; "
            "give the polygon layer"
        )
    first = next(f for f in found if f.code in _SET_ASIDE)
    counts = ", ".join(f"{n} {code}" for code, n in Findings(tuple(found)).of(*_SET_ASIDE).counts().items())
    return PlanError(
        f"{source}: none of {count} rows is usable ({counts}); "
        f"row {first.row}: {Finding(first.code, values=first.values).message('en')}; repair the layer"
    )


def _measured(
    named: gpd.GeoDataFrame, sorted_out: Triage, wanted: Any, policy: CrsPolicy, source: str
) -> tuple[gpd.GeoDataFrame, list[Finding], list[Finding]]:
    rows = np.flatnonzero(sorted_out.usable)
    geometry, target, moved = to_metric(sorted_out.geometry[rows], named.crs, wanted, source, policy)
    # projecting rounds anew, which can close a gap of a nanometre in an outline that was valid before
    again = triage(geometry) if moved else None
    good = np.ones(len(rows), dtype=bool) if again is None else again.usable
    broken = (
        [_set_aside(again.code[i], geometry[i], again.reason[i], source, int(rows[i])) for i in np.flatnonzero(~good)]
        if again is not None
        else []
    )
    table = pd.DataFrame(named.drop(columns=named.geometry.name)).iloc[rows[good]]
    zones = gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(geometry[good], index=table.index, crs=target))
    return zones, moved, broken


def _rejected(raw: gpd.GeoDataFrame, found: Findings) -> gpd.GeoDataFrame:
    reasons = {f.row: f for f in found.of(*_SET_ASIDE) if f.row is not None}
    rows = sorted(reasons)
    aside = raw.iloc[[row - 1 for row in rows]]
    taken = {name: f"{name}_FILE" for name in ("row", "reason") if name in aside.columns}
    said = [Finding(reasons[r].code, values=reasons[r].values).message("id") for r in rows]
    aside = aside.rename(columns=taken).assign(row=np.array(rows, dtype=np.int64), reason=np.array(said, dtype=object))
    return aside.reset_index(drop=True)
