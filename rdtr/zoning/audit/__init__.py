"""The audit of a plan: is it sound in itself. Says what is wrong and where; repairs nothing and judges no permit."""

from __future__ import annotations

from rdtr.zoning.audit.report import AuditReport
from rdtr.zoning.audit.run import audit

__all__ = ["AuditReport", "audit"]
