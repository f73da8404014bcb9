"""From paths to what the player shows: frames of positions and arrows, of losses, and of the written-out steps."""
from dataclasses import dataclass

import numpy as np

from core import narration
from core.optimizers import OPTIMIZERS
from ui.optimizers_charts import ROWS

FRAMES = 301        # at most: longer runs are thinned for drawing
ARROW = 0.2         # longest arrow, as a share of the frame
BOX = 0.12          # largest half axis of the box of effective steps
AROUND = 2.0        # trails are drawn to so many frame widths outside the frame
FLOOR = 1e-12       # lowest loss drawn


@dataclass(frozen=True)
class Film:
    """What the three tied pictures of a race show."""

    static: dict            # columns of the optimizers
    frames: list            # x, y and the tips of the arrows
    losses: list            # k, loss
    labels: list
    steps: np.ndarray       # the step of each frame
    low: float              # of the losses, powers of ten
    high: float

    @property
    def stride(self):
        """Every how many steps are drawn."""
        return int(self.steps[1] - self.steps[0])


def make(surface, paths, steps):
    """The film of some paths on a surface."""
    shown = np.unique(np.append(np.arange(0, steps, -(-steps // (FRAMES - 1))), steps))
    each = [_columns(surface, path, shown) for path in paths]
    sizes = _typical([c["g"] for c in each]), _typical([c["v"] for c in each]), _typical([c["e"] for c in each])
    for path, columns in zip(paths, each, strict=True):
        _arrows(surface, columns, sizes, OPTIMIZERS[path.optimizer].velocity is not None)
    frames = [{name: [c[name][t] for c in each] for name in ("x", "y", "gx", "gy", "vx", "vy", "ex", "ey")} for t in range(len(shown))]
    losses = [{"k": [int(k)] * len(paths), "loss": [c["loss"][t] for c in each]} for t, k in enumerate(shown)]
    titles = [OPTIMIZERS[path.optimizer].title for path in paths]
    all_losses = np.concatenate([c["loss"] for c in each])
    low, high = np.nanmin(all_losses), min(np.nanmax(all_losses), 100 * max(c["loss"][0] for c in each))
    return Film({"optimizer": titles, "gone": [_gone(path) for path in paths]}, frames, losses,
                [f"step {k:,} of {steps:,}" for k in shown], shown,
                float(10 ** np.floor(np.log10(low))), float(10 ** np.ceil(np.log10(high) + 1e-9)))


def _gone(path):
    return f"{OPTIMIZERS[path.optimizer].title} diverged" if path.ended else f"{OPTIMIZERS[path.optimizer].title} is out here"


def _columns(surface, path, shown):
    """Positions and vectors of a path at the steps shown; a path that has ended stays where it was last."""
    optimizer = OPTIMIZERS[path.optimizer]
    low, high = np.array(surface.frame).T
    at = np.minimum(shown, path.last)
    after = np.minimum(at + 1, max(path.last, 1))                   # the arrows tell of the step that is about to be taken
    points = np.clip(path.positions[at], low - AROUND * (high - low), high + AROUND * (high - low))
    if path.ended:                                                  # it waits outside, on the side where it left
        beyond = np.nan_to_num(path.positions[path.ended], nan=0.0, posinf=1e9, neginf=-1e9)
        points[shown >= path.ended] = np.clip(np.where(np.isfinite(path.positions[path.ended]), beyond, path.positions[path.last]),
                                              low - AROUND * (high - low), high + AROUND * (high - low))
    gradients = path.gradients[np.minimum(at, max(path.last - 1, 0))]
    states = [state[after] for state in path.states]
    with np.errstate(all="ignore"):
        effective = np.broadcast_to(optimizer.effective_lr(states, after[:, None], path.lr, **path.hyper), points.shape)
    height = np.maximum(path.losses[at] - surface.lowest, FLOOR)
    return {"points": points, "x": points[:, 0], "y": points[:, 1], "g": -gradients,
            "v": -states[optimizer.velocity] if optimizer.velocity is not None else np.full_like(points, np.nan),
            "e": effective, "loss": np.where(shown <= path.last, height, np.nan)}


def _typical(vectors):
    """A middling length, for arrows to be measured against."""
    lengths = np.linalg.norm(np.concatenate(vectors), axis=1)
    lengths = lengths[np.isfinite(lengths) & (lengths > 0)]
    return float(np.exp(np.log(lengths).mean())) if lengths.size else 1.0


def _arrows(surface, columns, sizes, has_velocity):
    """Add the tips of the arrows: directions are true, lengths are compressed so that all can be seen."""
    extent = np.ptp(np.array(surface.frame), axis=1)
    for letter, size, longest in zip("gve", sizes, (ARROW, ARROW, BOX), strict=True):
        vectors = columns[letter]
        with np.errstate(all="ignore"):
            lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
            on_frame = np.linalg.norm(vectors / extent, axis=1, keepdims=True)
            tips = columns["points"] + vectors * longest * lengths / (lengths + size) / np.where(on_frame > 0, on_frame, 1)
        columns[f"{letter}x"], columns[f"{letter}y"] = tips.T


def tell(path, steps):
    """The story of each step shown: (static columns, frames) of the chart `story`."""
    formulas = len(narration.story(path))
    static = {"row": list(range(1 + 3 * formulas)), "bold": [True] + [True, False, False] * formulas}
    frames = []
    for k in steps:
        t = min(int(k), max(path.last - 1, 0))
        lines = [f"Step {t:,} → {t + 1:,} of {OPTIMIZERS[path.optimizer].title}, lr = {narration.write(path.lr)}"]
        for formula, x, y in narration.numbers(path, t):
            lines += [formula, f"x:  {x}", f"y:  {y}"]
        frames.append({"text": lines})
    assert len(static["row"]) <= ROWS
    return static, frames
