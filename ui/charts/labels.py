"""Places labels beside crowded points so that they overlap as little as possible."""

import numpy as np

RINGS = np.array([14, 22, 34, 48, 64, 82, 102, 124])  # distances tried, in pixels
ANGLES = np.deg2rad([-90, 90, 0, 180, -45, -135, 45, 135, -20, 200, 20, 160])
STAY = 0.5  # pixels nearer that are worth a pixel of moving


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
    taken = [(*point - 7, *point + 7) for point in points]  # the marks themselves
    boxes = np.array(taken).reshape(-1, 4)
    for k in np.argsort(-np.linalg.norm(points - np.mean(points, 0), axis=1)):
        side = np.stack([np.cos(ANGLES), np.sin(ANGLES)], -1)  # (angles, 2)
        tried = (RINGS[:, None, None] * side + side * [sizes[k, 0] / 2, 0]).reshape(-1, 2)
        center = points[k] + tried
        low, high = center - sizes[k] / 2, center + sizes[k] / 2  # (tries, 2)
        over = np.maximum(
            0,
            np.minimum(high[:, None], boxes[None, :, 2:])
            - np.maximum(low[:, None], boxes[None, :, :2]),
        )
        outside = np.maximum(0, -low).sum(1) + np.maximum(0, high - [width, height]).sum(1)
        cost = over.prod(2).sum(1) * 10 + outside * 50 + np.linalg.norm(tried, axis=1)
        if before is not None:
            cost = cost + STAY * np.linalg.norm(tried - before[k], axis=1)
        best = cost.argmin()
        offsets[k] = tried[best]
        boxes = np.vstack([boxes, [*low[best], *high[best]]])
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


def follow(frames, texts, width, height, **writing):
    """Offsets of the labels of moving points, frame by frame: (F, n, 2). frames: (F, n, 2) pixels.

    Begins with the last frame, the one that is looked at longest, and goes back.
    """
    offsets, before = [], None
    for points in frames[::-1]:
        before = place(points, texts, width, height, before=before, **writing)
        offsets.append(before)
    return np.stack(offsets[::-1])


def _sizes(texts, letter, line):
    return np.array([[letter * len(text) + 6, line] for text in texts]).reshape(-1, 2)
