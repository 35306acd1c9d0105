"""The demonstration: which permits of a report tell the story, and how it is told. Reads and writes no file."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from rdtr.cli.paint import clean, safe
from rdtr.cli.show import explained, titled, verdict_word
from rdtr.cli.words import SAID, say
from rdtr.text import number, quantity
from rdtr.types import Lang
from rdtr.zoning.outcomes import DIMENSIONS, OUTCOMES
from rdtr.zoning.report import Report

__all__ = ["chosen", "next_steps", "reason", "some_permits", "told_apart"]

_SHOWN: Final = 12
_ORDER: Final = ("permitted", "conditional", "partial", "prohibited", "undetermined")
_WIDEST: Final = 112
_LONGEST: Final = 20
_VERDICT: Final = 19
_AREA: Final = 13


def chosen(permits: pd.DataFrame, most: int = _SHOWN) -> pd.DataFrame:
    """Choose permits so that every verdict that was given shows: the first of each, then the second of each ...

    Parameters
    ----------
    permits
        `Report.permits`.
    most
        How many.

    Returns
    -------
    DataFrame
        Grouped by verdict, the good news first.
    """
    turn = permits.groupby("verdict", observed=True).cumcount()
    order = permits["verdict"].map(_ORDER.index).astype(int)
    rows = permits.assign(_turn=turn, _order=order)
    first = rows.sort_values(["_turn", "_order"], kind="stable").head(most)
    return first.sort_values(["_order", "_turn"], kind="stable").drop(columns=["_turn", "_order"])


def some_permits(report: Report, lang: Lang, width: int) -> RenderableType:
    """Show a dozen permits: number, verdict, activity, sub-zones, area, and beneath each the main reason."""
    rows = chosen(report.permits)
    first = min(_LONGEST, max(len(clean(p)) for p in rows["permit_id"]))
    room = min(width, _WIDEST) - 4 - first - _VERDICT - _AREA - 8
    widths = (first, _VERDICT, room - room // 2, room // 2, _AREA)
    said = SAID[lang]
    lines: list[RenderableType] = [
        _line(widths, *(Text(said[k], style="bold") for k in ("id", "verdict", "activity", "subzones", "area"))),
        Text("─" * (sum(widths) + 8), style="dim"),
    ]
    for row in rows.itertuples():
        lines += _permit(report, str(row.permit_id), row, widths, lang)
    return titled(said["demo_some"], *lines)


def _permit(report: Report, permit_id: str, row: Any, widths: Sequence[int], lang: Lang) -> list[RenderableType]:
    line = _line(
        widths,
        safe(permit_id, "bold"),
        verdict_word(row.verdict, lang),
        safe(_activity(report, permit_id)),
        safe(_subzones(report, permit_id, lang)),
        Text(quantity(float(row.area_m2), "m2", lang)),
    )
    return [line, Padding(Text(reason(report, permit_id, lang), style="dim"), (0, 0, 0, widths[0] + 2))]


def _line(widths: Sequence[int], *cells: Text) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    for place, width in enumerate(widths):
        grid.add_column(width=width, justify="right" if place == len(widths) - 1 else "left")
    grid.add_row(*cells)
    return grid


def _activity(report: Report, permit_id: str) -> str:
    asked = report.case.permits.set_index("permit_id").loc[permit_id]
    if pd.notna(asked["activity"]):
        rows = report.case.plan.rules.find_activity(asked["activity"])
        return str(report.case.plan.rules.activities["name"].iloc[rows[0]] if len(rows) == 1 else asked["activity"])
    return f"KBLI {asked['kbli']}" if pd.notna(asked["kbli"]) else "–"


def _subzones(report: Report, permit_id: str, lang: Lang) -> str:
    parts = report.parts
    mine = parts[(parts["permit_id"] == permit_id) & ~parts["sliver"]]
    shares = mine.groupby(mine["KODSZN"].fillna(""), sort=False)["share"].sum().sort_values(ascending=False)
    names = [str(code) or SAID[lang]["outside"] for code in shares.index]
    if len(names) < 2:
        return "".join(names) or "–"
    return " · ".join(
        f"{name}\u00a0{number(100.0 * share, 0, lang)}\u00a0%" for name, share in zip(names, shares, strict=True)
    )


def reason(report: Report, permit_id: str, lang: Lang) -> str:
    """Say the one finding that a verdict rests on most: of the deciding dimension, the gravest.

    Parameters
    ----------
    report
        A report.
    permit_id
        A permit in it.
    lang
        Language of the sentence.

    Returns
    -------
    str
        An en dash where nothing was found to say.
    """
    permits = report.permits
    row = permits[permits["permit_id"] == permit_id].iloc[0]
    findings = report.findings_in(lang, permit_id=permit_id, passes=True)
    deciding = [d for d in DIMENSIONS if row[d] == row["verdict"]]
    decisive = findings[findings["dimension"].isin(deciding[:1])]
    if not len(decisive):
        decisive = findings[findings["outcome"] == row["verdict"]]
    if not len(decisive):
        return "–"
    rank: Any = decisive["outcome"].map(lambda o: OUTCOMES.index(o) if o in OUTCOMES else -1)
    return clean(decisive["message"].iloc[int(rank.to_numpy().argmax())])


def told_apart(report: Report, lang: Lang) -> RenderableType:
    """Explain two permits: one that conforms in part, one that does not; others where there are none such."""
    permits = report.permits
    given = set(permits["verdict"])
    wanted = [v for v in ("partial", "prohibited", "conditional", "undetermined", "permitted") if v in given]
    texts = []
    for verdict in wanted[:2]:
        permit = str(permits.loc[permits["verdict"] == verdict, "permit_id"].iloc[0])
        texts.append(explained(report.explain(permit, lang), verdict))
    return titled(SAID[lang]["demo_two"], *texts)


def next_steps(folder: Path, plan: Path, permits: Path, lang: Lang) -> list[Text]:
    """Say what to type next: commands that run as they stand, then where the files are."""
    said = SAID[lang]
    quoted = {name: shlex.quote(str(path)) for name, path in (("folder", folder), ("plan", plan), ("permits", permits))}
    lines = [
        (said["try_serve"], f"rdtr serve {quoted['folder']}"),
        (said["try_info"], f"rdtr info {quoted['plan']}"),
        (said["try_check"], f"rdtr check {quoted['plan']} {quoted['permits']} -o hasil.gpkg"),
        (said["try_own"], f"rdtr check {said['own_plan']} {said['own_permits']} --rules ATURAN/ -o hasil.xlsx"),
    ]
    steps = [Text(said["demo_next"], style="bold")]
    for what, command in lines:
        steps += [Text(f"  # {what}", style="dim"), Text(f"  {command}", style="cyan")]
    return [*steps, Text(), Text(f"{said['demo_where']} {folder}"), Text(say(lang, "disclaimer"), style="dim")]
