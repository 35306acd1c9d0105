"""The permit table: its columns, their units, and what is impossible in them. Reads no file and judges no permit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from geopandas.array import GeometryArray

from rdtr.errors import CrsError, GeometryError, PermitError, SchemaError
from rdtr.types import BoolArray, FloatArray, ObjectArray
from rdtr.zoning.codes import tidy
from rdtr.zoning.columntexts import all_distinct, texts_of, tidy_texts
from rdtr.zoning.edges import Layout, Rings
from rdtr.zoning.findings import Finding, Findings
from rdtr.zoning.numbers import Numbers, read_numbers
from rdtr.zoning.triage import TooManyVerticesError, Triage, triage, why_invalid

__all__ = ["MAX_VERTICES", "NUMERIC", "PERMIT_COLUMNS", "TEXT", "findings_of", "normalise", "normalised"]

TEXT: Final = ("permit_id", "activity", "kbli", "road_class", "alternative")
NUMERIC: Final = (
    "certificate_area_m2",
    "footprint_m2",
    "floor_area_m2",
    "green_m2",
    "basement_m2",
    "height_m",
    "floors",
    "setback_front_m",
    "setback_side_m",
    "setback_rear_m",
)
PERMIT_COLUMNS: Final = (
    "permit_id",
    "activity",
    "kbli",
    "certificate_area_m2",
    "road_class",
    "alternative",
    *NUMERIC[1:],
    "geometry",
)
"""The canonical columns in their order; every one is there after `normalise`, None or NaN where nothing is stated."""

MAX_VERTICES: Final = 200_000
"""No parcel needs more; a layer's whole road body has about that many, and is no permit."""

_SPARED: Final = (*NUMERIC, "road_class", "alternative")  # a check needs these only where they say something
_NOT_ZERO: Final = ("certificate_area_m2",)
_KBLI_DIGITS: Final = 5


def normalise(frame: pd.DataFrame, *, source: str = "permits", max_vertices: int = MAX_VERTICES) -> gpd.GeoDataFrame:
    """Bring a permit table into its one form; every row stays, so every permit gets an answer.

    Parameters
    ----------
    frame
        A GeoDataFrame with any of `PERMIT_COLUMNS` and any further columns, which are kept.
    source
        What messages and findings call it.
    max_vertices
        Most vertices that one permit may have.

    Returns
    -------
    GeoDataFrame
        Index 0..n-1; the canonical columns first: texts or None, float64 or NaN, geometry a valid polygon or None.
        ``attrs["findings"]`` holds what was noticed: numbers that cannot be (they become NaN) and shapes that cannot be
        used (they become None), each with its row and reason.

    Raises
    ------
    SchemaError
        If there is no geometry column.
    CrsError
        If the table has no CRS.
    PermitError
        If there is no row, or ids are given twice.
    GeometryError
        If a permit has too many vertices.

    Examples
    --------
    >>> parcels = gpd.GeoDataFrame(
    ...     {"permit_id": [7], "kbli": [47111], "footprint_m2": ["1.234,5"], "height_m": [-3]},
    ...     geometry=[shapely.box(0, 0, 9, 9)], crs=9480)
    >>> permits = normalise(parcels)
    >>> permits[["permit_id", "kbli", "footprint_m2", "height_m"]].to_numpy().tolist()
    [['7', '47111', 1234.5, nan]]
    >>> [f.message("en") for f in permits.attrs["findings"]]
    ['permits row 1 height_m: -3 cannot be; it is treated as not stated']
    """
    return normalised(frame, source=source, max_vertices=max_vertices).table


@dataclass(frozen=True, slots=True, eq=False)
class Normal:
    """A permit table in its one form, and what was found on the way to it.

    Whoever holds the table may change it, so the rest is handed out beside it instead of being kept with it.

    Attributes
    ----------
    table
        See `normalise`.
    layout
        Its polygons laid out flat; None where some cannot be used.
    coded
        Columns of texts that needed no change, as distinct texts and which of them each row has.
    """

    table: gpd.GeoDataFrame
    layout: Layout | None
    coded: Mapping[str, pa.DictionaryArray]


def normalised(
    frame: pd.DataFrame,
    *,
    source: str = "permits",
    max_vertices: int = MAX_VERTICES,
    which: Literal["all", "given"] = "all",
    watch: Callable[[int, Rings], None] | None = None,
) -> Normal:
    """Do what `normalise` does and hand out what was found on the way too.

    Only the
    ``given`` columns are enough for a check: of a million permits the empty ones weigh as much as the shapes. `watch` sees
    the rings come, see `rdtr.zoning.triage.triage`.
    """
    _require_table(frame, source)
    geometry = np.asarray(frame.geometry, dtype=object)
    table = pd.DataFrame(frame).reset_index(drop=True)
    found = list(findings_of(frame))
    try:  # first of all: who watches is at work from here on
        sorted_out = triage(geometry, max_vertices=max_vertices, watch=watch)
    except TooManyVerticesError:
        raise _too_many_vertices(geometry, _ids(table, source, found), source, max_vertices) from None
    ids = _ids(table, source, found)
    columns: dict[str, Any] = {"permit_id": ids}
    coded: dict[str, pa.DictionaryArray] = {}
    for name in PERMIT_COLUMNS[1:-1]:
        if which == "given" and name in _SPARED and (name not in table.columns or table[name].isna().all()):
            continue
        columns[name] = _column(table, name, source, found, coded)
    _note_shapes(sorted_out, geometry, ids, source, found)
    for name in (c for c in TEXT if c in columns and not isinstance(columns[c], pd.api.extensions.ExtensionArray)):
        columns[name] = pd.Series(columns[name], dtype=object)  # None, not NaN
    others = [c for c in table.columns if c not in PERMIT_COLUMNS and c != frame.geometry.name]
    shapes = GeometryArray(sorted_out.geometry, crs=frame.crs)
    result = gpd.GeoDataFrame({**columns, **{c: table[c] for c in others}}, geometry=shapes)
    result.attrs["findings"] = Findings(tuple(found))
    return Normal(result, sorted_out.layout, coded)


def findings_of(frame: pd.DataFrame) -> Findings:
    """Return what was noticed while a permit table was read; nothing for a table from elsewhere."""
    found = frame.attrs.get("findings", Findings())
    return found if isinstance(found, Findings) else Findings()


def _require_table(frame: pd.DataFrame, source: str) -> None:
    if not isinstance(frame, gpd.GeoDataFrame) or frame._geometry_column_name not in frame.columns:
        columns = ", ".join(map(str, frame.columns))[:120]
        raise SchemaError(f"{source}: there is no geometry column, only {columns}; give a layer with parcel polygons")
    if not len(frame):
        raise PermitError(f"{source}: there is not a single permit in it")
    if frame.crs is None:
        raise CrsError(f'{source}: no CRS is stated; say which with frame.set_crs("EPSG:9480")')


def _ids(table: pd.DataFrame, source: str, found: list[Finding]) -> Any:
    """Ids as a list; those of a file that need no change stay the column they are, without a Python text for each."""
    if "permit_id" not in table.columns:
        found.append(Finding("PERMIT_ID_MISSING", source, None, "permit_id", {"rows": len(table)}))
        return [str(row) for row in range(1, len(table) + 1)]
    if all_distinct(table["permit_id"]):
        return table["permit_id"].array
    ids = texts_of(table["permit_id"])
    for row in np.flatnonzero(ids == None):  # noqa: E711 - elementwise
        ids[row] = f"baris-{row + 1}"
        found.append(Finding("PERMIT_ID_BLANK", source, int(row) + 1, "permit_id", {"given": ids[row]}))
    _require_unique(ids, source)
    return ids.tolist()


def _require_unique(ids: ObjectArray, source: str) -> None:
    if not pd.Index(ids).has_duplicates:
        return
    rows = pd.Series(range(1, len(ids) + 1)).groupby(ids, sort=False).agg(list)
    doubled = rows[rows.map(len) > 1]
    said = [f'"{name}" in rows {", ".join(map(str, where[:5]))}' for name, where in doubled.iloc[:5].items()]
    more = f" and {len(doubled) - 5} more" if len(doubled) > 5 else ""
    raise PermitError(f"{source}: permit_id is given twice: {'; '.join(said)}{more}; give every permit its own id")


def _column(
    table: pd.DataFrame, name: str, source: str, found: list[Finding], coded: dict[str, pa.DictionaryArray]
) -> FloatArray | ObjectArray:
    if name not in table.columns and name in NUMERIC:
        return np.full(len(table), np.nan)
    if name not in table.columns:
        coded[name] = _nothing_said(len(table))
        return np.full(len(table), None, dtype=object)
    if name == "kbli":
        return _kbli(table[name], source, found)
    return _numbers(table[name], name, source, found) if name in NUMERIC else _texts(table[name], coded)


def _nothing_said(n: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(np.zeros(n, np.int32), pa.array([""]))


def _texts(values: pd.Series[Any], coded: dict[str, pa.DictionaryArray]) -> Any:
    """Texts or None; a column of texts that says something in every row and needs no change stays what it is."""
    texts = tidy_texts(values) if isinstance(values.dtype, pd.StringDtype) else None
    if texts is None or texts.null_count:
        return texts_of(values)
    coded[str(values.name)] = texts
    return values.array


def _kbli(values: pd.Series[Any], source: str, found: list[Finding]) -> ObjectArray:
    texts = texts_of(values)
    digits = np.array([0 if t is None else len(t) for t in texts])
    short = np.flatnonzero(digits == _KBLI_DIGITS - 1)
    # a spreadsheet makes 1111 of 01111, which is another activity; only beside five digits is it clear what was meant
    if pd.api.types.is_numeric_dtype(values.dtype) and len(short) and digits.max() == _KBLI_DIGITS:
        for row in short:
            padded = texts[row].zfill(_KBLI_DIGITS)
            found.append(
                Finding("PERMIT_KBLI_PADDED", source, int(row) + 1, "kbli", {"found": texts[row], "read": padded})
            )
            texts[row] = padded
    return texts


def _numbers(values: pd.Series[Any], name: str, source: str, found: list[Finding]) -> FloatArray:
    read = read_numbers(values, area=name.endswith("_m2"))
    numbers = read.numbers.copy()
    impossible = np.isinf(numbers) | (numbers < 0.0)
    if name in _NOT_ZERO:
        impossible |= numbers == 0.0
    _note("PERMIT_NUMBER_IMPOSSIBLE", impossible, values, read, name, source, found)
    _note("PERMIT_NUMBER_UNREAD", read.unread, values, read, name, source, found)
    _note_two_ways(read.two_ways & ~impossible, values, read, name, source, found)
    numbers[impossible] = np.nan
    return numbers


def _note(
    code: str, where: BoolArray, values: pd.Series[Any], read: Numbers, name: str, source: str, found: list[Finding]
) -> None:
    for row in np.flatnonzero(where):
        said = {"found": tidy(values.iloc[row])[:40], "read": f"{read.numbers[row]:.15g}"}
        found.append(Finding(code, source, int(row) + 1, name, said))


def _note_two_ways(
    where: BoolArray, values: pd.Series[Any], read: Numbers, name: str, source: str, found: list[Finding]
) -> None:
    # a register writes all its numbers in one way, so one example says it
    rows = np.flatnonzero(where)
    if len(rows):
        said = {"found": tidy(values.iloc[rows[0]])[:40], "read": f"{read.numbers[rows[0]]:.15g}", "rows": len(rows)}
        found.append(Finding("PERMIT_NUMBERS_TWO_WAYS", source, int(rows[0]) + 1, name, said))


def _note_shapes(sorted_out: Triage, geometry: ObjectArray, ids: Any, source: str, found: list[Finding]) -> None:
    unreadable = {f.row for f in found if f.code == "GEOMETRY_UNREADABLE"}
    # a table may be normalised twice, and is the same then
    told = {f.values["permit"] for f in found if f.code == "PERMIT_GEOMETRY"}  # noqa: PD011 - no frame
    for row in np.flatnonzero(~sorted_out.usable):
        if geometry[row] is None and ids[row] in told:
            continue
        code = "GEOMETRY_UNREADABLE" if row + 1 in unreadable else sorted_out.code[row]
        found.append(
            Finding("PERMIT_GEOMETRY", source, int(row) + 1, None, _why(ids[row], code, sorted_out.reason[row]))
        )
    found += [Finding("GEOMETRY_PARTS_KEPT", source, int(row) + 1) for row in np.flatnonzero(sorted_out.parted)]
    if sorted_out.flattened.any():
        found.append(Finding("GEOMETRY_Z_DROPPED", source, values={"rows": int(sorted_out.flattened.sum())}))


def _too_many_vertices(geometry: ObjectArray, ids: Any, source: str, most: int) -> GeometryError:
    count = shapely.get_num_coordinates(geometry)
    row = int(count.argmax())
    return GeometryError(
        f'{source} row {row + 1}: permit "{ids[row]}" has {count[row]:,} vertices; at most {most:,} are taken; '
        "draw the parcel more simply, or split it"
    )


_WHY: Final[Mapping[str, tuple[str, str]]] = {
    "GEOMETRY_MISSING": ("tidak ada", "it is missing"),
    "GEOMETRY_UNREADABLE": ("tidak terbaca (garis batas tidak tertutup)", "it cannot be read (outline not closed)"),
    "GEOMETRY_EMPTY": ("kosong, tanpa satu titik pun", "it is empty, without a single vertex"),
    "GEOMETRY_NOT_FINITE": ("koordinat bukan bilangan", "a coordinate is no number"),
    "GEOMETRY_NOT_POLYGON": ("bukan poligon", "it is no polygon"),
    "GEOMETRY_NO_AREA": ("tidak mempunyai luas", "it has no area"),
}


def _why(permit_id: str, code: str, reason: str) -> dict[str, str]:
    if code == "GEOMETRY_INVALID":
        return {"permit": permit_id, "reason": code, **why_invalid(reason)}
    why_id, why_en = _WHY[code]
    return {"permit": permit_id, "reason": code, "why_id": why_id, "why_en": why_en, "place": "-"}
