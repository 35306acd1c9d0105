"""Which plan it is, and under which conventions it is read. Holds no zones."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import get_args

from rdtr.errors import PlanError
from rdtr.types import CrsPolicy, Vocabulary

__all__ = ["DEFAULT_TOLERANCE_M", "PlanIdentity"]

DEFAULT_TOLERANCE_M = 2.5
"""Half a millimetre on a map of 1:5,000, used where a plan declares no accuracy of its own."""


@dataclass(frozen=True, slots=True)
class PlanIdentity:
    """Which plan this is, and under which conventions it is read.

    Attributes
    ----------
    id
        Short name for files and addresses: no slash, no leading dot.
    tolerance_m
        Declared accuracy of the zone lines, metres.
    crs_policy
        How WGS 84, DGN95 and SRGI2013 meet, see `rdtr.crs.transform`.

    Raises
    ------
    PlanError
        If a value is of the wrong kind, or validity ends before it begins.

    Examples
    --------
    >>> PlanIdentity("kota", tolerance_m=-1)
    Traceback (most recent call last):
    rdtr.errors.PlanError: plan kota: tolerance_m is -1; wanted metres, 0 or more
    """

    id: str
    title: str = ""
    region_code: str = ""
    regulation: str = ""
    regulation_date: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    vocabulary: Vocabulary = "2021"
    kbli_edition: str = "2020"
    tolerance_m: float = DEFAULT_TOLERANCE_M
    crs_policy: CrsPolicy = "null"

    def __post_init__(self) -> None:
        for item in fields(self):
            if item.type == "str":
                self._require(item.name, isinstance(getattr(self, item.name), str), "a text")
            if item.type == "date | None":
                object.__setattr__(self, item.name, self._date(item.name))
        unfit = not self.id.strip() or self.id.startswith(".") or set(self.id) & set("/\\") or not self.id.isprintable()
        self._require("id", not unfit, "a short name without slash, control character or leading dot")
        self._require("vocabulary", self.vocabulary in get_args(Vocabulary), f"one of {_words(Vocabulary)}")
        self._require("crs_policy", self.crs_policy in get_args(CrsPolicy), f"one of {_words(CrsPolicy)}")
        number = isinstance(self.tolerance_m, int | float) and not isinstance(self.tolerance_m, bool)
        fit = number and math.isfinite(self.tolerance_m) and self.tolerance_m >= 0
        self._require("tolerance_m", fit, "metres, 0 or more")
        object.__setattr__(self, "tolerance_m", float(self.tolerance_m))  # so that 2 and 2.0 are one plan, one hash
        if self.valid_from and self.valid_until and self.valid_from > self.valid_until:
            raise PlanError(f"plan {self.id}: valid_from {self.valid_from} comes after valid_until {self.valid_until}")

    def _date(self, name: str) -> date | None:
        value = getattr(self, name)
        self._require(name, value is None or isinstance(value, date), "a date")
        return value.date() if isinstance(value, datetime) else value

    def _require(self, name: str, fit: bool, wanted: str) -> None:
        if not fit:
            value = getattr(self, name)
            raise PlanError(f"plan {str(self.id)[:40]}: {name} is {value!r}; wanted {wanted}")


def _words(alias: object) -> str:
    return ", ".join(get_args(alias))
