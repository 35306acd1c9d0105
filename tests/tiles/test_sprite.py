"""The sprite: every hatch once, seamless, decodable by others."""

from __future__ import annotations

import numpy as np
import pytest
from rasterio.io import MemoryFile

from rdtr.errors import TileError
from rdtr.sample.city import sample_city
from rdtr.tiles.overlays import hatches
from rdtr.tiles.sprite import Sprite, sprite
from rdtr.tiles.style import style

pytestmark = pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")  # a picture says no place


def pixels(made: Sprite) -> np.ndarray:
    with MemoryFile(made.png) as memory, memory.open() as opened:
        return np.moveaxis(opened.read(), 0, 2)


@pytest.mark.parametrize("ratio", [1, 2])
def test_every_hatch_has_its_place_in_the_picture(ratio: int) -> None:
    made = sprite(ratio=ratio)
    picture = pixels(made)
    assert picture.shape == (16 * ratio, 16 * ratio * len(hatches()), 4)
    for hatch in hatches().values():
        at = made.index[hatch.image]
        part = picture[:, at["x"] : at["x"] + at["width"]]
        inked = part[..., 3] > 0
        assert part[..., 3].max() > 170
        assert not inked.all()
        assert {"#" + bytes(c).hex().upper() for c in part[inked][:, :3]} == {hatch.color}


def test_a_hatch_repeats_without_a_seam() -> None:
    made = sprite()
    alpha = pixels(made)[..., 3]
    for at in made.index.values():
        part = alpha[:, at["x"] : at["x"] + 16]
        assert np.array_equal(part, np.roll(part, 8, axis=0))
        assert np.array_equal(part, np.roll(part, 8, axis=1))


def test_the_style_asks_for_no_picture_that_is_not_there() -> None:
    made = style(sample_city(parcels=500).plan, tiles_url="/{z}/{x}/{y}", sprite_url="/sprite")
    wanted = {p for layer in made["layers"] if (p := layer.get("paint", {}).get("fill-pattern"))}
    assert wanted
    assert wanted <= set(sprite().index)


def test_the_same_theme_gives_the_same_bytes_and_another_theme_other_ones() -> None:
    assert sprite("dark").png == sprite("dark").png != sprite("light").png


@pytest.mark.parametrize(
    ("wrong", "words"), [({"ratio": 0}, "ratio is 0; wanted 1 to 4"), ({"theme": "x"}, "theme 'x'")]
)
def test_what_cannot_be_is_refused(wrong: dict[str, int], words: str) -> None:
    with pytest.raises(TileError, match=words):
        sprite(**wrong)  # type: ignore[arg-type]
