"""Zone codes: one spelling for each. The vocabularies behind them are data; no plan and no rule is known here."""

from __future__ import annotations

import re

__all__ = ["base_code", "canonical_code", "is_blank", "looks_like_code", "tidy"]

_BLANK = frozenset({"", "-", "--", "0", "tidak ada", "tidakada", "none", "null", "nan", "<null>", "n/a"})
_CODE = re.compile(r"^([A-Z]{1,5})(?:[\s._\-]*(\d{1,2}))?(?:[\s._\-]+([A-Z0-9]{1,6})|(?<=\d)([A-Z]))?$")


def tidy(value: object) -> str:
    r"""Trim a text and fold its inner white space; None and NaN give an empty text.

    Examples
    --------
    >>> tidy("  Taman \r\n Kota "), tidy(None), tidy(float("nan"))
    ('Taman Kota', '', '')
    """
    if value is None or value != value:
        return ""
    return " ".join(str(value).split())


def is_blank(value: object) -> bool:
    """Tell whether a cell says nothing: empty, a blank, "-", "0", "Tidak Ada".

    Examples
    --------
    >>> is_blank(" "), is_blank("Tidak Ada"), is_blank("0"), is_blank("K09B")
    (True, True, True, False)
    """
    return tidy(value).casefold() in _BLANK


def canonical_code(value: object) -> str:
    """Write a zone code as the guidelines do: ``R-2``, a local suffix behind a dot: ``R-2.K``.

    Texts that are no code (names, foreign codes) are only tidied; a blank gives an empty text.

    Examples
    --------
    >>> [canonical_code(c) for c in ("R.2", "R 2", "r-2", "R2", "rth_3", "bj", "SPU 3.3", "r2k", "Badan Jalan")]
    ['R-2', 'R-2', 'R-2', 'R-2', 'RTH-3', 'BJ', 'SPU-3.3', 'R-2.K', 'Badan Jalan']
    """
    text = tidy(value)
    if is_blank(text):
        return ""
    match = _CODE.match(text.upper())
    if match is None or (match[2] is None and match[3] is not None):
        return text
    zone, digits, suffix, letter = match.groups()
    suffix = suffix or letter
    return zone + (f"-{int(digits)}" if digits else "") + (f".{suffix}" if suffix else "")


def looks_like_code(value: object) -> bool:
    """Tell whether a text has the form of a zone code.

    Examples
    --------
    >>> looks_like_code("R 2"), looks_like_code("Perumahan Kepadatan Tinggi")
    (True, False)
    """
    text = tidy(value)
    return not is_blank(text) and len(text) <= 12 and _CODE.match(text.upper()) is not None


def base_code(code: str) -> str:
    """Strip the local suffix of a canonical code.

    Examples
    --------
    >>> base_code("R-2.K"), base_code("BJ")
    ('R-2', 'BJ')
    """
    return code.partition(".")[0]
