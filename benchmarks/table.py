"""Rows of the benchmark and how they are shown: on the screen, and as Markdown in the README. Measures nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from benchmarks.pairs import AGREE_M2, Difference

__all__ = ["Row", "duration", "markdown", "put_into", "text", "times"]

_HEAD = ("Measured", "Parcels", "Time", "Ratio", "Largest difference")


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes
    ----------
    group
        Heading that it stands under.
    what
        What was measured.
    parcels
        On how many parcels; None where that says nothing.
    value
        Time or size with its unit, or why there is none.
    ratio
        Beside ours, in words; empty where there is nothing to compare.
    difference
        From our areas; None where no areas were compared.
    note
        What a reader must know, printed below the table.
    """

    group: str
    what: str
    parcels: int | None
    value: str
    ratio: str = ""
    difference: Difference | None = None
    note: str = ""

    def cells(self) -> tuple[str, ...]:
        """The five cells."""
        parcels = "" if self.parcels is None else f"{self.parcels:,}"
        return self.what, parcels, self.value, self.ratio, _apart(self.difference)


def _apart(difference: Difference | None) -> str:
    if difference is None:
        return ""
    return f"{difference.m2:.0e} m²" + (" (!)" if difference.m2 > AGREE_M2 else "")


def duration(seconds: float) -> str:
    """Write a time with three digits.

    Examples
    --------
    >>> duration(0.01234), duration(12.34)
    ('12.3 ms', '12.3 s')
    """
    return f"{seconds * 1e3:.3g} ms" if seconds < 1.0 else f"{seconds:.3g} s"


def times(ratio: float) -> str:
    """Write a ratio.

    Examples
    --------
    >>> times(0.4567), times(12.34), times(4321.0)
    ('0.46x', '12x', '4,321x')
    """
    return f"{ratio:.2f}x" if ratio < 10.0 else f"{ratio:,.0f}x"


def text(rows: Iterable[Row]) -> str:
    """Lay rows out for the screen."""
    listed = list(rows)
    cells = [_HEAD, *(row.cells() for row in listed)]
    width = [max(len(c[k]) for c in cells) for k in range(len(_HEAD))]

    def line(c: tuple[str, ...]) -> str:
        return "  ".join([c[0].ljust(width[0]), *(v.rjust(w) for v, w in zip(c[1:], width[1:], strict=True))]).rstrip()

    lines = [line(_HEAD), "-" * (sum(width) + 2 * (len(width) - 1))]
    for group, members in groupby(listed, key=lambda row: row.group):
        lines += ["", group, *(line(row.cells()) for row in members)]
    return "\n".join([*lines, "", *_notes(listed)])


def markdown(rows: Iterable[Row], about: Iterable[str]) -> str:
    """Lay rows out as a Markdown table, with the machine above and the notes below it."""
    listed = list(rows)
    lines = [*(f"{line}  " for line in about), "", "| " + " | ".join(_HEAD) + " |", "|---|--:|--:|--:|--:|"]
    for group, members in groupby(listed, key=lambda row: row.group):
        lines += [f"| **{group}** | | | | |", *("| " + " | ".join(row.cells()) + " |" for row in members)]
    notes = _notes(listed)
    return "\n".join([*lines, *(["", *(f"- {note}" for note in notes)] if notes else [])])


def _notes(rows: list[Row]) -> list[str]:
    return list(dict.fromkeys(f"{row.what}: {row.note}" for row in rows if row.note))


def put_into(readme: Path, table: str, name: str = "benchmarks") -> None:
    """Replace what stands between the two marks of a README, ``<!-- name:start -->`` and ``<!-- name:end -->``.

    Raises
    ------
    ValueError
        If the marks are not there, in this order.
    """
    first, last = f"<!-- {name}:start -->", f"<!-- {name}:end -->"
    content = readme.read_text(encoding="utf-8")
    before, start, rest = content.partition(first)
    _, end, after = rest.partition(last)
    if not (start and end):
        raise ValueError(f"{readme.name} has no {first} followed by {last}; put both where the table belongs")
    readme.write_text(f"{before}{start}\n\n{table}\n\n{end}{after}", encoding="utf-8")
