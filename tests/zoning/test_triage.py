"""Shapes sorted into usable polygons and the rest."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from rdtr.zoning import edges
from rdtr.zoning.triage import triage, why_invalid

BOX = shapely.box(0, 0, 1, 1)


@pytest.mark.parametrize(
    ("wkt", "code"),
    [
        ("POLYGON ((0 0, 1 0, 1 1, 0 0))", ""),
        ("MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)))", ""),
        ("POLYGON EMPTY", "GEOMETRY_EMPTY"),
        ("GEOMETRYCOLLECTION EMPTY", "GEOMETRY_EMPTY"),
        ("LINESTRING (0 0, 1 1)", "GEOMETRY_NOT_POLYGON"),
        ("POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))", "GEOMETRY_INVALID"),  # its signed area is zero, but it has one
        ("POLYGON ((0 0, 1 0, 2 0, 0 0))", "GEOMETRY_NO_AREA"),
        ("POLYGON ((5 5, 5 5, 5 5, 5 5))", "GEOMETRY_NO_AREA"),
        ("POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (20 20, 21 20, 21 21, 20 20))", "GEOMETRY_INVALID"),
        ("MULTIPOLYGON (((0 0, 2 0, 2 2, 0 2, 0 0)), ((1 1, 3 1, 3 3, 1 3, 1 1)))", "GEOMETRY_INVALID"),
    ],
)
def test_the_reason(wkt: str, code: str) -> None:
    outcome = triage(np.array([shapely.from_wkt(wkt)], dtype=object))
    assert outcome.code.tolist() == [code]
    assert (outcome.geometry[0] is None) == bool(code)


def test_missing_nan_and_nothing() -> None:
    nan = shapely.transform(BOX, lambda xy: np.where([[False], [True], [False], [False], [False]], np.nan, xy))
    assert triage(np.array([None, nan], dtype=object)).code.tolist() == ["GEOMETRY_MISSING", "GEOMETRY_NOT_FINITE"]
    assert len(triage(np.array([], dtype=object)).code) == 0


def test_a_height_that_is_nan_does_no_harm() -> None:
    high = shapely.transform(shapely.force_3d(BOX, 1.0), lambda xyz: xyz * [1, 1, np.nan], include_z=True)
    outcome = triage(np.array([high], dtype=object))
    assert (outcome.code.tolist(), outcome.flattened.tolist()) == ([""], [True])


def test_pieces_are_seen_as_they_come_until_one_is_not_usable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edges, "_PIECE", 2)
    seen: list[tuple[int, int]] = []
    shapes = np.array([BOX] * 5, dtype=object)
    assert triage(shapes, watch=lambda start, rings: seen.append((start, len(rings)))).layout is not None
    assert seen == [(0, 2), (2, 2), (4, 1)]
    seen.clear()
    shapes[3] = shapely.force_3d(BOX, 1.0)
    outcome = triage(shapes, watch=lambda start, rings: seen.append((start, len(rings))))
    assert seen == [(0, 2)]
    assert outcome.layout is not None  # once the height is dropped
    assert outcome.flattened.tolist() == [False, False, False, True, False]


def test_the_input_is_not_changed() -> None:
    shapes = np.array([BOX, shapely.Point(0, 0)], dtype=object)
    triage(shapes)
    assert shapes.tolist() == [BOX, shapely.Point(0, 0)]


def test_the_reason_in_words_and_where() -> None:
    hole = shapely.from_wkt("POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (20 20, 21 20, 21 21, 20 20))")
    said = why_invalid(triage(np.array([hole], dtype=object)).reason[0])
    assert (said["why_en"], said["place"]) == ("a hole lies outside the polygon", "20 20")
    assert why_invalid("Something new")["why_id"] == "Something new"
