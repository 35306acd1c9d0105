"""Tiles that are not in memory: cheap ones drawn where they are asked for, others by threads, answered by the lane below."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from rdtr import Plan
from rdtr.io.catalog import Catalog
from rdtr.service import Settings, costs, create_app, tiles
from rdtr.service.costs import Costs
from rdtr.service.tilemaker import make_tile
from rdtr.service.tilepaths import Address
from rdtr.service.tiles import Tiles
from rdtr.service.tilestore import Tile
from rdtr.service.warm import warm
from rdtr.tiles import vector_tile
from tests.service.listening import Answer, Wire, listening, request
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
def port(app: FastAPI) -> Iterator[int]:
    with listening(app) as port:
        yield port


@pytest.fixture
def wire(port: int) -> Iterator[Wire]:
    with Wire(port) as wire:
        yield wire


@pytest.fixture
def everything_is_cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Costs, "small", lambda *_: True)


@pytest.fixture
def everything_is_dear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Costs, "small", lambda *_: False)


@pytest.fixture
def drawers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the threads that draw, one for each tile."""
    seen: list[str] = []

    def noted(*given: Any) -> Tile:
        seen.append(threading.current_thread().name)
        return make_tile(*given)

    monkeypatch.setattr(tiles, "make_tile", noted)
    return seen


@pytest.mark.parametrize("path", DRAWN)
@pytest.mark.parametrize("coding", ["identity", "gzip", "br", "zstd"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("small", [True, False])
def test_a_tile_is_drawn_below_as_above(
    wire: Wire, slow: list[str], monkeypatch: pytest.MonkeyPatch, path: str, coding: str, method: str, small: bool
) -> None:
    monkeypatch.setattr(Costs, "small", lambda *_: small)
    below = wire.ask(path, method, Accept_Encoding=coding)
    assert slow == []
    assert alike(below) == alike(above(wire, path, method, Accept_Encoding=coding))
    assert len(slow) == 1


def test_chosen_layers_are_those_of_the_library(wire: Wire, plan: Plan, everything_is_cheap: None) -> None:
    answer = wire.ask(ZONES, Accept_Encoding="gzip")
    assert gzip.decompress(answer.body) == vector_tile(plan, *PLACE, layers=["zones"])
    assert len(wire.ask(TILE).body) > len(wire.ask(ZONES).body) > 0


def test_the_first_of_its_kind_is_drawn_by_a_thread_of_the_tiles_and_the_next_at_once(
    app: FastAPI, wire: Wire, slow: list[str], drawers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(costs, "SMALL_S", 60.0)
    app.state.service.tiles.costs.forget()
    first = wire.ask(TILE)
    wire.ask(PICTURE)
    assert alike(wire.ask(TILE)) == alike(first)
    assert [name == "tiles" for name in drawers] == [True, True, False]
    assert slow == []


def test_a_kind_that_took_long_is_drawn_by_a_thread_of_the_tiles(
    wire: Wire, slow: list[str], drawers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(costs, "SMALL_S", 0.0)
    wire.ask(FLOOD)
    drawers.clear()
    assert [wire.ask(path).status for path in (TILE, ZONES, TILE, ZONES)] == [200] * 4
    assert (drawers, slow) == (["tiles"] * 4, [])


def test_costs_are_a_running_mean_of_each_kind() -> None:
    costs = Costs()
    costs.note("far", 0.010)
    costs.note("near", 0.00001)
    assert (costs.small("far"), costs.small("near"), costs.small("unknown")) == (False, True, False)
    for _ in range(30):
        costs.note("far", 0.00001)
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
@pytest.mark.parametrize("small", [True, False])
def test_what_cannot_be_drawn_is_said_by_the_lane_above(
    wire: Wire, slow: list[str], monkeypatch: pytest.MonkeyPatch, path: str, status: int, words: str, small: bool
) -> None:
    monkeypatch.setattr(Costs, "small", lambda *_: small)
    answer = wire.ask(path)
    assert (answer.status, words in answer.body.decode()) == (status, True)
    assert len(slow) == 1


def test_one_packet_draws_one_tile_at_once_so_that_nobody_waits_for_a_hundred(
    wire: Wire, slow: list[str], everything_is_cheap: None, drawers: list[str]
) -> None:
    wire.ask(PICTURE)
    drawers.clear()
    asked = [TILE, ZONES, TILE]
    wire.send(b"".join(map(request, asked)))
    answers = [wire.read() for _ in asked]
    assert [name == "tiles" for name in drawers[:2]] == [False, True]
    assert slow == []
    assert [a.body for a in answers] == [wire.ask(path).body for path in asked]


def test_what_comes_while_a_tile_is_drawn_is_answered_after_it_in_order(
    wire: Wire, slow: list[str], everything_is_dear: None
) -> None:
    asked = [TILE, "/healthz", ZONES, f"{TILE}?layers=nothing", PICTURE, FLOOD, TILE]
    alone = {path: said(wire.ask(path)) for path in set(asked)}
    for path in asked:
        wire.send(request(path))
        time.sleep(0.001)
    assert [said(wire.read()) for _ in asked] == [alone[path] for path in asked]
    whole = b"".join(map(request, asked))
    for k in range(0, len(whole), 7):
        wire.send(whole[k : k + 7])
    assert [said(wire.read()) for _ in asked] == [alone[path] for path in asked]


def said(answer: Answer) -> tuple[int, bytes]:
    return answer.status, answer.body


class Gate(threading.Event):
    """Drawings wait until it is set."""

    waited = 0


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch, everything_is_dear: None, wire: Wire) -> Iterator[Gate]:
    opened = Gate()
    wire.ask(ZONES)  # now this one is in memory, and no other

    def held(*given: Any) -> Tile:
        opened.waited += 1
        opened.wait(20)
        return make_tile(*given)

    monkeypatch.setattr(tiles, "make_tile", held)
    yield opened
    opened.set()


def under_way(app: FastAPI, number: int = 1) -> None:
    """Wait until so many drawings have begun."""
    end = time.monotonic() + 20
    while len(app.state.service.tiles._flights) < number:
        assert time.monotonic() < end
        time.sleep(0.01)


def test_who_asks_for_a_tile_that_is_being_drawn_gets_the_same_drawing(app: FastAPI, port: int, gate: Gate) -> None:
    with ExitStack() as stack:
        wires = [stack.enter_context(Wire(port)) for _ in range(8)]
        for one in wires:
            one.send(request(PICTURE))
        under_way(app)
        time.sleep(0.1)
        gate.set()
        assert len({one.read().body for one in wires}) == 1
    assert gate.waited == 1


def test_who_goes_away_takes_no_tile_from_the_others(app: FastAPI, port: int, gate: Gate) -> None:
    with Wire(port) as stays:
        with Wire(port) as goes:
            for one in (goes, stays):
                one.send(request(FLOOD))
            under_way(app)
        gate.set()
        assert stays.read().status == 200


def test_who_sends_without_end_while_a_tile_is_drawn_is_held_back(app: FastAPI, port: int, gate: Gate) -> None:
    with Wire(port) as wire:
        wire.send(request(PICTURE))
        under_way(app)
        wire.socket.settimeout(0.5)
        data, sent = request(FLOOD) * 1_000, 0
        with suppress(TimeoutError):
            while sent < 64 << 20:
                sent += wire.socket.send(data)
        assert sent < 32 << 20
        gate.set()
        wire.socket.settimeout(20)
        expected = wire.read().body
        assert expected == wire_body(port, PICTURE)
        assert wire.read().body == wire_body(port, FLOOD)


def wire_body(port: int, path: str) -> bytes:
    with Wire(port) as wire:
        return wire.ask(path).body


def test_a_service_that_stops_answers_what_is_being_drawn(served: Path, gate: Gate, wire: Wire) -> None:
    app = create_app(Settings(folder=served, rate_per_minute=0), Catalog(served, prepare=warm))
    opening = threading.Timer(0.7, gate.set)
    with ExitStack() as stack:
        with listening(app) as port:
            asking = stack.enter_context(Wire(port))
            asking.send(request(TILE))
            under_way(app)
            opening.start()
        answer = asking.read()  # the service has stopped
        assert (answer.status, answer.body) == (200, wire.ask(TILE).body)
        assert asking.ended()


def test_a_tile_drawn_at_once_is_kept_and_counted(
    served: Path, slow: list[str], everything_is_cheap: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(Settings(folder=served, rate_per_minute=0), Catalog(served, prepare=warm))
    drawn: list[str] = []
    asked = Tiles.asked

    def noted(tiles: Tiles, path: bytes, address: Address, coding: str, *, here: bool) -> Any:
        drawn.append(coding)
        return asked(tiles, path, address, coding, here=here)

    monkeypatch.setattr(Tiles, "asked", noted)
    with listening(app) as port, Wire(port) as wire:
        slow.clear()
        bodies = {wire.ask(ZONES).body for _ in range(3)}
        tiles = app.state.service.tiles
        assert (len(bodies), len(drawn), tiles.drawn, tiles.hits) == (1, 1, 1, 2)
        assert alike(wire.ask(ZONES, Accept_Encoding="br"))[1]["content-encoding"] == "br"
        assert (len(drawn), tiles.drawn, slow) == (2, 1, [])  # compressed anew, not drawn anew
