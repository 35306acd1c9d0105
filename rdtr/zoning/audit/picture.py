"""Maps of an audit as SVG: the plan in official colours, marks where findings are, and close-ups. Judges nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from rdtr.text import number
from rdtr.types import FloatArray, Lang, ObjectArray
from rdtr.zoning.audit.catalogue import LEVEL_WORDS, LEVELS
from rdtr.zoning.plan import Plan
from rdtr.zoning.svgpath import View, path_of, view_of
from rdtr.zoning.vocabulary import vocabulary
from rdtr.zoning.window import in_window

if TYPE_CHECKING:
    from rdtr.zoning.audit.report import AuditReport

__all__ = ["COLORS", "card", "close_up", "colors_of", "plan_map", "scale_bar"]

COLORS: Final = {"error": "#b3121d", "warning": "#c96f00", "info": "#2f6690"}
"""Of levels; the word stands beside each, so nothing rests on colour alone."""

_NO_COLOR: Final = "#d5d5d0"
_MANY_HOLES: Final = 50
_CELL: Final = 34  # units; marks nearer than this are one mark with a number
_INK: Final = "#1f2d2b"
_LIT: Final = "#e5008a"  # a colour that no zone has


def colors_of(plan: Plan) -> ObjectArray:
    """Official colours of the zones, shape (n,); grey where none is known."""
    book = vocabulary(plan.identity.vocabulary)
    zones = plan.zones[["KODSZN", "KODZON", "NAMOBJ"]]
    group = zones.groupby(list(zones.columns), dropna=False, sort=False).ngroup().to_numpy()
    first = np.unique(group, return_index=True)[1]
    colors = []
    for code, zone, name in zones.iloc[first].itertuples(index=False, name=None):
        kind = book.find(code) or book.find(zone) or book.by_name(name)
        colors.append((kind.color if kind else None) or _NO_COLOR)
    return np.array(colors, dtype=object)[group]


def plan_map(report: AuditReport, width: int = 1000, height: int = 640, lang: Lang = "id", *, name: str = "map") -> str:
    """Draw the whole plan with a mark wherever something was found.

    Parameters
    ----------
    report
        The audit.
    width, height
        Of the picture, in units.
    lang
        Language of the tool tips.
    name
        Its id in the page.

    Returns
    -------
    str
        One ``<svg>`` element that asks for nothing from outside.
    """
    bounds = tuple(float(v) for v in report.plan.zones.total_bounds)
    view = view_of(bounds, width, height)  # type: ignore[arg-type] # four numbers
    body = [*_zones(report.plan, view), *_outline(report, view), *_shapes(report, view), *_marks(report, view, lang)]
    return _svg(view, "".join(body) + scale_bar(view), name)


def _svg(view: View, body: str, name: str = "") -> str:
    identity = f' id="{name}"' if name else ""
    return (
        f'<svg{identity} xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {view.width} {view.height}" role="img" '
        f'font-family="system-ui,sans-serif" fill-rule="evenodd">'
        f'<rect width="{view.width}" height="{view.height}" fill="#f4f4f0"/>{body}</svg>'
    )


def _zones(plan: Plan, view: View) -> Iterator[str]:
    shapes, colors = plan.zones.geometry.to_numpy(), colors_of(plan)
    # a road body's holes are the zones themselves, which are drawn over it: so it needs no holes of its own
    host = np.array([_holes(s) > _MANY_HOLES for s in shapes], dtype=np.bool_)
    yield from (f'<path fill="{c}" d="{path_of(shapes[host & (colors == c)], view, holes=False)}"/>'
                for c in pd.unique(colors[host]))  # fmt: skip
    for color in pd.unique(colors[~host]):
        data = path_of(shapes[~host & (colors == color)], view)
        yield f'<path fill="{color}" stroke="#fff" stroke-opacity=".35" stroke-width=".4" d="{data}"/>'


def _holes(shape: Any) -> int:
    return int(np.sum(shapely.get_num_interior_rings(shapely.get_parts(shape))))


def _outline(report: AuditReport, view: View) -> Iterator[str]:
    if report.outline is not None:
        data = path_of(report.outline, view)
        yield f'<path fill="none" stroke="{_INK}" stroke-width="1.2" stroke-dasharray="5 3" d="{data}"/>'


def _shapes(report: AuditReport, view: View) -> Iterator[str]:
    """Draw findings that are large enough to be seen as they are."""
    found = report.findings
    polygonal = np.isin(shapely.get_type_id(found.geometry.to_numpy()), (3, 6))
    for level in reversed(LEVELS):
        some = found[polygonal & (found["level"] == level).to_numpy()]
        data = path_of(some.geometry.to_numpy(), view)
        if data:
            yield f'<path fill="{COLORS[level]}" fill-opacity=".75" d="{data}"/>'


def _marks(report: AuditReport, view: View, lang: Lang) -> Iterator[str]:
    """Draw one mark a neighbourhood: its colour is the gravest level there, its number how many findings there are."""
    table = _spots(report, view)
    for _, some in sorted(table.groupby("cell"), key=lambda pair: -len(pair[1])):
        level = min(some["level"], key=LEVELS.index)
        x, y = some["x"].mean(), some["y"].mean()
        radius = 4.5 + min(2.6 * np.log10(len(some)), 9.0) if len(some) > 1 else 4.5
        title = escape(_told(some, lang))
        count = (
            f'<text y="3.2" font-size="9" text-anchor="middle" fill="#fff">{len(some)}</text>' if len(some) > 1 else ""
        )
        yield (
            f'<g class="mark {level}" transform="translate({x:.0f} {y:.0f})"><circle r="{radius + 3 * (len(some) > 9):.1f}" '
            f'fill="{COLORS[level]}" stroke="#fff" stroke-width="1.4"/>{count}<title>{title}</title></g>'
        )


def _spots(report: AuditReport, view: View) -> pd.DataFrame:
    found = report.findings
    placed = found[~(found.geometry.is_empty | found.geometry.isna())]
    if placed.empty:
        return pd.DataFrame({"cell": [], "x": [], "y": [], "level": [], "code": []})
    xy = view.units(_somewhere(placed.geometry.to_numpy()))
    cell = (xy[:, 0] // _CELL).astype(int) * 10_000 + (xy[:, 1] // _CELL).astype(int)
    return pd.DataFrame({"cell": cell, "x": xy[:, 0], "y": xy[:, 1], "level": placed["level"].to_numpy(),
                         "code": placed["code"].to_numpy()})  # fmt: skip


def _somewhere(shapes: ObjectArray) -> FloatArray:
    xy: FloatArray = shapely.get_coordinates(shapely.point_on_surface(shapes))
    return xy


def _told(some: pd.DataFrame, lang: Lang) -> str:
    counts = some["code"].value_counts(sort=False)
    return ", ".join(f"{code}: {number(n, 0, lang)}" for code, n in counts.items())


def scale_bar(view: View) -> str:
    """Draw a bar of a round length in the lower left corner."""
    most = 0.25 * view.width / view.scale
    power = 10.0 ** np.floor(np.log10(most))
    length = max(s * power for s in (1.0, 2.0, 5.0) if s * power <= most)
    said = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m" if length >= 1 else f"{length * 100:g} cm"
    x0, y0, x1 = 12, view.height - 12, 12 + length * view.scale
    line = f"M{x0} {y0 - 4}v4h{x1 - x0:.1f}v-4"
    return (
        f'<g class="scale"><path d="{line}" fill="none" stroke="#fff" stroke-width="4" stroke-opacity=".7"/>'
        f'<path d="{line}" fill="none" stroke="{_INK}" stroke-width="1.4"/>'
        f'<text x="{x0 + 4}" y="{y0 - 6}" font-size="11" fill="{_INK}" stroke="#fff" stroke-width="3" '
        f'paint-order="stroke">{said.replace(".", ",")}</text></g>'
    )


def close_up(report: AuditReport, finding: int, colors: ObjectArray, zones: gpd.GeoDataFrame, size: int = 240) -> str:
    """Draw the surroundings of one finding.

    Parameters
    ----------
    report
        The audit.
    finding
        Row of its findings.
    colors
        From `colors_of`.
    zones
        The plan's zones.
    size
        Width of the picture in units; it is two thirds as high.

    Returns
    -------
    str
        An ``<svg>`` element; empty where the finding has no place.
    """
    place, level = report.findings.geometry.iloc[finding], report.findings["level"].iloc[finding]
    if place is None or place.is_empty:
        return ""
    view = _window(place, size)
    near = zones.sindex.query(shapely.box(*view.metres))
    shapes = in_window(zones.geometry.to_numpy()[near], _wider(view))
    body = "".join(
        f'<path fill="{color}" fill-opacity=".55" stroke="{_INK}" stroke-width=".8" d="{path_of(np.array([s]), view)}"/>'
        for s, color in zip(shapes, colors[near], strict=True)
        if not s.is_empty
    )
    return _svg(view, body + _drawn(place, COLORS[str(level)], view) + scale_bar(view))


def _window(place: Any, size: int) -> View:
    xmin, ymin, xmax, ymax = place.bounds
    side = max(xmax - xmin, ymax - ymin)
    width = 2.0 * place.area / place.length if place.length else side
    most = max(12.0, 25.0 * width) if place.area else 400.0
    if side > most:  # of something long, the surroundings of one place in it
        x, y = _somewhere(np.array([place], dtype=object))[0]
        half = min(most, 120.0) / 2
        xmin, ymin, xmax, ymax = x - half, y - half, x + half, y + half
    room = max(0.6 * max(xmax - xmin, ymax - ymin), 60.0 if side == 0.0 else 4.0)
    return view_of((xmin - room, ymin - room, xmax + room, ymax + room), size, size * 2 // 3, margin=0.0)


def _wider(view: View) -> tuple[float, float, float, float]:
    xmin, ymin, xmax, ymax = view.metres
    more = 0.1 * (xmax - xmin)  # so that the cut edges stay outside the picture
    return xmin - more, ymin - more, xmax + more, ymax + more


def _drawn(place: Any, color: str, view: View) -> str:
    data = path_of(np.array([place], dtype=object), view)
    fill = _LIT if place.geom_type in ("Polygon", "MultiPolygon") else "none"
    # a white halo, since a road is as red as an error
    halo = f'<path fill="none" stroke="#fff" stroke-width="7" stroke-linejoin="round" d="{data}"/>'
    stroke = _INK if fill == "none" else _LIT
    line = f'<path fill="{fill}" fill-opacity=".6" stroke="{stroke}" stroke-width="2.4" d="{data}"/>'
    drawn = halo + line if data else ""
    return drawn + "".join(_dots(place, color, view, few=not data))


def _dots(place: Any, color: str, view: View, *, few: bool) -> Iterable[str]:
    """Dots for points, and a ring around what is too small to be seen."""
    if place.geom_type in ("Point", "MultiPoint"):
        for x, y in view.units(shapely.get_coordinates(place)[:200]):
            yield f'<circle cx="{x:.0f}" cy="{y:.0f}" r="5" fill="{color}" stroke="#fff" stroke-width="2"/>'
    elif few:
        x, y = view.units(_somewhere(np.array([place], dtype=object)))[0]
        yield f'<circle cx="{x:.0f}" cy="{y:.0f}" r="9" fill="none" stroke="{color}" stroke-width="2"/>'


def card(report: AuditReport) -> str:
    """Show an audit in a notebook: counts, kinds of findings, and a small map."""
    counts = " · ".join(f'<b style="color:{COLORS[level]}">{number(n, 0)} {LEVEL_WORDS["id"][level]}</b>'
                        for level, n in report.counts().items())  # fmt: skip
    rows = "".join(
        f"<tr><td>{escape(r.code)}</td><td>{LEVEL_WORDS['id'][r.level]}</td><td style='text-align:right'>"
        f"{number(r.count, 0)}</td></tr>"
        for r in report.summary().head(12).itertuples()
    )
    title = escape(report.plan.identity.title or report.plan.identity.id)
    drawn = plan_map(report, 420, 280, name="")
    return (
        f"<div><p><b>Audit {title}</b><br>{counts}</p><div style='display:flex;gap:16px;align-items:flex-start'>"
        f"<div style='width:420px'>{drawn}</div><table><thead><tr><th>kode</th><th>tingkat</th><th>jumlah</th></tr>"
        f"</thead><tbody>{rows}</tbody></table></div></div>"
    )
