"""Plans and reports as things to print. Computes sums for display, reads no file and judges nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import numpy as np
import pandas as pd
from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from rdtr.cli.paint import STYLES, clean, safe
from rdtr.cli.words import SAID, say
from rdtr.text import number, quantity
from rdtr.types import Lang
from rdtr.zoning.findings import Finding, Findings
from rdtr.zoning.outcomes import OUTCOMES, WORDS
from rdtr.zoning.plan import Plan, RasterLayer
from rdtr.zoning.report import Report
from rdtr.zoning.rules import TABLES
from rdtr.zoning.vocabulary import vocabulary

__all__ = ["explained", "intake", "plan_page", "sheet", "summary", "titled", "verdict_word"]

_FIRST: Final = 5
"""Kinds of findings that are shown; the rest is counted."""
_BAR: Final = 24


def sheet(*headers: tuple[str, dict[str, Any]], title: bool = True) -> Table:
    """Make an empty table in the one look of the command line."""
    table = Table(box=box.SIMPLE_HEAD, show_header=title, header_style="bold", pad_edge=False, padding=(0, 1))
    for name, options in headers:
        table.add_column(name, **options)
    return table


def titled(title: str, *content: RenderableType) -> RenderableType:
    """Put a heading over indented content."""
    return Group(Text(title, style="bold"), *(Padding(c, (0, 0, 0, 2)) for c in content), Text())


def verdict_word(verdict: str, lang: Lang) -> Text:
    """Say a verdict in its word and colour."""
    return Text(WORDS[lang][OUTCOMES.index(verdict)], style=STYLES[verdict])


def _joined(parts: Iterable[str]) -> str:
    return " · ".join(p for p in parts if p)


def summary(report: Report, lang: Lang) -> RenderableType:
    """Count verdicts with their areas, and say what was judged, by what, when."""
    head = Table.grid(padding=(0, 2))
    plan = report.case.plan
    head.add_row(Text(SAID[lang]["plan"], style="bold"), safe(_plan_line(plan, lang)))
    head.add_row(Text(SAID[lang]["permits"], style="bold"), safe(_permits_line(report, lang)))
    return Group(head, _verdicts(report, lang), safe(_covered_line(report, lang)), Text())


def _plan_line(plan: Plan, lang: Lang) -> str:
    identity = plan.identity
    crs = plan.crs.to_string() if plan.crs.to_epsg() else plan.crs.name
    return _joined([identity.title or identity.id, identity.regulation, crs, f"{SAID[lang]['hash']} {plan.hash[:12]}"])


def _permits_line(report: Report, lang: Lang) -> str:
    on = report.case.on
    return _joined(
        [
            say(lang, "permits_of", count=len(report)),
            say(lang, "on", on=on) if on else SAID[lang]["on_any"],
            say(lang, "tolerance", value=report.case.tolerance_m),
        ]
    )


def _verdicts(report: Report, lang: Lang) -> Table:
    right: dict[str, Any] = {"justify": "right", "no_wrap": True}
    said = SAID[lang]
    table = sheet((said["verdict"], {"no_wrap": True}), (said["permits"], right), (said["area"], right), ("", {}))
    areas = report.permits.groupby("verdict", observed=False)["area_m2"].sum()
    counts = report.summary()
    for verdict in ("permitted", "conditional", "partial", "prohibited", "undetermined"):
        count = int(counts[verdict])
        length = _length(count, int(counts.max()))
        table.add_row(
            verdict_word(verdict, lang),
            quantity(count, "n", lang),
            _hectares(float(areas[verdict]), lang),
            Text("■" * length, style=STYLES[verdict]),
        )
    return table


def _length(count: int, most: int) -> int:
    return 0 if count == 0 else max(1, round(_BAR * count / most))


def _covered_line(report: Report, lang: Lang) -> str:
    parts = report.case.parts
    area = float(np.nansum(parts.parcel_area_m2))
    covered = float(np.nansum(np.minimum(parts.covered_m2, parts.parcel_area_m2)))
    share = 100.0 * covered / area if area else np.nan
    return say(lang, "covered", share=share, area=_hectares(area, lang))


def intake(findings: Findings, lang: Lang) -> RenderableType:
    """Show what was noticed while reading: how many, and one of each of the first kinds; warnings first."""
    if not len(findings):
        return Text(SAID[lang]["intake_none"], style="dim")
    kinds = _by_kind(findings)
    grid = Table.grid(padding=(0, 1))
    for count, first in kinds[:_FIRST]:
        sign, style = {"error": ("✗", "red"), "warning": ("!", "yellow")}.get(first.level, ("·", "dim"))
        times = f"{quantity(count, 'n', lang)} ×" if count > 1 else ""
        grid.add_row(Text(sign, style=style), Text(times, style="dim", justify="right"), safe(first.message(lang)))
    more = len(kinds) - _FIRST
    rest = [safe(say(lang, "intake_more", count=more), "dim")] if more > 0 else []
    return titled(f"{SAID[lang]['intake']}: {quantity(len(findings), 'n', lang)}", grid, *rest)


def _by_kind(findings: Findings) -> list[tuple[int, Finding]]:
    counts = findings.counts()
    first: dict[str, Finding] = {}
    for finding in findings:
        first.setdefault(finding.code, finding)
    order = {"error": 0, "warning": 1, "info": 2}
    return sorted(((counts[c], f) for c, f in first.items()), key=lambda pair: order[pair[1].level])


def plan_page(plan: Plan, lang: Lang) -> RenderableType:
    """Show what is in a plan: identity, zones by code with official colours, rules, layers, findings."""
    return Group(
        *_identity(plan, lang),
        titled(SAID[lang]["zones"], safe(_zones_line(plan, lang)), _zones(plan, lang)),
        titled(SAID[lang]["rules"], _rules(plan, lang)),
        titled(SAID[lang]["layers"], _layers(plan, lang)),
        intake(plan.findings + plan.rules.findings, lang),
    )


def _identity(plan: Plan, lang: Lang) -> Iterator[RenderableType]:
    identity, epsg = plan.identity, plan.crs.to_epsg()
    yield safe(identity.title or identity.id, "bold")
    dates = (identity.valid_from, identity.valid_until)
    start, end = (d or "…" for d in dates)
    yield safe(
        _joined(
            [
                identity.id,
                identity.region_code,
                identity.regulation,
                say(lang, "valid", start=start, end=end) if any(dates) else "",
                say(lang, "vocabulary", version=identity.vocabulary),
                f"KBLI {identity.kbli_edition}",
                say(lang, "tolerance", value=identity.tolerance_m),
            ]
        )
    )
    yield safe(f"{SAID[lang]['crs']}: {plan.crs.name}" + (f" (EPSG:{epsg})" if epsg else ""))
    yield safe(f"{SAID[lang]['hash']}: {plan.hash}", "dim")
    yield Text()


def _zones_line(plan: Plan, lang: Lang) -> str:
    gone = len(plan.rejected)
    return _joined(
        [
            say(lang, "zones_of", count=len(plan.zones)),
            _hectares(float(plan.zones.area.sum()), lang),
            say(lang, "rejected", count=gone) if gone else "",
        ]
    )


def _hectares(area_m2: float, lang: Lang) -> str:
    return f"{number(area_m2 / 1e4, 2, lang)} ha"


def _zones(plan: Plan, lang: Lang) -> Table:
    right: dict[str, Any] = {"justify": "right", "no_wrap": True}
    said = SAID[lang]
    table = sheet(
        ("", {"no_wrap": True}),
        (said["code"], {"no_wrap": True}),
        (said["name"], {}),
        (said["count"], right),
        (said["area"], right),
        (said["share"], right),
    )
    for row in _by_code(plan).itertuples():
        kind = vocabulary(plan.identity.vocabulary).find(row.code) if row.code else None
        swatch = Text("██", style=kind.color) if kind and kind.color else Text("··", style="dim")
        name = kind.name if kind else row.name or ""
        table.add_row(
            swatch,
            safe(row.code or said["no_code"]),
            safe(name),
            quantity(row.number, "n", lang),
            _hectares(float(row.area), lang),
            quantity(100.0 * row.share, "pct", lang),
        )
    return table


def _by_code(plan: Plan) -> pd.DataFrame:
    """Count and sum zones by code, in the order of the vocabulary; zones without a code go by their name."""
    zones = plan.zones
    code = zones["KODSZN"].where(zones["KODSZN"].notna(), zones["KODZON"]).fillna("").astype(str)
    name = zones["NAMOBJ"].fillna("").astype(str)
    frame = pd.DataFrame({"code": code, "name": name, "area": zones.area})
    grouped = frame.groupby(code.where(code != "", name), sort=False)
    table = grouped.agg(code=("code", "first"), name=("name", "first"), number=("area", "size"), area=("area", "sum"))
    book = vocabulary(plan.identity.vocabulary)
    order = {c: k for k, c in enumerate(book.codes)}
    known = [book.find(c) for c in table["code"]]
    table["order"] = [order.get(kind.code, len(order)) if kind else len(order) for kind in known]
    table["share"] = table["area"] / table["area"].sum()
    return table.sort_values(["order", "code", "area"], ascending=[True, True, False])


def _rules(plan: Plan, lang: Lang) -> RenderableType:
    if not len(plan.rules):
        return safe(SAID[lang]["rules_none"], "dim")
    grid = Table.grid(padding=(0, 2))
    for name in TABLES:
        rows = len(plan.rules.table(name))
        text = say(lang, "rows", count=rows)
        if name == "matrix" and rows:
            text = say(lang, "matrix_rows", count=rows, columns=len(plan.rules.subzones))
        grid.add_row(name, Text(text, style="" if rows else "dim"))
    return grid


def _layers(plan: Plan, lang: Lang) -> RenderableType:
    if not len(plan.layers):
        return safe(SAID[lang]["layers_none"], "dim")
    grid = Table.grid(padding=(0, 2))
    for name in plan.layers:
        layer = plan.layers[name]
        what = SAID[lang]["raster"] if isinstance(layer, RasterLayer) else say(lang, "shapes", count=len(layer))
        grid.add_row(safe(name), what)
    return grid


_SIGNS: Final = {"✗": "red", "!": "yellow", "✓": "green", "·": "dim", "=": "green", "-": "dim"}


def explained(text: str, verdict: str) -> RenderableType:
    """Lay out an explanation with hanging indents; articles stand back, signs are coloured."""
    head, second, *lines = text.splitlines()
    return Group(safe(head, "bold"), safe(second, f"bold {STYLES[verdict]}"), *map(_explained_line, lines), Text())


def _explained_line(line: str) -> RenderableType:
    indent = len(line) - len(line.lstrip())
    sign, _, rest = line.strip().partition(" ")
    if indent and sign in _SIGNS:
        grid = Table.grid(padding=(0, 1))
        grid.add_row(Text(" " * indent + sign, style=_SIGNS[sign]), _with_article(rest))
        return grid
    return Padding(safe(line.strip(), "dim" if indent else ""), (0, 0, 0, indent))


def _with_article(line: str) -> Text:
    body, bracket, article = clean(line).rpartition(" [")
    if not bracket:
        return Text(article)
    return Text.assemble(body, (f" [{article}", "cyan"))
