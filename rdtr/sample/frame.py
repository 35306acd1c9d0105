"""The frame of the city: the town plane, in which everything is straight, and its gentle bending onto the map.

Streets, blocks, zones and parcels are laid out on the town plane (u east, v north, metres from the south-west corner,
the river a straight band, the coast the line ``u = width``). `Frame.to_map` bends that plane so that it looks grown:
a shear, then swirls, then a turn. Each of them has an exact inverse, so a raster cell finds its place in town.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rdtr.types import FloatArray

__all__ = ["HOME", "Frame"]

HOME = (555_638.0, 14_370.0)
"""The middle of the town in SRGI2013 / UTM 50N: about 117.5 E, 0.13 N, near Bontang."""

_DECIMALS = 4  # coordinates to a tenth of a millimetre: files stay small, and machines agree more often
_TILT_RAD = -0.21  # the coast there runs from south-south-west to north-north-east
_RIVER_T = 0.47  # the river crosses the town a little south of its middle


@dataclass(frozen=True, slots=True)
class Frame:
    """Size of the town, its river, and how the town plane is bent.

    Attributes
    ----------
    width_m, height_m
        The built-up town, without its outskirts.
    river_v, water_m, bank_m
        Centre line of the river, width of the water, width of each bank.
    swirls
        Shape (k, 4): u, v of the centre, angle in radians there, reach in metres. A swirl turns every circle about its
        centre by an angle that fades outward: it keeps areas, and it is undone by turning back.
    """

    width_m: float
    height_m: float
    river_v: float
    water_m: float
    bank_m: float
    swirls: FloatArray

    @classmethod
    def of_width(cls, width_m: float, seed: int) -> Frame:
        """Make the frame of a town of this width.

        Parameters
        ----------
        width_m
            From west to east, metres.
        seed
            Of the random swirls; their number grows with the town.
        """
        rng = np.random.default_rng([seed, 1])
        height_m = 1.12 * width_m
        river_v = _RIVER_T * height_m
        water_m = float(np.clip(0.02 * height_m, 22.0, 85.0))
        winding = _winding(width_m, river_v)
        return cls(
            width_m, height_m, river_v, water_m, 14.0, np.vstack([winding, _random_swirls(width_m, height_m, rng)])
        )

    @property
    def size_m(self) -> float:
        """The side of a square of the town's area."""
        return float(np.sqrt(self.width_m * self.height_m))

    def to_map(self, u: FloatArray, v: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Bend places of the town plane onto the map.

        Parameters
        ----------
        u, v
            Any equal shape, metres.

        Returns
        -------
        x, y
            SRGI2013 / UTM 50N, metres.

        Examples
        --------
        >>> frame = Frame.of_width(1500.0, seed=0)
        >>> x, y = frame.to_map(np.array([10.0]), np.array([20.0]))
        >>> u, v = frame.to_town(x, y)
        >>> bool(np.allclose([u[0], v[0]], [10.0, 20.0], atol=1e-3))
        True
        """
        u = u + self._shear(v)
        for cu, cv, angle, reach in self.swirls:
            u, v = _swirl(u, v, cu, cv, angle, reach)
        return _turn(u - self.width_m / 2, v - self.height_m / 2, HOME)

    def to_town(self, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Find the place on the town plane of a place on the map; the inverse of `to_map`."""
        cos, sin = np.cos(_TILT_RAD), np.sin(_TILT_RAD)
        east, north = x - HOME[0], y - HOME[1]
        u = east * cos + north * sin + self.width_m / 2
        v = north * cos - east * sin + self.height_m / 2
        for cu, cv, angle, reach in self.swirls[::-1]:
            u, v = _swirl(u, v, cu, cv, -angle, reach)
        return u - self._shear(v), v

    def _shear(self, v: FloatArray) -> FloatArray:
        return 0.025 * self.height_m * np.sin(2.0 * np.pi * v / self.height_m * 1.3 + 0.6)


def _swirl(
    u: FloatArray, v: FloatArray, cu: float, cv: float, angle: float, reach: float
) -> tuple[FloatArray, FloatArray]:
    du, dv = u - cu, v - cv
    theta = angle * np.exp(-(du * du + dv * dv) / (reach * reach))
    cos, sin = np.cos(theta), np.sin(theta)
    return cu + du * cos - dv * sin, cv + du * sin + dv * cos


def _turn(u: FloatArray, v: FloatArray, home: tuple[float, float]) -> tuple[FloatArray, FloatArray]:
    cos, sin = np.cos(_TILT_RAD), np.sin(_TILT_RAD)
    return np.round(home[0] + u * cos - v * sin, _DECIMALS), np.round(home[1] + u * sin + v * cos, _DECIMALS)


def _winding(width_m: float, river_v: float) -> FloatArray:
    # swirls of one sign along the river lift it on one side and lower it on the other: three bends
    s = np.array([0.14, 0.46, 0.80])
    angle = np.array([0.50, 0.42, 0.46])
    reach = 0.17 * width_m
    return np.column_stack([s * width_m, np.full(3, river_v), angle, np.full(3, reach)])


def _random_swirls(width_m: float, height_m: float, rng: np.random.Generator) -> FloatArray:
    count = 5 + min(9, int(width_m // 1200))
    u = rng.uniform(0.0, 1.0, count) * width_m
    v = rng.uniform(0.0, 1.0, count) * height_m
    angle = rng.uniform(0.18, 0.34, count) * rng.choice([-1.0, 1.0], count)
    reach = rng.uniform(0.14, 0.30, count) * width_m
    reach[5:] = rng.uniform(450.0, 900.0, count - 5)
    return np.column_stack([u, v, angle, reach])
