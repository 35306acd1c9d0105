"""The page of the map and its files, as the web build left them; and the pages that describe the interface."""

from __future__ import annotations

from mimetypes import guess_type
from pathlib import Path
from typing import Final

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import Headers
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from rdtr.service.encodings import IDENTITY, coding_of
from rdtr.service.errors import Problem

__all__ = ["STATIC", "Built", "router"]

router = APIRouter(tags=["site"])

STATIC: Final = Path(__file__).parent.parent / "static"
_FOREVER: Final = "public, max-age=31536000, immutable"
_SQUEEZED: Final = {"br": ".br", "gzip": ".gz"}
_HASHED: Final = "assets/"  # the web build puts a hash into every name there

_NOT_BUILT: Final = (
    "<!doctype html><html lang=id><meta charset=utf-8><title>rdtr</title><h1>Peta belum dibangun</h1>"
    "<p>Layanan berjalan, tetapi berkas peta tidak ada di pemasangan ini. Bangun dengan "
    "<code>make web</code>, atau pasang paket jadi. <a href=/plans>Daftar rencana</a> · <a href=/docs>API</a></p>"
    "<p lang=en>The service runs, but the files of the map are missing from this installation. Build them with "
    "<code>make web</code>, or install a built package.</p></html>"
)


@router.get("/", response_class=HTMLResponse, include_in_schema=False)
def page() -> Response:
    """Return the map."""
    index = STATIC / "index.html"
    if not index.is_file():
        return HTMLResponse(_NOT_BUILT, headers={"Cache-Control": "no-store"})
    return HTMLResponse(index.read_bytes(), headers={"Cache-Control": "no-cache"})


class Built(StaticFiles):
    """Files of the web build; names with a hash are for ever, others are asked for again.

    Beside a file may lie what the build made of it with the best compression there is, under its name with ``.br`` or
    ``.gz``: it is sent to who takes it.
    """

    def __init__(self, folder: Path = STATIC) -> None:
        super().__init__(directory=folder, check_dir=False)
        self.folder = folder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Speak ASGI; without a build say so instead of failing."""
        if not self.folder.is_dir():
            raise Problem(404, "the map is not built in this installation, so it has no files")
        await super().__call__(scope, receive, send)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file."""
        if path.endswith(tuple(_SQUEEZED.values())):
            raise Problem(404, "such files are sent under the name of the file that they unpack to")
        there = tuple(coding for coding, suffix in _SQUEEZED.items() if self.lookup_path(path + suffix)[1] is not None)
        coding = coding_of(Headers(scope=scope).get("accept-encoding"), there) or IDENTITY
        answer = await super().get_response(path + _SQUEEZED.get(coding, ""), scope)
        answer.headers["Cache-Control"] = _FOREVER if path.startswith(_HASHED) else "no-cache"
        if there:
            answer.headers["Vary"] = "Accept-Encoding"
        if coding != IDENTITY and answer.status_code == 200:
            answer.headers["Content-Encoding"] = coding
            answer.headers["Content-Type"] = guess_type(path)[0] or "application/octet-stream"
        return answer
