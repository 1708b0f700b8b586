"""Hostile files without end, the same ones for the same seed: `generate(family, seed, index)`.

Every file of `generate` must be held. `damage` makes files that are only broken at random, which need
not be hostile: they must be judged, with a reason, and never crash anything.
"""

from collections.abc import Iterator
from random import Random
from types import ModuleType

from tests.hostile import _mime, _pdfs, _xmls, _zips
from tests.hostile._hostile import Bait, Hostile, Shape

FAMILIES: dict[str, ModuleType] = {"mime": _mime, "zip": _zips, "xml": _xmls, "pdf": _pdfs}
SHARES = {"mime": 30, "zip": 20, "xml": 20, "pdf": 30}
"""Percent of each family: 1,500, 1,000, 1,000 and 1,500 of 5,000."""
HEAVY_EVERY = 20
"""One file in so many is a heavy one: megabytes to make, seconds to judge."""


def _name(shape: Shape) -> str:
    return shape.__name__.lstrip("_").replace("_", "-")


def shape_at(family: ModuleType, index: int) -> Shape:
    """Return the shapes in turn, so that each number of files has as many of each as can be."""
    turn, step = divmod(index, HEAVY_EVERY)
    heavy: tuple[Shape, ...] = family.HEAVY
    light: tuple[Shape, ...] = family.SHAPES
    if step == HEAVY_EVERY - 1:
        return heavy[turn % len(heavy)]
    return light[(turn * (HEAVY_EVERY - 1) + step) % len(light)]


def generate(family: str, seed: int, index: int, bait: Bait) -> Hostile:
    """Return hostile file number `index` of a family; it must be held."""
    module = FAMILIES[family]
    shape = shape_at(module, index)
    rng = Random(f"{seed}/{family}/{index}")
    return Hostile(family, seed, index, _name(shape), module.mail(rng, shape(rng, bait)))


def damage(family: str, seed: int, index: int, bait: Bait) -> Hostile:
    """Return randomly damaged file number `index` of a family; it must be survived."""
    module = FAMILIES[family]
    rng = Random(f"{seed}/{family}/damaged/{index}")
    shape = module.DAMAGED[index % len(module.DAMAGED)]
    mail = module.mail(rng, shape(rng, bait))
    return Hostile(family, seed, index, _name(shape), mail, must_hold=False)


def counts(total: int, families: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """Yield how many files of each family make `total` of all, in the shares of `SHARES`."""
    whole = sum(SHARES[family] for family in families)
    for family in families:
        yield family, total * SHARES[family] // whole
