"""A raster that belongs to a plan: where it lies, what it holds, what its values mean. Opens no file."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal, TypeAlias

__all__ = ["NOTHING_SAID", "ColorClass", "RasterAbout", "RasterContent", "RasterLayer"]

RasterContent: TypeAlias = Literal["", "dem", "measure", "classes", "imagery"]
"""Elevation in metres, another measure, numbers of classes, colours as the eye sees them; empty: not said."""


@dataclass(frozen=True, slots=True)
class ColorClass:
    """One line of a legend.

    Attributes
    ----------
    low, high
        Values from `low` up to, not including, `high`; equal: this value alone. Of a ramp: `low` is the stop.
    color
        ``#rrggbb`` or ``#rrggbbaa``.
    label_id, label_en
        What users read.
    reference, confidence
        Where the class comes from; U says that nobody has checked it.
    """

    low: float
    high: float
    color: str
    label_id: str = ""
    label_en: str = ""
    reference: str = ""
    confidence: str = ""


@dataclass(frozen=True, slots=True)
class RasterAbout:
    """What people need to know to read a raster; all of it may be left unsaid.

    Attributes
    ----------
    content
        What its values are.
    title, title_en
        What users read, in Bahasa Indonesia and English; empty: the name of the layer.
    unit
        Of its values, such as ``m``.
    colors
        Name of a colormap of `rdtr.tiles.rastercolors`; empty: `classes`, or the palette of the file, or greys.
    classes
        Its own legend; of a measure without upper limits these are the stops of a ramp.
    reference
        Where the raster comes from.
    """

    content: RasterContent = ""
    title: str = ""
    title_en: str = ""
    unit: str = ""
    colors: str = ""
    classes: tuple[ColorClass, ...] = ()
    reference: str = ""


NOTHING_SAID = RasterAbout()


@dataclass(frozen=True, slots=True)
class RasterLayer:
    """A raster of a plan: where it is and what it holds, not its pixels.

    Attributes
    ----------
    name
        In the plan.
    path
        The file whose values count: points and statistics are read from it.
    sha256
        Of that file.
    about
        What its values mean.
    web
        The same raster with blocks that are web tiles, made from `path`: only drawn, never measured. None: there is
        none, or `path` is one itself.
    """

    name: str
    path: Path
    sha256: str
    about: RasterAbout = NOTHING_SAID
    web: Path | None = None

    @property
    def identity(self) -> str:
        """What of it is part of the content of a plan: its bytes and what they mean, not where they lie.

        Examples
        --------
        >>> RasterLayer("dem", Path("dem.tif"), "1f").identity
        '1f'
        """
        if self.about == NOTHING_SAID:
            return self.sha256
        # a limit of 2 and one of 2.0 are the same; tables hold the second
        classes = tuple(replace(each, low=float(each.low), high=float(each.high)) for each in self.about.classes)
        return f"{self.sha256}\x1e{sorted(asdict(replace(self.about, classes=classes)).items())}"
