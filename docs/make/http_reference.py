"""Writes docs/http.md from the service's own OpenAPI document. Run by hand; a test says when it must be run again."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rdtr.io.catalog import Catalog
from rdtr.service import Settings, create_app

PAGE = Path(__file__).resolve().parents[1] / "http.md"

_HEAD = """# HTTP

*HTTP reference, made from the OpenAPI document of the service (`/openapi.json`); try it at `/docs`.*

`rdtr serve FOLDER` menyajikan setiap paket rencana dalam sebuah folder. Koordinat selalu bujur dan lintang WGS 84.
Galat adalah `application/problem+json` (RFC 9457) dengan satu kalimat: apa, di mana, apa yang diharapkan. Setiap batas
dapat diatur dan disebut dalam penolakannya.

| untuk | alamat |
|---|---|
| peta dan meja petugas | `/` |
| ubin vektor | `/plans/{plan}/tiles/WebMercatorQuad/{z}/{x}/{y}.mvt` |
| zona sebagai gambar | `/plans/{plan}/tiles/WebMercatorQuad/{z}/{x}/{y}.png` |
| gaya MapLibre | `/plans/{plan}/style.json?theme=light` |
| QGIS, ArcGIS | `/plans/{plan}/WMTSCapabilities.xml` |
| OGC API | `/ogc` |

Ubin memiliki ETag; alamat dengan sidik data (`/v/{hash}/`) tidak pernah berubah dan boleh disimpan selamanya.
`204`: di dalam grid tanpa data. `404`: di luar grid.
"""


def page() -> str:
    """Return the page as it should be."""
    with tempfile.TemporaryDirectory() as folder:
        spec = create_app(Settings(folder=Path(folder)), Catalog(folder)).openapi()
    return _HEAD + "\n" + "\n".join(_sections(spec)) + "\n"


def _sections(spec: dict[str, Any]) -> Iterator[str]:
    groups: dict[str, list[tuple[str, str, dict[str, Any]]]] = {}
    for path, methods in spec["paths"].items():
        for method, what in methods.items():
            groups.setdefault((what.get("tags") or ["other"])[0], []).append((method.upper(), path, what))
    for tag, routes in groups.items():
        yield f"## {tag}\n"
        for method, path, what in routes:
            yield from _route(method, path, what)


def _route(method: str, path: str, what: dict[str, Any]) -> Iterator[str]:
    yield f"### `{method} {path}`\n"
    yield _plain(what.get("description") or what.get("summary", "")) + "\n"
    given = [p for p in what.get("parameters", []) if p["in"] != "path"]
    if given:
        yield "| parameter | di mana | wajib | arti |\n|---|---|---|---|"
        for one in given:
            meaning = _plain(one.get("description") or one.get("schema", {}).get("description", ""))
            yield f"| `{one['name']}` | {one['in']} | {'ya' if one.get('required') else 'tidak'} | {meaning or '–'} |"
        yield ""
    yield "Jawaban: " + ", ".join(_answer(status, one) for status, one in sorted(what["responses"].items())) + "\n"


def _answer(status: str, one: dict[str, Any]) -> str:
    kinds = ", ".join(f"`{kind}`" for kind in one.get("content", {}))
    return f"**{status}**" + (f" ({kinds})" if kinds else "")


def _plain(text: str) -> str:
    return " ".join(text.split("\n\n")[0].split()).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
