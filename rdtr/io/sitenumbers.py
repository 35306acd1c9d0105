"""Numbers and angles in running text, as people write coordinates. Knows no place and no polygon."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

__all__ = ["Angle", "Axis", "Number", "angles", "numbers"]

Axis: TypeAlias = Literal["lon", "lat", ""]

# LU, LS, BT, BB: lintang utara / selatan, bujur timur / barat
_SIDES: Final[dict[str, tuple[Axis, int]]] = {
    "LU": ("lat", 1), "LS": ("lat", -1), "BT": ("lon", 1), "BB": ("lon", -1),
    "N": ("lat", 1), "S": ("lat", -1), "E": ("lon", 1), "W": ("lon", -1), "U": ("lat", 1), "T": ("lon", 1),
}  # fmt: skip
_SIDE: Final = r"(?:LU|LS|BT|BB|[NSEWUT])(?![A-Za-z])"
_VALUE: Final = r"\d{1,3}(?:[.,]\d{1,15})?"
_ANGLE: Final = re.compile(
    rf"(?:(?P<before>(?<![A-Za-z]){_SIDE})[ :]{{0,3}})?"
    r"(?P<sign>[-+−]?)"
    rf"(?P<deg>{_VALUE}) {{0,2}}(?:°|º|˚|deg|d(?![a-z]))"
    rf"(?: {{0,2}}(?P<min>{_VALUE}) {{0,2}}(?:'|’|′|‘|`|m(?![a-z]))(?!')"
    rf"(?: {{0,2}}(?P<sec>{_VALUE}) {{0,2}}(?:\"|”|″|“|''|’’|′′|s(?![a-z]))?)?)?"
    rf"(?(before)|(?: {{0,3}}(?P<after>{_SIDE}))?)"
)
_LETTERED: Final = re.compile(rf"(?P<sign>[-+−]?)(?P<deg>\d{{1,3}}[.,]\d{{1,15}}) {{0,2}}(?P<after>{_SIDE})")
_TOKEN: Final = re.compile(r"(?<![\w.,])[-+−]?\d+(?:[.,][-+−]?\d+)*(?![\w])")
_PLAIN: Final = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
_INDONESIAN: Final = re.compile(r"[-+]?\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_ENGLISH: Final = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Angle:
    """An angle in degrees.

    Attributes
    ----------
    value
        Degrees; negative south and west.
    axis
        What its letter says; empty without a letter.
    signed
        Whether a letter or a minus says which half of the earth is meant.
    """

    value: float
    axis: Axis
    signed: bool


@dataclass(frozen=True, slots=True)
class Number:
    """A number that may be read in more than one way.

    Attributes
    ----------
    readings
        The likelier first: ``1.234`` is 1.234 or 1234.
    digits
        How many digits it has.
    decimals
        Digits behind the decimal sign in the first reading.
    """

    readings: tuple[float, ...]
    digits: int
    decimals: int


def angles(text: str) -> tuple[list[Angle], str]:
    r"""Find angles that are written as such, with a degree sign or a letter of direction.

    Returns
    -------
    angles
        In their order.
    rest
        The text without them.

    Examples
    --------
    >>> found, rest = angles("1. 0° 7' 48,5\" LS, 117°30'1.2\"BT")
    >>> [(round(a.value, 6), a.axis) for a in found], rest
    ([(-0.130139, 'lat'), (117.500333, 'lon')], '1. , ')
    >>> [(a.value, a.axis) for a in angles("LS 0°30' BT 117,25°")[0]]
    [(-0.5, 'lat'), (117.25, 'lon')]
    """
    found: list[tuple[int, Angle]] = []
    rest = text
    for pattern in (_ANGLE, _LETTERED):
        for match in pattern.finditer(rest):
            angle = _angle(match.groupdict())
            if angle is not None:
                found.append((match.start(), angle))
        rest = pattern.sub(lambda m: " " * len(m.group()), rest)
    shorter = re.sub(r" {2,}", " ", rest)
    return [angle for _, angle in sorted(found, key=lambda item: item[0])], shorter


def _angle(parts: dict[str, str | None]) -> Angle | None:
    degrees, minutes, seconds = (_decimal(parts.get(name)) for name in ("deg", "min", "sec"))
    if minutes >= 60.0 or seconds >= 60.0:
        return None
    side = parts.get("after") or parts.get("before") or ""
    axis, half = _SIDES.get(side, ("", 1))
    minus = (parts.get("sign") or "") in ("-", "−")
    value = degrees + minutes / 60.0 + seconds / 3600.0
    return Angle(-value if minus or half < 0 else value, axis, bool(side) or minus)


def _decimal(text: str | None) -> float:
    return float(text.replace(",", ".")) if text else 0.0


def numbers(text: str) -> list[Number]:
    """Find numbers with decimal points or commas, with or without thousands.

    Examples
    --------
    >>> [n.readings[0] for n in numbers("P1; 117,5001; -0,1301")]
    [117.5001, -0.1301]
    >>> [n.readings for n in numbers("555.638,12 14.369")]
    [(555638.12,), (14.369, 14369.0)]
    >>> [n.readings[0] for n in numbers("1,117.5001,0.1301")]
    [1.0, 117.5001, 0.1301]
    """
    found = []
    for token in _TOKEN.findall(text.replace("−", "-")):
        whole = _number(token)
        if whole is not None:
            found.append(whole)
            continue
        parts = [_number(part) for part in token.split(",")]
        found += [part for part in parts if part is not None]
    return found


def _number(token: str) -> Number | None:
    digits = sum(c.isdigit() for c in token)
    readings = []
    if _PLAIN.fullmatch(token):
        readings.append(float(token.replace(",", ".")))
    if _INDONESIAN.fullmatch(token):
        readings.append(float(token.replace(".", "").replace(",", ".")))
    if _ENGLISH.fullmatch(token):
        readings.append(float(token.replace(",", "")))
    if not readings:
        return None
    last = max(token.rfind("."), token.rfind(","))
    return Number(tuple(dict.fromkeys(readings)), digits, len(token) - last - 1 if last >= 0 else 0)
