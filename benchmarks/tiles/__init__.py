"""Tiles: ours beside the peers' on one made-up city (``python -m benchmarks tiles``). Nothing imports them."""
