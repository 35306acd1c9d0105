"""Verdicts and permissions as small integers, so that a million of them are one array. Decides nothing by itself."""

from __future__ import annotations

from typing import Final

import numpy as np

from rdtr.types import Lang, ObjectArray, SmallArray

__all__ = [
    "ABSENT",
    "CONDITIONAL",
    "DIMENSIONS",
    "OUTCOMES",
    "PARTIAL",
    "PERMITTED",
    "PROHIBITED",
    "UNDETERMINED",
    "WORDS",
    "names",
    "words",
]

# In the order of gravity (INTERFACE, Words): the gravest of several is their maximum.
ABSENT: Final = -1
PERMITTED: Final = 0
CONDITIONAL: Final = 1
UNDETERMINED: Final = 2
PARTIAL: Final = 3
PROHIBITED: Final = 4

OUTCOMES: Final = ("permitted", "conditional", "undetermined", "partial", "prohibited")
DIMENSIONS: Final = ("use", "intensity", "siting", "overlay")

WORDS: Final[dict[Lang, tuple[str, ...]]] = {
    "id": ("sesuai", "bersyarat", "tidak dapat dinilai", "sesuai sebagian", "tidak sesuai"),
    "en": ("permitted", "conditional", "undetermined", "partial", "prohibited"),
}


def names(outcome: SmallArray) -> ObjectArray:
    """Name outcomes; an absent one is None.

    Parameters
    ----------
    outcome
        Shape (n,), int8.

    Returns
    -------
    name
        Shape (n,), object.

    Examples
    --------
    >>> list(names(np.array([0, 4, -1], np.int8)))
    ['permitted', 'prohibited', None]
    """
    return np.array([*OUTCOMES, None], dtype=object)[outcome]


def words(outcome: int, lang: Lang = "id") -> str:
    """Say an outcome in the words that users read.

    Examples
    --------
    >>> words(PROHIBITED), words(PARTIAL, "en")
    ('tidak sesuai', 'partial')
    """
    return WORDS[lang][outcome]
