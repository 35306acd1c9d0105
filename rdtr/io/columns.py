"""What files call the official columns. Renames, and looks at values only to see whether two columns agree."""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

import geopandas as gpd
import numpy as np

from rdtr.errors import SchemaError
from rdtr.types import PathLike
from rdtr.zoning.codes import is_blank, tidy
from rdtr.zoning.findings import Finding
from rdtr.zoning.permits import PERMIT_COLUMNS
from rdtr.zoning.schema import OFFICIAL

__all__ = ["Names", "aliases", "official_columns", "recognise"]

Names: TypeAlias = Literal["zones", "permits"]

_TABLES: Final[Mapping[Names, str]] = {"zones": "aliases.csv", "permits": "permit_aliases.csv"}
_DBF_NAME: Final = 10  # letters a column name of a shapefile can have


def _key(name: object) -> str:
    return re.sub(r"[\s.\-/]+", "_", tidy(name).casefold())


@cache
def aliases(names: Names) -> Mapping[str, tuple[str, ...]]:
    """Return the known names of each official column, in the order in which they are tried; its own comes first.

    Examples
    --------
    >>> aliases("zones")["KODSZN"][:2], aliases("permits")["floors"][:2]
    (('kodszn', 'kd_subzon'), ('floors', 'jumlah_lantai'))
    """
    known = {official: [_key(official)] for official in official_columns(names)}
    text = files("rdtr.io").joinpath(f"data/{_TABLES[names]}").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        known[row["official"]].append(_key(row["alias"]))
    return MappingProxyType({official: tuple(keys) for official, keys in known.items()})


def official_columns(names: Names) -> tuple[str, ...]:
    """Return the official columns of a table, in their order, without the geometry."""
    return OFFICIAL if names == "zones" else tuple(c for c in PERMIT_COLUMNS if c != "geometry")


def recognise(
    frame: gpd.GeoDataFrame, names: Names, source: PathLike, *, columns: Mapping[str, str] | None = None
) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Give the official names to the columns of a layer; no column is lost.

    Tried in this order: what `columns` says, the official name (whatever its case), its double from a join
    (``KODSZN_1``), then the aliases in the order of their table, also doubled, or cut to ten letters by a shapefile.

    Parameters
    ----------
    frame
        A layer as it was read.
    names
        Which table of names holds.
    source
        What findings call the layer.
    columns
        Official name -> name in the file; it wins over everything else.

    Returns
    -------
    frame
        A copy with official names; further columns with the same meaning keep the name they have.
    findings
        ``COLUMN_ALIAS`` for each name changed, ``COLUMN_DOUBLED`` where a column of the same meaning says otherwise.

    Raises
    ------
    SchemaError
        If `columns` names a column that does not exist, here or in the schema.

    Examples
    --------
    >>> import shapely
    >>> frame = gpd.GeoDataFrame({"KD_SUBZON": ["R-2"]}, geometry=[shapely.box(0, 0, 1, 1)])
    >>> list(recognise(frame, "zones", "zones.shp")[0].columns)
    ['KODSZN', 'geometry']
    """
    present = [str(c) for c in frame.columns if c != frame.geometry.name]
    taken = _chosen(present, names, columns or {}, str(source))
    meanings, found = _meanings([c for c in present if c not in taken.values()], names, str(source))
    for official, candidates in meanings.items():
        if official not in taken:
            taken[official] = candidates.pop(0)
        found += _doubled(frame, taken[official], candidates, str(source))
    found += [
        Finding("COLUMN_ALIAS", str(source), None, column, {"column": official})
        for official, column in taken.items()
        if official != column
    ]
    return frame.rename(columns=_renames(present, taken)), found


def _chosen(present: Sequence[str], names: Names, columns: Mapping[str, str], source: str) -> dict[str, str]:
    known = official_columns(names)
    chosen = {}
    for official, column in columns.items():
        name = _one_of(official, known, f"columns: {official!r} is no official column")
        chosen[name] = _one_of(column, present, f"{source}: there is no column {column!r}")
    return chosen


def _one_of(asked: str, known: Sequence[str], complaint: str) -> str:
    if asked in known:
        return asked
    folded = [k for k in known if k.casefold() == asked.casefold()]
    if len(folded) == 1:
        return folded[0]
    lower = {k.casefold(): k for k in known}
    near = difflib.get_close_matches(asked.casefold(), list(lower), 1)
    hint = f'did you mean "{lower[near[0]]}"?' if near else f"there are {', '.join(known)}"
    raise SchemaError(f"{complaint}; {hint}")


def _meanings(columns: Iterable[str], names: Names, source: str) -> tuple[dict[str, list[str]], list[Finding]]:
    ranked: dict[str, list[tuple[int, str]]] = {official: [] for official in official_columns(names)}
    found = []
    for column in columns:
        meant = _meant(column, names)
        if len(meant) > 1:  # only names cut by a shapefile can mean two things; a test holds the tables to that
            found.append(Finding("COLUMN_AMBIGUOUS", source, None, column, {"columns": ", ".join(meant)}))
            continue
        for official, rank in meant.items():
            ranked[official].append((rank, column))
    return {o: [c for _, c in sorted(candidates)] for o, candidates in ranked.items() if candidates}, found


def _meant(column: str, names: Names) -> dict[str, int]:
    """Official columns that a name may mean, with its place among the names of each, smallest first."""
    tests = (_is_same, _is_double, _is_cut) if names == "zones" else (_is_same, _is_cut)
    for test in tests:
        places = {o: [i for i, key in enumerate(keys) if test(column, key)] for o, keys in aliases(names).items()}
        meant = {o: 3 * found[0] + tests.index(test) for o, found in places.items() if found}
        if meant:
            return meant
    return {}


def _is_same(column: str, key: str) -> bool:
    return _key(column) == key


def _is_double(column: str, key: str) -> bool:
    stem, _, number = _key(column).rpartition("_")
    if not (number.isdigit() and len(number) <= 2):
        return False
    return stem == key or (len(column) == _DBF_NAME and len(stem) >= 6 and key.startswith(stem))


def _is_cut(column: str, key: str) -> bool:
    return len(key) > _DBF_NAME and len(column) == _DBF_NAME and key.startswith(_key(column))


def _doubled(frame: gpd.GeoDataFrame, kept: str, others: Iterable[str], source: str) -> list[Finding]:
    found = []
    for other in others:
        rows = np.flatnonzero(frame[kept].astype(object).to_numpy() != frame[other].astype(object).to_numpy())
        pairs = zip(frame[kept].iloc[rows], frame[other].iloc[rows], strict=True)
        rows = rows[[_plain(a) != _plain(b) for a, b in pairs]]
        if len(rows):
            values = {"kept": kept, "rows": len(rows)}
            found.append(Finding("COLUMN_DOUBLED", source, int(rows[0]) + 1, other, values))
    return found


def _plain(value: object) -> str:
    return "" if is_blank(value) else tidy(value)


def _renames(present: Sequence[str], taken: Mapping[str, str]) -> dict[str, str]:
    renames = {column: official for official, column in taken.items()}
    for official, column in taken.items():
        if official in present and column != official and official not in renames:
            renames[official] = _free(f"{official}_FILE", present)
    return renames


def _free(name: str, present: Sequence[str]) -> str:
    while name in present:
        name += "_"
    return name
