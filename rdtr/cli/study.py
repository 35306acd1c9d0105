"""The commands ``where``, ``compare``, ``landuse``: a question about a plan, a table on the screen, a file. No judging."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

import typer
from rich.table import Table

import rdtr
from rdtr.cli.paint import bar, clean, console, safe
from rdtr.errors import FileError, ReportError, SchemaError
from rdtr.text import fill, number, quantity
from rdtr.types import Lang

if TYPE_CHECKING:
    import pandas as pd

    from rdtr.zoning.plan import Plan

__all__ = ["compare", "landuse", "where"]

PlanPath: TypeAlias = Annotated[
    str, typer.Argument(metavar="PLAN", help="Paket rencana, folder, zip, .shp, .gpkg, .geojson, .gdb, ...")
]
Out: TypeAlias = Annotated[
    Path, typer.Option("-o", "--out", metavar="OUT", help="Hasil: .gpkg .geojson .xlsx .parquet .csv .json")
]
Rules: TypeAlias = Annotated[
    Path | None, typer.Option("--rules", metavar="PATH", help="Folder CSV atau XLSX berisi tabel aturan.")
]
Language: TypeAlias = Annotated[Lang, typer.Option("--lang", help="Bahasa keluaran / output language.")]

_FIRST: Final = 12
"""Rows that are shown; the file has all."""

_SAID: Final[dict[Lang, dict[str, str]]] = {
    "id": {"reading": "Membaca rencana", "checking": "Memeriksa permohonan", "result": "Hasil", "code": "Kode",
           "block": "Blok", "place": "Kelurahan", "permission": "Izin", "outcome": "Putusan", "area": "Luas",
           "places": "{count:n} tempat, {area:ha} seluruhnya", "more": "… dan {count:n} lagi di berkas hasil",
           "none": "Tidak ada tempat yang membolehkannya.", "same": "Tidak ada yang berbeda.", "old": "Semula",
           "new": "Menjadi", "ha": "Hektare", "change": "Perubahan", "count": "Jumlah",
           "permitted": "sesuai", "conditional": "bersyarat", "undetermined": "tidak dapat dinilai",
           "added": "zona baru", "removed": "zona hilang", "reshaped": "batas berubah", "recoded": "kode berubah",
           "reshaped recoded": "batas dan kode berubah", "renamed": "atribut berubah", "rules": "aturan berubah",
           "flips": "permohonan berganti putusan", "fit": "Kesesuaian", "share": "Bagian",
           "conform": "sesuai", "transition": "transisi (diarahkan)", "conflict": "tidak sesuai",
           "unsurveyed": "tanpa data", "screening": "Tabel kelas bawaan adalah penapisan, bukan ketentuan."},
    "en": {"reading": "Reading the plan", "checking": "Checking permits", "result": "Result", "code": "Code",
           "block": "Block", "place": "Village", "permission": "Permission", "outcome": "Verdict", "area": "Area",
           "places": "{count:n} places, {area:ha} in all", "more": "… and {count:n} more in the file",
           "none": "No place allows it.", "same": "Nothing differs.", "old": "Before", "new": "After",
           "ha": "Hectares", "change": "Change", "count": "Count",
           "permitted": "permitted", "conditional": "conditional", "undetermined": "undetermined",
           "added": "zones added", "removed": "zones removed", "reshaped": "outlines changed", "recoded": "codes changed",
           "reshaped recoded": "outlines and codes changed", "renamed": "attributes changed", "rules": "rules changed",
           "flips": "permits with another verdict", "fit": "Conformity", "share": "Share",
           "conform": "conform", "transition": "transition (to be steered)", "conflict": "not conform",
           "unsurveyed": "no data", "screening": "The class table of this program is a screening, no law."},
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Tables:
    """Tables as a study that can be written."""

    plan: Plan
    receipt: dict[str, Any]
    found: dict[str, pd.DataFrame]

    def tables(self) -> dict[str, pd.DataFrame]:
        return self.found


def where(
    plan: PlanPath,
    activity: Annotated[str, typer.Argument(metavar="ACTIVITY", help="Nomor, nama, atau kode KBLI kegiatan.")],
    out: Out,
    min_area: Annotated[float, typer.Option(metavar="M2", min=0.0, help="Luas terkecil tempat, m².")] = 0.0,
    exclude: Annotated[
        list[str] | None, typer.Option(metavar="FIELD", help="Kolom ketentuan khusus yang tanahnya disisihkan.")
    ] = None,
    keep_undetermined: Annotated[
        bool, typer.Option("--keep-undetermined", help="Sertakan tempat yang aturannya tidak menyebut apa-apa.")
    ] = False,
    rules: Rules = None,
    lang: Language = "id",
) -> None:
    """Cari semua tempat yang membolehkan suatu kegiatan. Finds every place that allows an activity."""
    from rdtr.zoning.studies import receipt_of

    _require_writable(out, (plan,))
    read = _read(plan, rules, lang)
    asked = {"min_area_m2": min_area, "exclude": list(exclude or ())}
    undetermined = "keep" if keep_undetermined else "leave"
    found = rdtr.where_allowed(read, activity, min_area_m2=min_area, exclude=exclude or (), undetermined=undetermined)
    receipt = receipt_of(read, activity=activity, **asked, undetermined=undetermined)
    _write(_Tables(read, receipt, {"places": found}), out)
    _show_places(found, lang)
    console().print(safe(f"{_SAID[lang]['result']}: {out}"), soft_wrap=True)


def compare(
    old: Annotated[str, typer.Argument(metavar="OLD", help="Rencana semula.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="Rencana baru.")],
    out: Out,
    permits: Annotated[
        str | None, typer.Option(metavar="FILE", help="Permohonan yang dinilai menurut keduanya.")
    ] = None,
    min_change: Annotated[
        float, typer.Option(metavar="M2", min=0.0, help="Selisih luas yang belum dianggap perubahan, m².")
    ] = 1.0,
    lang: Language = "id",
) -> None:
    """Bandingkan dua versi rencana: zona, hektare, aturan, permohonan. Compares two versions of a plan."""
    _require_writable(out, (old, new, *([permits] if permits else [])))
    plans = _read(old, None, lang), _read(new, None, lang)
    table = None if permits is None else rdtr.read_permits(permits)
    with bar(_SAID[lang]["checking"]) as progress:
        found = rdtr.compare(*plans, permits=table, min_change_m2=min_change, progress=progress)
    _write(found, out)
    _show_comparison(found, lang)
    console().print(safe(f"{_SAID[lang]['result']}: {out}"), soft_wrap=True)


def landuse(
    plan: PlanPath,
    existing: Annotated[
        str, typer.Argument(metavar="LANDUSE", help="Penggunaan lahan: poligon, atau raster kelas (.tif).")
    ],
    out: Out,
    column: Annotated[str, typer.Option(metavar="NAME", help="Kolom nama penggunaan.")] = "penggunaan",
    names: Annotated[
        list[str] | None, typer.Option("--name", metavar="V=USE", help="Arti nilai raster, misalnya 1=Sawah; berulang.")
    ] = None,
    table: Annotated[
        Path | None, typer.Option(metavar="CSV", help="Tabel kelas sendiri: kolom existing, subzones, fit.")
    ] = None,
    issued: Annotated[
        str | None, typer.Option(metavar="FILE", help="Izin terbit, dijumlahkan per blok terhadap KDB, KLB, KDH.")
    ] = None,
    rules: Rules = None,
    lang: Language = "id",
) -> None:
    """Bandingkan penggunaan lahan dengan rencana. Holds existing land use against the plan."""
    from rdtr.io.landuse import read_land_use, read_table

    _require_writable(out, (plan, existing))
    read = _read(plan, rules, lang)
    uses = read_land_use(existing)
    own = None if table is None else read_table(table)
    found = rdtr.check_land_use(read, uses, column=column, names=_meanings(names), table=own)
    more = {} if issued is None else {"quota": rdtr.block_quota(read, rdtr.read_permits(issued))}
    _write(_Tables(read, found.receipt, {**found.tables(), **more}), out)
    _show_land_use(found, lang)
    console().print(safe(f"{_SAID[lang]['result']}: {out}"), soft_wrap=True)


def _meanings(names: list[str] | None) -> dict[float, str] | None:
    pairs = [n.partition("=") for n in names or ()]
    try:
        return {float(value): use for value, _, use in pairs} or None
    except ValueError:
        raise SchemaError(f"--name {names}: write a value and what it means, for example --name 1=Sawah") from None


def _read(plan: str, rules: Path | None, lang: Lang) -> Plan:
    with bar(_SAID[lang]["reading"]):
        return rdtr.read_plan(plan, rules=rules)


def _write(study: Any, out: Path) -> None:
    from rdtr.io.studies import write_study

    write_study(study, out)


def _require_writable(out: Path, inputs: tuple[str, ...]) -> None:
    """Refuse what cannot end well before the work begins."""
    from rdtr.io.studies import FORMATS

    kind = out.suffix.lstrip(".").casefold()
    if kind not in FORMATS:
        raise ReportError(
            f"{out.name}: this cannot be written as {kind or 'a file without suffix'!r}; use one of {', '.join(FORMATS)}"
        )
    if not out.absolute().parent.is_dir():
        raise FileError(f"{out}: the folder {out.parent} does not exist; make it first")
    if any(out.absolute() == Path(path).absolute() for path in inputs):
        raise FileError(f"{out}: the result would replace what is read; choose another name")


def _show_places(found: pd.DataFrame, lang: Lang) -> None:
    said, screen = _SAID[lang], console()
    if not len(found):
        screen.print(safe(said["none"]))
        return
    screen.print(safe(fill(said["places"], lang, count=len(found), area=float(found["area_m2"].sum()) / 1e4), "bold"))
    table = _table(said["code"], said["block"], said["place"], said["permission"], said["outcome"], said["area"])
    for row in found.head(_FIRST).itertuples():
        texts = (row.KODSZN, row.KODBLK, row.WADMKD, row.permission, said[row.outcome])
        table.add_row(*(clean(t or "") for t in texts), quantity(row.area_m2, "m2", lang))
    screen.print(table)
    _rest(len(found), lang)


def _table(*names: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for k, name in enumerate(names):
        table.add_column(name, justify="right" if k == len(names) - 1 else "left")
    return table


def _rest(count: int, lang: Lang) -> None:
    if count > _FIRST:
        console().print(safe(fill(_SAID[lang]["more"], lang, count=count - _FIRST)))


def _show_comparison(found: Any, lang: Lang) -> None:
    said, screen = _SAID[lang], console()
    counts = found.summary()
    if not counts.sum():
        screen.print(safe(said["same"]))
    table = _table(said["change"], said["count"])
    for name, count in counts.items():
        table.add_row(said[str(name)], number(float(count), 0, lang))
    screen.print(table)
    flows = found.flows.query("changed")
    table = _table(said["old"], said["new"], said["ha"])
    for row in flows.head(_FIRST).itertuples():
        table.add_row(clean(row.old), clean(row.new), number(row.area_ha, 4, lang))
    if len(flows):
        screen.print()
        screen.print(table)
        _rest(len(flows), lang)


def _show_land_use(found: Any, lang: Lang) -> None:
    said, screen = _SAID[lang], console()
    table = _table(said["fit"], said["ha"], said["share"])
    for name, row in found.summary().iterrows():
        table.add_row(said[str(name)], number(row["area_ha"], 4, lang), quantity(100.0 * row["share"], "pct", lang))
    screen.print(table)
    if not found.table.own:
        screen.print(safe(said["screening"]))
