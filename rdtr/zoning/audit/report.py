"""The report of an audit: findings as a table with places, made when asked. Judges nothing, writes no file."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from rdtr.errors import ReportError
from rdtr.types import Lang, ObjectArray, PathLike
from rdtr.zoning.audit.catalogue import LEVEL_WORDS, LEVELS, audit_kinds, check_of, checks, level_of
from rdtr.zoning.audit.found import Found, Skipped
from rdtr.zoning.findings import Level
from rdtr.zoning.pictures import Engine, draw_map
from rdtr.zoning.plan import Plan
from rdtr.zoning.writers import suffixes, write_as

__all__ = ["COLUMNS", "AuditReport"]

_FORMATS: Final = "rdtr.audit_writers"

COLUMNS: Final = ("code", "level", "check", "row", "other_row", "KODSZN", "KODBLK", "size", "unit", "source", "field",
                  "message")  # fmt: skip


class AuditReport:
    """What an audit found.

    Attributes
    ----------
    plan
        What was looked at.
    profile
        Which checks were asked for.
    limits
        Under which limits.
    skipped
        Checks that could not look, each with its reason.
    on
        Day of the audit; None where none was given.
    outline
        Polygons of the planning area; None where none is known.
    """

    def __init__(
        self,
        plan: Plan,
        profile: str,
        limits: Mapping[str, float],
        found: tuple[Found, ...],
        skipped: tuple[Skipped, ...],
        on: date | None = None,
        outline: ObjectArray | None = None,
    ) -> None:
        self.plan = plan
        self.profile = profile
        self.limits = limits
        self.skipped = skipped
        self.on = on
        self.outline = outline
        self._found = sorted(found, key=self._order)

    def _order(self, found: Found) -> tuple[int, int, str, float]:
        """Gravest first, then by check and code, then largest first; the checks gave them in a stable order."""
        names = [c.name for c in checks(self.profile)]
        place = names.index(check_of(found.code))
        size = 0.0 if math.isnan(found.size) else -found.size
        return LEVELS.index(level_of(found.code, self.profile)), place, found.code, size

    def __len__(self) -> int:
        return len(self._found)

    @property
    def findings(self) -> gpd.GeoDataFrame:
        """One row a finding, messages in Bahasa Indonesia: see `findings_in`."""
        return self.findings_in("id")

    def findings_in(self, lang: Lang = "id") -> gpd.GeoDataFrame:
        """Lay the findings out, gravest first.

        Parameters
        ----------
        lang
            Language of the messages.

        Returns
        -------
        GeoDataFrame
            code, level, check, row and other_row (zones, counted from 1, the first of several; of a note of reading: of
            the file), KODSZN and KODBLK (None where several zones differ in it), size, unit, source, field, message,
            and the place in the plan's CRS (None where it has none).
        """
        return self._tables[lang].copy() if lang in self._tables else self._make(lang)

    @cached_property
    def _tables(self) -> dict[Lang, gpd.GeoDataFrame]:
        return {}

    def _make(self, lang: Lang) -> gpd.GeoDataFrame:
        zones = self.plan.zones
        code, block = zones["KODSZN"].to_numpy(object), zones["KODBLK"].to_numpy(object)
        rows = [self._row(f, lang, code, block) for f in self._found]
        frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"row": "Int64", "other_row": "Int64", "size": float})
        place = np.array([f.place for f in self._found], dtype=object)
        self._tables[lang] = gpd.GeoDataFrame(frame, geometry=place, crs=self.plan.crs)
        return self._tables[lang].copy()

    def _row(self, found: Found, lang: Lang, code: ObjectArray, block: ObjectArray) -> tuple[Any, ...]:
        level, check = level_of(found.code, self.profile), check_of(found.code)
        if found.note is not None:
            note = found.note
            return found.code, level, check, note.row, None, None, None, math.nan, None, note.source or None, \
                found.field or None, note.message(lang)  # fmt: skip
        known = audit_kinds()[found.code]
        zone = found.zone
        where = (None, None) if zone is None else (_common(code, found), _common(block, found))
        rows = (None if z is None else z + 1 for z in (zone, found.other))
        size = (found.size, known.unit) if known.unit else (math.nan, None)
        return found.code, level, check, *rows, *where, *size, None, found.field or None, \
            known.kind.message(lang, **found.said(lang))  # fmt: skip

    def summary(self) -> pd.DataFrame:
        """Count findings by code, gravest first.

        Returns
        -------
        DataFrame
            check, code, level, count, size (their sum; NaN where sizes of this kind do not add up), unit.
        """
        table = pd.DataFrame(self.findings[["check", "code", "level", "size", "unit"]])
        sums = table.groupby("code", sort=False).agg(
            check=("check", "first"), level=("level", "first"), count=("code", "size"),
            size=("size", "sum"), unit=("unit", "first"),
        )  # fmt: skip
        sums["size"] = sums["size"].where(sums["unit"].isin(["m2", "m", "n"]))
        return sums.reset_index()[["check", "code", "level", "count", "size", "unit"]]

    def counts(self) -> dict[Level, int]:
        """Count findings by level, all three named."""
        levels = [level_of(f.code, self.profile) for f in self._found]
        return {level: levels.count(level) for level in LEVELS}

    @property
    def sound(self) -> bool:
        """True where no error was found; warnings and notes may stand."""
        return self.counts()["error"] == 0

    def fails(self, fail_on: Level = "error") -> bool:
        """Tell whether something of this level or graver was found: what a CI run asks.

        Raises
        ------
        ReportError
            If there is no such level.
        """
        if fail_on not in LEVELS:
            raise ReportError(f"level {fail_on!r} is not known; it is one of {', '.join(LEVELS)}")
        counts = self.counts()
        return any(counts[level] for level in LEVELS[: LEVELS.index(fail_on) + 1])

    @property
    def receipt(self) -> dict[str, Any]:
        """What is needed to repeat the audit: plan, hash, profile, limits, day, version."""
        identity = self.plan.identity
        return {
            "plan": identity.id,
            "title": identity.title,
            "regulation": identity.regulation,
            "vocabulary": identity.vocabulary,
            "plan_hash": self.plan.hash,
            "crs": self.plan.crs.to_string(),
            "profile": self.profile,
            "limits": dict(self.limits),
            "on": self.on.isoformat() if self.on else None,
            "rdtr": version("rdtr"),
        }

    def write(self, path: PathLike, *, lang: Lang = "id") -> Path:
        """Write the report; the suffix says how: gpkg, geojson, xlsx, json or html.

        Parameters
        ----------
        path
            For example ``temuan.html``.
        lang
            Language of messages and headings.

        Returns
        -------
        Path
            What was written.

        Raises
        ------
        ReportError
            For a suffix that no writer knows.
        """
        return write_as(_FORMATS, "an audit", path, self, lang)

    @staticmethod
    def formats() -> tuple[str, ...]:
        """Return the suffixes that `write` knows, without their dots.

        Examples
        --------
        >>> AuditReport.formats()
        ('geojson', 'gpkg', 'html', 'json', 'xlsx')
        """
        return suffixes(_FORMATS)

    def explore(self, *, lang: Lang = "id", engine: Engine = "folium") -> Any:
        """Draw the findings at their places: folium (the extra ``plots``), or lonboard (``lonboard``) for any number.

        Returns
        -------
        folium.Map or lonboard.Map

        Raises
        ------
        ReportError
            If the engine is not installed, or there are more findings than folium can hold.
        """
        return draw_map("audit", engine, self, lang=lang)

    def __repr__(self) -> str:
        said = ", ".join(f"{n:,} {LEVEL_WORDS['id'][level]}" for level, n in self.counts().items())
        return f"<AuditReport {self.plan.identity.id}: {said}>"

    def _repr_html_(self) -> str:
        from rdtr.zoning.audit.picture import card  # drawing sits apart, and only a notebook asks for it

        return card(self)


def _common(values: ObjectArray, found: Found) -> Any:
    """The value of the zones that a finding means; None where they have several."""
    own, all_of_them = values[found.zone], values[:0] if found.rows is None else values[found.rows]
    return None if any(v != own for v in all_of_them) else own
