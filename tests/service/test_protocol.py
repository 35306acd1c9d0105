"""The lane below ASGI answers as the lane above it does, byte for byte, and hands on what it does not know."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from rdtr.io.catalog import Catalog
from rdtr.service import Settings, create_app, protocol
from rdtr.service.warm import warm
from tests.service.listening import Answer, Wire, listening, request

TILE = "/plans/kota-contoh/tiles/WebMercatorQuad/14/13539/8186.mvt"
EMPTY = "/plans/kota-contoh/tiles/WebMercatorQuad/14/0/0.mvt"
PICTURE = TILE.replace(".mvt", ".png")


@pytest.fixture(scope="module")
def app(served: Path) -> FastAPI:
    return create_app(Settings(folder=served, rate_per_minute=0), Catalog(served, prepare=warm))


@pytest.fixture(scope="module")
def port(app: FastAPI) -> Iterator[int]:
    with listening(app, timeout_keep_alive=2) as port:
        with Wire(port) as wire:  # into memory, in every coding
            for coding in ("identity", "gzip", "br", "zstd"):
                for path in (TILE, EMPTY, PICTURE):
                    assert wire.ask(path, Accept_Encoding=coding).status in (200, 204)
        yield port


@pytest.fixture
def wire(port: int) -> Iterator[Wire]:
    with Wire(port) as wire:
        yield wire


def alike(answer: Answer) -> tuple[int, dict[str, str], bytes]:
    return answer.status, {k: v for k, v in answer.headers.items() if k != "date"}, answer.body


def above(wire: Wire, path: str, method: str = "GET", **headers: str) -> Answer:
    """Ask so that the lane below does not answer: it leaves requests with a header of their own kind alone."""
    return wire.ask(path, method, TE="trailers", **headers)


@pytest.mark.parametrize("path", [TILE, EMPTY, PICTURE])
@pytest.mark.parametrize("coding", ["identity", "gzip", "br", "zstd", "gzip, deflate, br, zstd", "*"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_both_lanes_send_the_same(wire: Wire, slow: list[str], path: str, coding: str, method: str) -> None:
    fast = wire.ask(path, method, Accept_Encoding=coding)
    assert slow == []
    assert alike(fast) == alike(above(wire, path, method, Accept_Encoding=coding))
    assert slow == [path]
    assert fast.headers["date"].endswith("GMT")


def test_who_holds_the_tile_gets_304_from_below(wire: Wire, slow: list[str]) -> None:
    tag = wire.ask(TILE, Accept_Encoding="br").headers["etag"]
    for held in (tag, f'W/{tag}, "other"', "*"):
        answer = wire.ask(TILE, Accept_Encoding="br", If_None_Match=held)
        assert (answer.status, answer.body, answer.headers["etag"]) == (304, b"", tag)
    assert slow == []
    assert wire.ask(TILE, Accept_Encoding="br", If_None_Match='"other"').status == 200


def test_many_requests_in_one_packet_are_answered_in_their_order(wire: Wire, slow: list[str]) -> None:
    asked = [TILE, PICTURE, "/healthz", TILE, EMPTY, "/plans/kota-contoh", PICTURE, TILE]
    wire.send(b"".join(request(path) for path in asked))
    answers = [wire.read() for _ in asked]
    alone = {path: wire.ask(path) for path in set(asked)}
    assert [(a.status, a.body) for a in answers] == [(alone[path].status, alone[path].body) for path in asked]
    assert slow[0] == "/healthz"  # the two tiles before it were answered below


def test_a_request_that_comes_byte_by_byte_is_answered(wire: Wire) -> None:
    whole = wire.ask(TILE)
    for byte in request(TILE):
        wire.send(bytes([byte]))
    assert alike(wire.read()) == alike(whole)
    assert alike(wire.ask(TILE)) == alike(whole)  # and the next one on the same connection


@pytest.mark.parametrize("cut", [1, 4, 30, len(TILE) + 6, len(request(TILE)) - 1])
def test_a_packet_may_end_anywhere_in_the_second_request(wire: Wire, cut: int) -> None:
    two = request(TILE) + request(PICTURE)
    at = len(request(TILE)) + min(cut, len(request(PICTURE)) - 1)
    wire.send(two[:at])
    first = wire.read()
    wire.send(two[at:])
    assert first.body == wire_body(wire, TILE, wire.read(), PICTURE)


def wire_body(wire: Wire, first: str, second_answer: Answer, second: str) -> bytes:
    """Return what the first should be, having checked the second."""
    assert second_answer.body == wire.ask(second).body
    return wire.ask(first).body


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content_Length": "3"}, 200),
        ({"Connection": "close"}, 200),
        ({"Accept": "image/png"}, 406),
        ({"Accept_Encoding": "identity;q=0"}, 406),
        ({"Range": "bytes=0-9"}, 200),
        ({"Upgrade": "h2c", "Connection": "Upgrade"}, 200),
    ],
)
def test_what_the_lane_below_does_not_know_goes_above(
    wire: Wire, slow: list[str], headers: dict[str, str], status: int
) -> None:
    wire.send(request(TILE, **headers) + (b"abc" if "Content_Length" in headers else b""))
    assert wire.read().status == status
    if "Range" not in headers:
        assert slow == [TILE]
    if headers.get("Connection") == "close":
        assert wire.ended()


@pytest.mark.parametrize(
    "bad",
    [
        b"GET %s HTTP/1.1\r\nHost : localhost\r\n\r\n" % TILE.encode(),
        b"GET %s HTTP/1.1\r\nHost: local\x00host\r\n\r\n" % TILE.encode(),
        b"GET %s HTTP/1.1\r\nno colon\r\n\r\n" % TILE.encode(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
def test_nonsense_is_refused_and_the_connection_closed(wire: Wire, bad: bytes) -> None:
    wire.send(bad)
    assert wire.read().status == 400
    assert wire.ended()


def test_two_headers_of_one_name_are_left_to_the_thorough_parser(wire: Wire, slow: list[str]) -> None:
    wire.send(b"GET %s HTTP/1.1\r\nHost: a\r\nAccept-Encoding: br\r\nAccept-Encoding: gzip\r\n\r\n" % TILE.encode())
    assert wire.read().status == 200
    assert slow == [TILE]


def test_a_head_without_end_is_refused_with_the_limit(wire: Wire) -> None:
    wire.send(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ")
    time.sleep(0.2)
    wire.send(b"a" * (protocol.HEAD_LIMIT + 1))
    answer = wire.read()
    assert answer.status == 431
    assert str(protocol.HEAD_LIMIT) in answer.body.decode()
    assert wire.ended()


def test_a_silent_connection_is_closed(wire: Wire) -> None:
    wire.ask(TILE)
    wire.socket.settimeout(10)
    assert wire.ended()  # after the two seconds of this service


def test_who_never_asks_is_not_waited_for(wire: Wire) -> None:
    wire.socket.settimeout(10)
    assert wire.ended()


def test_who_begins_a_request_and_stops_is_not_waited_for(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEAD_PATIENCE_S", 1.0)
    wire.send(b"GET /plans HTTP/1.1\r\nHost: ")
    wire.socket.settimeout(10)
    assert wire.ended()


def test_a_client_that_does_not_read_is_held_back_and_loses_nothing(port: int, app: FastAPI) -> None:
    with Wire(port) as wire:
        expected = wire.ask(PICTURE).body
        asked = 200_000
        sent = 0
        wire.socket.settimeout(0.5)
        data = request(PICTURE) * asked
        try:
            while sent < len(data):
                sent += wire.socket.send(data[sent : sent + 65_536])
        except TimeoutError:
            pass  # the service stopped reading: just what is wanted
        assert sent < len(data)
        wire.socket.settimeout(20)
        whole = sent // len(request(PICTURE))
        for _ in range(whole):
            assert wire.read().body == expected
        wire.send(
            data[sent : (whole + 1) * len(request(PICTURE))] if sent % len(request(PICTURE)) else request(PICTURE)
        )
        assert wire.read().body == expected


def test_answers_from_below_are_counted(wire: Wire, app: FastAPI) -> None:
    lane: Any = app.state.service.lane
    before, hits = lane.statuses[200], lane.tiles.hits
    for _ in range(5):
        wire.ask(TILE)
    assert (lane.statuses[200] - before, lane.tiles.hits - hits) == (5, 5)
    text = wire.ask("/metrics").body.decode()
    assert f'rdtr_requests_total{{kind="tile",status="200"}} {lane.statuses[200]}' in text


def test_with_keys_for_looking_the_lane_below_gives_nothing_away(served: Path, tmp_path: Path) -> None:
    private = Settings(folder=served, require_key=True, keys=tmp_path / "keys", rate_per_minute=0)
    with listening(create_app(private, Catalog(served))) as port, Wire(port) as wire:
        assert [wire.ask(TILE).status for _ in range(3)] == [401, 401, 401]
