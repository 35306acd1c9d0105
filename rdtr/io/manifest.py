"""``plan.toml``: who a plan is and which layers lie beside it, as text that people can read and edit."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, get_args

import tomli_w

from rdtr.errors import FileError, PlanError
from rdtr.zoning.findings import Finding
from rdtr.zoning.identity import PlanIdentity
from rdtr.zoning.rasters import RasterContent

__all__ = ["FORMAT", "PLAN_FILE", "RASTER_SUFFIXES", "LayerEntry", "Manifest", "read_manifest", "write_manifest"]

PLAN_FILE: Final = "plan.toml"
FORMAT: Final = 1
"""Version of the package; raised when an older rdtr could misread a newer package."""

Kind: TypeAlias = Literal["vector", "raster"]

RASTER_SUFFIXES: Final = (".tif", ".tiff")
"""Of files that are rasters though plan.toml does not say so."""

_LARGEST: Final = 1024 * 1024
_DATES: Final = ("regulation_date", "valid_from", "valid_until")
_NUMBERS: Final = ("tolerance_m",)
_MAY_BE_DIGITS: Final = ("region_code", "vocabulary", "kbli_edition")  # vocabulary = 2021 is what people write
_IDENTITY: Final = tuple(f.name for f in fields(PlanIdentity))
_KEYS: Final = ("format", *_IDENTITY, "hash", "layers")
_LAYER_KEYS: Final = ("name", "kind", "file", "sha256")
_ABOUT_KEYS: Final = ("content", "title", "title_en", "unit", "colors", "reference")
_RASTER_KEYS: Final = (*_LAYER_KEYS, *_ABOUT_KEYS, "web", "web_sha256")


@dataclass(frozen=True, slots=True)
class LayerEntry:
    """One further layer: its name, and the file in the package that holds it.

    Attributes
    ----------
    file
        Path inside the package, with slashes.
    sha256
        Of a raster's file when it was put in; empty where it is not stated.
    content, title, title_en, unit, reference
        What a raster is, see `rdtr.zoning.rasters.RasterAbout`.
    colors
        Name of a colormap, or path of a table of classes in the package.
    web, web_sha256
        The file that web tiles of a raster are taken from; empty where there is none.
    """

    name: str
    kind: Kind
    file: str
    sha256: str = ""
    content: RasterContent = ""
    title: str = ""
    title_en: str = ""
    unit: str = ""
    colors: str = ""
    reference: str = ""
    web: str = ""
    web_sha256: str = ""

    @property
    def files(self) -> tuple[str, ...]:
        """Paths of all files in the package that belong to the layer."""
        table = self.colors if self.colors.lower().endswith(".csv") else ""
        return tuple(path for path in (self.file, self.web, table) if path)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What ``plan.toml`` says.

    Attributes
    ----------
    hash
        `Plan.hash` when the package was written; information only, empty where it is not stated.
    """

    identity: PlanIdentity
    layers: tuple[LayerEntry, ...] = ()
    hash: str = ""


def write_manifest(manifest: Manifest, folder: Path) -> None:
    """Write ``plan.toml`` into a folder; values that are not known are left out."""
    identity = {name: getattr(manifest.identity, name) for name in _IDENTITY}
    layers = [{key: getattr(entry, key) for key in _RASTER_KEYS if getattr(entry, key)} for entry in manifest.layers]
    content: dict[str, Any] = {"format": FORMAT}
    content |= {name: value for name, value in identity.items() if value not in (None, "")}
    content |= {"hash": manifest.hash} if manifest.hash else {}
    content |= {"layers": layers} if layers else {}
    try:
        (folder / PLAN_FILE).write_bytes(tomli_w.dumps(content).encode())
    except UnicodeEncodeError as error:
        raise PlanError(
            f"plan {manifest.identity.id}: a text holds {error.object[error.start]!r}, no letter"
        ) from error


def read_manifest(folder: Path, label: str) -> tuple[Manifest, tuple[Finding, ...]]:
    """Read ``plan.toml``.

    Parameters
    ----------
    folder
        The package.
    label
        What messages call it.

    Returns
    -------
    manifest
    findings
        Keys that mean nothing here.

    Raises
    ------
    FileError
        If the file is missing, too big or no text.
    PlanError
        If it is no TOML (with line and column), of a newer format, or a value is of the wrong kind.
    """
    label = f"{label}/{PLAN_FILE}"
    content = _parsed(folder / PLAN_FILE, label)
    version = content.get("format", FORMAT)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise PlanError(f"{label}: format is {version!r}; wanted {FORMAT}")
    if version > FORMAT:
        raise PlanError(f"{label}: format is {version}, newer than the {FORMAT} that this rdtr reads; update rdtr")
    if "id" not in content:
        raise PlanError(f'{label}: id is missing; give the plan a short name, for example id = "kota"')
    stated = {name: _value(name, content[name], label) for name in _IDENTITY if name in content}
    try:
        identity = PlanIdentity(**stated)
    except PlanError as error:
        raise PlanError(f"{label}: {error}") from error
    layers = tuple(_layers(content.get("layers", []), label))
    manifest = Manifest(identity, layers, _text("hash", content.get("hash", ""), label))
    return manifest, tuple(_unknown_keys(content, label))


def _parsed(path: Path, label: str) -> Mapping[str, Any]:
    try:
        size = path.stat().st_size
        raw = path.read_bytes() if size <= _LARGEST else b""
    except FileNotFoundError as error:
        raise FileError(f"{label}: there is no such file; a plan package has one at its top") from error
    except OSError as error:
        raise FileError(f"{label}: cannot be opened ({error.strerror}); check the permissions") from error
    if size > _LARGEST:
        raise FileError(f"{label}: {size:,} bytes; at most {_LARGEST:,} are read")
    try:
        return tomllib.loads(raw.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        raise FileError(f"{label}: not UTF-8 (byte {error.start}); save it as UTF-8") from error
    except ValueError as error:  # TOMLDecodeError, and a number of five thousand digits
        raise PlanError(f"{label}: not TOML: {error}; mend it there") from error
    except RecursionError as error:
        raise PlanError(f"{label}: not TOML: nested too deeply; write a plain list of keys") from error


def _value(name: str, value: Any, label: str) -> Any:
    if name in _DATES:
        return _date(name, value, label)
    if name in _NUMBERS:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise PlanError(f"{label}: {name} is {value!r}; wanted a number of metres")
        return float(value)
    if name in _MAY_BE_DIGITS and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return _text(name, value, label)


def _date(name: str, value: Any, label: str) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date) or value == "":
        return value or None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise PlanError(f"{label}: {name} is {_shown(value)}; wanted a date such as 2024-01-31") from None


def _text(name: str, value: Any, label: str) -> str:
    if not isinstance(value, str):
        raise PlanError(f'{label}: {name} is {_shown(value)}; wanted a text, for example {name} = "..."')
    return value


def _shown(value: Any) -> str:
    return repr(value)[:60]


def _layers(stated: Any, label: str) -> Iterator[LayerEntry]:
    if not isinstance(stated, list) or not all(isinstance(item, dict) for item in stated):
        raise PlanError(f"{label}: layers is {_shown(stated)}; wanted a [[layers]] block for each layer")
    names: set[str] = set()
    for number, item in enumerate(stated, 1):
        where = f"{label} layer {number}"
        missing = [key for key in ("name", "file") if not item.get(key)]
        if missing:
            raise PlanError(f"{where}: {missing[0]} is missing; a layer has a name and a file")
        texts = {key: _text(key, item[key], where) for key in _RASTER_KEYS if key in item}
        kind = texts.pop("kind", "raster" if texts["file"].lower().endswith(RASTER_SUFFIXES) else "vector")
        if kind not in ("vector", "raster"):
            raise PlanError(f"{where}: kind is {kind!r}; wanted vector or raster")
        if texts.get("content", "") not in get_args(RasterContent):
            known = ", ".join(filter(None, get_args(RasterContent)))
            raise PlanError(f"{where}: content is {texts['content']!r}; wanted one of {known}")
        if texts["name"] in names:
            raise PlanError(f"{where}: name {texts['name']!r} is there twice; give each layer its own")
        names.add(texts["name"])
        yield LayerEntry(kind=kind, **texts)  # type: ignore[arg-type] # one of the two words, as just checked


def _unknown_keys(content: Mapping[str, Any], label: str) -> Iterator[Finding]:
    yield from _unknown(content, _KEYS, label)
    for number, item in enumerate(content.get("layers", []), 1):
        raster = item.get("kind") == "raster" or str(item.get("file")).lower().endswith(RASTER_SUFFIXES)
        yield from _unknown(item, _RASTER_KEYS if raster else _LAYER_KEYS, f"{label} layer {number}")


def _unknown(keys: Iterable[str], known: tuple[str, ...], label: str) -> Iterator[Finding]:
    for key in keys:
        if key not in known:
            near = difflib.get_close_matches(key, known, 1, 0.7)
            hint = f" ({near[0]}?)" if near else ""
            yield Finding("PACKAGE_KEY_UNKNOWN", label, None, key, {"found": key, "hint": hint})
