"""The exact solver: its steps, its objective, its independence of threads."""

import numpy as np
import pytest
from scipy import sparse
from texts_for_tests import encode

from core.settings import TrainSettings
from core.word2vec import exact_solver, training
from core.word2vec.gradient_check import central_difference, relative_error
from core.word2vec.losses import sigmoid, softplus

V, D, L2 = 9, 3, 0.7
ALL = slice(0, V)


@pytest.fixture
def problem():
    rng = np.random.default_rng(4)
    N = rng.poisson(2.0, (V, V)).astype(float)
    noise = 5 * rng.dirichlet(np.ones(V))
    A, B = rng.normal(size=(V, D)), rng.normal(size=(V, D))
    return A, B, N, noise


def objective(A, B, N, noise):
    """The objective of the module's docstring, by a double loop."""
    total = L2 / 2 * ((A**2).sum() + (B**2).sum())
    for c in range(V):
        for o in range(V):
            score = A[c] @ B[o]
            total += (N[c].sum() * noise[o] + N[c, o]) * softplus(score) - N[c, o] * score
    return total


def sides(N, noise):
    return exact_solver.sides(sparse.csr_array(N), noise, np.float64)


def gradient_and_hessian(A, B, N, noise, c):
    W = N[c] + N[c].sum() * noise
    s = sigmoid(B @ A[c])
    return B.T @ (W * s - N[c]) + L2 * A[c], B.T @ ((W * s * (1 - s))[:, None] * B) + L2 * np.eye(D)


def test_a_step_leads_down_and_has_the_length_that_is_best_for_the_true_hessian(
    problem, monkeypatch
):
    A, B, N, noise = problem
    monkeypatch.setattr(exact_solver, "FURTHEST", np.inf)
    side, _ = sides(N, noise)
    step = exact_solver.step(A, B, side, L2, exact_solver._decompose(B, side), ALL)
    numeric = central_difference(lambda: objective(A, B, N, noise), A)
    for c in range(V):
        g, H = gradient_and_hessian(A, B, N, noise, c)
        assert relative_error(g, numeric[c]) < 1e-6
        assert g @ step[c] < 0
        # no other length of the step lowers the loss more
        assert abs(step[c] @ (g + H @ step[c])) < 1e-9 * abs(g @ step[c])
        newton = -np.linalg.solve(H, g)
        gain = [-(g @ x) - x @ H @ x / 2 for x in (step[c], newton)]
        assert 0.5 < gain[0] / gain[1] <= 1 + 1e-9


def test_a_step_is_newtons_where_all_curvatures_are_alike(problem, monkeypatch):
    _, B, _, noise = problem
    monkeypatch.setattr(exact_solver, "FURTHEST", np.inf)
    # Counts of pairs in proportion to the noise, and all scores zero
    N = np.full(V, 20.0)[:, None] * noise
    A = np.zeros((V, D))
    side, _ = sides(N, noise)
    step = exact_solver.step(A, B, side, L2, exact_solver._decompose(B, side), ALL)
    for c in range(V):
        g, H = gradient_and_hessian(A, B, N, noise, c)
        np.testing.assert_allclose(step[c], -np.linalg.solve(H, g), rtol=1e-9)
    np.testing.assert_allclose(exact_solver.first_step(B, side, L2), step, rtol=1e-9)


def test_sweeps_lower_the_objective_to_a_point_without_gradient(problem):
    A, B, N, noise = problem
    values = [objective(A, B, N, noise)]
    for _ in range(300):
        for _ in exact_solver.sweep(A, B, *sides(N, noise), L2):
            pass
        values.append(objective(A, B, N, noise))
    assert (np.diff(values) < 1e-9).all()
    for w in (A, B):
        assert np.abs(central_difference(lambda: objective(A, B, N, noise), w)).max() < 1e-2


def test_the_start_is_better_than_chance_and_follows_its_generator(problem):
    _, _, N, noise = problem
    starts = [
        exact_solver.start(*sides(N, noise), D, L2, np.random.default_rng(seed))
        for seed in (0, 0, 1)
    ]
    np.testing.assert_array_equal(starts[0], starts[1])
    assert np.abs(starts[0] - starts[2]).max() > 1e-3
    assert objective(*np.split(starts[0], 2), N, noise) < objective(
        np.zeros((V, D)), np.zeros((V, D)), N, noise
    )


def test_no_step_moves_a_score_too_far(problem):
    A, B, N, noise = problem
    B = 9 * B
    side, _ = sides(N, noise)
    step = exact_solver.step(A, B, side, 0.0, exact_solver._decompose(B, side), ALL)
    assert np.abs(step @ B.T).max() == pytest.approx(exact_solver.FURTHEST)


def test_the_number_of_threads_changes_no_bit(problem, monkeypatch):
    A, B, N, noise = problem
    monkeypatch.setattr(exact_solver, "ROWS", 2)
    results = []
    for computed in (exact_solver.side_by_side, map):
        monkeypatch.setattr(exact_solver, "side_by_side", computed)
        a, b = A.copy(), B.copy()
        assert sum(1 for _ in exact_solver.sweep(a, b, *sides(N, noise), L2)) == 2 * 5
        results.append((a.tobytes(), b.tobytes()))
    assert len(set(results)) == 1


@pytest.mark.parametrize("l2", [0.0, L2])
def test_a_row_that_is_solved_already_stays(problem, l2):
    _, _, N, noise = problem
    side, _ = sides(N, noise)
    zeros = np.zeros((V, D))
    step = exact_solver.step(zeros, zeros, side, l2, exact_solver._decompose(zeros, side), ALL)
    assert not step.any()
    assert np.isfinite(step).all()


def test_a_word_without_pairs_does_no_harm(problem):
    _, _, N, noise = problem
    N[3], N[:, 3] = 0, 0
    for l2 in (0.0, L2):
        a, b = np.split(exact_solver.start(*sides(N, noise), D, l2, np.random.default_rng(0)), 2)
        for _ in exact_solver.sweep(a, b, *sides(N, noise), l2):
            pass
        assert np.isfinite(a).all()
        assert np.isfinite(b).all()


@pytest.mark.parametrize("l2", [0.0, 1e-10])
@pytest.mark.parametrize("words, dim", [(6, 10), (12, 50), (3, 300), (40, 10)])
def test_without_l2_or_with_more_dimensions_than_words_all_numbers_are_finite(words, dim, l2):
    rng = np.random.default_rng(0)
    text = encode(*(" ".join(f"w{k}" for k in rng.integers(words, size=8)) for _ in range(60)))
    settings = TrainSettings(optimizer="exact", l2=l2, dim=dim, epochs=5)
    run = list(training.train(text, settings))[-1]
    assert run.diverged is None and np.isfinite(run.center).all() and np.isfinite(run.context).all()
    assert run.curve[-1][1] < run.references.at_start


@pytest.mark.parametrize("words, sweeps", [(1_000, 1), (5_000, 3)])
def test_the_time_of_all_sweeps_is_told_from_some_blocks(monkeypatch, words, sweeps):
    """With a step that takes 1 s by the clock, all blocks of both turns take as long as is told."""
    rng = np.random.default_rng(0)
    counts = sparse.random_array((words, words), density=0.01, rng=rng)
    two = exact_solver.sides(counts.tocsr() + counts.T, np.full(words, 5 / words), np.float32)
    W = rng.normal(size=(2 * words, D)).astype(np.float32)
    before, clock = W.copy(), [0.0]

    def step(*arguments):
        clock[0] += 1
        return np.zeros((1, D))

    monkeypatch.setattr(exact_solver, "FORETOLD", 1_000)
    monkeypatch.setattr(exact_solver, "step", step)
    monkeypatch.setattr(exact_solver, "side_by_side", map)
    monkeypatch.setattr(exact_solver.time, "perf_counter", lambda: clock[0])
    told = exact_solver.seconds(W, *two, L2, sweeps)
    assert told == 2 * -(-words // exact_solver.ROWS) * sweeps
    assert clock[0] <= 2 * exact_solver.AT_ONCE
    assert (before == W).all()


def test_a_training_is_foretold_from_a_number_of_words_on(monkeypatch):
    text = encode("a b c d a b c d")
    for words, foretold in ((5, False), (4, True)):
        monkeypatch.setattr(exact_solver, "FORETOLD", words)
        first, *_ = training.train(text, TrainSettings(optimizer="exact", epochs=2, dim=2))
        assert (first.seconds > 0) == foretold
