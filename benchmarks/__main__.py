"""``python -m benchmarks``: make the cities, measure, print the table, put it into the README if asked.

``python -m benchmarks tiles`` does so for vector tiles, see `benchmarks.tiles`; ``python -m benchmarks raster`` for raster
tiles, see `benchmarks.rasters`; ``python -m benchmarks serve`` for the service under load, see `benchmarks.serve`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks import machine, ours
from benchmarks.against import PEERS, Options, as_they_come, on_pieces
from benchmarks.audit import main as audit
from benchmarks.data import SIZES, City, make, write
from benchmarks.rasters.main import main as rasters
from benchmarks.serve.main import main as serve
from benchmarks.table import Row, markdown, put_into, text
from benchmarks.tiles.main import main as tiles

__all__ = ["main"]

_HOME = Path(__file__).parent.parent


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmarks.

    Returns
    -------
    int
        Exit code: 0.
    """
    words = sys.argv[1:] if argv is None else list(argv)
    if words[:1] == ["audit"]:
        return audit(words[1:])
    if words[:1] == ["tiles"]:
        return tiles(words[1:])
    if words[:1] == ["raster"]:
        return rasters(words[1:])
    if words[:1] == ["serve"]:
        return serve(words[1:])
    asked = _arguments(words)
    options = Options(tuple(asked.peers), asked.folder, asked.repeats, asked.limit)
    rows: list[Row] = []
    about = machine.describe()
    for size in asked.size:
        said, found = _measure(size, options)
        about.append(f"{size}: {said}")
        rows += found
    print("\n".join(["", *about, "", text(rows)]))
    if asked.readme:
        put_into(asked.readme, markdown(rows, about))
    return 0


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--size", nargs="+", choices=[*SIZES], default=["city", "million"], help="default: city million"
    )
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=PEERS, help="default: all")
    parser.add_argument("--repeats", type=int, default=3, help="rounds, in turn (default 3)")
    parser.add_argument("--limit", type=float, default=300.0, help="seconds after which a query is given up")
    parser.add_argument("--readme", type=Path, help="put the table between the marks of this file")
    parser.add_argument("--folder", type=Path, default=_HOME / ".bench", help="for environments and files")
    return parser.parse_args(argv)


def _measure(size: str, options: Options) -> tuple[str, list[Row]]:
    city = _city(SIZES[size])
    _say(f"{size}: {city.counts()}")
    paths = write(city, options.folder / size)
    if size == "million":
        tenth = _city(SIZES[size] // 10)
        return city.counts(), [*ours.growth(tenth, city), *ours.peak_memory(paths["plan"], paths["permits"])]
    rows = []
    for name, part in {
        "pieces": lambda: on_pieces(city, paths, options),
        "zones as they come": lambda: as_they_come(city, paths, options),
        "checks": lambda: ours.index_and_check(city, paths["permits"]),
        "growth": lambda: ours.growth(_city(SIZES[size] // 10), city),
        "compiler": ours.compiler,
    }.items():
        _say(f"{size}: {name}")
        rows += part()
    return city.counts(), rows


def _city(parcels: int) -> City:
    _say(f"making a city of {parcels:,} parcels")
    city = make(parcels)
    ours.warm_up(city)
    return city


def _say(line: str) -> None:
    print(f"… {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
