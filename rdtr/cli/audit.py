"""The command ``rdtr audit``: a plan in, findings on the screen and in files, an exit code for CI. Judges nothing itself."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.table import Table

import rdtr
from rdtr.cli.paint import bar, clean, console, safe
from rdtr.errors import FileError, PlanError, ReportError
from rdtr.text import fill, number, quantity
from rdtr.types import Lang

if TYPE_CHECKING:
    from rdtr.zoning.audit import AuditReport
    from rdtr.zoning.audit.scene import Outlines

__all__ = ["FOUND", "audit"]

FOUND: Final = 1
"""Exit code where something as grave as ``--fail-on`` was found: the plan was read, and it is not sound."""

_STYLES: Final = {"error": "red", "warning": "yellow", "info": "cyan"}

_SAID: Final[dict[Lang, dict[str, str]]] = {
    "id": {"auditing": "Mengaudit rencana", "repairing": "Memperbaiki rencana", "level": "Tingkat", "code": "Kode",
           "count": "Jumlah", "size": "Ukuran", "example": "Yang terberat", "none": "Tidak ada temuan.",
           "skipped": "Dilewati", "result": "Hasil", "ledger": "Buku perubahan",
           "repaired": "{features:n} poligon berubah, {places:n} tempat, selisih luas seluruhnya {change:m2}"},
    "en": {"auditing": "Auditing the plan", "repairing": "Repairing the plan", "level": "Level", "code": "Code",
           "count": "Count", "size": "Size", "example": "The gravest", "none": "Nothing was found.",
           "skipped": "Skipped", "result": "Result", "ledger": "Ledger",
           "repaired": "{features:n} polygons changed, {places:n} places, areas changed by {change:m2} in all"},
}  # fmt: skip


class Gravity(StrEnum):
    """Levels that a CI run can fail on."""

    error = "error"
    warning = "warning"
    info = "info"
    never = "never"


class ProfileName(StrEnum):
    """Which checks."""

    full = "full"
    topology = "topology"
    attributes = "attributes"
    delivery = "delivery"


class WinnerName(StrEnum):
    """Which zone keeps an overlap or gets a gap."""

    longer_border = "longer_border"
    larger = "larger"
    smaller = "smaller"
    first = "first"


def audit(
    plan: Annotated[
        str, typer.Argument(metavar="PLAN", help="Paket rencana, folder, zip, .shp, .gpkg, .geojson, .gdb, ...")
    ],
    out: Annotated[
        list[Path] | None,
        typer.Option("-o", "--out", metavar="OUT", help="Hasil: .html .gpkg .geojson .xlsx .json; boleh beberapa."),
    ] = None,
    repair: Annotated[
        Path | None,
        typer.Option(metavar="OUT", help="Folder paket untuk usul perbaikan; buku perubahan di sebelahnya."),
    ] = None,
    winner: Annotated[
        WinnerName, typer.Option(help="Zona yang mempertahankan pertampalan dan menerima celah.")
    ] = WinnerName.longer_border,
    profile: Annotated[ProfileName, typer.Option(help="Pemeriksaan yang dijalankan.")] = ProfileName.full,
    fail_on: Annotated[
        Gravity, typer.Option(help="Keluar dengan kode 1 bila ada temuan setingkat ini atau lebih berat.")
    ] = Gravity.never,
    outline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Batas wilayah perencanaan; bawaan: lapisan wp dalam paket.")
    ] = None,
    on: Annotated[str | None, typer.Option(metavar="DATE", help="Tanggal audit; bawaan: hari ini.")] = None,
    rules: Annotated[Path | None, typer.Option(metavar="PATH", help="Folder CSV atau XLSX tabel aturan.")] = None,
    layer: Annotated[str | None, typer.Option(metavar="NAME", help="Layer zonasi, bila ada beberapa.")] = None,
    source_crs: Annotated[
        str | None, typer.Option(metavar="CRS", help="CRS berkas zonasi bila tidak dinyatakan atau salah.")
    ] = None,
    lang: Annotated[Lang, typer.Option("--lang", help="Bahasa keluaran / output language.")] = "id",
) -> None:
    """Periksa apakah rencana itu sendiri baik; usulkan perbaikannya. Audits a plan, proposes a repair."""
    _require_writable(out or [], repair, plan)
    day = _day(on)
    read = rdtr.read_plan(plan, rules=rules, layer=layer, source_crs=source_crs)
    area = None if outline is None else _outline(outline)
    with bar(_SAID[lang]["auditing"]) as progress:
        report = rdtr.audit(read, profile=profile.value, outlines=area, on=day, progress=progress)
    _show(report, lang)
    for path in out or []:
        report.write(path, lang=lang)
        console().print(safe(f"{_SAID[lang]['result']}: {path}"), soft_wrap=True)
    if repair is not None:
        _repair(read, area, repair, winner, lang)
    if fail_on is not Gravity.never and report.fails(fail_on.value):  # type: ignore[arg-type] # one of the three
        raise typer.Exit(FOUND)


def _day(text: str | None) -> date:
    try:
        return date.today() if text is None else date.fromisoformat(text)
    except ValueError:
        raise PlanError(f"--on {text!r} is no date; write it as 2026-11-24") from None


def _outline(path: Path) -> Outlines:
    from rdtr.io.vector import read_layer

    return read_layer(path)[0]


def _require_writable(out: list[Path], repair: Path | None, plan: str) -> None:
    """Refuse what cannot end well before the work begins, not after it."""
    for path in out:
        if path.suffix.lstrip(".").casefold() not in rdtr.AuditReport.formats():
            kinds = ", ".join(rdtr.AuditReport.formats())
            raise ReportError(f"{path.name}: an audit cannot be written so; use one of {kinds}")
    for path in (*out, *([] if repair is None else [repair])):
        if not path.absolute().parent.is_dir():
            raise FileError(f"{path}: the folder {path.parent} does not exist; make it first")
        if path.absolute() == Path(plan).absolute():
            raise FileError(f"{path}: the result would replace what is read; choose another name")


def _show(report: AuditReport, lang: Lang) -> None:
    said, screen = _SAID[lang], console()
    found, summary = report.findings_in(lang), report.summary()
    screen.print(safe(report.plan.identity.title or report.plan.identity.id, "bold"))
    if summary.empty:
        screen.print(said["none"])
    else:
        table = Table(box=None, header_style="bright_black", padding=(0, 2, 0, 0))
        for name, justify in (
            ("level", "left"),
            ("code", "left"),
            ("count", "right"),
            ("size", "right"),
            ("example", "left"),
        ):
            table.add_column(said[name], justify=justify)  # type: ignore[arg-type] # words that rich knows
        for code, level, count, size, unit in summary[["code", "level", "count", "size", "unit"]].itertuples(
            index=False
        ):
            first = found.loc[found["code"] == code, "message"].iloc[0]
            said_size = quantity(size, unit, lang) if unit in ("m2", "m") else ""
            table.add_row(
                safe(_word(level, lang), _STYLES[level]), code, number(count, 0, lang), said_size, safe(first)
            )
        screen.print(table)
    for skipped in report.skipped:
        screen.print(
            safe(f"{said['skipped']}: {skipped.check} – {skipped.reason[lang]}", "bright_black"), soft_wrap=True
        )


def _word(level: str, lang: Lang) -> str:
    from rdtr.zoning.audit.catalogue import LEVEL_WORDS

    return LEVEL_WORDS[lang][level]


def _repair(plan: rdtr.Plan, area: Outlines, target: Path, winner: WinnerName, lang: Lang) -> None:
    from rdtr.io.auditreport.layers import write_ledger

    said, screen = _SAID[lang], console()
    with bar(said["repairing"]) as progress:
        mended, ledger = rdtr.repair(plan, winner=winner.value, outlines=area, progress=progress)
    rdtr.write_plan(mended, target)
    book = target.with_name(f"{target.name}.perubahan.gpkg")
    write_ledger(ledger, book)
    sums = {"features": len(ledger.features), "places": len(ledger.moved), "change": ledger.change_m2}
    screen.print(clean(fill(said["repaired"], lang, **sums)))
    screen.print(safe(f"{said['result']}: {target}"), soft_wrap=True)
    screen.print(safe(f"{said['ledger']}: {book}"), soft_wrap=True)
