"""A folder of plan packages, watched: which plans are there, in which version, and which are broken. Serves nothing."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeAlias

from rdtr.errors import FileError, PlanError, RdtrError
from rdtr.io.package import read_package
from rdtr.io.source import is_package
from rdtr.types import PathLike
from rdtr.zoning.plan import Plan

__all__ = ["Catalog"]

Stamp: TypeAlias = tuple[tuple[str, int, int, int], ...]
"""Name, inode, size and time of change of every file of a package."""

KEPT_VERSIONS: Final = 3
"""Of one plan, the newest among them: who holds an address of an older one still gets its tiles for a while."""


class Catalog:
    """The plans of a folder, kept fresh.

    A package that is replaced is read anew by the next `refresh`; until it has been read and prepared, the version
    before it is handed out, and a version that cannot be read never takes its place.

    Parameters
    ----------
    folder
        Every plan package in it, folder or zip, is a plan of the catalog; anything else is passed over.
    prepare
        Called with each plan before it is handed out: to build now what a request should not wait for.

    Raises
    ------
    FileError
        If there is no such folder.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from rdtr import sample_city, write_plan
    >>> with TemporaryDirectory() as folder:
    ...     package = write_plan(sample_city(parcels=500).plan, Path(folder, "kota.rdtr"))
    ...     catalog = Catalog(folder)
    ...     catalog.refresh(), [plan.identity.id for plan in catalog.plans.values()], dict(catalog.broken)
    (True, ['kota-contoh'], {})
    """

    def __init__(self, folder: PathLike, *, prepare: Callable[[Plan], None] | None = None) -> None:
        self.folder = Path(folder)
        if not self.folder.is_dir():
            raise FileError(f"{self.folder}: there is no such folder; give the folder that holds the plan packages")
        self._prepare = prepare or _nothing
        self._lock = threading.Lock()
        self._stamps: dict[str, Stamp] = {}
        self._seen: dict[str, Stamp] = {}
        self._ids: dict[str, str] = {}
        self._plans: Mapping[str, Plan] = MappingProxyType({})
        self._broken: Mapping[str, str] = MappingProxyType({})
        self._generation = 0
        self._versions: OrderedDict[tuple[str, str], Plan] = OrderedDict()

    @property
    def plans(self) -> Mapping[str, Plan]:
        """The plans in force here, by id; a snapshot that later refreshes do not touch."""
        return self._plans

    @property
    def broken(self) -> Mapping[str, str]:
        """Why a package could not be read, by its name in the folder."""
        return self._broken

    @property
    def generation(self) -> int:
        """How often the plans, or what is broken, have changed: whoever keeps something of them looks here first."""
        return self._generation

    def version(self, plan_id: str, plan_hash: str) -> Plan | None:
        """Return that version of a plan while it is held; None afterwards."""
        return self._versions.get((plan_id, plan_hash))

    def path(self, plan_id: str) -> Path | None:
        """Return the package that a plan was read from; None for an unknown plan."""
        for name, known in self._ids.items():
            if known == plan_id:
                return self.folder / name
        return None

    def refresh(self) -> bool:
        """Look at the folder and read what is new or has changed.

        A changed package of a known plan is read when two looks in a row find it the same, so that one which is just
        being copied is not read half way.

        Returns
        -------
        bool
            Whether the plans, or what is broken, changed.
        """
        with self._lock:
            found = dict(_packages(self.folder))
            plans = {self._ids[n]: self._plans[self._ids[n]] for n in self._ids if n in found}
            broken = {n: why for n, why in self._broken.items() if n in found}
            for gone in [n for n in self._ids if n not in found]:
                del self._ids[gone]
                self._stamps.pop(gone, None)
            for name, stamp in found.items():
                settled = name not in self._stamps or self._seen.get(name) == stamp
                self._seen[name] = stamp
                if self._stamps.get(name) != stamp and settled:
                    self._stamps[name] = stamp
                    self._read(name, plans, broken)
            return self._publish(dict(sorted(plans.items())), broken)

    def _publish(self, plans: dict[str, Plan], broken: dict[str, str]) -> bool:
        if (plans, broken) == (self._plans, self._broken):
            return False
        self._plans, self._broken = MappingProxyType(plans), MappingProxyType(broken)
        self._generation += 1
        return True

    def _read(self, name: str, plans: dict[str, Plan], broken: dict[str, str]) -> None:
        try:
            plan = read_package(self.folder / name)
            self._claim(name, plan.identity.id)
            if (known := self._versions.get((plan.identity.id, plan.hash))) is not None:
                plan = known
            self._prepare(plan)
        except (RdtrError, OSError) as error:
            broken[name] = str(error) or type(error).__name__
            return
        broken.pop(name, None)
        before = self._ids.get(name)
        if before is not None and before != plan.identity.id:
            plans.pop(before, None)
        self._ids[name] = plan.identity.id
        plans[plan.identity.id] = plan
        self._hold(plan)

    def _claim(self, name: str, plan_id: str) -> None:
        owner = next((n for n, known in self._ids.items() if known == plan_id and n != name), None)
        if owner is not None:
            raise PlanError(f"{name}: its id {plan_id!r} is that of {owner}, which is served; give it another id")

    def _hold(self, plan: Plan) -> None:
        key = (plan.identity.id, plan.hash)
        self._versions[key] = plan
        self._versions.move_to_end(key)
        mine = [k for k in self._versions if k[0] == plan.identity.id]
        for old in mine[:-KEPT_VERSIONS]:
            del self._versions[old]


def _nothing(_: Plan) -> None:
    return None


def _packages(folder: Path) -> Iterator[tuple[str, Stamp]]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):  # also what is being written: see rdtr.atomic
            continue
        try:
            if is_package(path):
                yield path.name, _stamp(path)
        except (OSError, RdtrError):  # gone between listing and looking, or no zip: the next look decides
            continue


def _stamp(package: Path) -> Stamp:
    if package.is_file():
        return (_line(package, package.name),)
    lines = []
    for top, folders, files in os.walk(package):
        folders.sort()
        lines += [_line(Path(top, name), os.path.relpath(Path(top, name), package)) for name in sorted(files)]
    return tuple(lines)


def _line(file: Path, name: str) -> tuple[str, int, int, int]:
    status = file.stat()
    return name, status.st_ino, status.st_size, status.st_mtime_ns
