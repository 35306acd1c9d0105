"""What readers of a report file see: headings, verdicts and labels in Bahasa Indonesia, and colours. Writes nothing."""

from __future__ import annotations

from typing import Final

from rdtr.zoning.outcomes import OUTCOMES, WORDS

__all__ = ["COLOURS", "DISCLAIMER", "HEADINGS", "MEANINGS", "RECEIPT", "SAID"]

DISCLAIMER: Final = "Hasil ini adalah penapisan berdasarkan data rencana, bukan keputusan KKPR."

SAID: Final = dict(zip(OUTCOMES, WORDS["id"], strict=True))
"""Verdicts by code, in the words that users read."""

MEANINGS: Final = {
    "permitted": "semua bagian persil mengizinkan kegiatan (I) dan semua batas dipenuhi",
    "conditional": "diizinkan dengan syarat terbatas (T) dan/atau bersyarat (B), atau ada ketentuan khusus",
    "undetermined": "di luar rencana, kegiatan tidak tercantum, atau data kurang; bukan izin, bukan pula larangan",
    "partial": "sebagian persil mengizinkan, sebagian tidak; poligon yang dapat disetujui tersedia",
    "prohibited": "tidak ada bagian yang mengizinkan (X), atau batas angka dilanggar",
}

COLOURS: Final = {
    "permitted": "E3F1E1",
    "conditional": "FBF3D0",
    "undetermined": "ECECEC",
    "partial": "FBE6CF",
    "prohibited": "F8DCD9",
}
"""Pale grounds behind verdicts: dark text stays readable on them, and a printout in grey loses no word."""

RECEIPT: Final = {
    "plan": "Rencana",
    "title": "Judul",
    "regulation": "Peraturan",
    "vocabulary": "Kosakata zona",
    "kbli_edition": "Edisi KBLI",
    "plan_hash": "Sidik data (sha256)",
    "crs": "Sistem koordinat",
    "crs_policy": "Kebijakan datum",
    "tolerance_m": "Toleransi garis batas (m)",
    "on": "Dinilai pada tanggal",
    "permits": "Jumlah permohonan",
    "rdtr": "Versi rdtr",
}

HEADINGS: Final = {
    "permit_id": "Nomor permohonan",
    "putusan": "Putusan",
    "activity": "Kegiatan",
    "kbli": "KBLI",
    "verdict": "Putusan (kode)",
    "use": "Kegiatan (putusan)",
    "intensity": "Intensitas",
    "siting": "Tata letak",
    "overlay": "Ketentuan khusus",
    "area_m2": "Luas gambar (m²)",
    "area_geodesic_m2": "Luas geodetik (m²)",
    "area_used_m2": "Luas yang dipakai (m²)",
    "area_basis": "Dasar luas",
    "covered_share": "Tercakup rencana",
    "counted_parts": "Bagian dihitung",
    "slivers": "Serpihan batas",
    "approvable_m2": "Dapat disetujui (m²)",
    "stable_to_m": "Stabil sampai geseran (m)",
    "KODSZN": "Sub-zona",
    "NAMOBJ": "Nama zona",
    "KODBLK": "Blok",
    "share": "Bagian dari persil",
    "permission": "ITBX",
    "outcome": "Putusan (kode)",
    "sliver": "Serpihan batas",
    "depth_m": "Jangkauan ke dalam (m)",
    "approvable": "Dapat disetujui",
    "code": "Kode temuan",
    "level": "Tingkat",
    "dimension": "Dimensi",
    "measured": "Terukur",
    "limit": "Batas",
    "unit": "Satuan",
    "reference": "Pasal / lampiran",
    "message": "Uraian",
    "source": "Sumber",
    "row": "Baris",
    "field": "Kolom",
}
"""Headings by canonical column name."""
