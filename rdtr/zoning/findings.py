"""Findings: what was noticed, as data. A finding is not an error; nothing here decides, and nothing is printed."""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

import pandas as pd

from rdtr.text import fill
from rdtr.types import Lang

__all__ = ["Finding", "Findings", "Kind", "Level", "kind_of", "kinds"]

Level: TypeAlias = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One row of the catalogue ``data/findings.csv``: a code, how grave it is, and its sentence in two languages."""

    code: str
    level: Level
    template: Mapping[Lang, str]

    def message(self, lang: Lang = "id", /, **values: Any) -> str:
        """Fill the sentence of this kind."""
        return fill(self.template[lang], lang, **values)


@cache
def kinds() -> Mapping[str, Kind]:
    """Return the catalogue of finding codes, read once.

    Examples
    --------
    >>> kinds()["CODE_CANONICALISED"].level
    'info'
    """
    text = files("rdtr.zoning").joinpath("data/findings.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    table = {r["code"]: Kind(r["code"], r["level"], {"id": r["id"], "en": r["en"]}) for r in rows}  # type: ignore[arg-type]
    return MappingProxyType(table)


def kind_of(code: str) -> Kind:
    """Return one kind; a code missing from the catalogue is a fault of the program, hence a KeyError."""
    return kinds()[code]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing noticed while reading: where it is and what was found.

    Attributes
    ----------
    code
        A code of the catalogue.
    source
        File or layer.
    row
        Row in the source, counted from 1; None when the whole source is meant.
    field
        Column; None when no single column is meant.
    values
        What the sentence needs.
    """

    code: str
    source: str = ""
    row: int | None = None
    field: str | None = None
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def level(self) -> Level:
        """How grave it is, from the catalogue."""
        return kind_of(self.code).level

    def message(self, lang: Lang = "id") -> str:
        """Say it: where, then what.

        Examples
        --------
        >>> Finding("CODE_CANONICALISED", "zones.shp", 118, "KODSZN", {"found": "R2", "code": "R-2"}).message("en")
        'zones.shp row 118 KODSZN: code "R2" is read as "R-2"'
        """
        row = "" if self.row is None else f"{'baris' if lang == 'id' else 'row'} {self.row}"
        where = " ".join(part for part in (self.source, row, self.field or "") if part)
        said = kind_of(self.code).message(lang, **self.values)
        return f"{where}: {said}" if where else said


@dataclass(frozen=True, slots=True)
class Findings:
    """An ordered, immutable collection of findings."""

    items: tuple[Finding, ...] = ()

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __deepcopy__(self, memo: dict[int, Any]) -> Findings:
        return self  # nothing in it changes, and pandas copies a table's attrs at every turn

    def __add__(self, other: Findings | Iterable[Finding]) -> Findings:
        return Findings((*self.items, *other))

    def of(self, *codes: str) -> Findings:
        """Keep the findings of these codes."""
        return Findings(tuple(f for f in self.items if f.code in codes))

    def counts(self) -> dict[str, int]:
        """Count findings by code, in order of first appearance."""
        result: dict[str, int] = {}
        for finding in self.items:
            result[finding.code] = result.get(finding.code, 0) + 1
        return result

    def table(self, lang: Lang = "id") -> pd.DataFrame:
        """Lay the findings out as a table: code, level, source, row, field, message."""
        rows = [(f.code, f.level, f.source, f.row, f.field, f.message(lang)) for f in self.items]
        frame = pd.DataFrame(rows, columns=["code", "level", "source", "row", "field", "message"])
        return frame.astype({"row": "Int64"})
