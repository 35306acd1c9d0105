"""Zone codes: one spelling for each. The vocabularies behind them are data; no plan and no rule is known here."""

from __future__ import annotations

import re
from typing import Final

import pandas as pd

__all__ = ["BLANKS", "base_code", "canonical_code", "is_blank", "looks_like_code", "tidy"]

BLANKS: Final = frozenset({"", "-", "--", "0", "tidak ada", "tidakada", "none", "null", "nan", "<null>", "n/a"})
# Codes have at most four letters (SIKM, RTNH, PLBN); five would take "Jalan" and "Sawah" for codes. A suffix needs a
# number before it, or "Taman RW" would be one.
_CODE = re.compile(r"^([A-Z]{1,4})(?:[\s._\-]*(\d{1,2})(?:[\s._\-]+([A-Z0-9]{1,6})|([A-Z]))?)?$")
# Word processors turn hyphens into dashes, and web pages strew characters that have no width.
_SIGNS = str.maketrans(
    {**dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"), **dict.fromkeys("\u200b\u200c\u200d\ufeff")}
)


def tidy(value: object) -> str:
    r"""Trim a text and fold its inner white space; None, NaN and NA give an empty text.

    Examples
    --------
    >>> tidy("  Taman \r\n Kota "), tidy(None), tidy(float("nan"))
    ('Taman Kota', '', '')
    """
    if isinstance(value, str):
        return " ".join(value.split())
    if value is None or value is pd.NA or value != value:
        return ""
    return " ".join(str(value).split())


def is_blank(value: object) -> bool:
    """Tell whether a cell says nothing: empty, a blank, "-" or a dash, "0", "Tidak Ada".

    Examples
    --------
    >>> is_blank(" "), is_blank("Tidak Ada"), is_blank("0"), is_blank("K09B")
    (True, True, True, False)
    """
    return tidy(value).translate(_SIGNS).casefold() in BLANKS


def canonical_code(value: object) -> str:
    """Write a zone code as the guidelines do: ``R-2``, a local suffix behind a dot: ``R-2.K``.

    Texts that are no code (names, foreign codes) are only tidied; a blank gives an empty text.

    Examples
    --------
    >>> [canonical_code(c) for c in ("R.2", "R 2", "r-2", "R2", "rth_3", "bj", "SPU 3.3", "r2k", "Badan Jalan")]
    ['R-2', 'R-2', 'R-2', 'R-2', 'RTH-3', 'BJ', 'SPU-3.3', 'R-2.K', 'Badan Jalan']
    """
    text = tidy(value).translate(_SIGNS)
    if text.casefold() in BLANKS:
        return ""
    match = _CODE.match(text.upper())
    if match is None:
        return text
    zone, digits, suffix, letter = match.groups()
    suffix = suffix or letter
    return zone + (f"-{int(digits)}" if digits else "") + (f".{suffix}" if suffix else "")


def looks_like_code(value: object) -> bool:
    """Tell whether a text has the form of a zone code.

    Examples
    --------
    >>> looks_like_code("R 2"), looks_like_code("Perumahan Kepadatan Tinggi"), looks_like_code("Taman RW")
    (True, False, False)
    """
    text = tidy(value).translate(_SIGNS)
    return not is_blank(text) and _CODE.match(text.upper()) is not None


def base_code(code: str) -> str:
    """Strip the local suffix of a canonical code.

    Examples
    --------
    >>> base_code("R-2.K"), base_code("BJ")
    ('R-2', 'BJ')
    """
    return code.partition(".")[0]
