"""The corners of a parcel as a table of a PDF, in metres and degrees. Draws no map."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from xml.sax.saxutils import escape

import shapely
from reportlab.lib.colors import HexColor
from reportlab.platypus import KeepTogether, Table, TableStyle

from rdtr import crs
from rdtr.io.report.pdfstyle import CELL, HEADER, HEADER_RIGHT, LINE, NUMBER, TIGHT, heading, text
from rdtr.text import number
from rdtr.zoning.report import Report

__all__ = ["corners"]

_MOST_CORNERS: Final = 30


def corners(report: Report, width: float) -> Iterator[Any]:
    """Give the corners of a report's one parcel in both systems, as decisions list them; nothing where they fill pages."""
    parcel, plan = report.case.permits.geometry.iloc[0], report.case.plan
    if parcel is None or shapely.get_num_coordinates(parcel) > _MOST_CORNERS or parcel.geom_type != "Polygon":
        return
    metres = shapely.get_coordinates(parcel.exterior)[:-1]
    degrees = shapely.get_coordinates(crs.to_geographic(shapely.points(metres), plan.crs, plan.identity.crs_policy))
    cells = [
        [
            text(t, HEADER if t == "Titik" else HEADER_RIGHT)
            for t in ("Titik", "X (m)", "Y (m)", "Bujur (°)", "Lintang (°)")
        ]
    ]
    for k, ((x, y), (lon, lat)) in enumerate(zip(metres, degrees, strict=True), 1):
        texts = (number(x, 2), number(y, 2), number(lon, 7), number(lat, 7))
        cells.append([text(str(k), CELL), *(text(told, NUMBER) for told in texts)])
    table = Table(cells, colWidths=[0.12 * width, *[0.22 * width] * 4], repeatRows=1)
    style = [*TIGHT, ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE), ("BACKGROUND", (0, 0), (-1, 0), HexColor("#EFEFEC"))]
    table.setStyle(TableStyle(style))
    yield KeepTogether([heading(f"Koordinat sudut · Corners ({escape(plan.crs.name)})"), table])
