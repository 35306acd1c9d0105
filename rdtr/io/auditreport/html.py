"""An audit as one page: counts, map, close-ups, tables. Asks nothing from outside, so it can be mailed and archived."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import numpy as np
import pandas as pd

from rdtr.atomic import new_file
from rdtr.io.auditreport.words import COLUMN_WORDS, PAGE
from rdtr.text import number, quantity
from rdtr.types import Lang
from rdtr.zoning.audit.catalogue import LEVEL_WORDS, LEVELS, checks
from rdtr.zoning.audit.picture import close_up, colors_of, plan_map
from rdtr.zoning.audit.report import AuditReport

__all__ = ["MAX_ROWS", "page", "write_html"]

MAX_ROWS: Final = 400
"""Findings listed on the page; a list that nobody scrolls through belongs into a workbook."""

_SHOTS: Final = 12
_UNITS: Final = {"m2": "m2", "m": "m", "n": "n", "pct": "pct"}


def write_html(report: AuditReport, target: Path, lang: Lang = "id") -> None:
    """Write the page.

    Parameters
    ----------
    report
        What to write.
    target
        For example ``temuan.html``.
    lang
        Language of the page.

    Raises
    ------
    FileError
        If it cannot be written there; an older file then stays.
    """
    with new_file(target) as place:
        place.write_text(page(report, lang), encoding="utf-8", newline="\n")


def page(report: AuditReport, lang: Lang = "id") -> str:
    """Make the page: the same audit gives the same text."""
    said = PAGE[lang]
    title = report.plan.identity.title or report.plan.identity.id
    body = (_head, _tiles, _map, _kinds, _shots, _all, _checked, _basis)
    parts = "".join(part(report, lang) for part in body)
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width"><title>{escape(said["title"])} · {escape(title)}</title>'
        f"<style>{_asset('audit.css')}</style></head><body><main>{parts}"
        f"<footer>{escape(said['disclaimer'])} rdtr {escape(report.receipt['rdtr'])}</footer></main>"
        f"<script>{_asset('audit.js')}</script></body></html>\n"
    )


def _asset(name: str) -> str:
    return files("rdtr.io").joinpath(f"data/{name}").read_text(encoding="utf-8")


def _head(report: AuditReport, lang: Lang) -> str:
    said, identity = PAGE[lang], report.plan.identity
    verdict = f'<span class="verdict">{said["sound"]}</span>'
    if not report.sound:
        verdict = f'<span class="verdict bad">{said["unsound"]}</span>'
    return (
        f'<header><div><div class="over">{escape(said["title"])}</div><h1>{escape(identity.title or identity.id)}</h1>'
        f'<div class="over">{escape(identity.regulation or "")}</div></div>{verdict}</header>'
    )


def _tiles(report: AuditReport, lang: Lang) -> str:
    said, zones = PAGE[lang], report.plan.zones
    levels = "".join(
        f'<div class="tile {level}"><b>{number(count, 0, lang)}</b><span>{LEVEL_WORDS[lang][level]}</span></div>'
        for level, count in report.counts().items()
    )
    area = quantity(float(zones.area.sum()) / 1e4, "ha", lang).replace(" ha", "")
    rounded = area[: area.rfind("," if lang == "id" else ".") + 3]
    return (
        f'<div class="tiles">{levels}'
        f'<div class="tile"><b>{number(len(zones), 0, lang)}</b><span>{said["zones"]}</span></div>'
        f'<div class="tile"><b>{rounded} ha</b><span>{said["area"]}</span></div></div>'
    )


def _map(report: AuditReport, lang: Lang) -> str:
    said = PAGE[lang]
    return (
        f'<section class="map"><h2>{said["map"]}</h2><p class="hint">{said["map_hint"]}</p>'
        f"{plan_map(report, 1120, 680, lang)}{_legend(report)}</section>"
    )


def _legend(report: AuditReport) -> str:
    zones = report.plan.zones
    label = zones["KODSZN"].fillna(zones["KODZON"]).fillna(zones["NAMOBJ"]).fillna("?").astype(str)
    table = pd.DataFrame(
        {"label": label.to_numpy(), "color": colors_of(report.plan), "name": zones["NAMOBJ"].to_numpy()}
    )
    items = "".join(
        f'<span title="{escape(str(r.name or ""))}"><i style="background:{r.color}"></i>{escape(r.label)}</span>'
        for r in table.drop_duplicates("label").sort_values("label").itertuples(index=False)
    )
    return f'<div class="legend">{items}</div>'


def _kinds(report: AuditReport, lang: Lang) -> str:
    said, words, summary = PAGE[lang], COLUMN_WORDS[lang], report.summary()
    if summary.empty:
        return f'<section><h2>{said["kinds"]}</h2><p class="hint">{said["none"]}</p></section>'
    titles = {c.name: c.title[lang] for c in checks(report.profile)}
    rows = "".join(
        f"<tr><td>{_pill(r.level, lang)}</td><td><code>{escape(r.code)}</code></td><td>{escape(titles[r.check])}</td>"
        f'<td class="n">{number(r.count, 0, lang)}</td><td class="n">{_size(r.size, r.unit, lang)}</td></tr>'
        for r in _tuples(summary)
    )
    return (
        f"<section><h2>{said['kinds']}</h2><table><thead><tr><th>{words['level']}</th><th>{words['code']}</th>"
        f'<th>{words["check"]}</th><th class="n">{words["count"]}</th><th class="n">{said["total"]}</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></section>"
    )


def _tuples(table: pd.DataFrame) -> Iterator[SimpleNamespace]:
    # "count" is a method of a named tuple, so rows are given as plain objects
    for values in table.itertuples(index=False, name=None):
        yield SimpleNamespace(**dict(zip(table.columns, values, strict=True)))


def _pill(level: str, lang: Lang) -> str:
    return f'<span class="pill {level}">{LEVEL_WORDS[lang][level]}</span>'


def _size(size: Any, unit: Any, lang: Lang) -> str:
    if pd.isna(size) or unit not in _UNITS:
        return ""
    return quantity(float(size), unit, lang)


def _shots(report: AuditReport, lang: Lang) -> str:
    chosen = _worst(report)
    if not chosen:
        return ""
    said, found = PAGE[lang], report.findings_in(lang)
    colors, zones = colors_of(report.plan), report.plan.zones
    figures = "".join(
        f"<figure>{close_up(report, k, colors, zones, 360)}<figcaption>{_pill(found['level'].iloc[k], lang)} "
        f"{escape(found['message'].iloc[k])}</figcaption></figure>"
        for k in chosen
    )
    head = f'<h2>{said["close"]}</h2><p class="hint">{said["close_hint"]}</p>'
    return f'<section>{head}<div class="shots">{figures}</div></section>'


def _worst(report: AuditReport) -> list[int]:
    """Rows of the findings to be drawn: of every placed kind the first, then the second, and so on; gravest first."""
    found = report.findings
    placed = found[~(found.geometry.isna() | found.geometry.is_empty)]
    if placed.empty:
        return []
    turn = placed.groupby("code", sort=False).cumcount().to_numpy()
    level = np.array([LEVELS.index(v) for v in placed["level"]])
    order = np.lexsort([placed.index.to_numpy(), level, turn])
    few = order[turn[order] < 3][:_SHOTS]
    return [int(k) for k in placed.index.to_numpy()[few]]


def _all(report: AuditReport, lang: Lang) -> str:
    said, words = PAGE[lang], COLUMN_WORDS[lang]
    if not len(report):
        return ""
    table = pd.DataFrame(report.findings_in(lang)).drop(columns="geometry").head(MAX_ROWS)
    hint = said["all_hint"].format(shown=number(len(table), 0, lang), total=number(len(report), 0, lang))
    rows = "".join(
        f"<tr><td>{_pill(r.level, lang)}</td><td><code>{escape(r.code)}</code></td><td>{escape(r.message)}</td>"
        f'<td class="n">{_size(r.size, r.unit, lang)}</td></tr>'
        for r in _tuples(table)
    )
    return (
        f'<section><h2>{said["all"]}</h2><p class="hint">{hint}</p><input type="search" placeholder="{said["search"]}" '
        f'aria-label="{said["search"]}"><table id="all"><thead><tr><th>{words["level"]}</th><th>{words["code"]}</th>'
        f'<th>{words["message"]}</th><th class="n">{words["size"]}</th></tr></thead><tbody>{rows}</tbody></table></section>'
    )


def _checked(report: AuditReport, lang: Lang) -> str:
    said = PAGE[lang]
    titles = {c.name: c.title[lang] for c in checks(report.profile)}
    skipped = {s.check: s.reason[lang] for s in report.skipped}
    counts = report.summary().groupby("check")["count"].sum().to_dict()
    done = "".join(
        f"<li>{escape(title)}: {number(counts[name], 0, lang) if name in counts else said['no_finding']}</li>"
        for name, title in titles.items()
        if name not in skipped
    )
    left = "".join(f"<li>{escape(titles[name])}: {escape(reason)}</li>" for name, reason in skipped.items())
    return (
        f'<div class="two"><section><h2>{said["checked"]}</h2><ul>{done}</ul></section>'
        f"<section><h2>{said['skipped']}</h2><ul>{left or '<li>–</li>'}</ul></section></div>"
    )


def _basis(report: AuditReport, lang: Lang) -> str:
    said, receipt = PAGE[lang], report.receipt
    limits = ", ".join(f"{name} {number(v, 4, lang).rstrip('0').rstrip(',.')}" for name, v in receipt["limits"].items())
    rows = (
        (said["regulation"], receipt["regulation"]),
        (said["hash"], receipt["plan_hash"]),
        (said["crs"], f"{report.plan.crs.name} ({receipt['crs']})"),
        (said["profile"], receipt["profile"]),
        (said["on"], receipt["on"]),
        (said["limits"], limits),
    )
    items = "".join(f"<dt>{name}</dt><dd>{escape(str(value or said['not_stated']))}</dd>" for name, value in rows)
    return f"<section><h2>{said['basis']}</h2><dl>{items}</dl></section>"
