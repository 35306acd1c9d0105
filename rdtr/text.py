"""Numbers and sentences in Bahasa Indonesia and English. Knows no plan, only how a value is written."""

from __future__ import annotations

import math
import string
from datetime import date
from numbers import Real
from typing import Any

from rdtr.types import Lang

__all__ = ["fill", "number", "quantity"]

_UNITS = {"m2": (2, " m²"), "m": (2, " m"), "pct": (1, " %"), "ha": (4, " ha"), "x": (2, ""), "n": (0, ""), "": (2, "")}
_MONTHS = {
    "id": (
        *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
        *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}


def number(value: float, decimals: int = 2, lang: Lang = "id") -> str:
    """Write a number with the separators of the language.

    Parameters
    ----------
    value
        Any finite number; NaN and infinity give an en dash, "no value".
    decimals
        Digits behind the decimal sign.
    lang
        ``id`` writes ``1.234,56``, ``en`` writes ``1,234.56``.

    Returns
    -------
    str

    Examples
    --------
    >>> number(1234.5), number(1234.5, lang="en"), number(float("nan"))
    ('1.234,50', '1,234.50', '–')
    """
    if not math.isfinite(value):
        return "–"
    english = f"{round(value, decimals) + 0.0:,.{decimals}f}"  # + 0.0: a rounded -0.001 is written without its sign
    return english if lang == "en" else english.translate(str.maketrans(",.", ".,"))


def quantity(value: float, unit: str, lang: Lang = "id") -> str:
    """Write a number with its unit: ``m2``, ``m``, ``pct``, ``ha``, ``x`` (a ratio) or ``n`` (a count).

    Examples
    --------
    >>> quantity(1234.56, "m2"), quantity(60, "pct"), quantity(3, "n")
    ('1.234,56 m²', '60,0 %', '3')
    """
    decimals, sign = _UNITS[unit]
    return number(float(value), decimals, lang) + sign


class _Sentence(string.Formatter):
    def __init__(self, lang: Lang) -> None:
        self.lang: Lang = lang

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, date):
            return f"{value.day} {_MONTHS[self.lang][value.month - 1]} {value.year}"
        if format_spec in _UNITS and format_spec and (value is None or isinstance(value, Real)):
            return quantity(math.nan if value is None else float(value), format_spec, self.lang)
        return str(value)


def fill(template: str, lang: Lang = "id", **values: Any) -> str:
    """Fill a message template; a field such as ``{area:m2}`` is written as a quantity of that unit.

    None as a quantity is written as "no value", like NaN.

    Examples
    --------
    >>> fill("luas {area:m2} di {place}", area=1234.5, place="R-2")
    'luas 1.234,50 m² di R-2'
    """
    return _Sentence(lang).format(template, **values)
