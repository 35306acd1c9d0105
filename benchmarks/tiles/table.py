"""Tables of the tile benchmark, each with a head of its own: on the screen, and as Markdown. Measures nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

__all__ = ["Table", "markdown", "text"]


@dataclass
class Table:
    """One table.

    Attributes
    ----------
    title
        What it is about.
    head
        Names of the columns; the first is aligned left.
    rows
        Cells.
    notes
        What a reader must know, printed below.
    """

    title: str
    head: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def text(tables: Iterable[Table]) -> str:
    """Lay tables out for the screen."""
    return "\n\n".join(_text(table) for table in tables)


def _text(table: Table) -> str:
    cells = [table.head, *table.rows]
    width = [max(len(row[k]) for row in cells) for k in range(len(table.head))]
    lines = [
        "  ".join([r[0].ljust(width[0]), *(c.rjust(w) for c, w in zip(r[1:], width[1:], strict=True))]) for r in cells
    ]
    lines.insert(1, "-" * (sum(width) + 2 * (len(width) - 1)))
    return "\n".join([table.title, "", *(line.rstrip() for line in lines), *(f"- {note}" for note in table.notes)])


def markdown(tables: Iterable[Table], about: Iterable[str]) -> str:
    """Lay tables out for a README, with the machine above them."""
    parts = ["\n".join(f"{line}  " for line in about)]
    for table in tables:
        lines = [f"**{table.title}**", "", "| " + " | ".join(table.head) + " |"]
        lines.append("|---|" + "--:|" * (len(table.head) - 1))
        lines += ["| " + " | ".join(row) + " |" for row in table.rows]
        parts.append("\n".join([*lines, *(["", *(f"- {note}" for note in table.notes)] if table.notes else [])]))
    return "\n\n".join(parts)
