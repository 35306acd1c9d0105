"""The report of a check: verdicts, parts and findings as tables, made when asked. Judges nothing, writes no file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from rdtr.errors import ReportError
from rdtr.types import BoolArray, FloatArray, Lang, ObjectArray, PathLike, SmallArray
from rdtr.zoning.approvable import approvable_area, without_forbidden
from rdtr.zoning.case import Batch, Case, Judgement
from rdtr.zoning.checks import RULES
from rdtr.zoning.checks.limits import ranges_of
from rdtr.zoning.explain import Explained, explain
from rdtr.zoning.findings import Findings
from rdtr.zoning.notes import notes
from rdtr.zoning.outcomes import DIMENSIONS, OUTCOMES, WORDS
from rdtr.zoning.permits import findings_of
from rdtr.zoning.pictures import draw
from rdtr.zoning.rules import LIMITS
from rdtr.zoning.sentences import table_of
from rdtr.zoning.shapes import approvable, part_shapes
from rdtr.zoning.threads import side_by_side
from rdtr.zoning.writers import suffixes, write_as

__all__ = ["Report"]

_FORMATS = "rdtr.report_writers"


class Report:
    """What a check found.

    Every table is computed at its first use and handed out as a copy; order is that of the permits.

    Attributes
    ----------
    case
        What was judged.
    judgements
        By dimension.
    """

    def __init__(
        self, case: Case, judgements: Mapping[str, Judgement], verdict: SmallArray, stable: FloatArray
    ) -> None:
        self.case = case
        self.judgements = judgements
        self._verdict = verdict
        self._stable = stable

    def __len__(self) -> int:
        return len(self.case)

    @property
    def permits(self) -> pd.DataFrame:
        """One row a permit.

        Columns: permit_id; verdict, use, intensity, siting, overlay (null: nothing to judge); area_m2 (planar),
        area_geodesic_m2, area_used_m2 with area_basis (certificate or geodesic); covered_share; counted_parts, slivers;
        approvable_m2; stable_to_m.
        """
        approvable_m2, columns = side_by_side(lambda: self._approvable_m2, self._columns, len(self))
        columns.insert(-1, ("approvable_m2", approvable_m2.copy()))
        return pd.DataFrame(dict(columns), copy=False)

    def _columns(self) -> list[tuple[str, Any]]:
        """Columns of `permits` but the one that takes longest; copies, as whoever holds the table may change it."""
        case, parts = self.case, self.case.parts
        with np.errstate(invalid="ignore", divide="ignore"):
            covered = parts.covered_m2 / parts.parcel_area_m2
        counted, slivers = parts.numbers()
        by_certificate = case.by_certificate.astype(np.int8)
        return [
            ("permit_id", case.permits["permit_id"].astype("str").array.copy()),
            ("verdict", _words(self._verdict)),
            *((d, _words(self.judgements[d].outcome)) for d in DIMENSIONS),
            ("area_m2", parts.parcel_area_m2.copy()),
            ("area_geodesic_m2", case.geodesic_m2.copy()),
            ("area_used_m2", case.used_m2.copy()),
            ("area_basis", pd.Categorical.from_codes(by_certificate, ["geodesic", "certificate"])),
            ("covered_share", np.minimum(covered, 1.0)),
            ("counted_parts", counted),
            ("slivers", slivers),
            ("stable_to_m", self._stable.copy()),
        ]

    @cached_property
    def _approvable_m2(self) -> FloatArray:
        return approvable_area(self.case, self.judgements)

    @property
    def parts(self) -> pd.DataFrame:
        """One row a permit and unit of the plan (sub-zone, blok, flags); areas of a permit add up to the parcel.

        Columns: permit_id, KODSZN, NAMOBJ, KODBLK, area_m2, share, permission (ITBX), outcome, sliver, depth_m,
        approvable, and the limits that hold (kdb_max_pct, klb_max, ...; the strictest where the road class or alternative
        is not stated). A row without KODSZN is the part outside the plan.
        """
        return self._parts.copy()

    @cached_property
    def _parts(self) -> pd.DataFrame:
        case, parts, use = self.case, self.case.parts, self.judgements["use"]
        units = case.index.units

        def of_unit(values: ObjectArray) -> ObjectArray:
            return np.array([*(v or None for v in values), None], dtype=object)[parts.unit]

        return pd.DataFrame(
            {
                "permit_id": case.permits["permit_id"].to_numpy()[parts.permit],
                "KODSZN": of_unit(units.label),
                "NAMOBJ": of_unit(units.name),
                "KODBLK": of_unit(units.texts("KODBLK")),
                "area_m2": parts.area_m2,
                "share": parts.area_m2 / parts.parcel_area_m2[parts.permit],
                "permission": use.detail.part_texts(case),
                "outcome": _words(use.part_outcome),
                "sliver": ~parts.counts,
                "depth_m": parts.depth_m,
                "approvable": approvable(case, self.judgements),
                **self._limits(),
            }
        )

    def _limits(self) -> dict[str, FloatArray]:
        """Limits of every part, the strictest that may hold; only those that some part has."""
        found = ranges_of(self.case, np.arange(len(self.case.parts.permit)))
        columns = dict(zip(LIMITS, found.strict.T, strict=True))
        return {name: values for name, values in columns.items() if not np.isnan(values).all()}

    @property
    def findings(self) -> pd.DataFrame:
        """One row a finding, messages in Bahasa Indonesia: see `findings_in`."""
        return self.findings_in("id")

    def findings_in(
        self, lang: Lang = "id", *, permit_id: str | Sequence[str] | None = None, passes: bool = False
    ) -> pd.DataFrame:
        """Lay out the findings.

        Parameters
        ----------
        lang
            Language of the messages.
        permit_id
            Only those of one permit, or of some.
        passes
            Also what is fulfilled; without it only what is not, or asks for something, or should be known.

        Returns
        -------
        DataFrame
            permit_id, code, level, dimension, outcome, measured, limit, unit, KODSZN, reference, message; ordered by
            permit, then by dimension.
        """
        chosen = np.ones(len(self), np.bool_) if permit_id is None else self._chosen(permit_id)
        batches = list(self._batches(chosen, passes=passes))
        return table_of(batches, self.case.permits["permit_id"].to_numpy(), lang)

    def _batches(self, chosen: BoolArray, *, passes: bool) -> Iterator[tuple[str, Batch]]:
        yield from (("", b) for b in notes(self.case, self._verdict, self.judgements, chosen, passes=passes))
        for rule in RULES:
            found = rule.describe(self.case, self.judgements[rule.dimension], chosen, passes=passes)
            yield from ((rule.dimension, b) for b in found)

    def _chosen(self, permit_id: str | Sequence[str]) -> BoolArray:
        asked = [permit_id] if isinstance(permit_id, str) else list(permit_id)
        chosen: BoolArray = np.isin(self.case.permits["permit_id"].to_numpy(object), asked)
        if asked and not chosen.any():
            raise ReportError(f"permit {permit_id!r} is not in this report of {len(self):,} permits")
        return chosen

    @property
    def intake(self) -> Findings:
        """What was noticed while reading plan, rules and permits."""
        plan = self.case.plan
        return plan.findings + plan.rules.findings + findings_of(self.case.permits)

    def geometries(self, kind: Literal["parts", "approvable", "permits"] = "parts") -> gpd.GeoDataFrame:
        """Make the shapes behind the tables, with GEOS, in the plan's CRS.

        Parameters
        ----------
        kind
            ``parts``: one row a row of `parts`. ``approvable``: one row a permit that has anything approvable, with its
            own area. ``permits``: the parcels with their verdicts.

        Raises
        ------
        ReportError
            For another kind.
        """
        if kind == "parts":
            return gpd.GeoDataFrame(self._parts.copy(), geometry=part_shapes(self.case), crs=self.case.plan.crs)
        if kind == "permits":
            return gpd.GeoDataFrame(
                self.permits, geometry=self.case.permits.geometry.to_numpy(), crs=self.case.plan.crs
            )
        if kind == "approvable":
            shapes = self.geometries("parts")
            some = shapes[shapes["approvable"]].dissolve("permit_id", as_index=False, sort=False)[
                ["permit_id", "geometry"]
            ]
            some = without_forbidden(some, self.case, self.judgements)
            some.insert(1, "area_m2", some.area)
            return some
        raise ReportError(f"geometries of {kind!r} are not made; ask for 'parts', 'approvable' or 'permits'")

    def explain(self, permit_id: str, lang: Lang = "id") -> str:
        """Explain one permit line by line, each with its article.

        Raises
        ------
        ReportError
            If there is no such permit.
        """
        return explain(self._explained(permit_id, lang), lang)

    def _explained(self, permit_id: str, lang: Lang) -> Explained:
        chosen = self._chosen(permit_id)
        row = int(np.flatnonzero(chosen)[0])
        outcomes = {d: int(self.judgements[d].outcome[row]) for d in DIMENSIONS}
        return Explained(
            permit_id,
            int(self._verdict[row]),
            outcomes,
            self.permits.iloc[row].to_dict(),
            self._parts[self.case.parts.permit == row],
            self.findings_in(lang, permit_id=permit_id, passes=True),
            self.case.plan.identity,
            self.receipt,
        )

    def summary(self) -> pd.Series[int]:
        """Count permits by verdict, in the order of gravity."""
        counts = np.bincount(self._verdict, minlength=len(OUTCOMES))
        return pd.Series(counts, index=pd.Index(OUTCOMES, name="verdict"), name="permits")

    @property
    def receipt(self) -> dict[str, Any]:
        """What is needed to repeat the check: plan, regulation, hash, tolerance, day, version."""
        identity = self.case.plan.identity
        return {
            "plan": identity.id,
            "title": identity.title,
            "regulation": identity.regulation,
            "vocabulary": identity.vocabulary,
            "kbli_edition": identity.kbli_edition,
            "plan_hash": self.case.plan.hash,
            "crs": self.case.plan.crs.to_string(),
            "crs_policy": identity.crs_policy,
            "tolerance_m": self.case.tolerance_m,
            "on": self.case.on.isoformat() if self.case.on else None,
            "permits": len(self),
            "rdtr": version("rdtr"),
        }

    def write(self, path: PathLike) -> Path:
        """Write the report; the suffix says how: xlsx, csv, parquet, gpkg, geojson or json.

        Nothing half-written is left: the file is made beside its place and then renamed.

        Returns
        -------
        Path
            What was written.

        Raises
        ------
        ReportError
            For a suffix that no writer knows.
        """
        return write_as(_FORMATS, "a report", path, self)

    @staticmethod
    def formats() -> tuple[str, ...]:
        """Return the suffixes that `write` knows, without their dots.

        Examples
        --------
        >>> {"xlsx", "gpkg"} <= set(Report.formats())
        True
        """
        return suffixes(_FORMATS)

    def explore(self, *, lang: Lang = "id") -> Any:
        """Draw the permits in the colour of their verdicts, on a map of folium (the extra ``plots``).

        Returns
        -------
        folium.Map

        Raises
        ------
        ReportError
            If folium is not installed, or there are more permits than a notebook can hold.
        """
        return draw("report_map", self, lang=lang)

    def _repr_html_(self) -> str:
        return str(draw("report_card", self))

    def __repr__(self) -> str:
        counts = self.summary()
        said = ", ".join(f"{count:,} {WORDS['id'][k]}" for k, count in enumerate(counts) if count)
        return f"<Report {len(self):,} permits: {said}>"


def _words(outcome: SmallArray | None) -> pd.Categorical:
    codes = np.zeros(0, np.int8) if outcome is None else outcome.copy()
    # ABSENT is -1, which is what pandas codes "no value" with
    return pd.Categorical.from_codes(codes, list(OUTCOMES), ordered=True, validate=False)
