"""Colour arithmetic: hex texts, the Oklab space, and how the colour-blind see. Knows no zones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from rdtr.types import FloatArray

__all__ = ["DEFICIENCIES", "from_hex", "from_oklab", "least_difference", "seen_with", "to_hex", "to_oklab"]

# Björn Ottosson, "A perceptual color space for image processing", 2020: linear sRGB -> cone response -> Oklab
_TO_CONES: Final = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB: Final = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
# Machado, Oliveira, Fernandes, "A physiologically-based model for simulation of color vision deficiency", 2009: full
# severity, on linear sRGB
DEFICIENCIES: Final = {
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
"""Kinds of colour blindness, as matrices on linear sRGB."""

_CHROMA_STEPS: Final = 12  # halvings, by which a colour outside sRGB is brought in: 1/4096 of its chroma


def from_hex(colors: Sequence[str]) -> FloatArray:
    """Read ``#RRGGBB`` texts; shape (n, 3), 0 to 1.

    Examples
    --------
    >>> from_hex(["#FF0080"]).round(3).tolist()
    [[1.0, 0.0, 0.502]]
    """
    return np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in colors], dtype=np.float64) / 255.0


def to_hex(rgb: FloatArray) -> list[str]:
    """Write shape (n, 3), 0 to 1, as ``#RRGGBB`` texts; what lies outside is cut off."""
    whole = np.rint(np.clip(rgb, 0.0, 1.0) * 255.0).astype(np.int64)
    return [f"#{r:02X}{g:02X}{b:02X}" for r, g, b in whole.tolist()]


def _linear(rgb: FloatArray) -> FloatArray:
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def _gamma(linear: FloatArray) -> FloatArray:
    bright = 1.055 * np.maximum(linear, 0.0) ** (1 / 2.4) - 0.055
    return np.where(linear <= 0.0031308, 12.92 * linear, bright)


def to_oklab(rgb: FloatArray) -> FloatArray:
    """Lightness, green-red, blue-yellow of sRGB; shape (n, 3). Distances are those that eyes see.

    Examples
    --------
    >>> to_oklab(from_hex(["#FFFFFF", "#000000"])).round(3)[:, 0].tolist()
    [1.0, 0.0]
    """
    lab: FloatArray = np.cbrt(_linear(rgb) @ _TO_CONES.T) @ _TO_LAB.T
    return lab


def from_oklab(lab: FloatArray) -> FloatArray:
    """SRGB of Oklab, shape (n, 3), 0 to 1; what lies outside sRGB loses chroma, not hue nor lightness."""
    low, high = np.zeros(len(lab)), np.ones(len(lab))
    for _ in range(_CHROMA_STEPS):
        share = np.where(high == 1.0, 1.0, (low + high) / 2)
        rgb = _unclipped(lab, share)
        inside = ((rgb >= -1e-6) & (rgb <= 1 + 1e-6)).all(axis=1)
        low, high = np.where(inside, share, low), np.where(inside, high, np.minimum(high, share * 0.999999))
    return np.clip(_unclipped(lab, low), 0.0, 1.0)


def _unclipped(lab: FloatArray, chroma: FloatArray) -> FloatArray:
    shrunk = np.column_stack([lab[:, 0], lab[:, 1:] * chroma[:, None]])
    cones = (shrunk @ np.linalg.inv(_TO_LAB).T) ** 3
    return _gamma(cones @ np.linalg.inv(_TO_CONES).T)


def seen_with(rgb: FloatArray, deficiency: str) -> FloatArray:
    """How colours look to someone with one of `DEFICIENCIES`; shape (n, 3), sRGB."""
    return _gamma(np.clip(_linear(rgb) @ DEFICIENCIES[deficiency].T, 0.0, 1.0))


def least_difference(colors: Sequence[str]) -> float:
    """The least Oklab distance between two of the colours, to any eye: normal and each of `DEFICIENCIES`.

    About 0.02 is the least that can be told side by side.

    Examples
    --------
    >>> round(least_difference(["#468700", "#9B5000"]), 3), round(least_difference(["#0072B2", "#E69F00"]), 3)
    (0.038, 0.292)
    """
    rgb = from_hex(colors)
    views = [rgb, *(seen_with(rgb, d) for d in DEFICIENCIES)]
    apart = []
    for view in views:
        lab = to_oklab(view)
        distance = np.linalg.norm(lab[:, None] - lab[None], axis=-1)
        apart.append(distance[~np.eye(len(lab), dtype=bool)].min())
    return float(min(apart))
