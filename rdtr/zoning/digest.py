"""The hash of tables: the same bytes for the same content, whatever file it came through. Knows no plan."""

from __future__ import annotations

from typing import Any, Protocol

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

__all__ = ["Digest", "digest_crs", "digest_frame"]


class Digest(Protocol):
    """What `hashlib` makes, as far as it is used here."""

    def update(self, data: bytes, /) -> None:
        """Take more bytes."""


def digest_crs(digest: Digest, crs: Any) -> None:
    """Take a CRS: its EPSG code, or else its PROJ JSON, which GeoParquet keeps unchanged (its WKT does not)."""
    text = "none" if crs is None else str(crs.to_epsg() or crs.to_json())
    digest.update(f"\x1c{text}".encode())


def digest_frame(digest: Digest, frame: pd.DataFrame) -> None:
    """Take a table column by column, in the order of its columns; the index does not count.

    Numbers count by value, not by type (3 and 3.0 are one); a column without any value counts by its name and length.

    Parameters
    ----------
    digest
        Takes the bytes.
    frame
        As `rdtr.zoning.plain.plain_frame` leaves it. Geometry counts by its exact coordinates, Z and M with them.
    """
    digest.update(f"\x1d{len(frame)}".encode())
    if isinstance(frame, gpd.GeoDataFrame):
        digest_crs(digest, frame.crs)
    for column in frame.columns:
        digest.update(f"\x1d{column}\x1e".encode())
        digest.update(_column_bytes(frame[column]))


def _column_bytes(values: pd.Series[Any]) -> bytes:
    if values.dtype == "geometry":
        return _geometry_bytes(values)
    missing = values.isna().to_numpy(bool)
    if missing.all():
        return b"\x00"
    if pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype):
        numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
        return np.where(missing, np.nan, numbers + 0.0).tobytes()
    # the length before each text keeps ["a", "bc"] apart from ["ab", "c"]
    texts = ("-" if gone else f"{len(str(v))}:{v}" for v, gone in zip(values, missing, strict=True))
    return "".join(texts).encode()


def _geometry_bytes(values: pd.Series[Any]) -> bytes:
    wkb = shapely.to_wkb(values.to_numpy(), byte_order=1, include_srid=False)
    return b"".join(b"\x00" if shape is None else shape for shape in wkb)
