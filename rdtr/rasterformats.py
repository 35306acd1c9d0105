"""Raster formats that hold their own pixels, told by their first bytes. Opens no raster.

A VRT or the description of a web service names other files and addresses, which a package from elsewhere must not have
read; so a raster is opened with the driver that is named here and with no other.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

__all__ = ["raster_driver"]

_FORMATS: Final = (
    (b"II*\0", "GTiff"),
    (b"MM\0*", "GTiff"),
    (b"II+\0", "GTiff"),
    (b"MM\0+", "GTiff"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"\0\0\0\x0cjP", "JP2OpenJPEG"),
    (b"EHFA_HEADER", "HFA"),
    (b"ncols", "AAIGrid"),
)


def raster_driver(path: Path) -> str | None:
    """Return GDAL's name of the format of a file; None if it is none of these.

    Raises
    ------
    OSError
        If the file cannot be read.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "dem.tif").write_text("<VRTDataset/>")
    ...     print(raster_driver(Path(folder, "dem.tif")))
    None
    """
    with path.open("rb") as file:
        start = file.read(16)
    return next((driver for first, driver in _FORMATS if start.startswith(first)), None)
