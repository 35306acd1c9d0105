"""What a client sends, put into a file of its own for as long as the request lasts. Reads no geometry, opens no layer."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from tempfile import TemporaryDirectory
from typing import Any, Final

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from rdtr.errors import FileError
from rdtr.io.zips import ZipLimits, checked_members, open_zip
from rdtr.service.errors import Problem
from rdtr.service.state import Serving

__all__ = ["GEOJSON", "LAYERS", "SITES", "Upload", "body_of", "receiver"]

_MIB: Final = 1024**2
_UNPACKED: Final = 16  # times the body limit that a zip may unpack to; layers of polygons reach about 15
_NAME: Final = 60
_CHUNK: Final = 256 * 1024

GEOJSON: Final[Mapping[str, str]] = {"application/geo+json": ".geojson", "application/json": ".geojson"}
"""Media types of one polygon."""

LAYERS: Final[Mapping[str, str]] = {
    **GEOJSON,
    "application/zip": ".zip",
    "application/x-zip-compressed": ".zip",
    "application/geopackage+sqlite3": ".gpkg",
    "application/vnd.apache.parquet": ".parquet",
    "application/flatgeobuf": ".fgb",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "text/csv": ".csv",
}
"""Media types of permits, and the suffix that the reader knows each by."""

SITES: Final[Mapping[str, str]] = {
    **LAYERS,
    "application/pdf": ".pdf",
    "application/vnd.google-earth.kml+xml": ".kml",
    "application/vnd.google-earth.kmz": ".kmz",
    "text/plain": ".txt",
}
"""Media types of sites: also documents with coordinates in them."""

_MAGIC: Final = (
    (b"PK", ".zip"),
    (b"SQLite format 3", ".gpkg"),
    (b"PAR1", ".parquet"),
    (b"fgb", ".fgb"),
    (b"%PDF", ".pdf"),
    (b"{", ".geojson"),
)
_ANY: Final = ("", "application/octet-stream", "application/x-www-form-urlencoded")  # what tools say who do not know


@dataclass(frozen=True, slots=True)
class Upload:
    """One file of a client.

    Attributes
    ----------
    path
        Where it is while the request lasts; its name is harmless, its suffix one of those that are read.
    name
        What messages call it.
    """

    path: Path
    name: str


def receiver(accepted: Mapping[str, str]) -> Callable[..., AsyncIterator[Upload]]:
    """Return a dependency of routes: the request's file, of one of the accepted media types.

    The body is taken as it is, or as the only file (or the only text) of a form. Nothing is believed of its name but
    the suffix.
    """

    async def receive(request: Request, service: Serving) -> AsyncIterator[Upload]:
        most = service.settings.max_body_mb * _MIB
        with TemporaryDirectory(prefix="rdtr-") as folder:
            async with _received(request, Path(folder), accepted, most) as upload:
                if upload.path.suffix in (".zip", ".xlsx", ".kmz"):
                    _require_small_inside(upload, most)
                yield upload

    return receive


def body_of(accepted: Mapping[str, str]) -> dict[str, Any]:
    """Describe the body for the OpenAPI document, which cannot be told from a type."""
    raw = {"schema": {"type": "string", "format": "binary"}}
    form = {
        "type": "object",
        "properties": {"file": {"type": "string", "format": "binary", "description": " ".join(_suffixes(accepted))}},
        "required": ["file"],
    }
    json = {"schema": {"type": "object", "description": "GeoJSON (RFC 7946)", "required": ["type"]}}
    types = {kind: json if suffix == ".geojson" else raw for kind, suffix in accepted.items()}
    return {"requestBody": {"required": True, "content": {**types, "multipart/form-data": {"schema": form}}}}


@asynccontextmanager
async def _received(request: Request, folder: Path, accepted: Mapping[str, str], most: int) -> AsyncIterator[Upload]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    try:
        if kind == "multipart/form-data":
            yield await _from_form(request, folder, accepted, most)
        else:
            yield await _raw(request, kind, folder, accepted, most)
    except ClientDisconnect as error:
        raise Problem(400, "the client went away before the body was complete") from error


async def _raw(request: Request, kind: str, folder: Path, accepted: Mapping[str, str], most: int) -> Upload:
    if kind not in accepted and kind not in _ANY:
        raise _unsupported(f"the media type {kind[:80]!r}", accepted)
    draft = folder / "body"
    with draft.open("wb") as file:  # chunks are small and go to the page cache, so the event loop does not wait
        async for chunk in _counted(request, most):
            file.write(chunk)
    suffix = accepted.get(kind) or _sniffed(draft, accepted)
    return _named(draft, f"permohonan{suffix}", suffix)


async def _from_form(request: Request, folder: Path, accepted: Mapping[str, str], most: int) -> Upload:
    parser = MultiPartParser(request.headers, _counted(request, most), max_files=1, max_fields=8, max_part_size=_MIB)
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError, ValueError) as error:
        raise Problem(422, f"the form cannot be read ({error}); send one file in the field 'file'") from error
    draft = folder / "body"
    given: list[UploadFile | str] = [v for _, v in form.multi_items() if v]
    file = next((v for v in given if isinstance(v, UploadFile)), None)
    if file is not None:
        with draft.open("wb") as target:
            while chunk := await file.read(_CHUNK):
                target.write(chunk)
        await form.close()
        name = _plain_name(file.filename or "")
        suffix = _suffix(name, (file.content_type or "").partition(";")[0], draft, accepted)
        return _named(draft, name if name.casefold().endswith(suffix) else f"{name or 'berkas'}{suffix}", suffix)
    text = next((v for v in given if isinstance(v, str)), "")
    draft.write_text(text, encoding="utf-8")
    suffix = _sniffed(draft, accepted)
    return _named(draft, f"teks{suffix}", suffix)


async def _counted(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    refusal = Problem(
        413, f"the body is larger than {most // _MIB:,} MiB, the most that is taken; send it in parts", limit=most
    )
    length = request.headers.get("content-length", "0")
    if length.isdigit() and int(length) > most:
        raise refusal
    taken = 0
    async for chunk in request.stream():
        taken += len(chunk)
        if taken > most:
            raise refusal
        yield chunk


def _plain_name(name: str) -> str:
    """The last part of a client's file name, of letters that are harmless in any file system."""
    last = PurePosixPath(PureWindowsPath(name).name).name
    stem, dot, suffix = re.sub(r"[^\w.\- ]+", "_", last).strip(" .").rpartition(".")
    return f"{stem[:_NAME]}{dot}{suffix[:10]}"


def _suffix(name: str, kind: str, draft: Path, accepted: Mapping[str, str]) -> str:
    told = PurePosixPath(name).suffix.casefold()
    if told == ".json":
        told = ".geojson"
    if told in accepted.values():
        return told
    if told:
        raise _unsupported(f"{name}: the format {told!r}", accepted)
    return accepted.get(kind.strip().casefold()) or _sniffed(draft, accepted)


def _sniffed(draft: Path, accepted: Mapping[str, str]) -> str:
    with draft.open("rb") as file:
        start = file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    for magic, suffix in _MAGIC:
        if start.startswith(magic) and suffix in accepted.values():
            return suffix
    if start and ".txt" in accepted.values():
        return ".txt"
    if not start:
        raise Problem(422, f"the body is empty; send {' '.join(_suffixes(accepted))}")
    raise _unsupported("what the body is", accepted)


def _named(draft: Path, name: str, suffix: str) -> Upload:
    if not draft.stat().st_size:
        raise Problem(422, f"{name}: the body is empty (0 bytes); send the file again")
    path = draft.with_name(name[: -len(suffix)] + suffix)
    return Upload(draft.rename(path), path.name)


def _suffixes(accepted: Mapping[str, str]) -> list[str]:
    return list(dict.fromkeys(accepted.values()))


def _unsupported(what: str, accepted: Mapping[str, str]) -> Problem:
    return Problem(415, f"{what} is not taken; send {' '.join(_suffixes(accepted))}", accepted=sorted(accepted))


def _require_small_inside(upload: Upload, most: int) -> None:
    limits = ZipLimits(total_bytes=_UNPACKED * most, members=1_000)
    try:
        with open_zip(upload.path) as archive:
            checked_members(archive, upload.name, limits)
    except FileError as error:
        raise Problem(413 if "at most" in str(error) else 422, str(error)) from error
