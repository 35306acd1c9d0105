"""Domains of coded values: what the numbers in a column of a geodatabase or GeoPackage stand for. Opens no layer."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final, TypeAlias
from xml.etree import ElementTree

import geopandas as gpd
import pandas as pd

from rdtr.zoning.findings import Finding

__all__ = ["Domains", "decoded", "gdb_domains", "gpkg_domains"]

Domains: TypeAlias = Mapping[str, Mapping[float, str]]
"""By column: what each number stands for."""

_GPKG: Final = """
    SELECT c.column_name, v.value, v.description
    FROM gpkg_data_columns c JOIN gpkg_data_column_constraints v ON v.constraint_name = c.constraint_name
    WHERE v.constraint_type = 'enum' AND lower(c.table_name) = lower(?)"""


def gdb_domains(definitions: Iterable[object], layer: str) -> Domains:
    """Find the domains of a layer in the definitions of a File Geodatabase.

    Parameters
    ----------
    definitions
        Column ``Definition`` of its table ``GDB_Items``: texts of XML; what is none is passed over.
    layer
        Name of the layer.
    """
    known: dict[str, dict[float, str]] = {}
    columns: dict[str, str] = {}
    for root in filter(None, map(_parsed, definitions)):
        if root.tag.rpartition("}")[2].startswith("GPCodedValueDomain"):
            pairs = ((v.findtext("Code"), v.findtext("Name")) for v in root.iterfind("CodedValues/CodedValue"))
            known[root.findtext("DomainName") or ""] = _numbers(pairs)
        elif (root.findtext("Name") or "").casefold() == layer.casefold():
            fields = root.iterfind(".//GPFieldInfoEx")
            columns = {f.findtext("Name") or "": f.findtext("DomainName") or "" for f in fields}
    return {column: known[domain] for column, domain in columns.items() if known.get(domain)}


def gpkg_domains(path: Path, layer: str) -> Domains:
    """Find the domains of a layer in the schema tables of a GeoPackage; none where it has no such tables."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            rows = connection.execute(_GPKG, (layer,)).fetchall()
    except sqlite3.Error:  # no such tables: the schema extension is not used
        return {}
    columns = {str(row[0]) for row in rows}
    found = {column: _numbers((code, name) for at, code, name in rows if at == column) for column in columns}
    return {column: values for column, values in found.items() if values}


def decoded(frame: gpd.GeoDataFrame, domains: Domains, label: str) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Write what numbers stand for in their place; texts are codes that people read (``R-2``), and stay.

    Parameters
    ----------
    frame
        A layer as it was read.
    domains
        Of its columns.
    label
        What findings call it.

    Returns
    -------
    frame
        A number that its domain does not know stays, as text.
    findings
        ``DOMAIN_DECODED`` for each column that was changed.

    Examples
    --------
    >>> frame, found = decoded(gpd.GeoDataFrame({"NAMOBJ": [1, 2]}), {"NAMOBJ": {1.0: "Perumahan"}}, "kota.gdb")
    >>> frame["NAMOBJ"].tolist(), found[0].field
    (['Perumahan', '2'], 'NAMOBJ')
    """
    changed = {
        column: _words(frame[column], values)
        for column, values in domains.items()
        if column in frame.columns and pd.api.types.is_numeric_dtype(frame[column].dtype)
    }
    return frame.assign(**changed), [Finding("DOMAIN_DECODED", label, field=column) for column in changed]


def _words(numbers: pd.Series[Any], values: Mapping[float, str]) -> pd.Series[Any]:
    words = [None if pd.isna(n) else values.get(float(n), f"{n:g}") for n in numbers]
    return pd.Series(words, index=numbers.index, dtype=object)


def _numbers(pairs: Iterable[tuple[object, object]]) -> dict[float, str]:
    found = {}
    for code, name in pairs:
        try:
            found[float(str(code))] = str(name)
        except ValueError:  # a domain of texts
            continue
    return found


def _parsed(definition: object) -> ElementTree.Element | None:
    if (
        not isinstance(definition, str) or "<!" in definition
    ):  # an entity could grow without end; GIS programs write none
        return None
    try:
        return ElementTree.fromstring(definition)  # noqa: S314 - without entities, as just checked
    except ElementTree.ParseError:
        return None
