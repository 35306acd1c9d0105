"""What studies of a plan share: a receipt, and being written by whoever is installed to write. Studies nothing."""

from __future__ import annotations

from importlib.metadata import entry_points, version
from pathlib import Path
from typing import Any, Final

from rdtr.errors import ReportError
from rdtr.types import PathLike
from rdtr.zoning.plan import Plan

__all__ = ["receipt_of", "write"]

_WRITERS: Final = "rdtr.study_writers"


def receipt_of(plan: Plan, **more: Any) -> dict[str, Any]:
    """Say what is needed to repeat a study of a plan."""
    identity = plan.identity
    return {
        "plan": identity.id,
        "title": identity.title,
        "regulation": identity.regulation,
        "plan_hash": plan.hash,
        "crs": plan.crs.to_string(),
        **more,
        "rdtr": version("rdtr"),
    }


def write(study: Any, path: PathLike) -> Path:
    """Write a study; the writer is found by entry point, so that a study itself imports none.

    Raises
    ------
    ReportError
        For a suffix that no writer knows.
    """
    target = Path(path)
    writers = list(entry_points(group=_WRITERS))
    if not writers:
        raise ReportError(f"{target.name}: nothing is installed that writes it; install rdtr anew")
    writers[0].load()(study, target)
    return target
