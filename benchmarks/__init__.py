"""Benchmarks: rdtr beside its peers on one made-up city, in one run (``python -m benchmarks``). Nothing imports them."""
