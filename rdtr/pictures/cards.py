"""Plans and reports as small HTML cards for notebooks, self-contained. Draws no chart and no map to move about in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Final

import shapely

from rdtr.text import number
from rdtr.tiles.palette import palette
from rdtr.zoning.outcomes import OUTCOMES, WORDS
from rdtr.zoning.plan import Plan
from rdtr.zoning.report import Report
from rdtr.zoning.svgpath import path_of, view_of

__all__ = ["VERDICT_COLORS", "plan_card", "report_card"]

VERDICT_COLORS: Final[Mapping[str, str]] = {
    "permitted": "#2e8b57",
    "conditional": "#d9a400",
    "undetermined": "#6b7280",
    "partial": "#e07b00",
    "prohibited": "#c0392b",
}

_WIDTH, _HEIGHT = 420, 300
_SHOWN: Final = 12


def plan_card(plan: Plan) -> str:
    """Show a plan: a small map in official colours, its identity, its largest zones."""
    who = plan.identity
    facts = [
        ("Peraturan", who.regulation or "–"),
        ("Berlaku", f"{who.valid_from or '–'} sampai {who.valid_until or '–'}"),
        ("Zona", number(len(plan.zones), 0)),
        ("Kegiatan", number(len(plan.rules.activities), 0)),
        ("Layer", ", ".join(plan.layers) or "–"),
        ("CRS", plan.crs.name),
        ("Ketelitian", f"{number(who.tolerance_m, 1)} m"),
        ("Sidik data", plan.hash[:12]),
    ]
    return _card(who.title or who.id, _picture(plan), facts, _zones(plan))


def report_card(report: Report) -> str:
    """Show a report: how many permits have which verdict, and by what they were judged."""
    counts, total = report.summary(), max(len(report), 1)
    rows = "".join(
        f"<tr><td style='text-align:left'>{said}</td><td style='text-align:right'>{number(int(count), 0)}</td>"
        f"<td style='text-align:left;min-width:220px'><div style='height:12px;background:{VERDICT_COLORS[code]};"
        f"width:{100.0 * count / total:.1f}%;min-width:{1 if count else 0}px'></div></td></tr>"
        for code, said, count in zip(OUTCOMES, WORDS["id"], counts, strict=True)
    )
    plan = report.case.plan
    facts = [
        ("Rencana", plan.identity.title or plan.identity.id),
        ("Toleransi", f"{number(report.case.tolerance_m, 1)} m"),
        ("Sidik data", plan.hash[:12]),
    ]
    table = f"<table>{rows}</table>"
    return _card(f"{number(len(report), 0)} permohonan diperiksa", "", facts, table)


def _card(title: str, picture: str, facts: Iterable[tuple[str, str]], more: str) -> str:
    rows = "".join(
        f"<tr><th style='text-align:left'>{escape(word)}</th><td style='text-align:left'>{escape(value)}</td></tr>"
        for word, value in facts
    )
    return (
        f"<div><p style='margin:0 0 6px'><b>{escape(title)}</b></p>"
        f"<div style='display:flex;gap:18px;align-items:flex-start;flex-wrap:wrap'>{picture}<table>{rows}</table>{more}"
        "</div></div>"
    )


def _picture(plan: Plan) -> str:
    zones, colors = plan.zones.geometry.to_numpy(), palette(plan)
    west, south, east, north = (float(v) for v in shapely.total_bounds(zones))
    view = view_of((west, south, east, north), _WIDTH, _HEIGHT)
    drawn = "".join(
        f'<path fill="{swatch.color}" fill-rule="evenodd" d="{path_of(zones[colors.of_zone == k], view)}"/>'
        for k, swatch in enumerate(colors.swatches)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{escape(plan.identity.title or plan.identity.id)}">'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#f4f4f0"/>{drawn}</svg>'
    )


def _zones(plan: Plan) -> str:
    largest = sorted(palette(plan).swatches, key=lambda s: -s.area_ha)
    rows = "".join(
        f"<tr><td><span style='display:inline-block;width:14px;height:11px;background:{s.color};border:1px solid #777'>"
        f"</span></td><td style='text-align:left'>{escape(s.label)}</td>"
        f"<td style='text-align:left'>{escape(s.name if s.name != s.label else '')}</td>"
        f"<td style='text-align:right'>{number(s.area_ha)} ha</td></tr>"
        for s in largest[:_SHOWN]
    )
    rest = len(largest) - _SHOWN
    more = f"<tr><td></td><td colspan='3' style='text-align:left'>dan {rest} lagi</td></tr>" if rest > 0 else ""
    return f"<table>{rows}{more}</table>"
