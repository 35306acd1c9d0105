"""Finding activities and places of a plan by a few letters, slips of the pen forgiven. Ranks names, judges nothing."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import shapely
from rapidfuzz import fuzz, process

from rdtr import crs
from rdtr.errors import PlanError
from rdtr.types import FloatArray, IndexArray, ObjectArray
from rdtr.zoning.codes import is_blank, tidy
from rdtr.zoning.plan import Plan

__all__ = ["find_activities", "find_places"]

_LEAST: Final = 70.0
"""Of 100: a word of seven letters may have two wrong ones; below that names have only letters in common."""

_BEGUN: Final = 95.0
"""Score of a word that begins as asked: better than any slip, less than the very word."""

_KINDS: Final = (
    ("kelurahan", "WADMKD", "WADMKC"),
    ("kecamatan", "WADMKC", "WADMKK"),
    ("wp", "KODEWP", ""),
    ("swp", "KODSWP", "KODEWP"),
    ("blok", "KODBLK", "KODSWP"),
)


@dataclass(frozen=True, eq=False)
class _Names:
    """Names with their words.

    Attributes
    ----------
    word
        Distinct words.
    name_of, word_of
        Shape (k,), both ascending by name: which word stands in which name.
    plain
        Shape (n,), each name as it is compared.
    """

    word: tuple[str, ...]
    name_of: IndexArray
    word_of: IndexArray
    plain: ObjectArray

    @classmethod
    def of(cls, names: Iterable[str]) -> _Names:
        plain = [_plain(n) for n in names]
        pairs = [(k, w) for k, name in enumerate(plain) for w in dict.fromkeys(name.split())]
        word = {w: k for k, w in enumerate(dict.fromkeys(w for _, w in pairs))}
        name_of = np.array([k for k, _ in pairs], np.int64)
        word_of = np.array([word[w] for _, w in pairs], np.int64)
        return cls(tuple(word), name_of, word_of, np.array(plain, dtype=object))

    def score(self, asked: str) -> FloatArray:
        """How well each name fits, 0..100, shape (n,): the mean over the words asked of the best word in the name.

        A word that is nowhere in the name counts nothing; with more than half of them nowhere, the name does not fit.
        """
        words = asked.split()
        result = np.zeros(len(self.plain))
        if not words or not self.word:
            return result
        alike = process.cdist(words, self.word, scorer=fuzz.ratio, dtype=np.float64, workers=1)
        begun = np.array([[w.startswith(a) and w != a for w in self.word] for a in words], np.bool_)
        alike = np.where(begun, np.maximum(alike, _BEGUN), alike)
        best = np.zeros((len(words), len(result)))
        for k in range(len(words)):  # the few words that were typed
            np.maximum.at(best[k], self.name_of, alike[k, self.word_of])
        met = best >= _LEAST
        result = np.where(2 * met.sum(axis=0) >= len(words), np.where(met, best, 0.0).mean(axis=0), 0.0)
        return np.where(self.plain == asked, 101.0, result)  # the very name goes before names that contain it


def _plain(text: object) -> str:
    letters = unicodedata.normalize("NFKD", tidy(text).casefold())
    return " ".join("".join(c if c.isalnum() else " " for c in letters if not unicodedata.combining(c)).split())


def find_activities(plan: Plan, q: str, limit: int = 20) -> pd.DataFrame:
    """Find activities by name, id or the beginning of a KBLI code.

    Parameters
    ----------
    plan
        The plan whose rule book is searched.
    q
        A few letters of one or more words in any order, or digits. Slips are forgiven (``warug makn``). A KBLI code
        that is longer than the listed ones finds the activity by which a permit for it would be judged. Empty text
        lists everything.
    limit
        Most rows.

    Returns
    -------
    DataFrame
        activity_id, name, kbli, score (0..100, the best first; ties in the order of the rule book).

    Raises
    ------
    PlanError
        If `limit` is not positive.

    Examples
    --------
    >>> from rdtr import sample_city
    >>> plan = sample_city(parcels=500).plan
    >>> find_activities(plan, "rumha tungal", 1)["name"].tolist()
    ['Rumah tunggal']
    """
    _require_limit(limit)
    names = plan.derived("activity names", lambda p: _Names.of(p.rules.activities["name"]))
    table = plan.rules.activities[["activity_id", "name", "kbli"]]
    score = np.maximum(names.score(_plain(q)), _code_scores(plan, table, tidy(q)))
    return _best(table.assign(score=np.minimum(score, 100.0)), score, q, limit)


def _code_scores(plan: Plan, table: pd.DataFrame, asked: str) -> FloatArray:
    """100 for the very id or code, 99 for the listed prefix that a check would use, 90 for codes that begin so."""
    score = np.zeros(len(table))
    score[(table["activity_id"].str.casefold() == asked.casefold()).to_numpy(bool)] = 100.0
    if not asked.isdecimal():
        return score
    begun = [any(code.startswith(asked) for code in codes.split()) for codes in table["kbli"]]
    score[np.array(begun, np.bool_)] = np.maximum(score[np.array(begun, np.bool_)], 90.0)
    matched = plan.rules.matched_kbli(asked)
    meant = list(plan.rules.find_kbli(asked))
    score[meant] = np.maximum(score[meant], 100.0 if matched == asked else 99.0)
    return score


def find_places(plan: Plan, q: str, limit: int = 20) -> pd.DataFrame:
    """Find kelurahan, kecamatan, WP, SWP and blok of a plan by name or code.

    Parameters
    ----------
    plan
        The plan.
    q
        A few letters, as for `find_activities`; ``blok``, ``wp`` and the like may stand before a code. Empty text lists
        everything.
    limit
        Most rows.

    Returns
    -------
    DataFrame
        name; kind (``kelurahan``, ``kecamatan``, ``wp``, ``swp``, ``blok``); within (what it belongs to, so that two of
        one name can be told apart); west, south, east, north and lon, lat (centre of these bounds), degrees; score.

    Raises
    ------
    PlanError
        If `limit` is not positive.

    Examples
    --------
    >>> from rdtr import sample_city
    >>> plan = sample_city(parcels=500).plan
    >>> find_places(plan, "blok I.A.1", 1)[["name", "kind"]].to_numpy().tolist()
    [['I.A.1', 'blok']]
    """
    _require_limit(limit)
    table, names, spoken = plan.derived("places", _places)
    asked = _plain(q)
    # "blok I.A.1" names the kind too; "I.A.1" alone is the name
    score = np.maximum(names.score(asked), spoken.score(asked))
    return _best(table.assign(score=np.minimum(score, 100.0)), score, q, limit)


def _places(plan: Plan) -> tuple[pd.DataFrame, _Names, _Names]:
    table = pd.concat([_kind(plan, *kind) for kind in _KINDS], ignore_index=True)
    spoken = [f"{k} {n}" for k, n in zip(table["kind"], table["name"], strict=True)]
    return table, _Names.of(table["name"]), _Names.of(spoken)


def _kind(plan: Plan, kind: str, column: str, parent: str) -> pd.DataFrame:
    zones = plan.zones
    box = pd.DataFrame(shapely.bounds(zones.geometry.to_numpy()), columns=["xmin", "ymin", "xmax", "ymax"])
    name, within = (_texts(zones, c) for c in (column, parent))
    box = box.assign(name=name, within=within)[[not is_blank(n) for n in name]]
    grouped = box.groupby(["name", "within"], sort=True).agg(
        xmin=("xmin", "min"), ymin=("ymin", "min"), xmax=("xmax", "max"), ymax=("ymax", "max")
    )
    corners = grouped.to_numpy(np.float64)
    degrees = shapely.bounds(_in_degrees(plan, shapely.box(*corners.T)))
    found = grouped.index.to_frame(index=False).assign(kind=kind)[["name", "kind", "within"]]
    found[["west", "south", "east", "north"]] = degrees
    return found.assign(lon=degrees[:, ::2].mean(axis=1), lat=degrees[:, 1::2].mean(axis=1))


def _in_degrees(plan: Plan, boxes: ObjectArray) -> ObjectArray:
    return crs.to_geographic(np.atleast_1d(boxes), plan.crs, plan.identity.crs_policy)


def _texts(zones: pd.DataFrame, column: str) -> list[str]:
    return [tidy(v) for v in zones[column]] if column in zones.columns else [""] * len(zones)


def _best(table: pd.DataFrame, rank: FloatArray, q: str, limit: int) -> pd.DataFrame:
    order = np.argsort(-rank, kind="stable")
    if tidy(q):
        order = order[rank[order] > 0.0]
    return table.iloc[order[:limit]].reset_index(drop=True)


def _require_limit(limit: int) -> None:
    if limit < 1:
        raise PlanError(f"limit is {limit}; wanted 1 or more")
