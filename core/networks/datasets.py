"""Small data sets for experiments with little data: real ones, a 2-D toy set, and curves for
regression.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import UserError

# The arrays of scikit-learn: importing it for them would take a second and 120 MB in each worker
REAL = Path(__file__).parents[2] / "data" / "small_data_sets.npz"
VALIDATION = 400  # validation samples at most; a small data set has fewer
LARGEST = 500  # training samples at most
TOY = 1_000  # points of the toy set


@dataclass(frozen=True)
class Source:
    """A data set for classification: its title, its network, and the function that reads it."""

    name: str
    title: str
    hidden: tuple  # units of the hidden layers that suit it
    read: Callable  # () -> x (total, features), y (total,)
    standardize: bool  # by mean and standard deviation of the training samples
    told: str


@dataclass(frozen=True, eq=False)
class Split:
    """Training and validation samples for each seed."""

    x: np.ndarray  # (seeds, N, features) float32
    y: np.ndarray  # (seeds, N)
    x_val: np.ndarray  # (seeds, M, features)
    y_val: np.ndarray  # (seeds, M)
    classes: int

    @property
    def only(self) -> int:
        """The number of seeds whose training samples all belong to one class."""
        return sum(len(set(y.tolist())) == 1 for y in self.y)


def _digits():
    pixels, digit = _real("digits")
    return pixels / 16, digit


def _cancer():
    return _real("cancer")


def _real(name):
    """Features (total, features) and classes (total,): the last column."""
    with np.load(REAL, allow_pickle=False) as arrays:
        table = arrays[name]
    return table[:, :-1], table[:, -1].astype(int)


def _moons():
    """Two interleaved half circles with normal noise of standard deviation 0.3 (after
    scikit-learn's make_moons).
    """
    rng = np.random.default_rng(7)
    angle, y = rng.uniform(0, np.pi, TOY), np.arange(TOY) % 2
    x = np.stack(
        [
            np.where(y, 1 - np.cos(angle), np.cos(angle)),
            np.where(y, 0.5 - np.sin(angle), np.sin(angle)),
        ],
        1,
    )
    return x + rng.normal(0, 0.3, x.shape) - [0.5, 0.25], y


SOURCES = {
    s.name: s
    for s in (
        Source(
            "digits",
            "Digits",
            (32,),
            _digits,
            False,
            "8 x 8 pixels of handwritten digits, 10 classes, 1,797 samples",
        ),
        Source(
            "cancer",
            "Breast cancer",
            (16,),
            _cancer,
            True,
            "30 measurements of cell nuclei, benign or malignant, 569 samples",
        ),
        Source(
            "moons",
            "Two moons",
            (32, 32),
            _moons,
            False,
            "points of the plane in two half circles, drawn with noise",
        ),
    )
}


@cache
def _read(name):
    x, y = SOURCES[name].read()
    return x.astype(np.float32), y


def draw(name: str, size: int, seeds: Iterable[int]) -> Split:
    """Draw `size` training samples and up to VALIDATION others for validation, for each seed.

    UserError for an unknown name, or a size outside 1..LARGEST.
    """
    if name not in SOURCES:
        raise UserError(f"There is no data set {name!r}; choose one of {', '.join(SOURCES)}.")
    if not 1 <= size <= LARGEST:
        raise UserError(f"The samples to learn from must be 1 to {LARGEST}, not {size}.")
    x, y = _read(name)
    orders = np.stack([np.random.default_rng([seed, 17]).permutation(len(x)) for seed in seeds])
    learn, judge = orders[:, :size], orders[:, LARGEST : LARGEST + VALIDATION]
    parts = [x[learn], x[judge]]
    if SOURCES[name].standardize:
        mean, spread = parts[0].mean(1, keepdims=True), parts[0].std(1, keepdims=True)
        parts = [(part - mean) / np.where(spread > 0, spread, 1) for part in parts]
    return Split(parts[0], y[learn], parts[1], y[judge], int(y.max()) + 1)


@dataclass(frozen=True)
class Curve:
    """A function with noise, and the intervals from which its training points are drawn."""

    name: str
    title: str
    function: Callable
    noise: float  # standard deviation
    known: tuple  # intervals with points
    gap: tuple | None  # an interval between them without points


CURVES = {
    c.name: c
    for c in (
        Curve(
            "gap",
            "Wave with a gap",
            lambda x: np.sin(2.5 * x) + 0.3 * x,
            0.1,
            ((-2.0, -0.7), (0.7, 2.0)),
            (-0.7, 0.7),
        ),
        Curve("cubic", "Cubic", lambda x: 0.3 * x**3 - 0.5 * x, 0.15, ((-2.0, 2.0),), None),
        Curve("step", "Step", lambda x: np.tanh(6 * x), 0.1, ((-2.0, 2.0),), None),
    )
}
EDGE = 4.0  # curves are shown from -EDGE to EDGE


def draw_curve(name: str, count: int, seed: int) -> tuple[NDArray, NDArray]:
    """Draw training points of a curve: x and y, each (count,), sorted by x."""
    curve, rng = CURVES[name], np.random.default_rng([seed, 23])
    lengths = np.array([high - low for low, high in curve.known])
    which = rng.choice(len(lengths), count, p=lengths / lengths.sum())
    lows = np.array([low for low, _ in curve.known])
    x = np.sort(lows[which] + rng.random(count) * lengths[which])
    return x, curve.function(x) + rng.normal(0, curve.noise, count)


def held_out(name: str, count: int, seed: int) -> dict[str, tuple[NDArray, NDArray]]:
    """Draw points that no network is trained on, `count` in each region: {region: (x, y)} for
    "among the points", "in the gap" if there is one, and "outside".
    """
    curve, rng = CURVES[name], np.random.default_rng([seed, 29])
    low, high = curve.known[0][0], curve.known[-1][1]
    regions = {
        "among the points": curve.known,
        "in the gap": (curve.gap,) if curve.gap else (),
        "outside": ((low - 1.5, low), (high, high + 1.5)),
    }
    found = {}
    for region, intervals in regions.items():
        if intervals:
            ends = np.array(intervals)[rng.integers(len(intervals), size=count)]
            x = ends[:, 0] + rng.random(count) * (ends[:, 1] - ends[:, 0])
            found[region] = x, curve.function(x) + rng.normal(0, curve.noise, count)
    return found
