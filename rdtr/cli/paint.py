"""Consoles, colours and safe texts: how anything gets onto a terminal. Knows no plan and no report."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.text import Text

from rdtr.progress import silent
from rdtr.types import Progress

__all__ = ["STYLES", "bar", "clean", "console", "safe"]

STYLES: Final = {
    "permitted": "green",
    "conditional": "yellow",
    "undetermined": "bright_black",
    "partial": "dark_orange",
    "prohibited": "red",
}
"""Colours of verdicts; the word stands beside each, so nothing rests on colour alone."""

_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


def clean(value: object) -> str:
    r"""Take out of a text what could steer a terminal: what stands in a file is shown, never obeyed.

    Examples
    --------
    >>> clean("P-1\x1b[2J")
    'P-1 [2J'
    """
    return _CONTROL.sub(" ", str(value))


def safe(value: object, style: str = "") -> Text:
    """Make a text that is shown letter by letter, without markup."""
    return Text(clean(value), style=style)


def console(**options: Any) -> Console:
    """Make the console for results."""
    return Console(file=sys.stdout, highlight=False, **options)


@contextmanager
def bar(what: str) -> Iterator[Progress]:
    """Show a progress bar on stderr while a block runs; only where stderr is a terminal."""
    screen = Console(file=sys.stderr, highlight=False)
    if not screen.is_terminal:
        yield silent
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Bars(*columns, console=screen, transient=True) as bars:
        task = bars.add_task(what, total=None)

        def move(done: int, total: int) -> None:
            bars.update(task, completed=done, total=total)

        yield move
