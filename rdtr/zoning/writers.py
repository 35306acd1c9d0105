"""How a report finds what writes it, without importing it: by suffix, among the installed writers. Writes nothing."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from rdtr.errors import ReportError
from rdtr.types import PathLike

__all__ = ["suffixes", "write_as"]


def suffixes(group: str) -> tuple[str, ...]:
    """Return the suffixes that the writers of an entry point group know, without their dots.

    Examples
    --------
    >>> {"xlsx", "gpkg"} <= set(suffixes("rdtr.report_writers"))
    True
    """
    return tuple(sorted(_writers(group)))


def write_as(group: str, what: str, path: PathLike, *given: Any) -> Path:
    """Write something by the writer that knows the suffix of a path.

    Parameters
    ----------
    group
        Of entry points; each is named by a suffix.
    what
        What is written, for messages.
    path
        Where to.
    given
        What the writer is called with: the thing, then what comes after the path.

    Returns
    -------
    Path
        What was written.

    Raises
    ------
    ReportError
        For a suffix that no writer knows.

    Examples
    --------
    >>> write_as("rdtr.audit_writers", "an audit", "temuan.doc", None)
    Traceback (most recent call last):
    rdtr.errors.ReportError: temuan.doc: an audit cannot be written as 'doc'; use one of geojson, gpkg, html, json, xlsx
    """
    target = Path(path)
    kind, writers = target.suffix.lstrip(".").casefold(), _writers(group)
    if kind not in writers:
        raise ReportError(
            f"{target.name}: {what} cannot be written as {kind or 'a file without suffix'!r}; "
            f"use one of {', '.join(sorted(writers))}"
        )
    thing, *more = given
    writers[kind].load()(thing, target, *more)
    return target


def _writers(group: str) -> dict[str, EntryPoint]:
    return {e.name: e for e in entry_points(group=group)}
