"""The zone vocabularies of 2011, 2018 and 2021: codes, names, classes, colours as data. Draws and decides nothing."""

from __future__ import annotations

import csv
import re
import string
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final, Literal, TypeAlias, get_args

from rdtr.errors import PlanError
from rdtr.types import Vocabulary as Version
from rdtr.zoning.codes import base_code, canonical_code, tidy

__all__ = ["Confidence", "Vocabulary", "ZoneKind", "name_key", "vocabulary"]

Confidence: TypeAlias = Literal["V2", "V", "C", "G", "U", ""]
"""V2: two or more sources agree; V: one source; C: computed; G: general knowledge; U: uncertain or conflicting."""

# Spellings met in published layers, by the plain one; a name is compared only after them.
_SPELLINGS: Final = {
    "spu": "sarana pelayanan umum",
    "rth": "ruang terbuka hijau",
    "rtnh": "ruang terbuka non hijau",
    "nonhijau": "non hijau",
    "budidaya": "budi daya",
    "holtikultura": "hortikultura",
    "batubara": "batu bara",
    "pembangkit": "pembangkitan",
}
_SILENT: Final = frozenset({"dan", "yang", "atau"})
_LEADING: Final = re.compile(r"^(?:sub ?zona|zona|kawasan)\b")


@dataclass(frozen=True, slots=True)
class ZoneKind:
    """One row of a vocabulary: a sub-zone, a zone without sub-zones, or a parent zone.

    Attributes
    ----------
    code
        Canonical code; empty where no source gives one (such kinds are reachable by name only).
    name
        As the guideline or the published layers write it.
    zone_code, zone_name
        The zone it belongs to; its own for a zone without sub-zones.
    protected
        True for zona lindung, False for zona budi daya.
    is_parent
        True for a zone that is divided into sub-zones: met where a layer gives only KODZON, or at low zoom.
    color
        ``#RRGGBB``, its own or else its zone's; None when neither is known.
    color_alt
        The second value where the sources disagree; None where they do not.
    color_of
        ``own``, ``zone`` (taken from the parent), or empty.
    confidence
        How sure it is that this code carries this name, see `Confidence`.
    color_confidence
        How sure the colour is; empty without one.
    source, color_source
        Where they were read.
    note
        What a reader should know, empty for nothing.
    """

    code: str
    name: str
    zone_code: str
    zone_name: str
    protected: bool
    is_parent: bool
    color: str | None
    color_alt: str | None
    color_of: Literal["own", "zone", ""]
    confidence: Confidence
    color_confidence: Confidence
    source: str
    color_source: str
    aliases: tuple[str, ...] = ()
    note: str = ""


def name_key(name: object) -> str:
    """Reduce a zone name to what is compared: the spelling that layers, legends and annexes share.

    Case, blanks, signs and texts in brackets do not count; nor do a leading "Zona", "Sub-Zona" or "Kawasan" and the
    words "dan", "yang", "atau"; "SPU", "RTH" and "RTNH" are written out; "budidaya", "holtikultura", "batubara" and
    "pembangkit" are spelled "budi daya", "hortikultura", "batu bara" and "pembangkitan".

    Examples
    --------
    >>> name_key(" Zona Badan  Jalan"), name_key("SPU Skala Kota"), name_key("Perdagangan & Jasa")
    ('badan jalan', 'sarana pelayanan umum skala kota', 'perdagangan jasa')
    """
    text = re.sub(r"\([^)]*\)", " ", tidy(name).casefold())
    text = " ".join(re.sub(r"[^\w]+|_", " ", text).split())
    text = _LEADING.sub("", text)
    words = (_SPELLINGS.get(w, w) for w in text.split() if w not in _SILENT)
    return " ".join(words)


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """All kinds of zones of one generation of the guideline. The same code can mean another thing in another one.

    Attributes
    ----------
    version
        ``2011`` (Permen PU 20/2011), ``2018`` (Permen ATR/BPN 16/2018) or ``2021`` (Permen ATR/BPN 11 and 14/2021).
    kinds
        What a polygon can carry, in the order of the guideline: sub-zones and zones without sub-zones.
    zones
        The parents of sub-zones.
    """

    version: Version
    kinds: tuple[ZoneKind, ...]
    zones: tuple[ZoneKind, ...]
    _by_code: Mapping[str, ZoneKind]
    _by_name: Mapping[str, ZoneKind]

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of `kinds`, in their order; kinds without a known code are left out."""
        return tuple(k.code for k in self.kinds if k.code)

    @property
    def zone_colors(self) -> Mapping[str, str]:
        """Colours of parent zones by code, where known."""
        return {z.code: z.color for z in self.zones if z.code and z.color}

    def find(self, code: object) -> ZoneKind | None:
        """Find what a code means, however it is spelled; a local suffix falls back to its base.

        Parameters
        ----------
        code
            ``"R-2"``, ``"r 2"``, ``"R-2.K"`` (read as R-2), or a parent such as ``"R"``.

        Returns
        -------
        ZoneKind or None
            None when the code is not in this vocabulary; see `suggest` and `zone_of`.

        Examples
        --------
        >>> book = vocabulary("2021")
        >>> book.find("R2.k").name, book.find("SPU-3.3").code, book.find("Z-9")
        ('Perumahan Kepadatan Tinggi', 'SPU-3', None)
        """
        canonical = canonical_code(code).upper()
        return self._by_code.get(canonical) or self._by_code.get(base_code(canonical))

    def by_name(self, name: object) -> ZoneKind | None:
        """Find a kind by its name, compared by `name_key`; None when the name is not known.

        Examples
        --------
        >>> book = vocabulary("2021")
        >>> [book.by_name(n).code for n in ("Zona Badan Jalan", "Sarana Pelayanan Umum Skala Kota", "TAMAN  RW")]
        ['BJ', 'SPU-1', 'RTH-5']
        """
        return self._by_name.get(name_key(name))

    def zone_of(self, code: object) -> ZoneKind | None:
        """Find the zone of a code by its letters, also where the number is not in the vocabulary (``R-9`` -> R).

        Examples
        --------
        >>> vocabulary("2021").zone_of("R-9").name, vocabulary("2021").zone_of("Z-9")
        ('Perumahan', None)
        """
        known = self.find(code)
        letters = (known.zone_code if known else "") or canonical_code(code).upper().partition("-")[0]
        return self._by_code.get(letters)

    def suggest(self, code: object) -> str | None:
        """Propose the one code that was probably meant; None when there is none, or more than one.

        The number is kept and the letters may be one slip away (one wrong, missing, doubled, or two swapped): ``RHT-3``
        is meant for RTH-3, but nothing tells what ``R-9`` should be.

        Examples
        --------
        >>> book = vocabulary("2021")
        >>> book.suggest("RHT-3"), book.suggest("R2"), book.suggest("Badan Jalan"), book.suggest("R-9")
        ('RTH-3', 'R-2', 'BJ', None)
        """
        known = self.find(code) or self.by_name(code)
        if known is not None:
            return known.code or None
        squeezed = re.sub(r"[\s_]", "", canonical_code(code).upper())
        match = re.fullmatch(r"([A-Z]{1,5})(?:-?0*(\d+))?(?:\.\w+)?", squeezed)
        if match is None:
            return None
        tail = f"-{match[2]}" if match[2] else ""
        if match[1] + tail in self._by_code:
            return match[1] + tail
        near = {letters + tail for letters in _one_slip(match[1])} & self._by_code.keys()
        return near.pop() if len(near) == 1 else None


def _one_slip(word: str) -> set[str]:
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    lost = {a + b[1:] for a, b in cuts if b}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    wrong = {a + c + b[1:] for a, b in cuts if b for c in string.ascii_uppercase}
    added = {a + c + b for a, b in cuts for c in string.ascii_uppercase}
    return lost | swapped | wrong | added


@cache
def vocabulary(version: Version) -> Vocabulary:
    """Return one of the three vocabularies, read once from the packaged table.

    Raises
    ------
    PlanError
        For any other version.

    Examples
    --------
    >>> vocabulary("2021").find("RTH-8").color, vocabulary("2021").find("RTH-8").color_alt
    ('#0FF500', '#0F9100')
    >>> vocabulary("2011").find("SPU-1").name, vocabulary("2021").find("SPU-1").name
    ('SPU Pendidikan', 'SPU Skala Kota')
    """
    if version not in get_args(Version):
        raise PlanError(f"vocabulary {version!r} is not known; it is one of {', '.join(get_args(Version))}")
    text = files("rdtr.zoning").joinpath(f"data/zones_{version}.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    zone_colors = {r["zone_code"]: r["color"] for r in rows if r["code"] and r["code"] == r["zone_code"] and r["color"]}
    all_kinds = [_kind(row, zone_colors) for row in rows]
    kinds = tuple(k for k in all_kinds if not k.is_parent)
    zones = tuple(k for k in all_kinds if k.is_parent)
    return Vocabulary(version, kinds, zones, _index(kinds, zones, _codes), _index(kinds, zones, _names))


def _kind(row: Mapping[str, str], zone_colors: Mapping[str, str]) -> ZoneKind:
    own, of_zone = row["color"], zone_colors.get(row["zone_code"], "")
    return ZoneKind(
        code=row["code"],
        name=row["name"],
        zone_code=row["zone_code"],
        zone_name=row["zone_name"],
        protected=row["class"] == "lindung",
        is_parent=row["level"] == "parent",
        color=own or of_zone or None,
        color_alt=row["color_alt"] or None,
        color_of="own" if own else "zone" if of_zone else "",
        confidence=row["code_confidence"],  # type: ignore[arg-type] # a test holds the table to these words
        color_confidence=row["color_confidence"],  # type: ignore[arg-type]
        source=row["code_source"],
        color_source=row["color_source"],
        aliases=tuple(a for a in row["aliases"].split("|") if a),
        note=row["note"],
    )


def _codes(kind: ZoneKind) -> Iterable[str]:
    return (kind.code,) if kind.code else ()


def _names(kind: ZoneKind) -> Iterable[str]:
    return map(name_key, (kind.name, *kind.aliases))


def _index(
    kinds: Iterable[ZoneKind], zones: Iterable[ZoneKind], keys: Callable[[ZoneKind], Iterable[str]]
) -> Mapping[str, ZoneKind]:
    index: dict[str, ZoneKind] = {}
    for kind in (*kinds, *zones):
        for key in keys(kind):
            index.setdefault(key, kind)
    return MappingProxyType(index)
