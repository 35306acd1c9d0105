"""rdtr: detailed spatial plans of Indonesia (RDTR), checked and served. Everything public is listed here.

Names are loaded when they are first used, so ``import rdtr`` costs a notebook nothing that it does not use.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rdtr.errors import RdtrError
    from rdtr.io.package import write_plan
    from rdtr.io.permits import read_permits
    from rdtr.io.plan import read_plan
    from rdtr.io.rulebook import read_rules, write_rules
    from rdtr.io.site import read_site
    from rdtr.io.sitereasons import Site
    from rdtr.sample.city import SampleCity, sample_city
    from rdtr.zoning.allowed import Allowed, allowed_at
    from rdtr.zoning.audit import AuditReport, audit
    from rdtr.zoning.check import check
    from rdtr.zoning.compare import Comparison, compare
    from rdtr.zoning.landuse import LandUse, check_land_use
    from rdtr.zoning.overlap import overlap_areas
    from rdtr.zoning.plan import Plan, PlanIdentity
    from rdtr.zoning.quota import block_quota
    from rdtr.zoning.repair import repair
    from rdtr.zoning.repairledger import Ledger
    from rdtr.zoning.report import Report
    from rdtr.zoning.rules import RuleBook
    from rdtr.zoning.search import find_activities, find_places
    from rdtr.zoning.where import where_allowed

__all__ = [
    "Allowed",
    "AuditReport",
    "Comparison",
    "LandUse",
    "Ledger",
    "Plan",
    "PlanIdentity",
    "RdtrError",
    "Report",
    "RuleBook",
    "SampleCity",
    "Site",
    "allowed_at",
    "audit",
    "block_quota",
    "check",
    "check_land_use",
    "compare",
    "find_activities",
    "find_places",
    "overlap_areas",
    "read_permits",
    "read_plan",
    "read_rules",
    "read_site",
    "repair",
    "sample_city",
    "where_allowed",
    "write_plan",
    "write_rules",
]

_HOMES = {
    "Allowed": "rdtr.zoning.allowed",
    "AuditReport": "rdtr.zoning.audit",
    "Comparison": "rdtr.zoning.compare",
    "LandUse": "rdtr.zoning.landuse",
    "Ledger": "rdtr.zoning.repairledger",
    "Plan": "rdtr.zoning.plan",
    "PlanIdentity": "rdtr.zoning.identity",
    "RdtrError": "rdtr.errors",
    "Report": "rdtr.zoning.report",
    "RuleBook": "rdtr.zoning.rules",
    "SampleCity": "rdtr.sample.city",
    "Site": "rdtr.io.sitereasons",
    "allowed_at": "rdtr.zoning.allowed",
    "audit": "rdtr.zoning.audit",
    "block_quota": "rdtr.zoning.quota",
    "check": "rdtr.zoning.check",
    "check_land_use": "rdtr.zoning.landuse",
    "compare": "rdtr.zoning.compare",
    "find_activities": "rdtr.zoning.search",
    "find_places": "rdtr.zoning.search",
    "overlap_areas": "rdtr.zoning.overlap",
    "read_permits": "rdtr.io.permits",
    "read_plan": "rdtr.io.plan",
    "read_rules": "rdtr.io.rulebook",
    "read_site": "rdtr.io.site",
    "repair": "rdtr.zoning.repair",
    "sample_city": "rdtr.sample.city",
    "where_allowed": "rdtr.zoning.where",
    "write_plan": "rdtr.io.package",
    "write_rules": "rdtr.io.rulebook",
}

__version__ = version("rdtr")


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'rdtr' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
