"""From vectors to a picture: the plane of the two largest variances, with its orientation fixed."""

import numpy as np

from core.vectors.metrics import unit


def plane(vectors):
    """The two main directions of a cloud of points, by a singular value decomposition.

    vectors: (n, d). Returns axes (2, d) and the share of the variance they keep. The sign of an
    axis is fixed: its entry of largest size is positive, so that the same vectors give the same
    picture on every machine.
    """
    centered = vectors - vectors.mean(0)
    _, singular, axes = np.linalg.svd(centered.astype(np.float64), full_matrices=False)
    axes = np.pad(axes, ((0, max(0, 2 - len(axes))), (0, 0)))[:2]
    largest = np.abs(axes).argmax(1)
    axes *= np.where(axes[np.arange(2), largest] < 0, -1, 1)[:, None]
    variance = singular**2
    return axes, float(variance[:2].sum() / variance.sum()) if variance.sum() else 0.0


def animation(frames, normalize):
    """Coordinates of moving points in the plane of their last frame.

    frames: (F, n, d). normalize: divide each vector by its length first. Returns coordinates (F, n,
    2), scaled so that the largest of the last frame is 1, and the share of variance that the
    picture keeps in the last frame.
    """
    points = unit(frames) if normalize else frames
    points = points - points.mean(1, keepdims=True)
    axes, share = plane(points[-1])
    coordinates = points @ axes.T
    return coordinates / (np.abs(coordinates[-1]).max() or 1), share
