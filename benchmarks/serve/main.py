"""``python -m benchmarks serve``: put the service and its peers under load, print the tables."""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from urllib.parse import quote

import pandas as pd
import pyproj

import rdtr
from benchmarks import machine
from benchmarks.peers import PeerError
from benchmarks.rasters.data import make as make_rasters
from benchmarks.serve import servers
from benchmarks.serve.load import CONNECTIONS, Load, asked
from benchmarks.table import put_into
from benchmarks.tiles import data
from benchmarks.tiles.table import Table, markdown, text
from rdtr.io.raster import raster_layer
from rdtr.tiles import write_pmtiles
from rdtr.tiles.grid import grid
from rdtr.tiles.rasterinfo import raster_info
from rdtr.zoning.rasters import RasterAbout

__all__ = ["main"]

_HOME = Path(__file__).parent.parent.parent
_ZOOMS = (13, 14, 15, 16)
_MOST = 400  # tiles that are asked for in turn
_TABLES = ("in_memory", "drawn", "rasters", "while_checking", "memory")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark of the service.

    Returns
    -------
    int
        Exit code: 0.
    """
    asked_for = _arguments(argv)
    bench = _Bench(asked_for)
    tables = [getattr(bench, name)() for name in (asked_for.only or _TABLES)]
    about = [*machine.describe(), bench.town.counts()]
    print("\n".join(["", *about, "", text(tables)]))
    if asked_for.readme:
        put_into(asked_for.readme, markdown(tables, about), "benchmarks-serve")
    return 0


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks serve", description=__doc__)
    parser.add_argument("--parcels", type=int, default=170_000, help="of the city (default 170,000)")
    parser.add_argument("--seconds", type=float, default=3.0, help="a run (default 3)")
    parser.add_argument("--repeats", type=int, default=3, help="rounds, in turn (default 3)")
    parser.add_argument("--requests", type=int, default=200_000, help="for the memory (default 200,000)")
    parser.add_argument("--only", choices=_TABLES, nargs="+", help="of the tables (default: all)")
    parser.add_argument("--readme", type=Path, help="put the tables between the marks of this file")
    parser.add_argument("--folder", type=Path, default=_HOME / ".bench", help="for environments and files")
    return parser.parse_args(argv)


class _Bench:
    """A city, its files, and what is measured on them."""

    def __init__(self, given: argparse.Namespace) -> None:
        self.seconds, self.repeats, self.requests, self.folder = (
            given.seconds,
            given.repeats,
            given.requests,
            given.folder,
        )
        self.home = self.folder / "serve"
        self.cache = self.home / "cache"
        (self.home / "plans").mkdir(parents=True, exist_ok=True)
        _say(f"making a city of {given.parcels:,} parcels")
        self.city = rdtr.sample_city(parcels=given.parcels)
        self.town = data.make(given.parcels)
        self.rasters_made = {case.path.name: case.path for case in make_rasters(self.home / "rasters", 1_500)}
        photo = raster_layer("photo", self.rasters_made["photo.tif"], RasterAbout("imagery"))
        dem = raster_layer("dem", self.rasters_made["dem.tif"], RasterAbout("dem"))
        rdtr.write_plan(self.city.plan.with_layers({"photo": photo, "dem": dem}), self.home / "plans" / "kota.rdtr")
        self.plan = rdtr.read_plan(self.home / "plans" / "kota.rdtr")
        here = f"/plans/{self.plan.identity.id}/v/{self.plan.hash}"
        self.places = [(z, x, y) for z in _ZOOMS for x, y in data.tiles_over(self.town, z)[: _MOST // len(_ZOOMS)]]
        self.paths = [f"{here}/tiles/WebMercatorQuad/{z}/{x}/{y}.mvt" for z, x, y in self.places]
        self.here = here

    def in_memory(self) -> Table:
        """Tiles that are in memory, beside nginx with the same bytes as files."""
        _say("tiles in memory")
        with ExitStack() as stack:
            url, _ = stack.enter_context(servers.ours(self.home / "plans", self.cache))
            files = {path: _get(url + path, "gzip") for path in self.paths}
            runs = {"rdtr": url}
            notes = [
                f"{len(files)} vector tiles of zoom {_ZOOMS[0]} to {_ZOOMS[-1]}, gzip, {_mean(files):.1f} kB on average.",
                "rdtr: `rdtr serve`, uvicorn with a protocol of ours. Those as ASGI are the same application without it.",
                _HOW,
            ]
            for name, start in {
                "nginx, the same bytes as files": lambda: servers.nginx(files, self.home / "www"),
                "rdtr as ASGI, on uvicorn": lambda: servers.lane_on_uvicorn(self.home / "plans", self.cache),
                "rdtr as ASGI, on granian": lambda: servers.lane_on_granian(
                    self.home / "plans", self.cache, self.folder
                ),
            }.items():
                try:
                    runs[name] = stack.enter_context(start())
                except PeerError as error:
                    notes.append(f"{name}: {error}.")
            found = self._in_turn({name: self._vector(where) for name, where in runs.items()})
        return self._table("Tiles in memory", found, notes)

    def drawn(self) -> Table:
        """Tiles that are drawn for each request."""
        _say("tiles drawn for each request")
        archive, zones = self.home / "city.pmtiles", self.home / "zones-3857.parquet"
        write_pmtiles(self.plan, archive, zoom=(_ZOOMS[0], _ZOOMS[-1]))
        self.town.frame.to_parquet(zones)
        notes = [
            "rdtr: every tile encoded and compressed anew (a cache of 0 bytes). tileserver-gl-light: out of our PMTiles "
            "archive of the same tiles, which need not be encoded. tipg: from a PostGIS table of the zones with all their "
            "columns, clustered by a GiST index; its tiles have this layer only, so ours is asked for it alone too.",
            _HOW,
        ]
        found: dict[str, list[Load]] = {}
        for what, query, peer, start in (
            ("all nine layers", "", "tileserver-gl-light", lambda: servers.tileserver(archive, self.folder)),
            ("zones only", "?layers=zones", "tipg + PostGIS", lambda: servers.tipg(zones, self.folder)),
        ):
            with ExitStack() as stack:  # a pair at a time: what idles beside them is not always idle
                runs: dict[str, Callable[[], Load]] = {}
                for workers, name in ((1, "rdtr"), (2, "rdtr, two workers")):
                    given = {"workers": workers, "tile_cache_mb": 0}
                    url, _ = stack.enter_context(servers.ours(self.home / "plans", self.cache, **given))
                    runs[f"{what}: {name}"] = lambda u=url, q=query: self._load(u, [path + q for path in self.paths])
                try:
                    runs[f"{what}: {peer}"] = self._templated(*stack.enter_context(start()))
                except PeerError as error:
                    notes.append(f"{peer}: {error}.")
                found |= self._in_turn(runs)
        return self._table("Tiles drawn for each request", found, notes)

    def rasters(self) -> Table:
        """Raster tiles, drawn and handed on as stored, beside titiler."""
        _say("raster tiles")
        files = sorted((self.home / "plans" / "kota.rdtr" / "rasters").glob("*.tif"))
        names = ("dem", "photo")
        twin = {name: next(f for f in files if f.name.startswith(name) and f.stem != name) for name in names}
        notes = ["The same files for both: the web-aligned COG of the package.", _HOW]
        found: dict[str, list[Load]] = {}
        with ExitStack() as stack:
            url, _ = stack.enter_context(servers.ours(self.home / "plans", self.cache, tile_cache_mb=0))
            try:
                peer = stack.enter_context(servers.titiler(self.folder))
            except PeerError as error:
                peer = ""
                notes.append(f"titiler: {error}.")
            for name, suffix, title in (("dem", "png", "elevation, PNG"), ("photo", "webp", "photo, WebP")):
                places = _over(twin[name])
                mine = [f"{self.here}/rasters/{name}/tiles/WebMercatorQuad/{z}/{x}/{y}.{suffix}" for z, x, y in places]
                of = quote(str(twin[name]), safe="")
                scale = "&rescale=0,100&colormap_name=terrain" if name == "dem" else ""
                theirs = [f"/tiles/WebMercatorQuad/{z}/{x}/{y}.{suffix}?url={of}{scale}" for z, x, y in places]
                runs = {f"{title}: rdtr": lambda p=mine: self._load(url, p)}
                if peer:
                    runs[f"{title}: titiler"] = lambda p=theirs: self._load(peer, p)
                found |= self._in_turn(runs)
        return self._table("Raster tiles, nothing kept", found, notes)

    def while_checking(self) -> Table:
        """Tiles in memory while 10,000 permits at once are checked."""
        _say("tiles while 10,000 permits are checked")
        permits = self.city.permits.to_crs(4326)
        some = pd.concat([permits] * (10_000 // len(permits) + 1), ignore_index=True).head(10_000)
        some["permit_id"] = [f"P-{k:05}" for k in range(10_000)]
        body = some.to_json(drop_id=True).encode()
        rows: list[Sequence[str]] = []
        with servers.ours(self.home / "plans", self.cache) as (url, _):
            alone = self._load(url, self.paths)
            took: list[float] = []
            poster = threading.Thread(
                target=lambda: took.append(_post(f"{url}/plans/{self.plan.identity.id}/checks", body))
            )
            poster.start()
            during = []
            while poster.is_alive():
                during.append(asked(url, self.paths, 1.0, self.home))
            poster.join()
        for name, load in (("alone", alone), ("meanwhile, worst second", max(during, key=lambda one: one.p99_ms))):
            rows.append([name, f"{load.per_s:,.0f}", f"{load.p99_ms:.1f}", str(load.bad)])
        note = f"10,000 permits ({len(body) / 1e6:.1f} MB) took {took[0]:.1f} s meanwhile."
        return Table("Tiles while 10,000 permits are checked", ["", "a second", "p99, ms", "bad"], rows, [note])

    def memory(self) -> Table:
        """Memory over many requests."""
        _say(f"memory over {self.requests:,} requests")
        pictures = [path.replace(".mvt", ".png") for path in self.paths]
        with servers.ours(self.home / "plans", self.cache, tile_cache_mb=4) as (url, pid):
            asked(url, self.paths + pictures, 3.0, self.home)
            before, done = servers.resident_mb(pid), 0.0
            rows: list[Sequence[str]] = [["after warming up", f"{before:.0f}"]]
            while done < self.requests:
                run = asked(url, self.paths + pictures, 5.0, self.home)
                done += run.per_s * 5.0
            rows.append([f"after {done:,.0f} requests more", f"{servers.resident_mb(pid):.0f}"])
        return Table(
            "Memory, MB", ["", "resident"], rows, ["A cache of 4 MB, so that tiles come, go and are drawn again."]
        )

    def _vector(self, url: str) -> Callable[[], Load]:
        return lambda: self._load(url, self.paths)

    def _templated(self, url: str, template: str) -> Callable[[], Load]:
        paths = [template.format(z=z, x=x, y=y) for z, x, y in self.places]
        return lambda: self._load(url, paths)

    def _load(self, url: str, paths: Sequence[str]) -> Load:
        return asked(url, paths, self.seconds, self.home)

    def _in_turn(self, runs: Mapping[str, Callable[[], Load]]) -> dict[str, list[Load]]:
        found: dict[str, list[Load]] = {name: [] for name in runs}
        for _ in range(self.repeats):
            for name, run in runs.items():
                found[name].append(run())
        return found

    def _table(self, title: str, found: Mapping[str, list[Load]], notes: list[str]) -> Table:
        rows: list[Sequence[str]] = []
        first = 0.0
        for name, loads in found.items():
            rate = median(one.per_s for one in loads)
            if first == 0.0 or name.endswith(": rdtr"):  # the first of a group is what the others are held against
                first = rate
            ratio = "1" if first == rate else f"{first / rate:.2f}x" if first / rate < 10 else f"{first / rate:,.0f}x"
            bad, cpu = sum(one.bad for one in loads), median(one.cpu_ms for one in loads)
            p99 = median(one.p99_ms for one in loads)
            rows.append([name, f"{rate:,.0f}", ratio, f"{cpu:.3f}", f"{p99:.1f}", f"{bad:,}"])
        heads = ["", "a second", "rdtr is", "processor, ms an answer", "p99, ms", "bad"]
        return Table(f"{title}: answers a second", heads, rows, notes)


_HOW = (
    f"One worker process each where no other number stands, {CONNECTIONS} connections of wrk on the same machine; median "
    "of the rounds, in turn."
)


def _over(raster: Path) -> list[tuple[int, int, int]]:
    info = raster_info(raster)
    z = info.maxzoom - 1
    west, south, east, north = info.bounds
    target = grid()
    x0, y0, x1, y1 = target.tiles_over(target.bounds_from((west, south, east, north), pyproj.CRS(4326)), z)
    places = [(z, x, y) for x in range(x0 + 1, x1) for y in range(y0 + 1, y1)]
    return places[:_MOST]


def _get(url: str, coding: str = "identity") -> bytes:
    request = urllib.request.Request(url, headers={"Accept-Encoding": coding})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return bytes(answer.read())


def _post(url: str, body: bytes) -> float:
    start = time.perf_counter()
    request = urllib.request.Request(url, body, {"Content-Type": "application/geo+json", "Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=300) as answer:
        told = answer.read()
    if answer.headers.get("Content-Encoding") == "gzip":
        told = gzip.decompress(told)
    if len(json.loads(told)["permits"]) != 10_000:
        raise PeerError("not all permits were answered")
    return time.perf_counter() - start


def _mean(files: Mapping[str, bytes]) -> float:
    return sum(map(len, files.values())) / len(files) / 1e3


def _say(line: str) -> None:
    print(f"… {line}", file=sys.stderr, flush=True)
