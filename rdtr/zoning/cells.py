"""Cells of the ITBX matrix as sets of permissions and conditions. Knows no activity and no zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from rdtr.zoning.codes import is_blank, tidy

__all__ = ["NOT_STATED", "PERMISSIONS", "TB", "B", "Cell", "I", "T", "X", "parse_cell"]

# In the order of strictness, silence between "allowed with conditions" and "forbidden": it is neither.
I: Final = 0  # noqa: E741 - the law's own letter
T: Final = 1
B: Final = 2
TB: Final = 3
NOT_STATED: Final = 4
X: Final = 5
PERMISSIONS: Final = ("I", "T", "B", "TB", "", "X")

_TOKEN = re.compile(r"^(I|X|[TB]\d{0,3})$")
# Slips with one reading only: a letter for the digit one (BI, seen in an annex), a lost comma (T1B2), the letters TB.
_SLIP = re.compile(r"^(?:[TB](?:\d{1,3}|[IL]))+$|^TB$")
_PART = re.compile(r"([TB])(\d+|[IL])?")


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell of the matrix states.

    Attributes
    ----------
    permission
        One of `I`, `T`, `B`, `TB`, `NOT_STATED`, `X`.
    conditions
        Codes of conditions in the order of the cell, such as ``("T1", "B2")``.
    unknown
        Tokens that mean nothing; the caller refuses them.
    mended
        True where the spelling was not the plain one (``T1, B1,B2``, ``B1.B2``, ``T1B2``, ``BI``).
    contradiction
        True where I or X stands beside another token; the stricter is taken.
    """

    permission: int
    conditions: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    mended: bool = False
    contradiction: bool = False

    @property
    def text(self) -> str:
        """The cell in its plain spelling."""
        return ",".join(self.conditions) if self.conditions else PERMISSIONS[self.permission]


def parse_cell(value: object) -> Cell:
    """Read one cell.

    Parameters
    ----------
    value
        Text such as ``I``, ``X``, ``T1,B2``; None, NaN, blank and ``-`` mean "not stated".

    Returns
    -------
    Cell

    Examples
    --------
    >>> parse_cell("T1,B2")
    Cell(permission=3, conditions=('T1', 'B2'), unknown=(), mended=False, contradiction=False)
    >>> parse_cell("B1.B2").mended, parse_cell("Z9").unknown, parse_cell(None).permission == NOT_STATED
    (True, ('Z9',), True)
    """
    if is_blank(value):
        return Cell(NOT_STATED)
    text = tidy(value)
    tokens = tuple(dict.fromkeys(t for part in re.split(r"[\s,.;/+&]+", text.upper()) if part for t in _tokens(part)))
    unknown = tuple(t for t in tokens if not _TOKEN.match(t))
    known = tuple(t for t in tokens if _TOKEN.match(t))
    mended = text != ",".join(tokens)
    contradiction = len(known) > 1 and bool({"I", "X"} & set(known))
    if "X" in known:
        return Cell(X, (), unknown, mended, contradiction)
    conditions = tuple(t for t in known if t != "I")
    letters = {t[0] for t in conditions}
    permission = {"T": T, "B": B}[letters.pop()] if len(letters) == 1 else TB if letters else I if known else NOT_STATED
    return Cell(permission, conditions, unknown, mended, contradiction)


def _tokens(part: str) -> tuple[str, ...]:
    if _TOKEN.match(part) or not _SLIP.match(part):
        return (part,)
    return tuple(letter + ("1" if number in ("I", "L") else number) for letter, number in _PART.findall(part))
