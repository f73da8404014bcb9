"""Labels of points: near their points, inside the picture, without overlap."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ui.charts import labels

WIDTH, HEIGHT, HALF_A_LINE = 560, 370, 10


def boxes(points, texts, offsets, letter=8.6, line=20):
    half = np.array([[letter * len(text) + 6, line] for text in texts]) / 2
    middle = points + offsets
    return np.concatenate([middle - half, middle + half], axis=1)


def overlap(a, b):
    """Area that two boxes (x0, y0, x1, y1) share."""
    sides = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
    return float(np.maximum(sides, 0).prod())


def overlaps(placed):
    return sum(overlap(placed[i], placed[j]) for i in range(len(placed)) for j in range(i))


def test_one_label_is_near_its_point_and_does_not_cover_it():
    (offset,) = labels.place(np.array([[280.0, 185.0]]), ["wojsko"], WIDTH, HEIGHT)
    (box,) = boxes(np.array([[280.0, 185.0]]), ["wojsko"], np.array([offset]))
    assert overlap(box, (273, 178, 287, 192)) == 0
    assert np.abs(offset).max() < 50


def test_labels_of_points_far_apart_never_overlap():
    x, y = np.meshgrid(np.linspace(60, 500, 4), np.linspace(50, 320, 5))
    points, texts = np.column_stack([x.ravel(), y.ravel()]), ["porucznik"] * 20
    placed = boxes(points, texts, labels.place(points, texts, WIDTH, HEIGHT))
    assert overlaps(placed) == 0


def test_a_crowd_overlaps_far_less_than_labels_above_their_points():
    rng = np.random.default_rng(3)
    points = rng.normal([280, 185], [90, 60], (30, 2))
    texts = ["słowo" * rng.integers(1, 3) for _ in points]
    placed = overlaps(boxes(points, texts, labels.place(points, texts, WIDTH, HEIGHT)))
    naive = overlaps(boxes(points, texts, np.tile([0, -14], (30, 1))))
    assert naive > 2_000
    assert placed < 0.1 * naive


def test_words_at_the_same_place_can_still_be_read():
    points, texts = np.full((3, 2), 150.0), ["zły", "zły", "zły"]
    assert overlaps(boxes(points, texts, labels.place(points, texts, WIDTH, HEIGHT))) == 0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0, WIDTH), st.floats(0, HEIGHT)), min_size=1, max_size=4))
def test_labels_stay_inside_the_picture_but_for_a_few_pixels(points):
    points = np.array(points)
    texts = [f"word{k}" for k in range(len(points))]
    offsets = labels.place(points, texts, WIDTH, HEIGHT)
    placed = boxes(points, texts, offsets)
    assert offsets.shape == points.shape and np.isfinite(offsets).all()
    assert (placed[:, :2] >= -HALF_A_LINE).all() and (
        placed[:, 2:] <= [WIDTH + HALF_A_LINE, HEIGHT + HALF_A_LINE]
    ).all()


def test_the_same_points_get_the_same_labels_and_stay_where_they_are():
    points = np.random.default_rng(0).uniform(0, 300, (25, 2))
    before, texts = points.copy(), [f"w{k}" for k in range(25)]
    assert (
        labels.place(points, texts, WIDTH, HEIGHT) == labels.place(points, texts, WIDTH, HEIGHT)
    ).all()
    assert (points == before).all()


def test_labels_that_cover_another_or_stand_far_off_cannot_be_read():
    points, texts = (
        np.array([[100.0, 100], [105, 100], [300, 100], [400, 300]]),
        ["ala", "kot", "pies", "mysz"],
    )
    offsets = np.array([[0.0, -20], [0, -24], [0, -20], [0, -120]])
    assert labels.readable(points, offsets, texts).tolist() == [True, False, True, False]
    assert labels.readable(points[:0], offsets[:0], []).tolist() == []


def test_labels_of_moving_points_are_placed_for_each_frame_and_seldom_jump():
    rng = np.random.default_rng(1)
    start, end = (rng.normal([280, 185], [90, 60], (14, 2)) for _ in range(2))
    frames = np.array([start + (end - start) * t for t in np.linspace(0, 1, 12)])
    texts = ["słowo"] * 14
    followed, clear = labels.follow(frames, texts, WIDTH, HEIGHT)
    last = labels.place(frames[-1], texts, WIDTH, HEIGHT)
    assert followed.shape == frames.shape and (followed[-1] == last).all()
    assert clear.shape == frames.shape[:2] and clear[-1].all()

    def overlapping(offsets):
        """At the frames, and on the way from each to the next."""
        ways = [
            (p + (q - p) * part, o + (r - o) * part)
            for p, q, o, r in zip(frames, frames[1:], offsets, offsets[1:], strict=False)
            for part in (0, 0.125, 0.375, 0.625, 0.875)
        ]
        return sum(overlaps(boxes(p, texts, o)) for p, o in ways)

    alone = np.array([labels.place(points, texts, WIDTH, HEIGHT) for points in frames])
    assert overlapping(followed) < 0.1 * overlapping(np.tile(last, (12, 1, 1)))
    assert overlapping(followed) < 0.25 * overlapping(alone)

    def jumps(offsets):
        return (np.linalg.norm(np.diff(offsets, axis=0), axis=-1) > 20).sum()

    assert jumps(followed) < jumps(alone)


def test_no_points_need_no_labels(recwarn):
    assert labels.place(np.empty((0, 2)), [], 100, 100).shape == (0, 2) and not recwarn.list
