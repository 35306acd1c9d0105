"""``python -m benchmarks tiles``: make a city, measure the tiles, print the tables, put them into the README if asked."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks import machine
from benchmarks.data import SIZES
from benchmarks.table import put_into
from benchmarks.tiles import archives, borders, build, data, single
from benchmarks.tiles.table import markdown, text

__all__ = ["main"]

_HOME = Path(__file__).parent.parent.parent
_PARTS = ("build", "single", "archive", "borders")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmarks of the tiles.

    Returns
    -------
    int
        Exit code: 0.
    """
    asked = _arguments(argv)
    settings = single.Settings(asked.folder, tuple(asked.peers), asked.tiles, asked.repeats, asked.budget, asked.limit)
    _say(f"making a city of {SIZES[asked.size]:,} parcels")
    build.warm_up()
    town = data.make(SIZES[asked.size])
    _say(town.counts())
    tables, kept, made = [], {}, {}
    plan = town.fresh()
    if "build" in asked.parts:
        _say("the layer, once")
        tables.append(build.once_a_layer(town))
    if "single" in asked.parts:
        _say("single tiles")
        simple = data.write_simplified(town, asked.folder / asked.size)
        found, kept = single.single_tiles(town, plan, simple, settings)
        tables += found
    if "archive" in asked.parts or "borders" in asked.parts:
        _say("archives")
        paths = data.write(town, asked.folder / asked.size)
        table, made = archives.whole_sets(town, paths, asked.folder / asked.size, settings)
        tables.append(table)
    if "borders" in asked.parts:
        _say("overlaps and gaps")
        tables.append(borders.overlaps_and_gaps(town, kept, made))
    about = [*machine.describe(), f"{asked.size}: {town.counts()}"]
    print("\n".join(["", *about, "", text(tables)]))
    if asked.readme:
        put_into(asked.readme, markdown(tables, about), "benchmarks-tiles")
    return 0


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks tiles", description=__doc__)
    parser.add_argument("--size", choices=[s for s in SIZES if s != "million"], default="city", help="default: city")
    peers = [*single.KINDS, *archives.PEERS]
    parser.add_argument("--peers", nargs="*", choices=peers, default=peers, help="default: all")
    parser.add_argument("--parts", nargs="+", choices=_PARTS, default=_PARTS, help="default: all")
    parser.add_argument("--tiles", type=int, default=60, help="tiles a zoom (default 60)")
    parser.add_argument("--repeats", type=int, default=3, help="rounds, in turn (default 3)")
    parser.add_argument("--budget", type=float, default=4.0, help="seconds a zoom and round for a peer (default 4)")
    parser.add_argument("--limit", type=float, default=600.0, help="seconds after which a peer is given up")
    parser.add_argument("--readme", type=Path, help="put the tables between the marks of this file")
    parser.add_argument("--folder", type=Path, default=_HOME / ".bench", help="for environments and files")
    return parser.parse_args(argv)


def _say(line: str) -> None:
    print(f"… {line}", file=sys.stderr, flush=True)
