"""The sample city as files: what `rdtr sample` leaves in a folder. Draws nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rdtr.errors import FileError
from rdtr.io.package import write_plan
from rdtr.io.raster import raster_layer, write_cog
from rdtr.io.slope import write_slope
from rdtr.io.vector import write_layer
from rdtr.progress import silent
from rdtr.sample.city import SampleCity
from rdtr.types import PathLike, Progress

__all__ = ["SampleFiles", "write_sample"]


@dataclass(frozen=True, slots=True)
class SampleFiles:
    """Where the parts of a sample city lie in a folder.

    Attributes
    ----------
    folder
        All of them are in it.
    """

    folder: Path

    @property
    def plan(self) -> Path:
        """The plan package."""
        return self.folder / "kota-contoh"

    @property
    def permits(self) -> Path:
        """Applications."""
        return self.folder / "permits.gpkg"

    @property
    def parcels(self) -> Path:
        """Parcels of the land registry."""
        return self.folder / "parcels.gpkg"

    @property
    def land_use(self) -> Path:
        """Existing use."""
        return self.folder / "land_use.gpkg"

    @property
    def rasters(self) -> Path:
        """Folder of rasters: elevation, flood, slope."""
        return self.folder / "rasters"

    @property
    def all(self) -> tuple[Path, ...]:
        """Everything, in the order of writing."""
        return (self.plan, self.permits, self.parcels, self.land_use, self.rasters)


def write_sample(city: SampleCity, folder: PathLike, *, progress: Progress = silent) -> SampleFiles:
    """Write a sample city into a folder: plan package (its rasters in it), permits, parcels, land use, rasters.

    Parameters
    ----------
    city
        What `rdtr.sample_city` made.
    folder
        Made if it is not there. Files of an earlier sample are replaced, each as a whole; others stay.
    progress
        Called with (done, total) files.

    Returns
    -------
    SampleFiles

    Raises
    ------
    FileError
        If the folder cannot be made or written to.
    """
    files = SampleFiles(Path(folder))
    _make(files.folder)
    _make(files.rasters)
    steps: list[Callable[[], object]] = [
        *(partial(_write_raster, city, name, files.rasters / f"{name}.tif") for name in city.rasters),
        partial(_write_plan, city, files),
        partial(write_layer, city.permits, files.permits),
        partial(write_layer, city.parcels, files.parcels),
        partial(write_layer, city.land_use, files.land_use),
    ]
    for done, write in enumerate(steps):
        progress(done, len(steps))
        write()
    progress(len(steps), len(steps))
    return files


def _write_plan(city: SampleCity, files: SampleFiles) -> None:
    rasters = {n: raster_layer(n, files.rasters / f"{n}.tif", each.about) for n, each in city.rasters.items()}
    slope = write_slope(files.rasters / "slope.tif", rasters["dem"])
    write_plan(city.plan.with_layers(rasters | {"slope": slope}), files.plan)


def _write_raster(city: SampleCity, name: str, path: Path) -> None:
    raster = city.rasters[name]
    write_cog(path, raster.array, raster.bounds, city.plan.crs, nodata=raster.nodata)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise FileError(f"{folder}: a file of this name is in the way; choose another name") from error
    except OSError as error:
        raise FileError(f"{folder}: cannot be made ({error.strerror}); check the path and permissions") from error
