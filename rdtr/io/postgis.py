"""Zones from a PostGIS table; the only caller of psycopg. Reads only, in one transaction; judges no column and no shape."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from rdtr.errors import CrsError, FileError, RdtrError, SchemaError
from rdtr.io.flatshapes import flat_shapes
from rdtr.io.georef import with_stated_crs
from rdtr.io.postgisurl import TableAddress, table_address
from rdtr.io.source import Dataset
from rdtr.io.texts import flat_values
from rdtr.zoning.findings import Finding, Findings

__all__ = ["read_table"]

_CONNECT_S: Final = 10
_QUERY_S: Final = 300
_TABLES: Final = """
    SELECT c.oid, n.nspname, c.relname, pg_table_is_visible(c.oid), has_table_privilege(c.oid, 'SELECT')
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    ORDER BY 2, 3"""
_COLUMNS: Final = """
    SELECT a.attname, t.typname, coalesce(a.attnum = ANY (i.indkey), false)
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
    WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"""
_CRS: Final = "SELECT auth_name, auth_srid, srtext FROM spatial_ref_sys WHERE srid = %s"


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    kind: str
    is_key: bool

    @property
    def is_shape(self) -> bool:
        return self.kind in ("geometry", "geography")


def read_table(url: str, *, source_crs: Any = None) -> tuple[gpd.GeoDataFrame, Findings]:
    """Read a table or view of PostGIS as it is: every row in the order of its key, every column, its own CRS.

    Parameters
    ----------
    url
        ``postgresql://user:password@host:port/database?table=schema.table``; ``geometry=`` says which column, where there
        are several; everything else is handed to libpq, which also knows ``PGPASSWORD`` and ``~/.pgpass``.
    source_crs
        The CRS of the coordinates, where the table states none or a wrong one.

    Returns
    -------
    frame
        As `rdtr.io.vector.read_layer` gives it.
    findings
        What was noticed.

    Raises
    ------
    FileError
        If the data base cannot be reached or refuses, or there is no such table; no message shows a password.
    SchemaError
        If the table has no geometry column, or several and none is named.
    CrsError
        If no CRS is stated, or rows have different ones.
    """
    address = table_address(url)
    with _connected(address) as connection:
        oid = _table(connection, address)
        columns = [_Column(*row) for row in connection.execute(_COLUMNS, (oid,)).fetchall()]
        shape = _shape(columns, address)
        rows = _rows(connection, oid, columns, shape)
        frame, unreadable = _frame(columns, shape, rows)
        crs = _crs(connection, {row[-1] for row in rows} - {None}, address)
    broken = [Finding("GEOMETRY_UNREADABLE", address.label, row + 1) for row in unreadable]
    frame = frame.set_crs(crs)
    frame, flat = flat_shapes(flat_values(frame), address.label)
    frame, stated = with_stated_crs(frame, Dataset(Path(address.table), "PostgreSQL", address.label), source_crs)
    frame.attrs["source"] = address.label
    return frame, Findings((*broken, *flat, *stated))


@contextmanager
def _connected(address: TableAddress) -> Iterator[Any]:
    try:
        import psycopg  # an extra: only who reads data bases needs it
        from psycopg.types.numeric import FloatLoader
    except ImportError as error:
        raise FileError("PostGIS needs psycopg; install it with: pip install 'rdtr[postgis]'") from error
    try:
        with psycopg.connect(address.server, connect_timeout=_CONNECT_S, application_name="rdtr") as connection:
            connection.read_only = True
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.adapters.register_loader("numeric", FloatLoader)
            connection.execute(f"SET statement_timeout = '{_QUERY_S}s'")
            yield connection
    except RdtrError:
        raise
    except psycopg.Error as error:
        said = address.hidden(str(error))[:240]
        # from None: the text of the driver may hold the address, password and all
        raise FileError(f"{address.label}: the data base refuses ({said}); check address, user and password") from None


def _table(connection: Any, address: TableAddress) -> int:
    found = connection.execute(_TABLES).fetchall()
    for fold in (str, str.casefold):
        for oid, schema, table, visible, readable in found:
            here = fold(address.schema) == fold(schema) if address.schema else visible
            if here and fold(address.table) == fold(table):
                if not readable:
                    raise FileError(f"{address.label}: the user may not read the table; ask for the right to SELECT")
                return int(oid)
    names = [f"{schema}.{table}" for _, schema, table, _, readable in found if readable and table != "spatial_ref_sys"]
    wanted = f"{address.schema or 'public'}.{address.table}".casefold()
    near = difflib.get_close_matches(wanted, names, 1) or [n for n in names if n.endswith(f".{address.table}")][:1]
    hint = f'did you mean "{near[0]}"?' if near else "check the name; it is table=schema.table"
    raise FileError(f"{address.label}: there is no such table; {hint}")


def _shape(columns: Sequence[_Column], address: TableAddress) -> _Column:
    shapes = [column for column in columns if column.is_shape]
    named = [column for column in shapes if column.name == address.geometry]
    if not shapes:
        names = ", ".join(column.name for column in columns)[:120]
        raise SchemaError(
            f"{address.label}: no column is declared as geometry, only {names}; give the table with the polygons"
        )
    if not named and (len(shapes) > 1 or address.geometry):
        names = ", ".join(column.name for column in shapes)
        raise SchemaError(f"{address.label}: the geometry columns are {names}; say which, &geometry={shapes[0].name}")
    return (named or shapes)[0]


def _rows(connection: Any, oid: int, columns: Sequence[_Column], shape: _Column) -> list[tuple[Any, ...]]:
    from psycopg import sql

    where = connection.execute("SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n "
                               "ON n.oid = c.relnamespace WHERE c.oid = %s", (oid,)).fetchone()  # fmt: skip
    # ::geometry makes degrees of geography; curves become lines, as from files
    geometry = sql.SQL("{}::geometry").format(sql.Identifier(shape.name))
    wanted: list[sql.Composable] = [sql.Identifier(column.name) for column in columns if not column.is_shape]
    wanted += [sql.SQL("ST_AsEWKB(ST_CurveToLine({}))").format(geometry), sql.SQL("ST_SRID({})").format(geometry)]
    query = sql.SQL("SELECT {} FROM {}").format(sql.SQL(", ").join(wanted), sql.Identifier(*where))
    keys = [sql.Identifier(column.name) for column in columns if column.is_key]
    if keys:  # the order of rows is part of a plan; without a key it is what the data base gives
        query += sql.SQL(" ORDER BY {}").format(sql.SQL(", ").join(keys))
    found: list[tuple[Any, ...]] = connection.execute(query).fetchall()
    return found


def _frame(
    columns: Sequence[_Column], shape: _Column, rows: list[tuple[Any, ...]]
) -> tuple[gpd.GeoDataFrame, list[int]]:
    names = [column.name for column in columns if not column.is_shape]
    values = list(zip(*rows, strict=True)) or [()] * (len(names) + 2)
    stored = np.array([*values[-2], None], dtype=object)[:-1]
    geometry = shapely.from_wkb(stored, on_invalid="ignore")
    table = pd.DataFrame({name: pd.Series(v, dtype=object) for name, v in zip(names, values, strict=False)})
    frame = gpd.GeoDataFrame(table.infer_objects(), geometry=gpd.GeoSeries(geometry), crs=None)
    gone = np.flatnonzero(shapely.is_missing(geometry) & np.array([v is not None for v in stored], dtype=bool))
    return frame, gone.tolist()


def _crs(connection: Any, srids: set[int], address: TableAddress) -> str | None:
    if len(srids) > 1:
        listed = ", ".join(map(str, sorted(srids)[:5]))
        raise CrsError(f"{address.label}: rows have different SRIDs ({listed}); bring them into one with ST_Transform")
    row = connection.execute(_CRS, (next(iter(srids), 0),)).fetchone()
    if row is None:
        return None
    authority, code, text = row
    return f"{authority}:{code}" if authority == "EPSG" else text
