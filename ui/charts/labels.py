"""Places labels beside crowded points so that they overlap as little as possible."""

from functools import lru_cache

import numpy as np

RINGS = np.array([14, 22, 34, 48, 64, 82, 102, 124])  # distances tried, in pixels
ANGLES = np.deg2rad([-90, 90, 0, 180, -45, -135, 45, 135, -20, 200, 20, 160])
# Pixels nearer that are worth a pixel of moving: less than 1, or what had to leave never returns
STAY = 0.8
FAR = 60  # pixels from a point to its label
WAYS, FEW = (0, 0.25, 0.5, 0.75), 30
LOOKED = 12  # places that are compared at a time


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
    n, (points_then, offsets_then) = len(texts), (points, offsets) if then is None else then
    ways = np.array(ways)[:, None]
    tried = np.stack([_around(wide).T for wide in sizes[:, 0]])  # (n, 2, tries)
    way = offsets_then[:, :, None] - tried
    at = (points + (points_then - points) * ways[..., None]).transpose(1, 2, 0)  # (n, 2, ways)
    # (n, 2, ways, tries)
    middle = at[..., None] + tried[:, :, None] + way[:, :, None] * ways
    half = sizes[:, :, None, None] / 2
    below, above = middle - half, middle + half
    beyond = above[:, :, 0] - np.array([width, height])[:, None]
    outside = np.maximum(0, -below[:, :, 0]) + np.maximum(0, beyond)  # (n, 2, tries)
    cost = outside.sum(1) * 50 + np.hypot(tried[:, 0], tried[:, 1])
    if then is not None:
        cost += STAY * np.hypot(way[:, 0], way[:, 1])
    # What is taken, (2, ways, 2n): the marks themselves, then the labels that have a place
    marks = at.transpose(1, 2, 0)
    low, high = (np.concatenate([edge, edge], axis=2) for edge in (marks - 7, marks + 7))
    for done, k in enumerate(np.argsort(-np.linalg.norm(points - np.mean(points, 0), axis=1)), n):
        best = _cheapest(cost[k], below[k], above[k], low[..., :done], high[..., :done])
        offsets[k] = tried[k, :, best]
        low[..., done], high[..., done] = below[k, ..., best], above[k, ..., best]
    return offsets


def _cheapest(cost, below, above, low, high):
    """Which try costs least with what it covers: those that are cheap without it are looked at
    first, as most others need no look.

    cost: (tries,) without that. below, above: edges of the tries, (2, ways, tries); low, high: of
    what is taken, (2, ways, taken).
    """
    order = np.argsort(cost, kind="stable")
    best, least = 0, np.inf
    for start in range(0, len(order), LOOKED):
        some = order[start : start + LOOKED]
        if cost[some[0]] >= least:
            break
        over = [
            np.minimum(above[side][:, some, None], high[side][:, None])
            - np.maximum(below[side][:, some, None], low[side][:, None])
            for side in (0, 1)
        ]
        covered = (np.maximum(over[0], 0) * np.maximum(over[1], 0)).sum(2).mean(0)
        whole = cost[some] + 10 * covered
        if whole.min() < least:
            best, least = some[whole.argmin()], whole.min()
    return best


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
