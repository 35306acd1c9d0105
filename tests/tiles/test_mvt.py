"""Bytes of a vector tile: numbers and values by hand, tags that many features share, rings that meet themselves."""

from __future__ import annotations

import mapbox_vector_tile
import numpy as np
import pandas as pd
import pytest

from rdtr.tiles.attributes import attributes_of
from rdtr.tiles.cells import cells_of
from rdtr.tiles.drawn import DrawnLayers, drawn
from rdtr.tiles.rings import SLOTS, keep
from rdtr.tiles.scratch import Scratch, desk_of
from rdtr.tiles.sheet import POINTS, row_of
from rdtr.tiles.sources import PointSource
from rdtr.tiles.values import value_bytes
from rdtr.tiles.wire import put, size_of, varint, zigzag


@pytest.mark.parametrize("value", [0, 1, 127, 128, 300, 0x3FFF, 0x4000, 2**31, 2**53])
def test_a_number_is_written_alike_in_python_and_compiled(value: int) -> None:
    buffer = np.zeros(16, np.uint8)
    stop = put(buffer, 3, np.int64(value))
    assert buffer[3:stop].tobytes() == varint(value)
    assert size_of(np.int64(value)) == len(varint(value))


def test_small_signed_numbers_fold_into_small_ones() -> None:
    assert [zigzag(np.int64(v)) for v in (0, -1, 1, -2, 2)] == [0, 1, 2, 3, 4]


def test_values_are_encoded_as_the_specification_says() -> None:
    assert value_bytes(-5).hex() == "22023009"
    assert value_bytes(0.5).hex() == "220919000000000000e03f"
    assert value_bytes("é").hex() == "22040a02c3a9"


def layer_of(frame: pd.DataFrame, rows: list[int], columns: tuple[str, ...] | None = None) -> DrawnLayers:
    """Features as points of a layer "p", each in a tile of its own, the first in tile 0."""
    row, x = np.array(rows, np.int64), 4096 * np.arange(len(rows))
    return DrawnLayers((drawn(PointSource.of("p", frame, x, x * 0, row), columns, None, 0),))


def read(data: bytes) -> list[dict[str, object]]:
    return mapbox_vector_tile.decode(data)["p"]["features"] if data else []


def points(frame: pd.DataFrame, rows: list[int], scratch: Scratch) -> list[dict[str, object]]:
    """What features say that lie in one tile: at zoom 10 a thousand tiles of zoom 20 are one."""
    features = read(scratch.draw(layer_of(frame, rows), 10, 0, 0, 0))
    assert [f["id"] for f in features] == [r + 1 for r in rows]
    return [f["properties"] for f in features]


def test_features_that_share_tags_keep_their_own() -> None:
    rng = np.random.default_rng(0)
    zone = rng.integers(0, 5, 400)
    frame = pd.DataFrame(
        {
            "code": [f"R-{k}" for k in zone],
            "name": [f"Perumahan {k}" for k in zone],
            "own": np.arange(400),
            "risk": [None if k % 3 else "Tinggi" for k in range(400)],
            "none": [None] * 400,
        }
    )
    assert attributes_of(frame).groups.shape[1] == 2, (
        "none, risk, code and name together, for few values come first; own by itself"
    )
    scratch = Scratch()
    for rows in (list(range(400)), [7, 3, 399], []):
        wanted = [{k: v for k, v in frame.iloc[r].to_dict().items() if pd.notna(v)} for r in rows]
        assert points(frame, rows, scratch) == wanted


def test_a_tile_leaves_nothing_behind_for_the_next() -> None:
    layers, scratch = layer_of(pd.DataFrame({"a": ["x", "y"]}), [0, 1]), Scratch()
    said = [read(scratch.draw(layers, 20, x, 0, 0))[0]["properties"] for x in (1, 0, 1)]
    assert said == [{"a": "y"}, {"a": "x"}, {"a": "y"}]


def test_a_layer_larger_than_its_room_is_made_again_with_more() -> None:
    frame = pd.DataFrame({"text": [f"{k:03d}" * 300 for k in range(200)]})
    scratch = Scratch()
    assert len(scratch.out) < 200 * 900
    assert [p["text"] for p in points(frame, list(range(200)), scratch)][199] == "199" * 300


def test_layers_that_fit_one_by_one_but_not_together_are_made_again_with_more() -> None:
    frame = pd.DataFrame({"text": [f"{k:03d}" * 300 for k in range(50)]})
    (one,) = layer_of(frame, list(range(50))).drawn
    scratch = Scratch()
    together = scratch.draw(DrawnLayers((one, one)), 10, 0, 0, 0)
    assert 50 * 900 < len(Scratch().out) < len(together)
    assert together == 2 * scratch.draw(DrawnLayers((one,)), 10, 0, 0, 0)


def test_a_layer_without_columns_has_features_without_tags() -> None:
    assert read(Scratch().draw(layer_of(pd.DataFrame({"a": [1, 2]}), [1], ()), 20, 0, 0, 0))[0]["properties"] == {}


def test_an_array_of_another_type_than_the_kernel_reads_is_refused() -> None:
    row = np.zeros(1, np.int32)
    attributes = attributes_of(pd.DataFrame({"a": [1]}))
    cells = cells_of(np.zeros((1, 4), np.int32), np.zeros(2, np.int64), 0)
    with pytest.raises(TypeError, match=r"array 24 of a layer is int32, contiguous True; wanted .*int64"):
        row_of(POINTS, (0, 0), (b"", b""), attributes, desk_of(attributes), cells, (row + 0, row, row, row == 0))


def kept(ring: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    points_ = np.array(ring + [(0, 0)] * 8, np.int32)
    stop, area, spare = np.zeros(8, np.int64), np.zeros(8, np.int64), np.zeros(64, np.int64)
    _, count = keep(points_, 0, len(ring), True, 10, 10, stop, area, 0, spare, np.full(SLOTS + 16, -1, np.int32))
    starts = [0, *stop[:count].tolist()]
    return [[(int(x), int(y)) for x, y in points_[starts[k] : starts[k + 1]]] for k in range(count)]


def test_a_ring_that_meets_itself_on_the_edge_becomes_two() -> None:
    ring = [(-1, 3), (4, 1), (4, 5), (-1, 3), (4, 7), (4, 9)]
    assert kept(ring) == [[(-1, 3), (4, 1), (4, 5)], [(-1, 3), (4, 7), (4, 9)]]


def test_a_loop_without_area_is_dropped_and_the_rest_closes_up() -> None:
    ring = [(5, 5), (-1, 3), (-1, 6), (-1, 3), (4, 1)]
    assert kept(ring) == [[(5, 5), (-1, 3), (4, 1)]]
