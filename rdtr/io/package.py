"""The plan package: a folder, or a zip of it, that holds one plan whole. What its zones mean is not known here."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Final

import geopandas as gpd
import pandas as pd

from rdtr.atomic import new_file, new_folder
from rdtr.errors import CrsError, FileError, GeometryError, PlanError
from rdtr.io.geoparquet import read_exact, write_exact
from rdtr.io.intake import Intake, clean_zones
from rdtr.io.manifest import PLAN_FILE, Manifest, read_manifest, write_manifest
from rdtr.io.notes import read_findings, write_findings
from rdtr.io.packagelayers import get_layer, layer_entries, put_layer
from rdtr.io.packagepath import inside
from rdtr.io.rulebook import filled_tables, read_rules, write_tables
from rdtr.io.source import DRIVERS, is_package, local_path, unpacked
from rdtr.io.vector import read_layer
from rdtr.io.zips import ZIP_LIMITS
from rdtr.types import PathLike
from rdtr.zoning.findings import Finding, Findings
from rdtr.zoning.plan import Layer, Plan
from rdtr.zoning.rules import RuleBook

__all__ = ["read_package", "write_plan"]

_ZONES: Final = "zones.parquet"
_REJECTED: Final = "rejected.parquet"
_FINDINGS: Final = "findings.json"
_FOLDERS: Final = ("rules", "layers", "rasters")
_PACKED: Final = (".parquet", ".tif", ".tiff")  # compressed inside; packing them again costs time for nothing


def write_plan(plan: Plan, path: PathLike) -> Path:
    """Write a plan package.

    Parameters
    ----------
    plan
        Everything of it is written: zones, rules, layers, rasters, rejected rows and findings. A raster is copied byte
        for byte; beside it lies a twin that web tiles are taken from (``.web.tif``), unless it can be that itself.
    path
        The folder to make; a path ending in ``.zip`` makes a zip. An existing package is replaced as a whole, or left
        as it was if anything fails; a folder that is no package is never touched.

    Returns
    -------
    Path
        The package. Read again, the plan has the same `Plan.hash`.

    Raises
    ------
    FileError
        If the target is something else than a plan package, or cannot be written, or a raster is gone or has changed.

    Examples
    --------
    >>> import shapely
    >>> from tempfile import TemporaryDirectory
    >>> plan = Plan.build(gpd.GeoDataFrame({"KODSZN": ["R-2"]}, geometry=[shapely.box(0, 0, 9, 9)], crs=9480))
    >>> with TemporaryDirectory() as folder:
    ...     package = write_plan(plan, Path(folder, "kota.rdtr"))
    ...     read_package(package).hash == plan.hash
    True
    """
    target = Path(path)
    if target.suffix.lower() != ".zip":
        with new_folder(target, _refuse_other_folder) as place:
            _fill(plan, place)
        return target
    if target.exists() and not (target.is_file() and is_package(target)):
        raise FileError(f"{target}: is there already and is no plan package; choose another name")
    with tempfile.TemporaryDirectory(prefix="rdtr-") as folder, new_file(target) as place:
        _fill(plan, Path(folder))
        _pack(Path(folder), place, target)
    return target


def _refuse_other_folder(folder: Path) -> None:
    if not (folder / PLAN_FILE).is_file():
        raise FileError(f"{folder}: the folder is no plan package (it has no {PLAN_FILE}); choose another name")
    strange = sorted(p.name for p in _strangers(folder))
    if strange:
        raise FileError(f"{folder}: {strange[0]!r} is no part of a plan package and would be lost; move it away first")


def _strangers(folder: Path) -> Iterator[Path]:
    known = (PLAN_FILE, _REJECTED, _FINDINGS, *_FOLDERS)
    for path in sorted(folder.iterdir()):
        if path.name not in known and path.stem != "zones" and not path.name.startswith("."):
            yield path


def _fill(plan: Plan, folder: Path) -> None:
    write_exact(plan.zones, folder / _ZONES, f"plan {plan.identity.id} zones")
    if any(filled_tables(plan.rules)):
        (folder / "rules").mkdir()
        write_tables(plan.rules, folder / "rules")
    entries = tuple(put_layer(plan.layers[entry.name], entry, folder) for entry in layer_entries(plan.layers))
    if len(plan.rejected):
        write_exact(plan.rejected, folder / _REJECTED, f"plan {plan.identity.id} rejected rows")
    if len(plan.findings):
        write_findings(plan.findings, folder / _FINDINGS)
    write_manifest(Manifest(plan.identity, entries, plan.hash), folder)


def _pack(folder: Path, place: Path, target: Path) -> None:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    size = sum(p.stat().st_size for p in files)
    if size > ZIP_LIMITS.total_bytes:
        raise FileError(f"{target.name}: {size:,} bytes are more than a zip may hold here; write a folder instead")
    with zipfile.ZipFile(place, "w") as archive:
        for path in files:
            # no time of day and no owner: the same plan gives the same bytes
            member = zipfile.ZipInfo(path.relative_to(folder).as_posix())
            member.external_attr = 0o644 << 16
            member.compress_type = zipfile.ZIP_STORED if path.suffix in _PACKED else zipfile.ZIP_DEFLATED
            with path.open("rb") as source, archive.open(member, "w", force_zip64=True) as sink:
                shutil.copyfileobj(source, sink, 1024 * 1024)


def read_package(path: PathLike) -> Plan:
    """Read a plan package.

    Parameters
    ----------
    path
        The folder, or a zip of it (its files at the top, or in one folder).

    Returns
    -------
    Plan
        With the findings of the first reading, and what was noticed now: keys and files that mean nothing here, or
        content that was changed since the package was written.

    Raises
    ------
    FileError
        If there is no package, a file of it is missing or broken, or a path leads out of it.
    PlanError, RulesError, CrsError, GeometryError
        If what it holds does not make a plan.
    """
    source = local_path(path)
    with unpacked(source) as folder:
        return _read(_top(folder, source.name), source.name, zipped=source.is_file())


def _top(folder: Path, label: str) -> Path:
    if (folder / PLAN_FILE).is_file():
        return folder.resolve()
    inner = [p for p in folder.iterdir() if (p / PLAN_FILE).is_file()]
    if len(inner) != 1:
        raise FileError(f"{label}: there is no {PLAN_FILE} in it, so it is no plan package")
    return inner[0].resolve()


def _read(folder: Path, label: str, *, zipped: bool) -> Plan:
    manifest, found = read_manifest(inside(folder, PLAN_FILE, label).parent, label)
    layers: dict[str, Layer] = {}
    for entry in manifest.layers:
        layers[entry.name], more = get_layer(folder, entry, label, zipped=zipped)
        found += more
    found = (*_earlier_findings(folder, label), *found, *_unlisted(folder, manifest, label))
    build = partial(Plan.build, identity=manifest.identity, rules=_rules(folder, label), layers=layers)
    aside = inside(folder, _REJECTED, label)
    rejected = read_exact(aside, f"{label}/{_REJECTED}") if aside.exists() else None
    zones = _zones_file(folder, label)
    try:
        exact = zones.name == _ZONES
        plan = (
            build(read_exact(zones, f"{label}/{_ZONES}"), findings=Findings(found), rejected=rejected)
            if exact
            else None
        )
    except (CrsError, GeometryError):  # zones that somebody else put there: taken in like any other layer
        plan = None
    if plan is None:
        intake = _taken_in(zones, manifest, label)
        both = _together(rejected, intake.rejected)
        plan = build(intake.zones, findings=Findings((*found, *intake.findings)), rejected=both)
    return _with_hash_checked(plan, manifest, label)


def _zones_file(folder: Path, label: str) -> Path:
    named = [p.name for p in folder.iterdir() if p.stem == "zones" and p.suffix.lower() in DRIVERS]
    names = [_ZONES] if _ZONES in named else sorted(named)
    if not names:
        raise PlanError(f"{label}: there is no {_ZONES} in it, so there are no zones to judge by; put the zones there")
    if len(names) > 1:
        raise PlanError(f"{label}: {' and '.join(names)} are both there; keep the one that is in force")
    return inside(folder, names[0], label)


def _taken_in(zones: Path, manifest: Manifest, label: str) -> Intake:
    frame, found = read_layer(zones)
    identity = manifest.identity
    return clean_zones(
        frame,
        f"{label}/{zones.name}",
        findings=found,
        policy=identity.crs_policy,
        vocabulary=identity.vocabulary,
    )


def _together(before: gpd.GeoDataFrame | None, now: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    if before is None or not len(before):
        return now
    moved = now.to_crs(before.crs) if before.crs is not None and now.crs is not None else now
    return gpd.GeoDataFrame(pd.concat([before, moved], ignore_index=True), geometry="geometry", crs=before.crs)


def _earlier_findings(folder: Path, label: str) -> tuple[Finding, ...]:
    path = inside(folder, _FINDINGS, label)
    return read_findings(path, f"{label}/{_FINDINGS}") if path.exists() else ()


def _rules(folder: Path, label: str) -> RuleBook:
    rules = inside(folder, "rules", label)
    names = sorted(p.name for p in rules.iterdir()) if rules.is_dir() else []
    for name in names:
        inside(folder, f"rules/{name}", label)
    return read_rules(rules) if any(not name.startswith(".") for name in names) else RuleBook.empty()


def _unlisted(folder: Path, manifest: Manifest, label: str) -> Iterator[Finding]:
    listed = {PurePosixPath(f.replace("\\", "/")).as_posix() for entry in manifest.layers for f in entry.files}
    names = [p.name for p in _strangers(folder)]
    for inner in ("layers", "rasters"):
        if (folder / inner).is_dir():
            names += [f"{inner}/{p.name}" for p in sorted((folder / inner).iterdir()) if not p.name.startswith(".")]
    for name in names:
        if name not in listed:
            yield Finding("PACKAGE_FILE_UNKNOWN", f"{label}/{name}")


def _with_hash_checked(plan: Plan, manifest: Manifest, label: str) -> Plan:
    if manifest.hash in ("", plan.hash):
        return plan
    edited = Finding("PACKAGE_EDITED", f"{label}/{PLAN_FILE}")
    return replace(plan, findings=Findings((*plan.findings, edited)))
