"""Raster tiles: ours beside titiler-core's on the same files (``python -m benchmarks raster``). Nothing imports them."""
