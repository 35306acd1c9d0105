"""How a value finds what draws it, without importing it: by name, among the installed pictures. Draws nothing."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import Any, Final

from rdtr.errors import ReportError

__all__ = ["draw"]

_GROUP: Final = "rdtr.pictures"


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
            f"{what} is drawn by {error.name}, which is not installed; pip install 'rdtr[plots]'"
        ) from error
