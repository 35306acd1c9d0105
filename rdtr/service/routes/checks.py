"""Checks: permits in, report out, in the format that is asked for. The judging is the library's."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Final

import geopandas as gpd
from fastapi import APIRouter, Depends, Header, Query
from fastapi.responses import Response, StreamingResponse

from rdtr.io.permits import read_permits
from rdtr.service.deadlines import Deadline
from rdtr.service.documents import CheckDocument, refusals
from rdtr.service.errors import Problem
from rdtr.service.negotiate import choose
from rdtr.service.reports import features, json_document, json_lines
from rdtr.service.settings import Settings
from rdtr.service.state import PlanHere, Serving
from rdtr.service.uploads import LAYERS, Upload, body_of, receiver
from rdtr.types import Lang
from rdtr.zoning.check import check
from rdtr.zoning.report import Report

__all__ = ["router"]

router = APIRouter(tags=["checks"])

FORMATS: Final = {
    "json": "application/json",
    "geojson": "application/geo+json",
    "ndjson": "application/x-ndjson",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
_STREAMS: Final = {"json": json_document, "geojson": features, "ndjson": json_lines}
_BINARY: Final = {"schema": {"type": "string", "format": "binary"}}


@router.post(
    "/plans/{plan}/checks",
    openapi_extra=body_of(LAYERS),
    responses={
        200: {
            "model": CheckDocument,
            "description": "The report",
            "content": {kind: {} if name == "json" else _BINARY for name, kind in FORMATS.items()},
        },
        **refusals(400, 404, 406, 413, 415, 422, 503),
    },
)
def checks(
    plan: PlanHere,
    service: Serving,
    sent: Annotated[Upload, Depends(receiver(LAYERS))],
    accept: Annotated[str | None, Header()] = None,
    format: Annotated[str | None, Query(description=" ".join(FORMATS))] = None,  # noqa: A002 - the word of addresses
    activity: Annotated[
        str | None, Query(max_length=200, description="Activity id, name or KBLI, for permits that state none")
    ] = None,
    on: Annotated[date | None, Query(description="The day of judgement")] = None,
    tolerance_m: Annotated[float | None, Query(ge=0, le=100, description="Accuracy of the zone lines, metres")] = None,
    lang: Lang = "id",
) -> Response:
    """Check permits against a plan: GeoJSON, or a file with the permits of a register.

    The same report as ``rdtr.check`` gives; columns and their Indonesian names are those of ``rdtr.read_permits``.
    """
    deadline = Deadline(service.settings.timeout_s)
    kind = choose(FORMATS, accept, format)
    permits = _permits(sent, service.settings)
    deadline.require(f"reading {len(permits):,} permits")
    if kind == "pdf" and len(permits) != 1:
        raise Problem(406, f"a PDF is made for one permit, here are {len(permits):,}; ask for xlsx or json")
    report = check(
        plan,
        permits,
        activity=activity,
        on=on,
        tolerance_m=tolerance_m,
        progress=deadline.measured,
    )
    deadline.require(f"judging {len(report):,} permits")
    answer = _answer(report, kind, lang)
    deadline.require(
        f"writing the report of {len(report):,} permits"
    )  # what is left is to send it, at the client's pace
    return answer


def _permits(sent: Upload, settings: Settings) -> gpd.GeoDataFrame:
    permits = read_permits(sent.path, max_vertices=settings.max_vertices)
    if len(permits) > settings.max_permits:
        raise Problem(
            413,
            f"{sent.name}: {len(permits):,} permits; at most {settings.max_permits:,} are checked in one request; "
            "send them in parts",
            limit=settings.max_permits,
        )
    return permits


def _answer(report: Report, kind: str, lang: Lang) -> Response:
    if kind in _STREAMS:
        return StreamingResponse(_STREAMS[kind](report, lang), media_type=FORMATS[kind])
    name = f"hasil-{report.case.plan.identity.id}.{kind}"
    headers: dict[str, Any] = {"Content-Disposition": _attachment(name)}
    return Response(_file(report, kind), media_type=FORMATS[kind], headers=headers)


def _file(report: Report, kind: str) -> bytes:
    with TemporaryDirectory(prefix="rdtr-") as folder:
        return report.write(Path(folder, f"hasil.{kind}")).read_bytes()


def _attachment(name: str) -> str:
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in name)
    return f'attachment; filename="{plain}"'
