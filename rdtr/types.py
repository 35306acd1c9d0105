"""Type aliases and Protocols shared by every room of the house. No code that runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = [
    "BoolArray",
    "CrsPolicy",
    "FloatArray",
    "IndexArray",
    "Lang",
    "ObjectArray",
    "PathLike",
    "Progress",
    "SmallArray",
    "Vocabulary",
]

FloatArray: TypeAlias = npt.NDArray[np.float64]
IndexArray: TypeAlias = npt.NDArray[np.int64]
SmallArray: TypeAlias = npt.NDArray[np.int8]
BoolArray: TypeAlias = npt.NDArray[np.bool_]
ObjectArray: TypeAlias = npt.NDArray[np.object_]
PathLike: TypeAlias = str | Path

Lang: TypeAlias = Literal["id", "en"]
Vocabulary: TypeAlias = Literal["2011", "2018", "2021"]
CrsPolicy: TypeAlias = Literal["null", "proj"]
"""How WGS 84, DGN95 and SRGI2013 meet: ``null`` takes them as one (the practice), ``proj`` moves as PROJ says."""

Progress: TypeAlias = Callable[[int, int], None]
"""Progress: called with (done, total)."""
