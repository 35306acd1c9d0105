"""Studies of a plan as small HTML tables for notebooks, self-contained. Computes nothing and asks for no library."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, Final

from rdtr.text import number, quantity
from rdtr.zoning.landusetable import FIT_WORDS
from rdtr.zoning.outcomes import OUTCOMES, WORDS

if TYPE_CHECKING:
    from rdtr.zoning.allowedreport import Allowed
    from rdtr.zoning.compare import Comparison
    from rdtr.zoning.landuse import LandUse

__all__ = ["FIT_COLORS", "allowed_card", "comparison_card", "land_use_card"]

FIT_COLORS: Final = {
    "conform": "#2e8b57",
    "transition": "#d9a400",
    "conflict": "#c0392b",
    "undetermined": "#6b7280",
    "unsurveyed": "#c9cdd2",
}
"""Of fits; the word stands beside each, so nothing rests on colour alone."""

_VERDICTS: Final = dict(zip(OUTCOMES, ("#2e8b57", "#d9a400", "#6b7280", "#e07b00", "#c0392b"), strict=True))
_SHOWN: Final = 12
_CHANGES: Final = {
    "added": "zona baru", "removed": "zona hilang", "reshaped": "batas berubah", "recoded": "kode berubah",
    "reshaped recoded": "batas dan kode berubah", "renamed": "atribut berubah", "rules": "aturan berubah",
    "flips": "permohonan berganti putusan",
}  # fmt: skip


def allowed_card(allowed: Allowed) -> str:
    """Show what can be built at a place: its zones, the activities by verdict, the limits."""
    said = dict(zip(OUTCOMES, WORDS["id"], strict=True))
    activities = allowed.activities
    zones = [
        (str(code or "luar rencana"), str(name or ""), quantity(float(area), "m2"))
        for code, name, area in allowed.zones[["KODSZN", "name", "area_m2"]].itertuples(index=False, name=None)
    ]
    verdicts = []
    for outcome in OUTCOMES:
        names = activities.loc[activities["outcome"] == outcome, "name"].tolist()
        if names:
            some = ", ".join(names[:4]) + (" …" if len(names) > 4 else "")
            verdicts.append((_bar(_VERDICTS[outcome], said[outcome]), number(len(names), 0), escape(some)))
    overlays = [(str(m),) for m in allowed.overlays["message"]]
    return _card(
        f"Yang boleh di sini: {', '.join(dict.fromkeys(z[0] for z in zones)) or 'luar rencana'}",
        _table(("Zona", "Nama", "Luas"), _escaped(zones)),
        _table(("Putusan", "Kegiatan", "Misalnya"), verdicts),
        _table(("Ketentuan khusus",), _escaped(overlays)) if overlays else "",
    )


def comparison_card(comparison: Comparison) -> str:
    """Show what differs between two versions: counts, and the largest changes in hectares."""
    counts = [(_CHANGES.get(str(k), str(k)), number(int(n), 0)) for k, n in comparison.summary().items() if n]
    flows = comparison.flows.query("changed").head(_SHOWN)
    moved = [(f.old, f.new, number(f.area_ha, 4)) for f in flows.itertuples()]
    old, new = (p.identity.title or p.identity.id for p in (comparison.old, comparison.new))
    return _card(
        f"{old} → {new}",
        _table(("Perubahan", "Jumlah"), _escaped(counts or [("tidak ada yang berbeda", "")])),
        _table(("Semula", "Menjadi", "Hektare"), _escaped(moved)) if moved else "",
    )


def land_use_card(study: LandUse) -> str:
    """Show how much of the existing land use conforms, and where least of it does."""
    rows = [
        (
            _bar(FIT_COLORS[str(fit)], FIT_WORDS["id"][str(fit)]),
            number(r["area_ha"], 4),
            quantity(100 * r["share"], "pct"),
        )
        for fit, r in study.summary().iterrows()
    ]
    worst = study.summary("KODSZN").sort_values("conflict", ascending=False).head(_SHOWN)
    places = [
        (str(r.KODSZN), number(r.conflict, 4), number(100 * r.conform_share, 1) + " %")
        for r in worst[worst["conflict"] >= 0.00005].itertuples()  # what rounds to nothing is nothing
    ]
    note = (
        "" if study.table.own else "<p style='margin:4px 0'>Tabel kelas bawaan adalah penapisan, bukan ketentuan.</p>"
    )
    return _card(
        f"Penggunaan lahan terhadap {study.plan.identity.title or study.plan.identity.id}",
        _table(("Kesesuaian", "Hektare", "Bagian"), rows) + note,
        _table(("Sub-zona", "Tidak sesuai, ha", "Sesuai"), _escaped(places)) if places else "",
    )


def _bar(color: str, word: str) -> str:
    return (
        f"<span style='display:inline-block;width:12px;height:11px;margin-right:6px;background:{color}'></span>"
        f"{escape(word)}"
    )


def _escaped(rows: Iterable[Sequence[Any]]) -> list[tuple[str, ...]]:
    return [tuple(escape(str(v)) for v in row) for row in rows]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    body = [list(row) for row in rows]
    right = [bool(body) and all(row[k][:1].isdigit() for row in body) for k in range(len(head))]
    styles = [f"text-align:{'right' if r else 'left'};vertical-align:top;padding:2px 12px 2px 0" for r in right]
    top = "".join(f"<th style='{s}'>{escape(h)}</th>" for s, h in zip(styles, head, strict=True))
    lines = ("".join(f"<td style='{s}'>{v}</td>" for s, v in zip(styles, row, strict=True)) for row in body)
    table = "".join(f"<tr>{line}</tr>" for line in lines)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{table}</tbody></table>"


def _card(title: str, *parts: str) -> str:
    return (
        f"<div><p style='margin:0 0 6px'><b>{escape(title)}</b></p>"
        f"<div style='display:flex;gap:18px;align-items:flex-start;flex-wrap:wrap'>"
        f"{''.join(f'<div>{p}</div>' for p in parts if p)}</div></div>"
    )
