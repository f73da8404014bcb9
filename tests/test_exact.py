"""The exact solver: its Newton step, its objective, its independence of threads."""
import numpy as np
import pytest
from scipy import sparse

from core import exact
from core.check import central_difference, relative_error
from core.losses import sigmoid, softplus

V, D, L2 = 9, 3, 0.7


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


def test_a_step_with_enough_iterations_solves_the_newton_equations(problem, monkeypatch):
    A, B, N, noise = problem
    monkeypatch.setattr(exact, "ITERATIONS", 4 * D)
    monkeypatch.setattr(exact, "FURTHEST", np.inf)
    W = N + N.sum(1, keepdims=True) * noise
    step = exact.newton_step(A, B, N, W.copy(), L2)
    gradient = central_difference(lambda: objective(A, B, N, noise), A)
    for c in range(V):
        s = sigmoid(B @ A[c])
        hessian = B.T @ ((W[c] * s * (1 - s))[:, None] * B) + L2 * np.eye(D)
        assert relative_error(step[c], -np.linalg.solve(hessian, gradient[c])) < 1e-6


def test_sweeps_lower_the_objective_to_a_point_without_gradient(problem):
    A, B, N, noise = problem
    before = objective(A, B, N, noise)
    for _ in range(200):
        for _ in exact.sweep(A, B, sparse.csr_matrix(N), noise, L2):
            pass
    assert objective(A, B, N, noise) < before - 1
    for w in (A, B):
        assert np.abs(central_difference(lambda: objective(A, B, N, noise), w)).max() < 1e-2


def test_no_step_moves_a_score_too_far(problem):
    A, B, N, noise = problem
    step = exact.newton_step(A, 9 * B, N, N + N.sum(1, keepdims=True) * noise, 0.0)
    assert np.abs(step @ (9 * B).T).max() <= exact.FURTHEST + 1e-9


def test_the_number_of_threads_and_blocks_changes_no_bit_of_the_order(problem, monkeypatch):
    A, B, N, noise = problem
    monkeypatch.setattr(exact, "ROWS", 2)
    results = []
    for threads in (1, 2, 5):
        monkeypatch.setattr(exact, "THREADS", threads)
        a, b = A.copy(), B.copy()
        assert sum(1 for _ in exact.sweep(a, b, sparse.csr_matrix(N), noise, L2)) == 2 * 5
        results.append((a.tobytes(), b.tobytes()))
    assert len(set(results)) == 1


def test_a_row_that_is_solved_already_stays(problem):
    _, _, N, noise = problem
    step = exact.newton_step(np.zeros((V, D)), np.zeros((V, D)), N, N + N.sum(1, keepdims=True) * noise, L2)
    assert not step.any()
    assert np.isfinite(step).all()
