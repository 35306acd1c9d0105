"""Themes: official on light, ordered on dark, told apart by every eye."""

from __future__ import annotations

import csv
from importlib.resources import files

import numpy as np
import pytest

from rdtr.tiles.colors import from_hex, from_oklab, least_difference, to_hex, to_oklab
from rdtr.tiles.themes import themed
from rdtr.zoning.vocabulary import vocabulary

KINDS = [k for k in vocabulary("2021").kinds if k.color]
SAFE = list(csv.DictReader(files("rdtr.tiles").joinpath("data/colorblind.csv").read_text().splitlines()))


def test_light_is_official() -> None:
    assert all(themed(k.color or "", "light", k.zone_code) == k.color for k in KINDS)


def test_dark_keeps_the_order_of_lightness_and_every_difference() -> None:
    official = sorted({k.color or "" for k in KINDS})
    dark = [themed(c, "dark") for c in official]
    before, after = (to_oklab(from_hex(c))[:, 0] for c in (official, dark))
    assert np.all(np.diff(after[np.argsort(before)]) > -0.005)
    assert after.max() < 0.71
    assert len(set(dark)) == len(official)


def test_the_colour_blind_tell_all_zones_apart_which_the_official_colours_do_not_let_them() -> None:
    assert least_difference([r["official"] for r in SAFE]) < 0.03
    assert least_difference([r["color"] for r in SAFE]) > 0.065


def test_the_common_zones_of_a_town_are_further_apart() -> None:
    common = {"R", "K", "SPU", "RTH", "C", "KT", "KPI", "W", "P", "BA", "BJ", "PS", "TR", "PL"}
    assert least_difference([r["color"] for r in SAFE if r["zone"] in common]) > 0.08


def test_every_zone_of_the_vocabulary_has_a_colour_for_the_colour_blind() -> None:
    zones = {k.zone_code or k.zone_name for k in KINDS}
    assert zones <= {r["zone"] for r in SAFE}


def test_a_sub_zone_stays_nearer_to_its_zone_than_to_any_other() -> None:
    base = {r["zone"]: to_oklab(from_hex([r["color"]]))[0] for r in SAFE}
    for kind in KINDS:
        zone = kind.zone_code or kind.zone_name
        here = to_oklab(from_hex([themed(kind.color or "", "colorblind", zone)]))[0]
        assert min(base, key=lambda z: float(np.linalg.norm(base[z] - here))) == zone


def test_a_zone_without_a_row_takes_that_of_the_nearest_official_colour() -> None:
    assert themed("#FFDC00", "colorblind", "??") == themed("#FFDC00", "colorblind", "R")


def test_oklab_goes_there_and_back() -> None:
    colors = [k.color or "" for k in KINDS]
    assert to_hex(from_oklab(to_oklab(from_hex(colors)))) == colors


def test_a_colour_outside_srgb_keeps_its_lightness() -> None:
    wild = np.array([[0.6, 0.5, 0.0]])
    assert to_oklab(from_oklab(wild))[0, 0] == pytest.approx(0.6, abs=1e-3)
