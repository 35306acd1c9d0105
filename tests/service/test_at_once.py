"""A tile that is cheap to draw is drawn where it is asked for; the answer is the one that the lane above gives."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from rdtr import Plan
from rdtr.io.catalog import Catalog
from rdtr.service import Settings, costs, create_app
from rdtr.service.costs import Costs
from rdtr.service.tilepaths import Address
from rdtr.service.tiles import Tiles
from rdtr.service.tilestore import Tile
from rdtr.service.warm import warm
from rdtr.tiles import vector_tile
from tests.service.listening import Wire, listening, request
from tests.service.test_protocol import above, alike

PLACE = (14, 13539, 8186)
TILE = "/plans/kota-contoh/tiles/WebMercatorQuad/{}/{}/{}.mvt".format(*PLACE)
ZONES = f"{TILE}?layers=zones"
PICTURE = TILE.replace(".mvt", ".png")
FLOOD = PICTURE.replace("/tiles/", "/rasters/flood/tiles/")
DRAWN = [TILE, ZONES, f"{TILE}?layers=zones,roads", PICTURE, FLOOD, TILE.replace("/13539/8186", "/0/0")]


@pytest.fixture(scope="module")
def app(served: Path) -> FastAPI:
    """Return a service that keeps the last tile only."""
    return create_app(Settings(folder=served, rate_per_minute=0, tile_cache_mb=0), Catalog(served, prepare=warm))


@pytest.fixture(scope="module")
def wire(app: FastAPI) -> Iterator[Wire]:
    with listening(app) as port, Wire(port) as wire:
        yield wire


@pytest.fixture
def everything_is_cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Costs, "small", lambda *_: True)


@pytest.mark.parametrize("path", DRAWN)
@pytest.mark.parametrize("coding", ["identity", "gzip", "br", "zstd"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_cheap_tile_is_answered_below_as_above(
    wire: Wire, slow: list[str], everything_is_cheap: None, path: str, coding: str, method: str
) -> None:
    below = wire.ask(path, method, Accept_Encoding=coding)
    assert slow == []
    assert alike(below) == alike(above(wire, path, method, Accept_Encoding=coding))
    assert len(slow) == 1


def test_chosen_layers_are_those_of_the_library(wire: Wire, plan: Plan, everything_is_cheap: None) -> None:
    answer = wire.ask(ZONES, Accept_Encoding="gzip")
    assert gzip.decompress(answer.body) == vector_tile(plan, *PLACE, layers=["zones"])
    assert len(wire.ask(TILE).body) > len(wire.ask(ZONES).body) > 0


def test_the_first_of_its_kind_is_drawn_by_another_thread_and_the_next_at_once(
    app: FastAPI, wire: Wire, slow: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(costs, "SMALL_S", 60.0)
    app.state.service.tiles.costs.forget()
    first = wire.ask(TILE)
    assert slow == [TILE]
    wire.ask(PICTURE)
    slow.clear()
    assert alike(wire.ask(TILE)) == alike(first)
    assert slow == []


def test_a_kind_that_took_long_is_drawn_by_another_thread(
    app: FastAPI, wire: Wire, slow: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(costs, "SMALL_S", 0.0)
    wire.ask(TILE)
    slow.clear()
    assert [wire.ask(path).status for path in (ZONES, TILE, ZONES)] == [200] * 3
    assert len(slow) == 3


def test_costs_are_a_running_mean_of_each_kind() -> None:
    costs = Costs()
    costs.note("far", 0.010)
    costs.note("near", 0.0001)
    assert (costs.small("far"), costs.small("near"), costs.small("unknown")) == (False, True, False)
    for _ in range(30):
        costs.note("far", 0.0001)
    assert costs.small("far")
    costs.note("far", 0.010)
    assert not costs.small("far")


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        (f"{TILE}?layers=nothing", 422, "no layer 'nothing'"),
        (TILE.replace("/14/13539/8186", "/3/8/0"), 404, "tile 3/8/0 is outside"),
        (ZONES.replace("/14/13539/8186", "/3/8/0"), 404, "tile 3/8/0 is outside"),
        (TILE.replace(".mvt", ".gif"), 406, "tiles are not made as 'gif'"),
        (TILE.replace("kota-contoh", "atlantis"), 404, "'atlantis' is not served here"),
        (TILE.replace("/tiles/", "/v/00/tiles/"), 404, "not held in version '00'"),
        (TILE.replace("/tiles/", "/rasters/nothing/tiles/").replace(".mvt", ".png"), 404, "no raster 'nothing'"),
    ],
)
def test_what_cannot_be_drawn_is_said_by_the_lane_above(
    wire: Wire, slow: list[str], everything_is_cheap: None, path: str, status: int, words: str
) -> None:
    answer = wire.ask(path)
    assert (answer.status, words in answer.body.decode()) == (status, True)
    assert len(slow) == 1


def test_one_packet_draws_one_tile_at_once_so_that_nobody_waits_for_a_hundred(
    wire: Wire, slow: list[str], everything_is_cheap: None
) -> None:
    wire.ask(PICTURE)
    asked = [TILE, ZONES, TILE]
    wire.send(b"".join(map(request, asked)))
    answers = [wire.read() for _ in asked]
    assert len(slow) == 2
    assert [a.body for a in answers] == [wire.ask(path).body for path in asked]


def test_a_tile_drawn_at_once_is_kept_and_counted(
    served: Path, slow: list[str], everything_is_cheap: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(Settings(folder=served, rate_per_minute=0), Catalog(served, prepare=warm))
    drawn: list[str] = []
    at_once = Tiles.at_once

    def noted(tiles: Tiles, path: bytes, address: Address, coding: str) -> Tile | None:
        drawn.append(coding)
        return at_once(tiles, path, address, coding)

    monkeypatch.setattr(Tiles, "at_once", noted)
    with listening(app) as port, Wire(port) as wire:
        slow.clear()
        bodies = {wire.ask(ZONES).body for _ in range(3)}
        tiles = app.state.service.tiles
        assert (len(bodies), len(drawn), tiles.drawn, tiles.hits) == (1, 1, 1, 2)
        assert alike(wire.ask(ZONES, Accept_Encoding="br"))[1]["content-encoding"] == "br"
        assert (len(drawn), tiles.drawn, slow) == (2, 1, [])  # compressed anew, not drawn anew
