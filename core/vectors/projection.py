"""From vectors to a picture: the plane of the two largest variances, with its orientation fixed."""

import numpy as np
from numpy.typing import NDArray

from core.vectors.agreement import rotation
from core.vectors.neighbors_and_clusters import unit


def plane(vectors: NDArray) -> tuple[NDArray, float]:
    """The two main directions of a cloud of points, by a singular value decomposition.

    vectors: (n, d). Returns axes (2, d) and the share of the variance they keep. The sign of an
    axis is fixed: its entry of largest size is positive. So the same vectors give the same picture
    on every machine.
    """
    centered = vectors - vectors.mean(0)
    _, singular, axes = np.linalg.svd(centered.astype(np.float64), full_matrices=False)
    axes = np.pad(axes, ((0, max(0, 2 - len(axes))), (0, 0)))[:2]
    largest = np.abs(axes).argmax(1)
    axes *= np.where(axes[np.arange(2), largest] < 0, -1, 1)[:, None]
    variance = singular**2
    return axes, float(variance[:2].sum() / variance.sum()) if variance.sum() else 0.0


def animation(
    frames: NDArray, normalize: bool, reference: NDArray | None = None
) -> tuple[NDArray, float]:
    """Coordinates of moving points in the plane of their last frame.

    frames: (F, n, d). normalize: divide each vector by its length first. reference: (n, 2), nan
    where unknown; the whole picture is rotated and reflected until its last frame is nearest to it.
    Returns coordinates (F, n, 2), where the largest of the last frame is 1, and the share of the
    variance that the picture keeps in the last frame.
    """
    points = unit(frames) if normalize else frames
    points = points - points.mean(1, keepdims=True)
    axes, share = plane(points[-1])
    coordinates = points @ axes.T
    coordinates /= np.abs(coordinates[-1]).max() or 1
    return coordinates if reference is None else onto(coordinates, reference), share


def onto(coordinates: NDArray, reference: NDArray) -> NDArray:
    """Rotate and reflect a picture as a whole onto a reference: (F, n, 2). No distance changes.

    reference: (n, 2), nan where unknown. Its points and those of the last frame are compared after
    subtracting their means (orthogonal Procrustes).
    """
    known = np.isfinite(reference).all(1)
    if known.sum() < 2:
        return coordinates
    here, there = (points[known] - points[known].mean(0) for points in (coordinates[-1], reference))
    return coordinates @ rotation(here, there)


def dial(n: int, first: int) -> NDArray:
    """Points on a circle, in order; the middle of the first `first` ones is at the left: (n, 2).

    They are the reference for a picture if none was shown before.
    """
    angle = np.pi * (1 - (2 * np.arange(n) - first + 1) / max(n, 1))
    return np.stack([np.cos(angle), np.sin(angle)], -1)


def pace(coordinates: NDArray) -> NDArray:
    """The time of each frame, 0 to 1, for a motion of nearly constant speed: (F,).

    coordinates: (F, n, 2). Four fifths of the time follow the mean distance that the points move,
    one fifth is divided evenly.
    """
    if len(coordinates) < 2:
        return np.zeros(len(coordinates))
    way = np.linalg.norm(np.diff(coordinates, axis=0), axis=-1).mean(1)
    share = way / way.sum() if way.sum() else np.full(len(way), 1 / len(way))
    return np.concatenate([[0], np.cumsum(0.8 * share + 0.2 / len(way))])
