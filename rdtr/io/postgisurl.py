"""Addresses of PostGIS tables: ``postgresql://…?table=schema.table``. Opens no connection and shows no password."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from rdtr.errors import FileError

__all__ = ["TableAddress", "is_postgis", "table_address"]

_SCHEME: Final = re.compile(r"postgres(?:ql)?:/+", re.IGNORECASE)
_SECRETS: Final = ("password", "sslpassword")
_WANTED: Final = "postgresql://user@host/database?table=schema.table"
_SHORTEST: Final = 3  # letters; a shorter password would be found in every word of a message


@dataclass(frozen=True, slots=True)
class TableAddress:
    """Where a table is.

    Attributes
    ----------
    server
        Address of the data base alone, for libpq; holds the password, so it is never shown.
    label
        What messages call the table: ``database/schema.table``.
    schema, table
        As written; no schema: where the data base looks by itself.
    geometry
        Name of the geometry column; empty: the only one.
    """

    server: str = field(repr=False)
    label: str
    schema: str
    table: str
    geometry: str
    _secrets: tuple[str, ...] = field(repr=False)

    def hidden(self, text: str) -> str:
        """Return a message in one line without the passwords of the address.

        Examples
        --------
        >>> table_address("postgresql://u:rahasia@h/kota?table=zonasi").hidden("bad: rahasia")
        'bad: …'
        """
        for secret in self._secrets:
            text = text.replace(secret, "…")
        return " ".join(text.split())


def is_postgis(source: object) -> bool:
    """Tell whether a source is the address of a PostGIS table.

    Examples
    --------
    >>> is_postgis("postgresql://host/kota?table=zonasi"), is_postgis("zonasi.gpkg")
    (True, False)
    """
    return isinstance(source, str) and _SCHEME.match(source) is not None


def table_address(url: str) -> TableAddress:
    """Take the address of a table apart.

    Raises
    ------
    FileError
        If it is none, or names no table; the message never shows the address.

    Examples
    --------
    >>> address = table_address("postgresql://plan@host:5433/kota?table=rencana.zonasi&sslmode=require")
    >>> address.label, address.server
    ('kota/rencana.zonasi', 'postgresql://plan@host:5433/kota?sslmode=require')
    """
    try:
        parts = urlsplit(_SCHEME.sub("postgresql://", url, count=1))
        asked = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
        written = parts.password or ""
        if parts.fragment or "@" in parts.path or (parts.port or 0) < 0:  # a password that is not encoded ends there
            raise ValueError
    except ValueError:
        # from None: Python's own message may show a piece of the password
        raise FileError(
            f"the address of the data base cannot be read; wanted {_WANTED}, letters such as / # ? @ % in a password "
            "written as %2F %23 %3F %40 %25"
        ) from None
    name, geometry = asked.pop("table", ""), asked.pop("geometry", "")
    schema, _, table = name.rpartition(".")
    if not table:
        raise FileError(f"the address of the data base names no table; wanted {_WANTED}")
    secrets = [
        written,
        unquote(written),
        *(v for key in _SECRETS for v in (asked.get(key, ""), quote(asked.get(key, "")))),
    ]
    longest_first = sorted({s for s in secrets if len(s) >= _SHORTEST}, key=len, reverse=True)
    server = urlunsplit(parts._replace(query=urlencode(asked, quote_via=quote), fragment=""))
    return TableAddress(
        server,
        f"{unquote(parts.path.strip('/')) or 'postgresql'}/{name}",
        schema,
        table,
        geometry,
        tuple(longest_first),
    )
