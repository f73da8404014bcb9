"""Places labels beside crowded points so that they overlap as little as possible."""

from functools import lru_cache

import numpy as np

RINGS = np.array([14, 22, 34, 48, 64, 82, 102, 124])  # distances tried, in pixels
ANGLES = np.deg2rad([-90, 90, 0, 180, -45, -135, 45, 135, -20, 200, 20, 160])
# Pixels nearer that are worth a pixel of moving: less than 1, or what had to leave never returns
STAY = 0.8
FAR = 60  # pixels from a point to its label
WAYS, FEW = (0, 0.25, 0.5, 0.75), 30


def place(points, texts, width, height, *, letter=8.6, line=20, then=None, ways=(0,)):
    """Offsets in pixels from each point to the middle of its label.

    points: (n, 2) in pixels, texts: n strings, width, height: of the chart. letter, line: size of
    the writing. then: points and offsets of what comes next, near which labels stay if they can;
    ways: parts of the way there at which they are free, too. Points that are far from the middle go
    first; each takes the nearest free place, or the least bad one. Returns (n, 2).
    """
    sizes = _sizes(texts, letter, line)
    offsets = np.zeros((len(texts), 2))
    if not texts:
        return offsets
    points_then, offsets_then = (points, offsets) if then is None else then
    ways = np.array(ways)[:, None, None]
    at = points + (points_then - points) * ways  # (ways, n, 2)
    # What is taken, (2, ways, 2n): the marks themselves, then the labels that have a place
    free = np.full_like(at, np.inf)
    low, high = (
        np.concatenate(two, axis=1).transpose(2, 0, 1).copy()
        for two in ((at - 7, free), (at + 7, -free))
    )
    for done, k in enumerate(np.argsort(-np.linalg.norm(points - np.mean(points, 0), axis=1))):
        tried = _around(sizes[k, 0])  # (tries, 2)
        middle = at[:, k, None] + tried + (offsets_then[k] - tried) * ways  # (ways, tries, 2)
        below, above = middle - sizes[k] / 2, middle + sizes[k] / 2
        over = [
            np.maximum(
                0,
                np.minimum(above[..., None, side], high[side][:, None])
                - np.maximum(below[..., None, side], low[side][:, None]),
            )
            for side in (0, 1)
        ]
        outside = np.maximum(0, -below[0]) + np.maximum(0, above[0] - [width, height])
        cost = (over[0] * over[1]).sum(2).mean(0) * 10 + outside.sum(1) * 50 + np.hypot(*tried.T)
        if then is not None:
            cost = cost + STAY * np.hypot(*(tried - offsets_then[k]).T)
        best = cost.argmin()
        offsets[k] = tried[best]
        low[:, :, len(texts) + done] = below[:, best].T
        high[:, :, len(texts) + done] = above[:, best].T
    return offsets


def readable(points, offsets, texts, *, letter=8.6, line=20, far=FAR):
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
    """Offsets of the labels of moving points, frame by frame (F, n, 2), and which can be read
    (F, n). frames: (F, n, 2) pixels.

    Begins with the last frame, the one that is looked at longest, and goes back. Labels of a few
    points are free on the way to the next frame, too.
    """
    offsets, then = [], None
    for points in frames[::-1]:
        ways = WAYS if then and len(texts) <= FEW else WAYS[:1]
        offsets.append(place(points, texts, width, height, then=then, ways=ways, **writing))
        then = points, offsets[-1]
    offsets = np.stack(offsets[::-1])
    # A line leads to a label that is far from its point; of a crowd, only near ones can be read
    far = np.inf if len(texts) <= FEW else FAR
    clear = [
        readable(p, o, texts, far=far, **writing) for p, o in zip(frames, offsets, strict=True)
    ]
    return offsets, np.array(clear)


@lru_cache(maxsize=64)
def _around(wide):
    """Places that are tried for the middle of a label of this width around its point: (n, 2)."""
    side = np.stack([np.cos(ANGLES), np.sin(ANGLES)], -1)  # (angles, 2)
    return (RINGS[:, None, None] * side + side * [wide / 2, 0]).reshape(-1, 2)


def _sizes(texts, letter, line):
    return np.array([[letter * len(text) + 6, line] for text in texts]).reshape(-1, 2)
