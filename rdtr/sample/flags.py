"""Flags: the special provisions (ketentuan khusus) that lie over the zones, one column each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rdtr.sample.districts import named
from rdtr.sample.frame import Frame
from rdtr.sample.streets import Streets
from rdtr.sample.tables import code_index
from rdtr.types import BoolArray, FloatArray, IndexArray, ObjectArray
from rdtr.zoning.schema import FLAGS

__all__ = ["NONE", "Spots", "provisions"]

NONE = "Tidak Ada"


@dataclass(frozen=True, slots=True)
class Spots:
    """The middles of the zones and what is planned there.

    Attributes
    ----------
    place
        Shape (n, 2), on the town plane.
    subzone
        Shape (n,), rows of ``subzones``.
    """

    place: FloatArray
    subzone: IndexArray

    def __len__(self) -> int:
        return len(self.place)

    def has(self, *codes: str) -> BoolArray:
        """Tell which zones are planned for one of these sub-zones."""
        return np.isin(self.subzone, code_index(list(codes)))

    def near(self, which: BoolArray, reach_m: float) -> BoolArray:
        """Tell which zones lie within reach of one of the chosen zones."""
        close = np.zeros(len(self), dtype=bool)
        for centre in self.place[which]:  # a few landmarks
            close |= np.hypot(*(self.place - centre).T) < reach_m
        return close


def provisions(frame: Frame, streets: Streets, spots: Spots) -> dict[str, ObjectArray]:
    """Return the value of every flag column for every zone.

    Parameters
    ----------
    frame, streets
        The town.
    spots
        Its zones. The road body is one of them, and carries no flag: it is everywhere.

    Returns
    -------
    columns
        By name, each of shape (n,); `NONE` where nothing holds.
    """
    columns = {flag: np.full(len(spots), NONE, dtype=object) for flag in FLAGS}
    columns["KKOP_1"] = _aviation(frame, streets, spots)
    columns["KRB_03"] = _hazards(frame, spots)
    columns["KSMPDN"] = _set_backs(frame, spots)
    fields = spots.has("P-1") & (_hash(spots) < 0.75)
    columns["LP2B_2"][fields] = "Lahan Pertanian Pangan Berkelanjutan"
    columns["TEB_05"][spots.has("RTH-2", "SPU-1", "RTNH")] = "Tempat Evakuasi Akhir"
    columns["TEB_05"][spots.has("RTH-3", "SPU-2")] = "Tempat Evakuasi Sementara"
    columns["TOD_04"][_around_stations(streets, spots)] = "Kawasan Berorientasi Transit Pusat Kota"
    columns["CAGBUD"][spots.near(spots.has("CB"), 60.0)] = "Kawasan Cagar Budaya"
    s, t = (spots.place / [frame.width_m, frame.height_m]).T
    columns["RESAIR"][(np.hypot(s - 0.05, t - 1.0) < 0.30) & ~spots.has("BA")] = "Kawasan Resapan Air"
    columns["HANKAM"][spots.near(spots.has("HK"), 75.0)] = "Kawasan Pertahanan dan Keamanan"
    columns["MGRSAT"][spots.has("EM") & (t > 0.8)] = "Kawasan Migrasi Satwa"
    for values in columns.values():
        values[spots.has("BJ")] = NONE
    return columns


def _hash(spots: Spots) -> FloatArray:
    # a repeatable roll for a place, so that no random state is passed around
    u, v = np.floor(spots.place / 10.0).T
    return np.abs(np.sin(u * 12.9898 + v * 78.233) * 43758.5453) % 1.0


def _aviation(frame: Frame, streets: Streets, spots: Spots) -> ObjectArray:
    strips = streets.blocks.take(streets.character[streets.blocks.parent] == named("airport"))
    size, centre = strips.size[0], strips.centre[0]
    along = int(np.argmax(size))
    off = np.abs(spots.place - centre)
    ahead, aside = off[:, along], off[:, 1 - along]
    beyond = ahead - size[along] / 2
    far = np.hypot(ahead, aside) / frame.size_m
    return np.select(
        [
            (beyond > 0) & (beyond < 0.16 * frame.size_m) & (aside < 60.0 + 0.2 * beyond),
            (beyond <= 0) & (aside < 180.0),
            far < 0.24,
            far < 0.36,
        ],
        ["K01B", "K01D", "K01F", "K01G"],
        default=NONE,
    ).astype(object)


def _hazards(frame: Frame, spots: Spots) -> ObjectArray:
    from_water = np.abs(spots.place[:, 1] - frame.river_v) - frame.water_m / 2
    to_sea = frame.width_m - spots.place[:, 0]
    scale = float(np.clip(frame.size_m / 1600.0, 1.0, 3.0))
    flood = np.select(
        [from_water < 35.0 * scale, from_water < 80.0 * scale, from_water < 140.0 * scale],
        [f"Rawan Bencana Banjir Tingkat {level}" for level in ("Tinggi", "Sedang", "Rendah")],
        default="",
    ).astype(object)
    wave = np.where(to_sea < 60.0 * scale, "Rawan Bencana Tsunami Tingkat Sedang", "").astype(object)
    both = np.where((flood != "") & (wave != ""), ", ", "").astype(object)
    joined = wave + both + flood
    return np.where(joined == "", NONE, joined)


def _set_backs(frame: Frame, spots: Spots) -> ObjectArray:
    coast = (spots.place[:, 0] > frame.width_m) & ~spots.has("BA", "TR", "W", "IK-2")
    river = np.abs(spots.place[:, 1] - frame.river_v) < frame.water_m / 2 + frame.bank_m
    return np.select([coast, river & ~spots.has("BA")], ["K09A", "K09B"], default=NONE).astype(object)


def _around_stations(streets: Streets, spots: Spots) -> BoolArray:
    airport = streets.blocks.take(streets.character[streets.blocks.parent] == named("airport")).rect[0]
    in_town = (spots.place[:, 0] > 0.0) & (spots.place[:, 0] < streets.blocks.rect[:, 2].max())
    at_airport = ((spots.place > airport[:2]) & (spots.place < airport[2:])).all(axis=1)
    return spots.near(spots.has("TR") & in_town & ~at_airport, 90.0)
