"""One permit explained line by line, in Bahasa Indonesia or English; each line with its article. Text only, no judging."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from rdtr.text import number, quantity
from rdtr.types import Lang
from rdtr.zoning.identity import PlanIdentity
from rdtr.zoning.outcomes import DIMENSIONS, OUTCOMES, words

__all__ = ["Explained", "explain"]

_SAID: Final[dict[Lang, dict[str, str]]] = {
    "id": {
        "permit": "Permohonan", "verdict": "Putusan", "use": "Kegiatan", "intensity": "Intensitas", "siting": "Tata letak",
        "overlay": "Ketentuan khusus", "parts": "Bagian persil", "notes": "Catatan", "outside": "luar rencana",
        "sliver": "tidak dihitung (dalam toleransi batas)", "plan": "Rencana", "stable": "Kestabilan",
        "stable_text": "putusan berubah bila garis batas bergeser {shift}",
        "stable_all": "putusan tidak berubah sampai pergeseran garis batas {shift}",
        "disclaimer": "Hasil ini adalah penapisan berdasarkan data rencana, bukan keputusan KKPR.",
        "hash": "sidik data", "tolerance": "toleransi", "none": "tidak ada yang dinilai", "approvable": "dapat disetujui",
    },
    "en": {
        "permit": "Permit", "verdict": "Verdict", "use": "Use", "intensity": "Intensity", "siting": "Siting",
        "overlay": "Overlays", "parts": "Parts of the parcel", "notes": "Notes", "outside": "outside the plan",
        "sliver": "not counted (within the boundary tolerance)", "plan": "Plan", "stable": "Stability",
        "stable_text": "the verdict changes when the boundary moves by {shift}",
        "stable_all": "the verdict does not change up to a boundary shift of {shift}",
        "disclaimer": "This is a screening on the data of the plan, not a KKPR decision.",
        "hash": "data hash", "tolerance": "tolerance", "none": "nothing to judge", "approvable": "approvable",
    },
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Explained:
    """What there is to say of one permit: its row, its parts, its findings, the plan it was judged by."""

    permit_id: str
    verdict: int
    outcomes: Mapping[str, int]
    row: Mapping[str, Any]
    parts: pd.DataFrame
    findings: pd.DataFrame
    identity: PlanIdentity
    receipt: Mapping[str, Any]


def explain(permit: Explained, lang: Lang = "id") -> str:
    """Write the explanation as plain text.

    Parameters
    ----------
    permit
        What there is to say.
    lang
        ``id`` or ``en``.

    Returns
    -------
    str
        Lines; a line that rests on an article ends with it in square brackets.
    """
    return "\n".join(_lines(permit, lang))


def _lines(permit: Explained, lang: Lang) -> Iterator[str]:
    said = _SAID[lang]
    yield f"{said['permit']} {permit.permit_id}"
    yield f"{said['verdict']}: {words(permit.verdict, lang).upper()}"
    yield from _parts(permit, lang)
    for dimension in DIMENSIONS:
        outcome = permit.outcomes[dimension]
        yield f"{said[dimension]}: {words(outcome, lang) if outcome >= 0 else said['none']}"
        yield from _findings(permit.findings[permit.findings["dimension"] == dimension], lang)
    general = permit.findings[permit.findings["dimension"].isna()]
    if len(general):
        yield f"{said['notes']}:"
        yield from _findings(general, lang)
    yield from _foot(permit, lang)


def _parts(permit: Explained, lang: Lang) -> Iterator[str]:
    said = _SAID[lang]
    if not len(permit.parts):
        return
    yield f"{said['parts']} ({quantity(permit.row['area_m2'], 'm2', lang)}):"
    for part in permit.parts.itertuples():
        name = said["outside"] if pd.isna(part.KODSZN) else str(part.KODSZN)
        if not pd.isna(part.NAMOBJ) and part.NAMOBJ != part.KODSZN:
            name += f" {part.NAMOBJ}"
        blok = f", blok {part.KODBLK}" if not pd.isna(part.KODBLK) else ""
        share = quantity(100.0 * part.share, "pct", lang)
        outcome = OUTCOMES.index(part.outcome) if isinstance(part.outcome, str) else -1
        judged = f": {part.permission or '–'}, {words(outcome, lang)}" if outcome >= 0 else ""
        judged = f": {said['sliver']}" if part.sliver else judged
        yield f"  - {name}{blok}: {quantity(part.area_m2, 'm2', lang)} ({share}){judged}"
        limits = "" if part.sliver else "; ".join(_limits(part._asdict(), lang))
        if limits:
            yield f"      {limits}"
    if 0.0 < permit.row["approvable_m2"] < permit.row["area_m2"] - 0.005:
        yield f"  = {said['approvable']}: {quantity(permit.row['approvable_m2'], 'm2', lang)}"


_LIMITS: Final = (
    ("kdb_max_pct", {"id": "KDB ≤", "en": "KDB ≤"}, "pct"), ("klb_min", {"id": "KLB ≥", "en": "KLB ≥"}, "x"),
    ("klb_max", {"id": "KLB ≤", "en": "KLB ≤"}, "x"), ("kdh_min_pct", {"id": "KDH ≥", "en": "KDH ≥"}, "pct"),
    ("ktb_max_pct", {"id": "KTB ≤", "en": "KTB ≤"}, "pct"), ("height_max_m", {"id": "tinggi ≤", "en": "height ≤"}, "m"),
    ("floors_max", {"id": "lantai ≤", "en": "floors ≤"}, "n"), ("gsb_min_m", {"id": "GSB ≥", "en": "GSB ≥"}, "m"),
)  # fmt: skip


def _limits(part: Mapping[str, Any], lang: Lang) -> Iterator[str]:
    for column, sign, unit in _LIMITS:
        value = part.get(column, float("nan"))
        if value == value:
            yield f"{sign[lang]} {quantity(value, unit, lang)}"


def _findings(findings: pd.DataFrame, lang: Lang) -> Iterator[str]:
    for finding in findings.itertuples():
        sign = {"error": "✗", "warning": "!"}.get(finding.level, "✓" if finding.outcome == "permitted" else "·")
        article = f" [{finding.reference}]" if finding.reference else ""
        yield f"  {sign} {finding.message}{article}"


def _foot(permit: Explained, lang: Lang) -> Iterator[str]:
    said, receipt = _SAID[lang], permit.receipt
    shift = float(permit.row["stable_to_m"])
    if shift == shift:
        most = 2.0 * receipt["tolerance_m"]
        text = said["stable_all"] if shift >= most else said["stable_text"]
        yield f"{said['stable']}: {text.format(shift=quantity(shift, 'm', lang))}"
    identity = permit.identity
    title = " · ".join(t for t in (identity.title or identity.id, identity.regulation) if t)
    yield (
        f"{said['plan']}: {title} · {said['tolerance']} {number(receipt['tolerance_m'], 1, lang)} m · "
        f"{said['hash']} {receipt['plan_hash'][:12]}"
    )
    yield said["disclaimer"]
