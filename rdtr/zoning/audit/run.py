"""Run an audit: the checks of a profile, one after the other, those without their data skipped with a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from rdtr.progress import silent
from rdtr.types import Progress
from rdtr.zoning.audit import attributes, borders, outlines, papers, texts
from rdtr.zoning.audit.catalogue import Check, Profile, checks, limits_with
from rdtr.zoning.audit.found import Found, Skipped
from rdtr.zoning.audit.report import AuditReport
from rdtr.zoning.audit.scene import Outlines, Scene
from rdtr.zoning.plan import Plan

__all__ = ["LOOKS", "audit"]

Look: TypeAlias = Callable[[Scene], Iterator[Found]]

LOOKS: Final[Mapping[str, Look]] = MappingProxyType(
    {
        "intake": papers.intake,
        "overlaps": borders.overlaps,
        "gaps": borders.gaps,
        "outline": borders.outline,
        "wards": borders.wards,
        "joins": borders.joins,
        "slivers": outlines.slivers,
        "parts": outlines.parts,
        "spikes": outlines.spikes,
        "vertices": outlines.vertices,
        "complexity": outlines.complexity,
        "codes": attributes.codes,
        "names": attributes.names,
        "parents": attributes.parents,
        "classes": attributes.classes,
        "columns": attributes.columns,
        "areas": attributes.areas,
        "texts": texts.texts,
        "villages": papers.villages,
        "rules": papers.rules,
        "dates": papers.dates,
    }
)
"""What each check of ``data/audit_checks.csv`` does."""


def audit(
    plan: Plan,
    *,
    profile: Profile = "full",
    outlines: Outlines = None,
    villages: Iterable[str] | None = None,
    on: date | None = None,
    limits: Mapping[str, float] | None = None,
    workers: int | None = None,
    progress: Progress = silent,
) -> AuditReport:
    """Look whether a plan is sound in itself: shapes, borders, codes, columns, rules, dates.

    Parameters
    ----------
    plan
        The plan; what was noticed and set aside when it was read is part of the audit.
    profile
        ``full``, ``topology``, ``attributes``, or ``delivery``, which looks at everything and counts as an error what a
        delivery must not have.
    outlines
        The planning area, against which gaps are sought and what lies beyond is listed; by default the plan's layer
        ``wp``.
    villages
        Official names of villages; by default the packaged list of the plan's region.
    on
        Day of the audit; without it no term is judged.
    limits
        Changes to the limits of ``data/audit_limits.csv``, for example ``{"sliver_width_m": 2.5}``.
    workers
        Threads; default is the number of processors.
    progress
        Called with (done, total) checks.

    Returns
    -------
    AuditReport

    Raises
    ------
    PlanError
        For a profile or limit that is not known, or an outline that is no valid polygon.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> squares = [shapely.box(0, 0, 10, 10), shapely.box(9, 0, 20, 10)]
    >>> plan = Plan.build(gpd.GeoDataFrame({"KODSZN": ["R-2", "K-1"]}, geometry=squares, crs=9480))
    >>> report = audit(plan, profile="topology")
    >>> report.findings["code"].tolist()[0], report.findings["size"].tolist()[0], report.sound
    ('OVERLAP', 10.0, False)
    """
    scene = Scene(plan, plan.zones, limits_with(limits), outlines, villages, on, workers)
    wanted = checks(profile)
    found: list[Found] = []
    skipped: list[Skipped] = []
    for done, check in enumerate(wanted, 1):
        reason = _missing(scene, check)
        if reason is None:
            found += LOOKS[check.name](scene)
        else:
            skipped.append(Skipped(check.name, reason))
        progress(done, len(wanted))
    return AuditReport(plan, profile, scene.limits, tuple(found), tuple(skipped), on, scene.outline)


def _missing(scene: Scene, check: Check) -> Any:
    reasons = (scene.lacks(need) for need in check.needs)
    return next((reason for reason in reasons if reason is not None), None)
