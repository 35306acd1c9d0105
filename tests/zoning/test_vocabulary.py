from __future__ import annotations

import csv
import dataclasses
import itertools
import json
import re
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import get_args

import geopandas as gpd
import pytest

from rdtr.errors import PlanError
from rdtr.zoning.codes import canonical_code, looks_like_code
from rdtr.zoning.vocabulary import Confidence, Vocabulary, name_key, vocabulary

VERSIONS = ("2011", "2018", "2021")


@pytest.fixture(scope="module")
def now() -> Vocabulary:
    return vocabulary("2021")


def table(version: str) -> list[dict[str, str]]:
    text = files("rdtr.zoning").joinpath(f"data/zones_{version}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@pytest.mark.parametrize(
    ("typed", "code"),
    [*[("R-2", "R-2"), ("r 2", "R-2"), ("R-2.K", "R-2"), ("r2k", "R-2"), ("SPU 3.3", "SPU-3"), ("P-1 LP2B", "P-1")],
     *[("rth_3", "RTH-3"), ("bj", "BJ"), ("R", "R")]],
)  # fmt: skip
def test_a_code_is_found_however_it_is_typed_and_with_a_local_suffix(now: Vocabulary, typed: str, code: str) -> None:
    kind = now.find(typed)
    assert kind is not None
    assert kind.code == code


@pytest.mark.parametrize("unknown", ["Z-9", "R-9", "", None, "Badan Jalan", "RTH-9"])
def test_a_code_that_is_not_in_the_table_is_not_found(now: Vocabulary, unknown: object) -> None:
    assert now.find(unknown) is None


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Zona Badan Jalan", "BJ"),
        ("Perumahan Kepadatan Sedang", "R-3"),
        ("PERUMAHAN  KEPADATAN SEDANG", "R-3"),
        ("SPU Skala Kota", "SPU-1"),
        ("Sarana Pelayanan Umum Skala Kota", "SPU-1"),
        ("Taman RW", "RTH-5"),
        (" Taman Kelurahan", "RTH-4"),
        ("Sub-Zona Taman RT", "RTH-6"),
        ("Instalasi Pengolahan Air Limbah (IPAL)", "PL-4"),
        ("IPAL", "PL-4"),
        ("Campuran Intensitas Sedang", "C-2"),
        ("Hutan Produksi yang dapat Dikonversi", "HPK"),
        ("Perikanan Budidaya", "IK-2"),
        ("Kawasan Holtikultura", "P-2"),
        ("Perdagangan & Jasa", "K"),
        ("Ruang Terbuka Hijau", "RTH"),
        ("RTH", "RTH"),
    ],
)
def test_a_name_leads_to_its_code(now: Vocabulary, name: str, code: str) -> None:
    kind = now.by_name(name)
    assert kind is not None
    assert kind.code == code


@pytest.mark.parametrize("name", ["", None, "Rumah Makan", "Kawasan", "Sempadan Sungai"])
def test_a_name_that_is_not_in_the_table_is_not_guessed(now: Vocabulary, name: object) -> None:
    assert now.by_name(name) is None


def test_mining_has_no_known_code_and_is_reachable_by_name_only(now: Vocabulary) -> None:
    kind = now.by_name("Batubara")
    assert kind is not None
    assert (kind.code, kind.zone_name, kind.color, kind.confidence) == ("", "Pertambangan", "#7D91AF", "U")
    assert "" not in now.codes


def test_the_same_code_means_another_thing_in_another_generation() -> None:
    names = [vocabulary(v).find("SPU-1").name for v in VERSIONS]  # type: ignore[union-attr, arg-type]
    assert names == ["SPU Pendidikan", "SPU Pendidikan", "SPU Skala Kota"]
    assert vocabulary("2011").find("PL-3").name == "Pariwisata"  # type: ignore[union-attr]
    assert vocabulary("2021").find("PL-3").name.startswith("Instalasi Pengolahan Air Minum")  # type: ignore[union-attr]


def test_another_generation_is_refused() -> None:
    with pytest.raises(PlanError, match="'2030' is not known; it is one of 2011, 2018, 2021"):
        vocabulary("2030")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "code"),
    [*[("RHT-3", "RTH-3"), ("KTT", "KT"), ("SPPU-2", "SPU-2"), ("B J", "BJ"), ("R2", "R-2"), ("Badan Jalan", "BJ")],
     *[("R-9", None), ("KPL", None), ("Z9", None), ("", None), ("???", None), ("ABCDEFGH", None)]],
)  # fmt: skip
def test_a_slip_is_corrected_only_if_one_code_can_be_meant(now: Vocabulary, typed: str, code: str | None) -> None:
    assert now.suggest(typed) == code


def test_the_zone_of_an_unknown_number_is_still_known(now: Vocabulary) -> None:
    zone = now.zone_of("R-9")
    assert zone is not None
    assert (zone.code, zone.is_parent, zone.color) == ("R", True, "#FFA000")


def test_where_sources_disagree_both_colours_are_kept_and_flagged(now: Vocabulary) -> None:
    doubtful = {k.code: (k.color, k.color_alt) for k in (*now.kinds, *now.zones) if k.color_alt}
    assert doubtful == {
        "RTH-8": ("#0FF500", "#0F9100"),
        "HP": ("#7DB437", "#69B437"),
        "KR": ("#9BC89B", "#9BDC9B"),
        "TN": ("#9B87FF", "#8280FF"),
        "TWA": ("#D2BEFF", "#E6A5FF"),
        "PTB": ("#194128", "#224027"),
    }
    assert all(now.find(code).color_confidence == "U" for code in doubtful)  # type: ignore[union-attr]


def test_a_kind_without_a_colour_takes_that_of_its_zone_and_says_so(now: Vocabulary) -> None:
    small_industry, evacuation = now.find("SIKM"), now.find("PL-1")
    assert small_industry is not None
    assert (small_industry.color, small_industry.color_of) == ("#690000", "zone")
    assert evacuation is not None
    assert (evacuation.color, evacuation.color_of) == (None, "")


def test_zones_have_colours_of_their_own(now: Vocabulary) -> None:
    assert now.zone_colors["R"] == "#FFA000"
    assert now.zone_colors["K"] == "#FF4646"
    assert now.zone_colors["SPU"] == "#5F005F"


@pytest.mark.parametrize("version", ["2011", "2018"])
def test_no_colour_is_invented_for_the_older_generations(version: str) -> None:
    assert {row["color"] for row in table(version)} == {""}


@pytest.mark.parametrize("version", VERSIONS)
def test_every_row_is_well_formed(version: str) -> None:
    zones = {(r["zone_code"], r["zone_name"]) for r in table(version)}
    assert len({name for _, name in zones}) == len(zones), "a zone has two codes"
    for row in table(version):
        assert row["name"], row
        assert row["zone_name"], row
        assert row["class"] in ("lindung", "budi daya"), row
        assert row["level"] in ("kind", "parent"), row
        assert row["code"] == canonical_code(row["code"]), row
        assert not row["code"] or looks_like_code(row["code"]), row
        for color in (row["color"], row["color_alt"]):
            assert not color or re.fullmatch(r"#[0-9A-F]{6}", color), row
        for mark in (row["code_confidence"], row["color_confidence"]):
            assert mark in get_args(Confidence), row
        assert bool(row["color"]) == bool(row["color_confidence"]) == bool(row["color_source"]), row
        assert bool(row["color_alt"]) <= (row["color_confidence"] == "U"), row
        assert row["code_confidence"] == "U" or row["code_source"], row


@pytest.mark.parametrize("version", VERSIONS)
def test_codes_and_names_are_unique(version: str) -> None:
    codes = Counter(r["code"] for r in table(version) if r["code"])
    assert codes.most_common(1)[0][1] == 1
    names = [name_key(n) for r in table(version) for n in (r["name"], *r["aliases"].split("|")) if n]
    doubled = {n for n, count in Counter(names).items() if count > 1}
    assert doubled == set()


@pytest.mark.parametrize("version", VERSIONS)
def test_every_kind_is_found_by_its_code_its_name_and_its_aliases(version: str) -> None:
    book = vocabulary(version)  # type: ignore[arg-type]
    for kind in book.kinds:
        assert not kind.code or book.find(kind.code) is kind
        for name in (kind.name, *kind.aliases):
            assert book.by_name(name) is kind, name


def test_no_two_kinds_of_2021_share_a_colour(now: Vocabulary) -> None:
    own = [(k.code or k.name, k.color) for k in now.kinds if k.color_of == "own"]
    same = [(a[0], b[0]) for a, b in itertools.combinations(own, 2) if a[1] == b[1]]
    assert same == []


def test_a_vocabulary_is_frozen_and_made_once() -> None:
    assert vocabulary("2021") is vocabulary("2021")
    with pytest.raises(dataclasses.FrozenInstanceError):
        vocabulary("2021").kinds[0].color = "#000000"  # type: ignore[misc]


# Where a published style and our table differ, and why the table stays as it is.
KNOWN_DIFFERENCES = {
    ("KONSEPPOLARUANG", "Hutan Produksi Tetap"): "conflicting sources; the style has our second value",
    (
        "POLARUANGDRAFT25102022_14",
        "Instalasi Pengolahan Air Minum (IPAM)",
    ): "a local colour; two other styles agree with us",
    ("POLARUANGDRAFT25102022_14", "Transportasi"): "a local colour; four other styles agree with us",
    ("POLA_RUANG", "Kawasan Permukiman Perdesaan"): "an RTRW class; another RTRW style agrees with us",
    ("POLA_RUANG", "Kawasan Permukiman Perkotaan"): "an RTRW class; another RTRW style agrees with us",
    ("POLA_RUANG", "Kawasan Tanaman Pangan (KP2B)"): "shows the overlay LP2B, not the zone",
}
# Names of RTRW or of older plans that no kind of 2021 has.
KNOWN_STRANGERS = {
    "Kawasan Hutan Rakyat",
    "Kawasan Industri",
    "Kawasan Sumber Daya Air",
    "Sempadan Sungai",
    "Sungai",
}


def published_colours(folder: Path) -> list[tuple[str, str, str]]:
    rows = []
    for path in sorted(folder.glob("*_palette.json")):
        for item in json.loads(path.read_text(encoding="utf-8"))["classes"]:
            red, green, blue = (int(v) for v in re.findall(r"\d+", item["fill"])[:3])
            rows.append((path.name.removesuffix("_palette.json"), item["value"], f"#{red:02X}{green:02X}{blue:02X}"))
    return rows


def test_colours_agree_with_six_published_styles_but_for_known_exceptions(now: Vocabulary, shared_data: Path) -> None:
    agreed, differing, strangers = 0, set(), set()
    for style, name, color in published_colours(shared_data / "palettes"):
        kind = now.by_name(name)
        if kind is None:
            strangers.add(name)
        elif kind.color == color:
            agreed += 1
        else:
            differing.add((style, name))
    assert differing == set(KNOWN_DIFFERENCES)
    assert strangers == KNOWN_STRANGERS
    assert agreed == 78


def test_codes_and_names_of_a_published_plan_are_those_of_2021(now: Vocabulary, shared_data: Path) -> None:
    zones = gpd.read_file(shared_data / "bandung" / "zonasi_rdtr.geojson")
    for code, name in zones[["KD_SUBZON", "NM_SUBZON"]].drop_duplicates().itertuples(index=False):
        assert now.find(code) is now.by_name(name) is not None, (code, name)
    for code, name in zones[["KD_ZONA", "NM_ZONA"]].drop_duplicates().itertuples(index=False):
        assert now.find(code) is now.by_name(name) is not None, (code, name)
