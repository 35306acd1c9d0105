"""How a value finds what draws it, without importing it: by name, among the installed pictures. Draws nothing."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import Any, Final, Literal, TypeAlias

from rdtr.errors import ReportError

__all__ = ["Engine", "draw", "draw_map"]

Engine: TypeAlias = Literal["folium", "lonboard"]
"""What draws a map: folium into any page; lonboard, by the graphics card, however many zones there are."""

_GROUP: Final = "rdtr.pictures"
_ENGINES: Final = {"folium": "map", "lonboard": "deck"}


def draw(what: str, *args: Any, **options: Any) -> Any:
    """Draw something by the installed picture of that name.

    Raises
    ------
    ReportError
        If nothing that draws it is installed, or the library it draws with is missing.

    Examples
    --------
    >>> draw("portrait", 1)
    Traceback (most recent call last):
    rdtr.errors.ReportError: no picture called 'portrait' is installed; install rdtr again, with pip install 'rdtr[plots]'
    """
    found = {e.name: e for e in entry_points(group=_GROUP)}
    if what not in found:
        raise ReportError(
            f"no picture called {what!r} is installed; install rdtr again, with pip install 'rdtr[plots]'"
        )
    try:
        return found[what].load()(*args, **options)
    except ModuleNotFoundError as error:
        raise ReportError(
            f"{what} is drawn by {error.name}, which is not installed; "
            f"pip install 'rdtr[{'lonboard' if what.endswith('_deck') else 'plots'}]'"
        ) from error


def draw_map(of: str, engine: Engine, *args: Any, **options: Any) -> Any:
    """Draw a map by an engine.

    Raises
    ------
    ReportError
        If there is no such engine, or it is not installed.

    Examples
    --------
    >>> draw_map("plan", "paper")
    Traceback (most recent call last):
    rdtr.errors.ReportError: engine 'paper' is not known; it is one of folium, lonboard
    """
    if engine not in _ENGINES:
        raise ReportError(f"engine {engine!r} is not known; it is one of {', '.join(_ENGINES)}")
    return draw(f"{of}_{_ENGINES[engine]}", *args, **options)
