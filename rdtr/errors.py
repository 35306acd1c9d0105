"""The errors of rdtr: one base and a child for each thing that can be touched. No texts live here."""

from __future__ import annotations

__all__ = [
    "CrsError",
    "FileError",
    "GeometryError",
    "PermitError",
    "PlanError",
    "RdtrError",
    "ReportError",
    "RulesError",
    "SchemaError",
    "TileError",
]


class RdtrError(Exception):
    """Base of every error that rdtr raises for bad input.

    The message is one line: what was touched, where, what was found, what was wanted, what to do.

    Examples
    --------
    >>> issubclass(CrsError, RdtrError)
    True
    """


class FileError(RdtrError):
    """A file or folder that cannot be read or written."""


class SchemaError(RdtrError):
    """Columns that are missing, doubled or of the wrong kind."""


class CrsError(RdtrError):
    """A coordinate reference system that is missing, wrong or unsuitable."""


class GeometryError(RdtrError):
    """Geometry that cannot be used for what was asked."""


class RulesError(RdtrError):
    """Rule tables that contradict themselves or cannot be read."""


class PlanError(RdtrError):
    """A plan that is incomplete or broken as a whole."""


class PermitError(RdtrError):
    """A permit table that cannot be judged."""


class ReportError(RdtrError):
    """A report that cannot be written as asked."""


class TileError(RdtrError):
    """A tile that cannot be made or addressed."""
