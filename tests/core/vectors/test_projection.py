import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.decomposition import PCA

from core.vectors import projection


def cloud(seed, n=14, d=6):
    return np.random.default_rng(seed).normal(size=(n, d)) * np.arange(1, d + 1) + 5


@given(st.integers(0, 9_999), st.integers(3, 30), st.integers(2, 9))
def test_the_plane_is_that_of_scikit_learn_up_to_its_sign(seed, n, d):
    vectors = cloud(seed, n, d)
    axes, share = projection.plane(vectors)
    pca = PCA(2).fit(vectors)
    assert share == pytest.approx(pca.explained_variance_ratio_.sum(), rel=1e-9)
    if (
        np.diff(pca.singular_values_)[0] < -1e-3
        and pca.noise_variance_ < 0.99 * pca.explained_variance_[1]
    ):
        np.testing.assert_allclose(np.abs((axes * pca.components_).sum(1)), 1, rtol=1e-6)
    np.testing.assert_allclose(axes @ axes.T, np.eye(2), atol=1e-12)


@given(st.integers(0, 9_999))
def test_the_sign_of_an_axis_does_not_follow_the_order_of_words_or_of_the_library(seed):
    vectors = cloud(seed)
    axes, _ = projection.plane(vectors)
    assert (axes[np.arange(2), np.abs(axes).argmax(1)] > 0).all()
    again, _ = projection.plane(np.random.default_rng(seed).permutation(vectors))
    mirrored, _ = projection.plane(2 * vectors.mean(0) - vectors)  # the same cloud seen from behind
    np.testing.assert_allclose(again, axes, atol=1e-6)
    np.testing.assert_allclose(mirrored, axes, atol=1e-6)


@pytest.mark.parametrize(
    "vectors, share",
    [
        (np.zeros((3, 4)), 0.0),
        (np.ones((3, 4)), 0.0),
        (np.ones((1, 4)), 0.0),
        (np.outer([1.0, 2, 4], [1, -2, 0, 0]), 1.0),
        (np.eye(2), 1.0),
    ],
)
def test_clouds_without_two_directions(vectors, share):
    axes, found = projection.plane(vectors)
    assert (
        axes.shape == (2, vectors.shape[1])
        and np.isfinite(axes).all()
        and found == pytest.approx(share)
    )
    animation, _ = projection.animation(vectors[None].repeat(3, 0).astype("f4"), True)
    assert animation.shape == (3, len(vectors), 2) and np.isfinite(animation).all()


def test_the_animation_is_seen_in_the_plane_of_its_last_frame():
    last = cloud(0)
    frames = np.stack([last * t for t in (0, 0.5, 1)])
    animation, share = projection.animation(frames, normalize=False)
    expected = PCA(2).fit_transform(last)
    _, share_of_last = projection.plane(last)
    assert share == pytest.approx(share_of_last, rel=1e-12)
    np.testing.assert_allclose(
        np.abs(animation[-1]), np.abs(expected) / np.abs(expected).max(), atol=1e-9
    )
    assert np.abs(animation[-1]).max() == pytest.approx(1)
    # The cloud only grows: the axes stay
    np.testing.assert_allclose(animation[1], animation[-1] / 2, atol=1e-12)
    assert (animation[0] == 0).all()


def test_a_normalized_animation_shows_directions_only():
    frames = np.stack([cloud(0), cloud(1)])
    lengths = np.random.default_rng(0).uniform(0.1, 9, (2, 14, 1))
    np.testing.assert_allclose(
        projection.animation(frames, True)[0],
        projection.animation(frames * lengths, True)[0],
        atol=1e-9,
    )
    unit = frames[-1] / np.linalg.norm(frames[-1], axis=1, keepdims=True)
    assert projection.animation(frames, True)[1] == pytest.approx(
        PCA(2).fit(unit).explained_variance_ratio_.sum(), rel=1e-9
    )
    assert not np.allclose(
        projection.animation(frames, True)[0], projection.animation(frames, False)[0]
    )


def test_a_animation_leaves_its_frames_alone():
    frames = np.stack([cloud(0), cloud(1)])
    before = frames.copy()
    for normalize in (True, False):
        projection.animation(frames, normalize)
    assert (frames == before).all()


def test_a_picture_is_turned_and_mirrored_onto_a_reference():
    rng = np.random.default_rng(0)
    picture, angle = rng.normal(size=(1, 9, 2)), 2.0
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    mirror = np.diag([1.0, -1.0])
    reference = picture[0] @ turn @ mirror + [3.0, 1.0]
    reference[4:] = np.nan  # words that were not shown before
    turned = projection.onto(picture, reference)
    centered = turned[0] - turned[0, :4].mean(0)
    np.testing.assert_allclose(centered[:4], reference[:4] - reference[:4].mean(0), atol=1e-9)
    np.testing.assert_allclose(
        np.linalg.norm(turned[0], axis=1), np.linalg.norm(picture[0], axis=1)
    )
    assert projection.onto(picture, np.full((9, 2), np.nan)) is picture


def test_the_first_words_of_a_dial_are_on_its_left():
    for n, first in ((14, 9), (4, 2), (5, 5), (1, 1)):
        places = projection.dial(n, first)
        assert np.linalg.norm(places, axis=1) == pytest.approx(1)
        if first < n:
            middle = places[:first].mean(0)
            assert middle[0] < 0 and middle[1] == pytest.approx(0, abs=1e-9)


def test_an_even_pace_gives_most_time_to_the_frames_that_move():
    points = np.zeros((4, 3, 2))
    points[1:, :, 0] = 3.0
    points[3, :, 1] = 1.0
    due = projection.pace(points)
    assert due[0] == 0 and due[-1] == pytest.approx(1) and (np.diff(due) > 0).all()
    assert due[1] == pytest.approx(0.8 * 3 / 4 + 0.2 / 3)
    assert projection.pace(np.zeros((3, 2, 2))) == pytest.approx([0, 0.5, 1])
    assert projection.pace(points[:1]) == pytest.approx([0])
