"""The command line: reads words, calls one function of rdtr, shows what came back. Judges nothing.

A package rather than one module, since what is shown and what is run are two nouns.
"""

from __future__ import annotations

from rdtr.cli.commands import app, main

__all__ = ["app", "main"]
