"""What an audit looks for, as data: checks, kinds of findings, limits, columns, official names. Looks at no plan."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias, get_args

from rdtr.errors import PlanError
from rdtr.types import Lang
from rdtr.zoning.findings import Kind, Level, kinds

__all__ = [
    "LEVELS",
    "LEVEL_WORDS",
    "AuditKind",
    "Check",
    "Profile",
    "audit_kinds",
    "check_of",
    "checks",
    "columns",
    "known_villages",
    "level_of",
    "limits_with",
]

Profile: TypeAlias = Literal["full", "topology", "attributes", "delivery"]
"""``full``: everything; ``topology``: shapes and borders; ``attributes``: tables and rules; ``delivery``: everything, held
to what a delivery must be, so that most warnings are errors."""

LEVELS: Final[tuple[Level, ...]] = ("error", "warning", "info")

LEVEL_WORDS: Final[Mapping[Lang, Mapping[str, str]]] = {
    "id": {"error": "kesalahan", "warning": "peringatan", "info": "catatan"},
    "en": {"error": "error", "warning": "warning", "info": "note"},
}
"""Levels in the words that users read."""


@dataclass(frozen=True, slots=True)
class Check:
    """One row of ``data/audit_checks.csv``: a theme that is looked at, and what it cannot do without."""

    name: str
    needs: tuple[str, ...]
    profiles: tuple[str, ...]
    title: Mapping[Lang, str]


def _rows(name: str) -> list[dict[str, str]]:
    text = files("rdtr.zoning").joinpath(f"data/{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def checks(profile: str) -> tuple[Check, ...]:
    """Return the checks of a profile, in their order.

    Raises
    ------
    PlanError
        If there is no such profile.

    Examples
    --------
    >>> [c.name for c in checks("topology")][:3]
    ['intake', 'overlaps', 'gaps']
    """
    if profile not in get_args(Profile):
        raise PlanError(f"audit profile {profile!r} is not known; it is one of {', '.join(get_args(Profile))}")
    rows = (r for r in _rows("audit_checks") if profile in r["profiles"].split())
    return tuple(
        Check(r["check"], tuple(r["needs"].split()), tuple(r["profiles"].split()), {"id": r["id"], "en": r["en"]})
        for r in rows
    )


@dataclass(frozen=True, slots=True)
class AuditKind:
    """One row of ``data/audit_findings.csv``.

    Attributes
    ----------
    kind
        Code, level, sentence. Where the sentence is blank it stands in ``data/findings.csv``: a note of reading.
    check
        Which check finds it.
    unit
        Of its size; empty where it has none.
    delivery
        Its level in the profile ``delivery``.
    """

    kind: Kind
    check: str
    unit: str
    delivery: Level


@cache
def audit_kinds() -> Mapping[str, AuditKind]:
    """Return the kinds of findings by code.

    Examples
    --------
    >>> audit_kinds()["GAP"].check, audit_kinds()["GAP"].unit
    ('gaps', 'm2')
    """
    rows = _rows("audit_findings")
    return MappingProxyType({r["code"]: _kind(r) for r in rows})


def _kind(row: Mapping[str, str]) -> AuditKind:
    kind = Kind(row["code"], row["level"], {"id": row["id"], "en": row["en"]})  # type: ignore[arg-type] # tested
    return AuditKind(kind, row["check"], row["unit"], row["delivery"])  # type: ignore[arg-type] # tested


def check_of(code: str) -> str:
    """Return the check that a finding belongs to; notes of reading belong to ``intake``.

    Examples
    --------
    >>> check_of("SPIKE"), check_of("COLUMN_ALIAS")
    ('spikes', 'intake')
    """
    return audit_kinds()[code].check if code in audit_kinds() else "intake"


def level_of(code: str, profile: str) -> Level:
    """Return how grave a finding is under a profile; notes of reading keep their own level.

    Examples
    --------
    >>> level_of("T_JUNCTION", "full"), level_of("T_JUNCTION", "delivery"), level_of("COLUMN_ALIAS", "full")
    ('warning', 'error', 'info')
    """
    if code not in audit_kinds():
        return kinds()[code].level
    known = audit_kinds()[code]
    return known.delivery if profile == "delivery" else known.kind.level


@cache
def _limits() -> Mapping[str, float]:
    return MappingProxyType({r["name"]: float(r["value"]) for r in _rows("audit_limits")})


def limits_with(changes: Mapping[str, Any] | None) -> Mapping[str, float]:
    """Return the limits of an audit with some of them changed.

    Raises
    ------
    PlanError
        If a limit is not known or is no number of 0 or more.

    Examples
    --------
    >>> limits_with({"sliver_width_m": 2.5})["sliver_width_m"]
    2.5
    """
    result = dict(_limits())
    for name, value in (changes or {}).items():
        if name not in result:
            raise PlanError(f"audit limit {name!r} is not known; the limits are {', '.join(result)}")
        if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
            raise PlanError(f"audit limit {name} is {value!r}; wanted a number of 0 or more")
        result[name] = float(value)
    return MappingProxyType(result)


@cache
def columns() -> Mapping[str, Mapping[Lang, str]]:
    """Return the columns that a zoning layer must have, with what each says."""
    return MappingProxyType({r["column"]: {"id": r["id"], "en": r["en"]} for r in _rows("audit_columns")})


@cache
def known_villages(region_code: str) -> Mapping[str, str]:
    """Return the official names of a region's villages by every known spelling; empty where none are packaged.

    Parameters
    ----------
    region_code
        With or without dots and trailing zeros: ``64.74``, ``6474``, ``6474000000``.

    Examples
    --------
    >>> known_villages("6474")["Lok Tuan"], len(known_villages("9999"))
    ('Loktuan', 0)
    """
    plain = region_code.replace(".", "")[:4]
    rows = [r for r in _rows("villages") if plain and r["region_code"].replace(".", "") == plain]
    names = {name: r["name"] for r in rows for name in (*filter(None, r["aliases"].split("|")), r["name"])}
    return MappingProxyType(names)
