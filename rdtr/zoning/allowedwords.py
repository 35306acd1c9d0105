"""What can be built at a place, put into words and plain values, as JSON wants them. Judges nothing."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from rdtr.text import quantity
from rdtr.types import Lang
from rdtr.zoning.audit.catalogue import columns
from rdtr.zoning.outcomes import OUTCOMES, words
from rdtr.zoning.vocabulary import vocabulary

if TYPE_CHECKING:
    from rdtr.zoning.allowedreport import Allowed

__all__ = ["LimitWord", "limit_words", "to_dict"]

_WHEN: Final = ("road_class", "lot_min_m2", "lot_max_m2", "alternative")


@dataclass(frozen=True, slots=True)
class LimitWord:
    """How one limit is called: its unit (see `rdtr.text.quantity`), whether it is ``min`` or ``max``, its label."""

    unit: str
    bound: str
    label: Mapping[Lang, str]


@cache
def limit_words() -> Mapping[str, LimitWord]:
    """Return the names of the limits, read once.

    Examples
    --------
    >>> limit_words()["kdb_max_pct"].label["en"]
    'Largest building coverage (KDB)'
    """
    text = files("rdtr.zoning").joinpath("data/limit_words.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return MappingProxyType(
        {r["limit"]: LimitWord(r["unit"], r["bound"], {"id": r["id"], "en": r["en"]}) for r in rows}
    )


def to_dict(allowed: Allowed, lang: Lang = "id") -> dict[str, Any]:
    """Put an `Allowed` into plain values.

    Parameters
    ----------
    allowed
        What was found.
    lang
        Language of labels and sentences.

    Returns
    -------
    dict
        inside; plan; zones, activities, limits and overlays as lists of objects; a value that is not there is None.
    """
    return {
        "inside": allowed.inside,
        "plan": _plan(allowed),
        "zones": list(_zones(allowed)),
        "activities": list(_activities(allowed, lang)),
        "limits": list(_limits(allowed, lang)),
        "overlays": list(_overlays(allowed, lang)),
        "tolerance_m": allowed.case.tolerance_m,
    }


def _plan(allowed: Allowed) -> dict[str, Any]:
    identity = allowed.plan.identity
    day = identity.regulation_date
    return {
        "id": identity.id,
        "title": identity.title,
        "regulation": identity.regulation,
        "regulation_date": day.isoformat() if day else None,
        "hash": allowed.plan.hash,
    }


def _zones(allowed: Allowed) -> Iterator[dict[str, Any]]:
    book = vocabulary(allowed.plan.identity.vocabulary)
    for row in _records(allowed.zones):
        kind = book.find(row["KODSZN"]) or book.by_name(row["name"]) if row["KODSZN"] else None
        yield {k: _plain(v) for k, v in row.items()} | {"color": kind.color if kind else None}


def _records(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Rows as objects; pandas' own way takes ten times as long for a handful of rows."""
    names = [str(c) for c in table.columns]
    for row in zip(*(table[c].tolist() for c in table.columns), strict=True):
        yield dict(zip(names, row, strict=True))


def _plain(value: Any) -> Any:
    """Turn numpy's and pandas' values into Python's; what is missing is None."""
    value = value.item() if hasattr(value, "item") else value
    if value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value if value is None or isinstance(value, str | bool | int | float) else str(value)


def _activities(allowed: Allowed, lang: Lang) -> Iterator[dict[str, Any]]:
    texts = allowed.plan.rules.condition_texts
    label = {name: words(k, lang) for k, name in enumerate(OUTCOMES)}
    for activity_id, name, kbli, permission, outcome, use, codes, reference in allowed.activity_rows:
        yield {
            "activity_id": activity_id,
            "name": name,
            "kbli": kbli.split(),
            "permission": permission,
            "outcome": outcome,
            "use": use,
            "label": label[outcome],
            "conditions": [{"code": c, "text": texts.get(c, ("", ""))[0]} for c in codes],
            "reference": reference,
        }


def _limits(allowed: Allowed, lang: Lang) -> Iterator[dict[str, Any]]:
    """Yield one object a limit and variant; whoever wants the variants as rows takes `Allowed.limits`."""
    for row in _records(allowed.limits):
        when = {k: _plain(row[k]) for k in _WHEN if _plain(row[k]) not in (None, "")}
        for key, word in limit_words().items():
            if not math.isnan(row[key]):
                yield {
                    "key": key,
                    "label": word.label[lang],
                    "value": row[key],
                    "unit": word.unit,
                    "text": ("≥ " if word.bound == "min" else "≤ ") + quantity(row[key], word.unit, lang),
                    "KODSZN": row["KODSZN"],
                    "when": when,
                    "reference": row["reference"],
                }


def _overlays(allowed: Allowed, lang: Lang) -> Iterator[dict[str, Any]]:
    for row in _records(allowed.overlays_in(lang)):
        name = columns().get(row["field"], {}).get(lang, row["field"])
        yield {k: _plain(v) for k, v in row.items()} | {"name": name[:1].upper() + name[1:]}
