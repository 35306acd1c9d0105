"""How much of each polygon lies under each class of a raster: slope, flood, peat. Reads no file and judges nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import entry_points
from typing import Any, Final, TypeAlias

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from rdtr import crs
from rdtr.errors import CrsError, GeometryError, PlanError
from rdtr.types import BoolArray, CrsPolicy, FloatArray, IndexArray, ObjectArray
from rdtr.zoning.cover import class_cover
from rdtr.zoning.edges import rings_of
from rdtr.zoning.plan import Plan, RasterLayer

__all__ = ["Classes", "Grid", "class_areas", "class_shares", "elevation", "grid_of", "slope_of"]

Classes: TypeAlias = Sequence[tuple[float, float]]
"""Values from low up to, not including, high; where both are equal, this value alone."""

_READERS: Final = "rdtr.raster_readers"


@dataclass(frozen=True, eq=False)
class Grid:
    """A raster in memory, north up.

    Attributes
    ----------
    values
        Shape (rows, columns), the northern row first.
    known
        Shape (rows, columns), False where nothing is known.
    bounds
        xmin, ymin, xmax, ymax of the outer edges.
    crs
        Of the bounds.
    """

    values: npt.NDArray[Any]
    known: BoolArray
    bounds: tuple[float, float, float, float]
    crs: pyproj.CRS

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or not self.values.size or self.known.shape != self.values.shape:
            raise GeometryError(f"grid has the shape {self.values.shape}; wanted rows and columns, known in the same")
        xmin, ymin, xmax, ymax = self.bounds
        if not (xmin < xmax and ymin < ymax):
            raise GeometryError(f"grid has the bounds {self.bounds}; wanted xmin, ymin, xmax, ymax")

    @property
    def cell(self) -> tuple[float, float]:
        """Width and height of a cell, in units of the CRS."""
        rows, columns = self.values.shape
        return (self.bounds[2] - self.bounds[0]) / columns, (self.bounds[3] - self.bounds[1]) / rows

    def classified(self, classes: Classes) -> IndexArray:
        """Number each cell by the first class that holds its value; -1 for none or unknown; shape (rows, columns)."""
        number = np.full(self.values.shape, -1, np.int64)
        for k, (low, high) in reversed(list(enumerate(classes))):
            inside = self.values == low if low == high else (self.values >= low) & (self.values < high)
            number[inside & self.known] = k
        return number


def class_areas(geometry: ObjectArray, classes: IndexArray, bounds: Sequence[float], count: int) -> FloatArray:
    """Measure how much of each polygon lies in cells of each class, exactly: a cell that is cut counts by its part.

    Parameters
    ----------
    geometry
        Shape (n,), valid polygons in the CRS of the bounds; None and empty lie nowhere.
    classes
        Shape (rows, columns), the northern row first: class of each cell; one below 0 is none.
    bounds
        xmin, ymin, xmax, ymax of the outer edges.
    count
        How many classes there are.

    Returns
    -------
    area
        Shape (n, count), square units of the CRS; what lies outside the grid or in no class is not in it.

    Examples
    --------
    >>> left_and_right = np.array([[0, 1], [0, 1]])
    >>> class_areas(np.array([shapely.box(4, 1, 8, 3)]), left_and_right, (0, 0, 10, 10), 2).round(9).tolist()
    [[2.0, 6.0]]
    """
    shapes = np.asarray(geometry, dtype=object).copy()
    xmin, ymin, xmax, ymax = bounds
    box = shapely.bounds(shapes)
    beyond = (box[:, 0] < xmin) | (box[:, 1] < ymin) | (box[:, 2] > xmax) | (box[:, 3] > ymax)
    if beyond.any():
        shapes[beyond] = _polygons(shapely.intersection(shapes[beyond], shapely.box(*bounds)))
    rings = rings_of(shapes, "polygon")
    rows, columns = classes.shape
    wide, high = (xmax - xmin) / columns, (ymax - ymin) / rows
    xy = np.column_stack([(rings.xy[:, 0] - xmin) / wide, (ymax - rings.xy[:, 1]) / high])
    out = np.zeros((len(shapes), count))
    class_cover(xy, rings.ring_start, rings.sign, rings.polygon_start, classes.astype(np.int64), count, out)
    return out * (wide * high)


def _polygons(shapes: ObjectArray) -> ObjectArray:
    """Keep the polygons of what was cut: where an edge ran along the grid's own, lines and points are left too."""
    mixed = shapely.get_type_id(shapes) == 7
    for k in np.flatnonzero(mixed):
        parts = shapely.get_parts(shapes[k])
        shapes[k] = shapely.multipolygons(parts[shapely.get_dimensions(parts) == 2])
    return np.where(shapely.get_dimensions(shapes) == 2, shapes, shapely.Polygon())


def class_shares(
    polygons: gpd.GeoDataFrame | gpd.GeoSeries, grid: Grid, classes: Classes, *, policy: CrsPolicy = "null"
) -> FloatArray:
    """Tell which share of each polygon lies under each class.

    Parameters
    ----------
    polygons
        With a CRS; another than the grid's is brought to it.
    grid
        The raster.
    classes
        Limits of the classes.
    policy
        How WGS 84, DGN95 and SRGI2013 meet.

    Returns
    -------
    share
        Shape (n, classes + 1); the last column is what lies outside the grid, in no class, or where nothing is known. A
        row adds up to 1; of a polygon that is missing or empty it is NaN.

    Raises
    ------
    CrsError
        If the polygons have no CRS.

    Examples
    --------
    >>> grid = Grid(np.array([[3.0, 20.0]]), np.ones((1, 2), bool), (0.0, 0.0, 10.0, 5.0), crs.parse(9480))
    >>> lots = gpd.GeoSeries([shapely.box(4, 0, 8, 5), shapely.box(8, 0, 12, 5)], crs=9480)
    >>> class_shares(lots, grid, [(0.0, 15.0), (15.0, 40.0)]).round(9).tolist()
    [[0.25, 0.75, 0.0], [0.0, 0.5, 0.5]]
    """
    if polygons.crs is None:
        raise CrsError("polygons have no CRS; state it with set_crs(...), for example 'EPSG:9480'")
    shapes = crs.transform(polygons.geometry.to_numpy(), crs.parse(polygons.crs), grid.crs, policy)
    covered = class_areas(shapes, grid.classified(classes), grid.bounds, len(classes))
    whole = shapely.area(shapes)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.clip(covered / whole[:, None], 0.0, 1.0)
    return np.column_stack([share, np.maximum(1.0 - share.sum(axis=1), 0.0)])


def slope_of(dem: Grid) -> Grid:
    """Make slopes in percent from elevations in metres, by Horn's eight neighbours as GIS programs do.

    Cells at the edge, and those with an unknown neighbour, are unknown.

    Raises
    ------
    CrsError
        If the grid is in degrees: rise over run needs metres both ways.

    Examples
    --------
    >>> plane = np.tile(np.arange(4.0), (4, 1))  # rises one metre each cell of ten
    >>> ramp = Grid(plane, np.ones((4, 4), bool), (0.0, 0.0, 40.0, 40.0), crs.parse(9480))
    >>> slope_of(ramp).values[1, 1], slope_of(ramp).known.sum()
    (np.float64(10.0), np.int64(4))
    """
    crs.require_metric(dem.crs, "elevation grid")
    z, known = dem.values.astype(np.float64), np.zeros(dem.known.shape, np.bool_)
    result = np.zeros(z.shape)
    if min(z.shape) < 3:
        return replace(dem, values=result, known=known)
    (wide, high), n = dem.cell, z.shape

    def at(down: int, right: int) -> FloatArray:
        return z[1 + down : n[0] - 1 + down, 1 + right : n[1] - 1 + right]

    east = (at(-1, 1) + 2 * at(0, 1) + at(1, 1) - at(-1, -1) - 2 * at(0, -1) - at(1, -1)) / (8 * wide)
    north = (at(-1, -1) + 2 * at(-1, 0) + at(-1, 1) - at(1, -1) - 2 * at(1, 0) - at(1, 1)) / (8 * high)
    result[1:-1, 1:-1] = 100.0 * np.hypot(east, north)
    windows = np.lib.stride_tricks.sliding_window_view(dem.known, (3, 3))
    known[1:-1, 1:-1] = windows.all(axis=(2, 3))
    return replace(dem, values=result, known=known)


def grid_of(plan: Plan, name: str) -> Grid:
    """Read a raster of a plan into memory, once a plan; ``slope`` is made from the elevations where the plan has none.

    Raises
    ------
    PlanError
        If the plan has no such raster, or nothing is installed that reads one.
    """
    return plan.derived(f"grid {name}", lambda p: _read(p, name))


def _read(plan: Plan, name: str) -> Grid:
    layer = plan.layers.get(name)
    if isinstance(layer, RasterLayer):
        readers = list(entry_points(group=_READERS))
        if not readers:
            raise PlanError(f"raster {name}: nothing is installed that reads it; install rdtr anew")
        grid: Grid = readers[0].load()(layer)
        return grid
    if name == "slope" and elevation(plan):
        return slope_of(grid_of(plan, elevation(plan)))
    raise PlanError(f"plan {plan.identity.id}: there is no raster {name!r}; it has {', '.join(plan.layers) or 'none'}")


def elevation(plan: Plan) -> str:
    """Name the raster of the plan that holds elevations; empty without one."""
    rasters = {name: layer for name, layer in plan.layers.items() if isinstance(layer, RasterLayer)}
    said = [name for name, layer in rasters.items() if layer.about.content == "dem"]
    return next(iter(said), "dem" if "dem" in rasters else "")
