"""Commands: words in, one call of rdtr each, something shown. Exit 0 done, 2 bad input, 130 stopped by the user.

What needs pandas or numba is imported by the command that needs it: help and refusals answer at once.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

import typer

import rdtr
from rdtr.cli import audit as _auditing
from rdtr.cli import keys as _keys
from rdtr.cli import serve as _serving
from rdtr.cli import study as _studying
from rdtr.cli.paint import bar, clean, console, safe
from rdtr.cli.words import SAID, say
from rdtr.errors import FileError, RdtrError, ReportError, TileError
from rdtr.types import Lang

if TYPE_CHECKING:
    from rdtr.sample.write import SampleFiles
    from rdtr.zoning.plan import Plan
    from rdtr.zoning.report import Report

__all__ = ["app", "main"]

app = typer.Typer(
    help="Rencana detail tata ruang (RDTR): periksa permohonan terhadap rencana. Checks permits against detailed plans.",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Language: TypeAlias = Annotated[Lang, typer.Option("--lang", help="Bahasa keluaran / output language.")]
PlanPath: TypeAlias = Annotated[
    str, typer.Argument(metavar="PLAN", help="Paket rencana, folder, zip, .shp, .gpkg, .geojson, .gdb, ...")
]
Rules: TypeAlias = Annotated[
    Path | None, typer.Option("--rules", metavar="PATH", help="Folder CSV atau XLSX berisi tabel aturan.")
]
Layer: TypeAlias = Annotated[
    str | None, typer.Option("--layer", metavar="NAME", help="Layer zonasi, bila ada beberapa.")
]
SourceCrs: TypeAlias = Annotated[
    str | None,
    typer.Option(metavar="CRS", help="CRS berkas zonasi bila tidak dinyatakan atau salah, misalnya EPSG:9480."),
]
Parcels: TypeAlias = Annotated[int, typer.Option("--parcels", metavar="N", min=1, help="Jumlah persil.")]
Seed: TypeAlias = Annotated[
    int, typer.Option("--seed", metavar="S", min=0, help="Kota yang mana; angka sama, kota sama.")
]

_STOPPED: Final = 130
_BAD_INPUT: Final = 2


@app.callback(invoke_without_command=True)
def _start(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Tampilkan versi.", is_eager=True)] = False,
) -> None:
    if version:
        console().print(f"rdtr {rdtr.__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        console().print(context.get_help())
        raise typer.Exit


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no date; write it as 2026-11-24") from None


@app.command()
def info(
    plan: PlanPath, rules: Rules = None, layer: Layer = None, source_crs: SourceCrs = None, lang: Language = "id"
) -> None:
    """Tampilkan isi rencana: identitas, zona, aturan, lapisan. Shows what is in a plan."""
    from rdtr.cli import show

    read = _read_plan(plan, rules, layer, source_crs, lang)
    console().print(show.plan_page(read, lang))


def _read_plan(plan: str, rules: Path | None, layer: str | None, source_crs: str | None, lang: Lang) -> Plan:
    with bar(SAID[lang]["reading"]):
        return rdtr.read_plan(plan, rules=rules, layer=layer, source_crs=source_crs)


@app.command()
def check(
    plan: PlanPath,
    permits: Annotated[str, typer.Argument(metavar="PERMITS", help="Permohonan: berkas poligon persil.")],
    out: Annotated[
        Path,
        typer.Option("-o", "--out", metavar="OUT", help="Hasil: .xlsx .csv .parquet .json .gpkg .geojson"),
    ],
    on: Annotated[
        date | None,
        typer.Option(metavar="DATE", parser=_day, help="Tanggal penilaian, misalnya 2026-11-24; bawaan: hari ini."),
    ] = None,
    tolerance: Annotated[
        float | None, typer.Option(metavar="M", min=0.0, help="Toleransi garis batas, meter; bawaan: menurut rencana.")
    ] = None,
    workers: Annotated[int | None, typer.Option(metavar="N", min=1, help="Jumlah utas kerja.")] = None,
    rules: Rules = None,
    layer: Layer = None,
    permit_layer: Annotated[
        str | None, typer.Option(metavar="NAME", help="Layer permohonan, bila ada beberapa.")
    ] = None,
    source_crs: SourceCrs = None,
    permit_crs: Annotated[
        str | None, typer.Option(metavar="CRS", help="CRS berkas permohonan bila tidak dinyatakan atau salah.")
    ] = None,
    lang: Language = "id",
) -> None:
    """Periksa permohonan terhadap rencana dan tulis hasilnya. Checks permits and writes the result."""
    _require_writable(out, (plan, permits))
    rencana = _read_plan(plan, rules, layer, source_crs, lang)
    table = rdtr.read_permits(permits, layer=permit_layer, source_crs=permit_crs)
    with bar(SAID[lang]["checking"]) as progress:
        report = rdtr.check(
            rencana, table, on=on or date.today(), tolerance_m=tolerance, workers=workers, progress=progress
        )
    with bar(SAID[lang]["writing"]):
        report.write(out)
    _show_result(report, out, lang)


@app.command()
def tiles(
    plan: PlanPath,
    out: Annotated[Path, typer.Argument(metavar="OUT.pmtiles", help="Berkas ubin vektor PMTiles yang dibuat.")],
    zoom: Annotated[str, typer.Option(metavar="A-B", help="Tingkat zum pertama dan terakhir.")] = "8-17",
    workers: Annotated[int | None, typer.Option(metavar="N", min=1, help="Jumlah utas kerja.")] = None,
    rules: Rules = None,
    layer: Layer = None,
    source_crs: SourceCrs = None,
    lang: Language = "id",
) -> None:
    """Tulis seluruh ubin vektor rencana ke satu berkas PMTiles. Writes all vector tiles into one PMTiles file."""
    from rdtr.tiles import write_pmtiles

    first, last = _zooms(zoom)
    _require_place(out, (plan,))
    rencana = _read_plan(plan, rules, layer, source_crs, lang)
    with bar(SAID[lang]["tiling"]) as progress:
        stats = write_pmtiles(rencana, out, zoom=(first, last), workers=workers, progress=progress)
    console().print(safe(say(lang, "tiled", tiles=stats.tiles, different=stats.contents, path=out)), soft_wrap=True)


def _zooms(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    if not (first.strip().isdigit() and (last or first).strip().isdigit()):
        raise TileError(f"--zoom {text!r} is no range of zooms; write for example 8-17")
    return int(first), int(last or first)


def _show_result(report: Report, out: Path, lang: Lang) -> None:
    from rdtr.cli import show

    screen = console()
    screen.print(show.summary(report, lang))
    screen.print(show.intake(report.intake, lang))
    screen.print(safe(f"{SAID[lang]['result']}: {out}"), soft_wrap=True)


def _require_writable(out: Path, inputs: Sequence[str]) -> None:
    """Refuse what cannot end well before the work begins, not after it."""
    kinds = rdtr.Report.formats()
    kind = out.suffix.lstrip(".").casefold()
    if kind not in kinds:
        raise ReportError(
            f"{out.name}: a report cannot be written as {kind or 'a file without suffix'!r}; use one of {', '.join(kinds)}"
        )
    _require_place(out, inputs)


def _require_place(out: Path, inputs: Sequence[str]) -> None:
    if not out.absolute().parent.is_dir():
        raise FileError(f"{out}: the folder {out.parent} does not exist; make it first")
    if any(out.absolute() == Path(path).absolute() for path in inputs):
        raise FileError(f"{out}: the result would replace what is read; choose another name")


@app.command()
def sample(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder tujuan; dibuat bila belum ada.")],
    parcels: Parcels = 5_000,
    seed: Seed = 0,
    lang: Language = "id",
) -> None:
    """Tulis kota contoh (buatan): rencana, permohonan, persil, penggunaan lahan. Writes the made-up city."""
    city = _draw(parcels, seed, lang)
    files = _write(city, folder, lang)
    screen = console()
    said = say(lang, "sample_done", zones=len(city.plan.zones), parcels=len(city.parcels), permits=len(city.permits))
    screen.print(safe(said))
    for path in files.all:
        screen.print(safe(f"  {path}"), soft_wrap=True)


def _draw(parcels: int, seed: int, lang: Lang) -> rdtr.SampleCity:
    with bar(SAID[lang]["drawing"]):
        return rdtr.sample_city(parcels, seed)


def _write(city: rdtr.SampleCity, folder: Path, lang: Lang) -> SampleFiles:
    from rdtr.sample.write import write_sample

    with bar(SAID[lang]["writing"]) as progress:
        return write_sample(city, folder, progress=progress)


@app.command()
def demo(parcels: Parcels = 2_000, seed: Seed = 0, lang: Language = "id") -> None:
    """Buat kota contoh, periksa permohonannya, tampilkan hasilnya. Makes the sample city, checks it, shows it."""
    from rdtr.cli import demo as story
    from rdtr.cli import show

    folder = Path(tempfile.mkdtemp(prefix="rdtr-demo-"))
    city = _draw(parcels, seed, lang)
    files = _write(city, folder, lang)
    with bar(SAID[lang]["checking"]) as progress:
        report = rdtr.check(
            rdtr.read_plan(files.plan), rdtr.read_permits(files.permits), on=date.today(), progress=progress
        )
    with bar(SAID[lang]["writing"]):
        report.write(folder / "hasil.xlsx")
    screen = console()
    screen.print(
        safe(say(lang, "demo_title", zones=len(city.plan.zones), parcels=parcels, permits=len(report)), "bold")
    )
    screen.print(show.summary(report, lang))
    screen.print(story.some_permits(report, lang, screen.width))
    screen.print(story.told_apart(report, lang))
    for line in story.next_steps(folder, files.plan, files.permits, lang):
        screen.print(line, soft_wrap=True)


app.command()(_auditing.audit)
app.command()(_studying.where)
app.command()(_studying.compare)
app.command()(_studying.landuse)
app.command()(_serving.serve)
app.add_typer(_keys.app, name="keys")


# typer raises its own exceptions or those of click, by its version; both derive from this one
_WrongUse: Final[Any] = typer.BadParameter.__mro__[2]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; never returns.

    Parameters
    ----------
    arguments
        What was typed after ``rdtr``; by default taken from the process.
    """
    sys.exit(_run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without "m²" shows a question mark, not a traceback
    try:
        return int(app(args=arguments, prog_name="rdtr", standalone_mode=False) or 0)
    except RdtrError as error:
        return _complain(str(error))
    except (KeyboardInterrupt, typer.Abort):
        return _STOPPED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads on, e.g. `rdtr info x | head`
        return 0
    except _WrongUse as error:
        return _complain(f"{error.format_message()} (rdtr --help)")


def _complain(message: str) -> int:
    print(f"rdtr: {clean(message)}", file=sys.stderr)  # noqa: T201 - the one line that the shell shows
    return _BAD_INPUT
