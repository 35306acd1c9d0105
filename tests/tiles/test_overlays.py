"""Which overlays occur, and that every official field has a hatch of its own."""

from __future__ import annotations

from typing import get_args

import pytest

from rdtr.tiles.colors import least_difference
from rdtr.tiles.legendsvg import PATTERN_PATHS
from rdtr.tiles.overlays import Pattern, hatches, overlay_values
from rdtr.zoning.schema import FLAGS
from tests.town import make_plan, make_zones


def test_every_special_provision_has_a_hatch_of_its_own() -> None:
    assert tuple(hatches()) == FLAGS
    looks = {(h.pattern, h.color) for h in hatches().values()}
    assert len(looks) == len(FLAGS)
    assert {h.pattern for h in hatches().values()} <= set(get_args(Pattern)) == set(PATTERN_PATHS)


def test_hatches_of_one_pattern_are_told_apart_by_every_eye() -> None:
    for pattern in get_args(Pattern):
        colors = [h.color for h in hatches().values() if h.pattern == pattern]
        assert len(colors) == 1 or least_difference(colors) > 0.04


@pytest.mark.parametrize("blank", [None, "", "-", "0", "Tidak Ada", float("nan"), " tidak ada "])
def test_a_blank_is_no_overlay(blank: object) -> None:
    assert overlay_values(make_plan(make_zones(KRB_03=[blank] * 4))) == ()


def test_values_that_differ_in_blanks_only_are_one() -> None:
    (found,) = overlay_values(make_plan(make_zones(KRB_03=["Rawan  Banjir", " Rawan Banjir", None, "-"])))
    assert (found.value, found.count) == ("Rawan Banjir", 2)
    assert found.area_ha == pytest.approx(0.5, rel=2e-3)
