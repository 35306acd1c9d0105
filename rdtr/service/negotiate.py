"""Which of several formats a client wants: its ``format=`` or its Accept header. Makes no document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rdtr.service.errors import Problem

__all__ = ["choose"]


def choose(offered: Mapping[str, str], accept: str | None, named: str | None = None) -> str:
    """Return the name of the format to answer in.

    Parameters
    ----------
    offered
        Media type by name, the preferred one first.
    accept
        The Accept header (RFC 9110, 12.5.1); None or ``*/*`` takes the preferred one.
    named
        What the address says; it wins, since a link cannot set a header.

    Raises
    ------
    Problem
        406 with what there is.

    Examples
    --------
    >>> offered = {"json": "application/json", "pdf": "application/pdf"}
    >>> choose(offered, "application/*;q=0.5, application/pdf"), choose(offered, None), choose(offered, "*/*", "pdf")
    ('pdf', 'json', 'pdf')
    """
    if named is not None:
        if named not in offered:
            raise Problem(406, f"format {named[:40]!r} is not made here; there are {', '.join(offered)}")
        return named
    ranges = list(_ranges(accept or "*/*"))
    weighed = {name: _weight(kind, ranges) for name, kind in offered.items()}
    best = max(weighed, key=lambda name: weighed[name])  # the first of equals
    if weighed[best] <= 0.0:
        there = ", ".join(offered.values())
        raise Problem(406, f"Accept: {(accept or '')[:120]} is not made here; there are {there}")
    return best


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    for item in accept.split(","):
        kind, *parameters = (part.strip() for part in item.split(";"))
        weight = next((p.partition("=")[2] for p in parameters if p.replace(" ", "").startswith("q=")), "1")
        yield kind.casefold(), _number(weight)


def _number(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0


def _weight(kind: str, ranges: list[tuple[str, float]]) -> float:
    """The weight of the most specific range that fits."""
    for wanted in (kind, kind.partition("/")[0] + "/*", "*/*"):
        fitting = [weight for name, weight in ranges if name == wanted]
        if fitting:
            return max(fitting)
    return 0.0
