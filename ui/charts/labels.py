"""Places labels beside crowded points so that they overlap as little as possible."""

from functools import lru_cache

import numpy as np

RINGS = np.array([14, 22, 34, 48, 64, 82, 102, 124])  # distances tried, in pixels
ANGLES = np.deg2rad([-90, 90, 0, 180, -45, -135, 45, 135, -20, 200, 20, 160])
STAY = 2.0  # pixels nearer that are worth a pixel of moving


def place(points, texts, width, height, *, letter=8.6, line=20, before=None):
    """Offsets in pixels from each point to the middle of its label.

    points: (n, 2) in pixels, texts: n strings, width, height: of the chart. letter, line: size of
    the writing. before: offsets near which labels stay if they can. Points that are far from the
    middle go first; each takes the nearest free place, or the least bad one. Returns (n, 2).
    """
    sizes = _sizes(texts, letter, line)
    offsets = np.zeros((len(texts), 2))
    if not texts:
        return offsets
    # What is taken, (2, 2n): the marks themselves, then the labels that have a place
    free = np.full_like(offsets, np.inf)
    low, high = np.concatenate([points - 7, free]).T, np.concatenate([points + 7, -free]).T
    for done, k in enumerate(np.argsort(-np.linalg.norm(points - np.mean(points, 0), axis=1))):
        tried = _around(sizes[k, 0])  # (tries, 2)
        below, above = points[k] + tried - sizes[k] / 2, points[k] + tried + sizes[k] / 2
        over = [
            np.maximum(
                0,
                np.minimum(above[:, None, side], high[side])
                - np.maximum(below[:, None, side], low[side]),
            )
            for side in (0, 1)
        ]
        outside = np.maximum(0, -below) + np.maximum(0, above - [width, height])
        cost = (over[0] * over[1]).sum(1) * 10 + outside.sum(1) * 50 + np.hypot(*tried.T)
        if before is not None:
            cost = cost + STAY * np.hypot(*(tried - before[k]).T)
        best = cost.argmin()
        offsets[k] = tried[best]
        low[:, len(texts) + done], high[:, len(texts) + done] = below[best], above[best]
    return offsets


def readable(points, offsets, texts, *, letter=8.6, line=20, far=60):
    """Which placed labels can be read: beginning with the nearest, those near their point that
    cover no other. Returns (n,).
    """
    sizes, middle = _sizes(texts, letter, line), points + offsets
    distance = np.linalg.norm(np.maximum(0, np.abs(offsets) - sizes / 2), axis=1)
    kept = []
    for k in np.argsort(distance, kind="stable"):
        apart = np.abs(middle[k] - middle[kept]) >= (sizes[k] + sizes[kept]) / 2
        if distance[k] <= far and apart.any(1).all():
            kept.append(k)
    return np.isin(np.arange(len(texts)), kept)


def with_room(points, texts, width, height, *, free=None, **writing):
    """Offsets in pixels, and which labels can be read; a label without room has no offset.

    free: (m, 2) pixels that labels should not cover. Returns (n, 2) and (n,).
    """
    more = np.empty((0, 2)) if free is None else free
    every = [*texts, *[""] * len(more)]
    offsets = place(np.concatenate([points, more]), every, width, height, **writing)[: len(texts)]
    clear = readable(points, offsets, texts, **writing)
    return offsets * clear[:, None], clear


def follow(frames, texts, width, height, **writing):
    """Offsets of the labels of moving points, frame by frame: (F, n, 2). frames: (F, n, 2) pixels.

    Begins with the last frame, the one that is looked at longest, and goes back.
    """
    offsets, before = [], None
    for points in frames[::-1]:
        before = place(points, texts, width, height, before=before, **writing)
        offsets.append(before)
    return np.stack(offsets[::-1])


@lru_cache(maxsize=64)
def _around(wide):
    """Places that are tried for the middle of a label of this width around its point: (n, 2)."""
    side = np.stack([np.cos(ANGLES), np.sin(ANGLES)], -1)  # (angles, 2)
    return (RINGS[:, None, None] * side + side * [wide / 2, 0]).reshape(-1, 2)


def _sizes(texts, letter, line):
    return np.array([[letter * len(text) + 6, line] for text in texts]).reshape(-1, 2)
