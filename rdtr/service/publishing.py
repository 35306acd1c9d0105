"""A plan package that a client sends takes its place in the folder: whole, read and found good, or not at all."""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from rdtr.atomic import new_file, new_folder
from rdtr.errors import FileError, PlanError
from rdtr.io.catalog import Catalog
from rdtr.io.manifest import PLAN_FILE
from rdtr.io.package import read_package
from rdtr.io.zips import checked_members, extract, open_zip
from rdtr.zoning.plan import Plan

__all__ = ["AuditLog", "Published", "publish"]

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_ONE_AT_A_TIME: Final = threading.Lock()


@dataclass(frozen=True, slots=True)
class Published:
    """What was published.

    Attributes
    ----------
    plan
        As it was read from the package.
    replaced
        Hash of the version that was there before; None for a new plan.
    """

    plan: Plan
    replaced: str | None


@dataclass(frozen=True, slots=True)
class AuditLog:
    """A file of JSON lines that only grows: who published what, when, in place of what.

    Attributes
    ----------
    path
        The file; made when the first line is written.
    """

    path: Path

    def add(self, event: str, about: Mapping[str, Any], now: datetime | None = None) -> None:
        """Add a line and have it on the disk before going on.

        Raises
        ------
        FileError
            If it cannot be written: then nothing is published either.
        """
        line = {"time": (now or datetime.now(UTC)).isoformat(timespec="seconds"), "event": event, **about}
        try:
            file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
            try:
                os.write(file, json.dumps(line, ensure_ascii=False).encode() + b"\n")
                os.fsync(file)
            finally:
                os.close(file)
        except OSError as error:
            raise FileError(f"{self.path.name}: cannot be written ({error.strerror}); nothing is published") from error


def publish(catalog: Catalog, plan_id: str, package: Path, log: AuditLog, about: Mapping[str, Any]) -> Published:
    """Put a zipped package into the folder of a catalog, in place of the one that its plan had.

    Parameters
    ----------
    catalog
        Whose folder; it has read the plan when this returns.
    plan_id
        The id that the package has to have.
    package
        The zip.
    log
        Told before the package takes its place, and afterwards.
    about
        Who and which request, for the log.

    Raises
    ------
    FileError, PlanError, RulesError, CrsError, GeometryError
        If the package is not sound, has another id, or there is no room: the version before stays.
    """
    if not _ID.fullmatch(plan_id):
        raise PlanError(f"plan id {plan_id[:60]!r} cannot be published; use letters, digits, dots, hyphens")
    with _ONE_AT_A_TIME:
        before = catalog.plans.get(plan_id)
        told = {"plan": plan_id, "replaces": before.hash if before else None, **about}
        target = catalog.path(plan_id) or catalog.folder / f"{plan_id}.rdtr"
        put = _put_zip if target.is_file() else _put_folder
        plan = put(package, target, plan_id, lambda plan: log.add("accepted", {**told, "hash": plan.hash}))
        log.add("published", {**told, "hash": plan.hash})
        catalog.refresh()
        catalog.refresh()  # a changed package is believed at the second look
    return Published(plan, told["replaces"])


def _put_folder(package: Path, target: Path, plan_id: str, accepted: Any) -> Plan:
    with new_folder(target, lambda _: None) as place, open_zip(package) as archive:
        extract(archive, checked_members(archive, package.name), place, package.name)
        _lift(place)
        plan = _sound(place, plan_id, package.name)
        accepted(plan)
    return plan


def _put_zip(package: Path, target: Path, plan_id: str, accepted: Any) -> Plan:
    plan = _sound(package, plan_id, package.name)
    with new_file(target) as place:
        place.write_bytes(package.read_bytes())
        accepted(plan)
    return plan


def _sound(package: Path, plan_id: str, label: str) -> Plan:
    plan = read_package(package)
    if plan.identity.id != plan_id:
        raise PlanError(f"{label}: its id is {plan.identity.id!r}, the address says {plan_id!r}; send it to its own")
    return plan


def _lift(place: Path) -> None:
    """Bring a package that was zipped with its folder to the top."""
    inner = [p for p in place.iterdir() if p.is_dir() and (p / PLAN_FILE).is_file()]
    if (place / PLAN_FILE).is_file() or len(inner) != 1:
        return
    for path in list(inner[0].iterdir()):
        path.rename(place / path.name)
    inner[0].rmdir()
