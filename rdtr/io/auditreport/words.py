"""What readers of an audit's file see: headings and labels in Bahasa Indonesia and English. Writes nothing."""

from __future__ import annotations

from typing import Final

from rdtr.types import Lang

__all__ = ["COLUMN_WORDS", "PAGE"]

COLUMN_WORDS: Final[dict[Lang, dict[str, str]]] = {
    "id": {"code": "Kode", "level": "Tingkat", "check": "Pemeriksaan", "row": "Baris", "other_row": "Baris lain",
           "KODSZN": "Sub-zona", "KODBLK": "Blok", "size": "Ukuran", "unit": "Satuan", "source": "Sumber",
           "field": "Kolom", "message": "Uraian", "count": "Jumlah"},
    "en": {"code": "Code", "level": "Level", "check": "Check", "row": "Row", "other_row": "Other row",
           "KODSZN": "Sub-zone", "KODBLK": "Block", "size": "Size", "unit": "Unit", "source": "Source",
           "field": "Column", "message": "Message", "count": "Count"},
}  # fmt: skip

PAGE: Final[dict[Lang, dict[str, str]]] = {
    "id": {
        "title": "Audit rencana detail tata ruang",
        "sound": "Tidak ada kesalahan",
        "unsound": "Rencana belum layak diserahkan",
        "zones": "zona",
        "area": "luas zona",
        "map": "Peta temuan",
        "map_hint": "Gulir untuk memperbesar, seret untuk menggeser, klik ganda untuk kembali. "
        "Angka di lingkaran: jumlah temuan di sekitarnya.",
        "close": "Dari dekat",
        "close_hint": "Temuan bertempat yang paling berat dari setiap jenis.",
        "kinds": "Jenis temuan",
        "all": "Semua temuan",
        "all_hint": "{shown} dari {total} temuan, yang terberat dahulu; semuanya ada di berkas gpkg, xlsx, atau json.",
        "none": "Tidak ada temuan.",
        "skipped": "Yang tidak dapat diperiksa",
        "checked": "Yang diperiksa",
        "no_finding": "tanpa temuan",
        "basis": "Dasar audit",
        "total": "Jumlah ukuran",
        "regulation": "Peraturan",
        "hash": "Sidik data",
        "crs": "Sistem koordinat",
        "profile": "Profil",
        "on": "Tanggal audit",
        "limits": "Batas yang dipakai",
        "not_stated": "tidak dinyatakan",
        "disclaimer": "Audit ini memeriksa data rencana, bukan isi kebijakannya.",
        "search": "Saring temuan…",
        "legend": "Sub-zona",
    },
    "en": {
        "title": "Audit of a detailed spatial plan",
        "sound": "No error",
        "unsound": "The plan is not fit to be handed over yet",
        "zones": "zones",
        "area": "area of zones",
        "map": "Map of findings",
        "map_hint": "Scroll to zoom, drag to move, double-click to go back. "
        "The number in a circle counts the findings around it.",
        "close": "Close up",
        "close_hint": "The gravest placed finding of each kind.",
        "kinds": "Kinds of findings",
        "all": "All findings",
        "all_hint": "{shown} of {total} findings, gravest first; all of them are in the gpkg, xlsx or json file.",
        "none": "Nothing was found.",
        "skipped": "What could not be checked",
        "checked": "What was checked",
        "no_finding": "nothing found",
        "basis": "Basis of the audit",
        "total": "Sum of sizes",
        "regulation": "Regulation",
        "hash": "Data hash",
        "crs": "CRS",
        "profile": "Profile",
        "on": "Day of the audit",
        "limits": "Limits used",
        "not_stated": "not stated",
        "disclaimer": "This audit looks at the data of the plan, not at its policy.",
        "search": "Filter findings…",
        "legend": "Sub-zones",
    },
}  # fmt: skip
