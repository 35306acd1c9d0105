"""From exceptions to answers: one table, ``application/problem+json`` (RFC 9457). Nothing below raises HTTP errors."""

from __future__ import annotations

import errno
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from rdtr.errors import (
    CrsError,
    FileError,
    GeometryError,
    PermitError,
    PlanError,
    RdtrError,
    ReportError,
    RulesError,
    SchemaError,
    TileError,
)

__all__ = ["PROBLEM", "STATUS", "Problem", "install", "problem", "status_of"]

PROBLEM: Final = "application/problem+json"

STATUS: Final[tuple[tuple[type[RdtrError], int], ...]] = (
    (TileError, 404),
    (ReportError, 406),
    (PermitError, 422),
    (GeometryError, 422),
    (CrsError, 422),
    (SchemaError, 422),
    (RulesError, 422),
    (FileError, 422),
    (PlanError, 422),
    (RdtrError, 422),
)
"""The first class that fits decides. What a client sent was bad; what is broken here is never shown through these."""


_NO_ROOM_WORDS: Final = "there is no room on the disk of the server; nothing was changed; tell its operator"
_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Problem(Exception):  # noqa: N818 - the word of RFC 9457
    """An answer that is no success, raised by the roof only.

    Parameters
    ----------
    status
        HTTP status.
    detail
        One line: what, where, what was wanted, what to do.
    headers
        Further headers of the answer, such as ``Retry-After``.
    more
        Further members of the document, such as ``limit``.
    """

    def __init__(self, status: int, detail: str, headers: dict[str, str] | None = None, **more: Any) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers, self.more = status, detail, headers or {}, more


def problem(status: int, detail: str, headers: dict[str, str] | None = None, **more: Any) -> JSONResponse:
    """Return a problem document as an answer."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    return JSONResponse(body, status, headers, PROBLEM)


def install(app: FastAPI) -> None:
    """Make the application answer every error as a problem document."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RdtrError, _domain)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(OSError, _full_disk)
    app.add_exception_handler(Exception, _broken)


def _full_disk(_: Request, error: Exception) -> Response:
    """Answer for an operating system that refuses; what is no lack of room is a fault of ours."""
    if not isinstance(error, OSError) or error.errno not in _NO_ROOM:
        raise error
    return problem(507, _NO_ROOM_WORDS)


def _broken(_: Request, __: Exception) -> Response:
    return problem(500, "something is broken here; the operator's log says what, under the number of this request")


def status_of(error: RdtrError) -> int:
    """Return the status that an error of the domain becomes.

    Examples
    --------
    >>> status_of(TileError("outside the grid")), status_of(RdtrError("bad"))
    (404, 422)
    """
    return next(status for kind, status in STATUS if isinstance(error, kind))


def _problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101 - registered for this class only
    return problem(error.status, error.detail, error.headers, **error.more)


def _domain(_: Request, error: Exception) -> Response:
    assert isinstance(error, RdtrError)  # noqa: S101
    if isinstance(error.__cause__, OSError) and error.__cause__.errno in _NO_ROOM:
        return problem(507, _NO_ROOM_WORDS)
    return problem(status_of(error), str(error))


def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return problem(422, f"{where}: {first['msg']}")


def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    return problem(error.status_code, str(error.detail), dict(error.headers or {}))
