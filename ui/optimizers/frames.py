"""Turns paths into what the player shows: frames of positions and arrows, of losses, and of the
steps in numbers.
"""

from dataclasses import dataclass

import numpy as np

from core.optimizers import narration
from core.optimizers.rules import OPTIMIZERS

FRAMES = 301  # at most: longer runs are thinned for drawing
ARROW = 0.2  # longest arrow, as a share of the frame
BOX = 0.12  # largest half axis of the box of effective steps
AROUND = 2.0  # trails are drawn to so many frame widths outside the frame
FLOOR = 1e-12  # lowest loss drawn
SHOWN = ("x", "y", "gx", "gy", "vx", "vy", "ex", "ey")


@dataclass(frozen=True)
class Animation:
    """What the tied pictures of a race show."""

    static: dict  # columns of the optimizers
    frames: list  # x, y and the tips of the arrows
    losses: list  # k, loss
    labels: list
    steps: np.ndarray  # the step of each frame
    low: float  # of the losses, powers of ten
    high: float

    @property
    def stride(self):
        """Every how many steps are drawn."""
        return int(self.steps[1] - self.steps[0])


def make(surface, paths, steps):
    """The animation of some paths of so many steps on a surface."""
    shown = np.unique(np.append(np.arange(0, steps, -(-steps // (FRAMES - 1))), steps))
    each = [_vectors(surface, path, shown) for path in paths]
    typical = {letter: _typical([columns[letter] for columns in each]) for letter in "gve"}
    for columns in each:
        for letter, longest in (("g", ARROW), ("v", ARROW), ("e", BOX)):
            columns[f"{letter}x"], columns[f"{letter}y"] = _tips(
                surface, columns, letter, typical[letter], longest
            ).T
    losses = np.array([columns["loss"] for columns in each])
    # a diverging loss must not flatten the others
    top = min(np.nanmax(losses), 100 * losses[:, 0].max())
    return Animation(
        {
            "optimizer": [OPTIMIZERS[path.optimizer].title for path in paths],
            "gone": [_gone(path) for path in paths],
        },
        [
            {name: [columns[name][t] for columns in each] for name in SHOWN}
            for t in range(len(shown))
        ],
        [
            {"k": [int(k)] * len(paths), "loss": loss}
            for k, loss in zip(shown, losses.T, strict=True)
        ],
        [f"step {k:,} of {steps:,}" for k in shown],
        shown,
        float(10 ** np.floor(np.log10(np.nanmin(losses)))),
        float(10 ** (np.floor(np.log10(top)) + 1)),
    )


def _gone(path):
    return f"{OPTIMIZERS[path.optimizer].title} {'diverged' if path.ended else 'is outside'}"


def _vectors(surface, path, shown):
    """Positions, losses and vectors of a path at the steps shown, the vectors of the step about to
    be taken there.
    """
    optimizer = OPTIMIZERS[path.optimizer]
    at = np.minimum(shown, path.last)
    step = np.minimum(at, max(path.last - 1, 0))
    states = [state[step + 1] for state in path.states]
    with np.errstate(all="ignore"):
        effective = optimizer.effective_lr(states, step[:, None] + 1, path.lr, **path.hyper)
    points = _points(surface, path, shown)
    velocity = (
        -states[optimizer.velocity]
        if optimizer.velocity is not None
        else np.full_like(points, np.nan)
    )
    height = np.maximum(path.losses[at] - surface.lowest, FLOOR)
    return {
        "x": points[:, 0],
        "y": points[:, 1],
        "g": -path.gradients[step],
        "v": velocity,
        "e": np.broadcast_to(effective, points.shape),
        "loss": np.where(shown <= path.last, height, np.nan),
    }


def _points(surface, path, shown):
    """Where the path is; one that has ended stays outside, on the side where it left, or at its
    last finite place.
    """
    low, high = np.array(surface.frame).T
    end = path.positions[path.ended]
    stays = end if path.ended and np.isfinite(end).all() else path.positions[path.last]
    points = np.where(
        (shown <= path.last)[:, None], path.positions[np.minimum(shown, path.last)], stays
    )
    return np.clip(points, low - AROUND * (high - low), high + AROUND * (high - low))


def _typical(vectors):
    """The geometric mean of the lengths, which the lengths of arrows are compared with."""
    lengths = np.linalg.norm(np.concatenate(vectors), axis=1)
    lengths = lengths[np.isfinite(lengths) & (lengths > 0)]
    return float(np.exp(np.log(lengths).mean())) if lengths.size else 1.0


def _tips(surface, columns, letter, typical, longest):
    """The tips of arrows: their directions are true, their lengths are compressed so that all can
    be seen.
    """
    vectors, extent = columns[letter], np.ptp(np.array(surface.frame), axis=1)
    with np.errstate(all="ignore"):
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        on_frame = np.linalg.norm(vectors / extent, axis=1, keepdims=True)
        scale = longest * lengths / (lengths + typical) / np.where(on_frame > 0, on_frame, 1)
        return np.stack([columns["x"], columns["y"]], -1) + vectors * scale


def tell(path, steps):
    """The story of each step shown: static columns and frames of the chart `story`.

    A line is either a formula, which is the same in all frames, or the numbers of a frame.
    """
    formulas = [line for line in narration.story(path) for line in (line.formula, None, None)]
    title = f"{OPTIMIZERS[path.optimizer].title}, lr = {narration.write(path.lr)}"
    frames = []
    for k in steps:
        t = max(0, min(int(k), path.last - 1))
        numbers = [
            line
            for _, x, y in narration.numbers(path, t)
            for line in (None, f"x:  {x}", f"y:  {y}")
        ]
        frames.append({"numbers": [None, f"step {t:,} to {t + 1:,}", *numbers]})
    return {"row": list(range(2 + len(formulas))), "formula": [title, None, *formulas]}, frames
