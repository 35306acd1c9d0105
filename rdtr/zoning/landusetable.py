"""Which existing use fits which sub-zone: the class table as data, this project's or one's own. Measures no land."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
import pandas as pd

from rdtr.errors import SchemaError
from rdtr.types import Lang, ObjectArray, SmallArray
from rdtr.zoning.codes import looks_like_code, tidy
from rdtr.zoning.plan import Plan
from rdtr.zoning.vocabulary import vocabulary

__all__ = ["FITS", "FIT_WORDS", "FitTable", "codes_of", "fit_table", "own_table"]

FITS: Final = ("conform", "transition", "conflict", "undetermined")
"""As the plan wants it; not yet, to be steered; against it; not known."""

FIT_WORDS: Final[dict[Lang, dict[str, str]]] = {
    "id": {"conform": "sesuai", "transition": "transisi", "conflict": "tidak sesuai",
           "undetermined": "tidak dapat dinilai", "unsurveyed": "tanpa data"},
    "en": {"conform": "conform", "transition": "transition", "conflict": "not conform",
           "undetermined": "undetermined", "unsurveyed": "no data"},
}  # fmt: skip

_SAID: Final = {word: fit for said in FIT_WORDS.values() for fit, word in said.items()} | {f: f for f in FITS}


@dataclass(frozen=True, slots=True)
class FitTable:
    """Rows of a class table, the first that fits wins.

    Attributes
    ----------
    classes
        Class and the name patterns that mean it, in order.
    rows
        Class, sub-zone patterns, number in `FITS`.
    own
        True for a table that was given, False for this project's.
    """

    classes: tuple[tuple[str, tuple[str, ...]], ...]
    rows: tuple[tuple[str, tuple[str, ...], int], ...]
    own: bool = False

    def class_of(self, existing: object) -> str:
        """Name the class of an existing use; empty where the table does not know it.

        Examples
        --------
        >>> fit_table().class_of("Tegalan dan  ladang"), fit_table().class_of("Landasan piring terbang")
        ('field', '')
        """
        text = tidy(existing).casefold()
        return next((c for c, names in self.classes if any(fnmatchcase(text, n) for n in names)), "") if text else ""

    def fit(self, kind: str, subzone: str) -> int:
        """Say how a class fits a sub-zone, as a number in `FITS`.

        Examples
        --------
        >>> FITS[fit_table().fit("paddy", "P-1")], FITS[fit_table().fit("industry", "R-2")]
        ('conform', 'conflict')
        """
        code = tidy(subzone).casefold()
        if not (kind and code):
            return FITS.index("undetermined")
        rows = (fit for c, zones, fit in self.rows if c == kind and any(fnmatchcase(code, z) for z in zones))
        return next(rows, FITS.index("undetermined"))

    def fits(self, kinds: Iterable[str], subzones: Iterable[str]) -> SmallArray:
        """Lay the fits out, shape (kinds, subzones)."""
        columns = list(subzones)
        rows = [[self.fit(k, s) for s in columns] for k in kinds]
        return np.array(rows, np.int8).reshape(len(rows), len(columns))


@cache
def fit_table() -> FitTable:
    """Return the table of this project: a screening, no law. Every row of its data carries a confidence."""
    classes = tuple((r["class"], tuple(r["names"].split("|"))) for r in _rows("landuse_classes"))
    rows = tuple(
        (r["class"], tuple(r["subzones"].casefold().split()), FITS.index(r["fit"])) for r in _rows("landuse_fit")
    )
    return FitTable(classes, rows)


def _rows(name: str) -> list[dict[str, str]]:
    text = files("rdtr.zoning").joinpath(f"data/{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def own_table(table: pd.DataFrame) -> FitTable:
    """Read a table of one's own.

    Parameters
    ----------
    table
        Columns ``existing`` (a name or pattern such as ``sawah*``), ``subzones`` (codes or patterns with blanks between)
        and ``fit`` (conform, transition, conflict, or the Indonesian words). The first row that fits wins; what no row
        names is undetermined.

    Raises
    ------
    SchemaError
        If a column is missing or a fit is not known.

    Examples
    --------
    >>> own = own_table(pd.DataFrame({"existing": ["sawah*"], "subzones": ["P-* R-*"], "fit": ["sesuai"]}))
    >>> FITS[own.fit(own.class_of("Sawah irigasi"), "R-2")]
    'conform'
    """
    missing = [c for c in ("existing", "subzones", "fit") if c not in table.columns]
    if missing:
        raise SchemaError(f"class table: column {missing[0]!r} is missing; wanted existing, subzones, fit")
    rows = [_own(k, *row) for k, row in enumerate(table[["existing", "subzones", "fit"]].itertuples(index=False), 1)]
    names = dict.fromkeys(name for name, _, _ in rows)
    return FitTable(tuple((n, (n,)) for n in names), tuple(rows), own=True)


def _own(number: int, existing: Any, subzones: Any, fit: Any) -> tuple[str, tuple[str, ...], int]:
    word = tidy(fit).casefold()
    if word not in _SAID or _SAID[word] not in FITS:
        raise SchemaError(f"class table row {number}: fit {tidy(fit)!r} is not known; wanted one of {', '.join(FITS)}")
    return tidy(existing).casefold(), tuple(tidy(subzones).casefold().split()), FITS.index(_SAID[word])


def codes_of(plan: Plan) -> ObjectArray:
    """Code of each unit; where a layer has only names, the code that the vocabulary gives for the name."""
    book = vocabulary(plan.identity.vocabulary)
    kinds = [None if looks_like_code(label) else book.by_name(label) for label in plan.index.units.label]
    return np.array(
        [
            label if k is None else k.code or k.zone_code or label
            for k, label in zip(kinds, plan.index.units.label, strict=True)
        ],
        dtype=object,
    )
