"""Text that was decoded with the wrong alphabet, and its repair. Opens no file."""

from __future__ import annotations

import codecs
from typing import Any

import pandas as pd

from rdtr.zoning.findings import Finding

__all__ = ["has_foreign_letters", "mend_text", "repair_texts"]

# Windows calls its own alphabet Latin-1; the second differs from the first only where Latin-1 has no letters.
_WRONG_ALPHABETS = ("latin-1", "cp1252")


def mend_text(text: str, *, cut: bool = False) -> str:
    """Turn UTF-8 that was read as Latin-1 back into what was written; other texts stay as they are.

    Parameters
    ----------
    text
        A value as it was read.
    cut
        True where the field may have been cut in the middle of a letter; the broken letter is then left out.

    Examples
    --------
    >>> mend_text("PÃ©rumahan"), mend_text("Pérumahan"), mend_text("Ã©tÃ", cut=True)
    ('Pérumahan', 'Pérumahan', 'ét')
    """
    if text.isascii():
        return text
    for alphabet in _WRONG_ALPHABETS:
        try:
            return codecs.getincrementaldecoder("utf-8")().decode(text.encode(alphabet), final=not cut)
        except UnicodeError:
            continue
    return text


def has_foreign_letters(frame: pd.DataFrame) -> bool:
    """Tell whether any text of a table goes beyond ASCII, so that the alphabet matters at all."""
    return any(not v.isascii() for c in _text_columns(frame) for v in _texts(frame[c]))


def repair_texts(frame: pd.DataFrame, source: str) -> tuple[pd.DataFrame, list[Finding]]:
    """Repair every text column that holds UTF-8 read as Latin-1.

    Parameters
    ----------
    frame
        A table as it was read.
    source
        What findings call it.

    Returns
    -------
    frame
        The same table, or a copy with the repaired columns.
    findings
        One ``TEXT_REPAIRED`` for each such column.
    """
    found: list[Finding] = []
    for column in _text_columns(frame):
        mended = _mended_values(_texts(frame[column]))
        if not mended:
            continue
        hit = frame[column].isin(list(mended)).to_numpy()
        frame = frame.assign(**{column: frame[column].astype(object).replace(mended)})
        first = int(hit.argmax())
        before = next(iter(mended))
        values = {"found": before[:60], "read": mended[before][:60], "rows": int(hit.sum())}
        found.append(Finding("TEXT_REPAIRED", source, first + 1, column, values))
    return frame, found


def _mended_values(texts: list[str]) -> dict[str, str]:
    foreign = [t for t in texts if not t.isascii()]
    whole = {t: mend_text(t) for t in foreign}
    if all(before == after for before, after in whole.items()):
        return {}
    # the column is wrong, so a value whose last letter was cut is wrong in the same way
    mended = {t: m if m != t else mend_text(t, cut=True) for t, m in whole.items()}
    return {before: after for before, after in mended.items() if before != after}


def _text_columns(frame: pd.DataFrame) -> list[str]:
    return [c for c in frame.columns if c != "geometry" and _is_text(frame[c])]


def _is_text(values: pd.Series[Any]) -> bool:
    return values.dtype == object or isinstance(values.dtype, pd.StringDtype)


def _texts(values: pd.Series[Any]) -> list[str]:
    return [v for v in pd.unique(values) if isinstance(v, str)]
