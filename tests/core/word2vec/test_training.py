import hashlib
import os
import subprocess
import sys
import warnings
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from texts_for_tests import all_pairs, encode, generated, random_corpus, same, train
from threadpoolctl import threadpool_info

from core import training_loop
from core.errors import UserError
from core.optimizers.rules import OPTIMIZERS
from core.settings import LOSSES, TextSettings, TrainSettings
from core.texts import registry, words_to_plot
from core.vectors import neighbors_and_clusters
from core.word2vec import batch, exact_objective, losses, training, training_pairs

ROOT = Path(__file__).parents[3]
SMALL = {"tokens": 4_000, "dim": 6, "epochs": 2, "batch": 256}


def small(**settings):
    options = {k: v for k, v in SMALL.items() if k != "tokens"} | settings
    return train(generated("polish", SMALL["tokens"]), **options)


def snapshots(news):
    return [n for n in news if isinstance(n, training.Snapshot)]


def fingerprint(run):
    return hashlib.sha256(
        run.center.tobytes() + run.context.tobytes() + repr(run.curve).encode()
    ).hexdigest()


# -- what a training reports
# ------------------------------------------------------------------------------------------


def test_news_are_references_then_snapshots_and_progress_then_the_run():
    news, run = small(epochs=20)
    assert isinstance(news[0], training.References) and isinstance(run, training.Run)
    assert {type(n) for n in news[1:]} <= {training_loop.Progress, training.Snapshot}
    done = [n.done for n in news[1:]]
    assert done[0] == 0 and done[-1] == 1 and (np.diff(done) > 0).all()
    shots = snapshots(news)
    assert 35 <= len(shots) <= 41
    assert (
        run.curve == tuple((s.epoch, s.loss, s.shuffled) for s in shots) and run.curve[-1][0] == 20
    )
    assert (np.diff([s.pairs for s in shots]) > 0).all() and shots[-1].pairs == run.pairs
    assert run.references == news[0] and run.seconds > 0 and run.diverged is None
    assert run.losses[:2] == pytest.approx(run.curve[-1][1:], rel=1e-6), "all words were judged"
    assert shots[-1].center.tobytes() == run.center.tobytes()


def test_the_pairs_reported_are_the_pairs_seen():
    text = random_corpus(0)
    _, run = train(text, epochs=3, window=4, window_mode="expected")
    _, drawn = train(text, epochs=400, window=4)
    expected = exact_objective.prepare(
        text, TrainSettings(window=4), np.random.default_rng(0)
    ).scale.sum()
    assert run.pairs == pytest.approx(3 * expected, rel=1e-6)
    assert drawn.pairs == pytest.approx(400 * expected, rel=0.02)


def test_the_last_loss_is_the_loss_of_the_vectors_returned():
    text = generated("polish", 4_000)
    _, run = small()
    judge = exact_objective.prepare(text, run.settings, training.streams(run.settings).judge)
    assert judge.losses(run.center, run.context)[:2] == run.curve[-1][1:]


def test_a_long_run_gives_signs_of_life_often_enough_to_be_canceled():
    text = generated("polish")
    news, _ = train(text, epochs=20, batch=512, dim=2, window=1, negatives=1)
    assert max(np.diff([n.done for n in news[1:]])) * 20 * len(text.ids) <= training.TICK + 512
    assert any(isinstance(n, training_loop.Progress) for n in news)


def test_snapshots_own_their_arrays():
    kept, copies, frames = (
        [],
        [],
        training.train(generated("polish", 4_000), TrainSettings(epochs=3, batch=256)),
    )
    for news in frames:
        if isinstance(news, training.Snapshot):
            kept.append(news.center)
            copies.append(news.center.copy())
    assert all((a == b).all() for a, b in zip(kept, copies, strict=True)), (
        "training rewrote a stored frame"
    )
    assert not any(
        np.shares_memory(a, b)
        for k, a in enumerate(kept)
        for b in [*kept[:k], news.center, news.context]
    )
    assert all(a.base is None for a in kept), "a view keeps more memory alive than it shows"


def test_a_training_that_is_dropped_gives_the_processor_back():
    before = threadpool_info()
    run = training.train(random_corpus(0), TrainSettings())
    for _ in range(3):
        next(run)
    run.close()
    assert [pool["num_threads"] for pool in threadpool_info()] == [
        pool["num_threads"] for pool in before
    ]


# -- the same settings, the same bytes
# --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [{"loss": loss, "optimizer": o} for loss in LOSSES for o in ("adagrad", "adam", "momentum")]
    + [
        {"subsample": 1e-2, "thinning": "paper"},
        {"window_mode": "drawn"},
        {"iterations": 40},
        {"optimizer": "exact"},
    ],
)
def test_the_same_settings_give_the_same_bytes(options):
    a, b = (small(**options) for _ in range(2))
    assert same(a[1], b[1]) and [s.center.tobytes() for s in snapshots(a[0])] == [
        s.center.tobytes() for s in snapshots(b[0])
    ]


def test_two_trainings_side_by_side_do_not_disturb_each_other():
    text, options = (
        generated("polish", 4_000),
        (TrainSettings(seed=1, epochs=2), TrainSettings(seed=2, epochs=1, loss="softmax")),
    )
    runs = [training.train(text, s) for s in options]
    last = {}
    while len(last) < 2:
        for k, run in enumerate(runs):
            if k not in last:
                news = next(run)
                if isinstance(news, training.Run):
                    last[k] = news
    assert all(same(last[k], list(training.train(text, s))[-1]) for k, s in enumerate(options))


OPTIONS = {"dim": 50}, {"dim": 100, "loss": "softmax"}, {"dim": 30, "optimizer": "exact"}
OTHER_PROCESS = """
import sys; sys.path[:0] = ["tests", "tests/core/word2vec"]
from test_training import OPTIONS, fingerprint
from texts_for_tests import generated, train
text = generated("english", 20_000)
for options in OPTIONS:
    print(fingerprint(train(text, epochs=1, **options)[1]))
"""


def test_another_process_with_other_threads_gives_the_same_bytes():
    found = {
        subprocess.run(
            [sys.executable, "-c", OTHER_PROCESS],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
            env={
                **os.environ,
                "OPENBLAS_NUM_THREADS": threads,
                "OMP_NUM_THREADS": threads,
                "PYTHONHASHSEED": seed,
            },
        ).stdout
        for threads, seed in (("1", "1"), ("4", "2"))
    }
    text = generated("english", 20_000)
    here = [fingerprint(train(text, epochs=1, **options)[1]) for options in OPTIONS]
    assert found == {"\n".join(here) + "\n"}


# -- three seeds, three uses of chance
# --------------------------------------------------------------------------------


def watched(**settings):
    """A run, its start vectors, the centers and the contexts of each step in order, and its
    negatives.
    """
    text, seen, drawn, real = (
        generated("polish", 4_000),
        [],
        [],
        (batch.batches, batch.negative_sampling_gradient),
    )

    def batches(stream, *rest):
        seen.append((stream.ids.tobytes(), stream.reach.tobytes()))
        return real[0](stream, *rest)

    def gradient(W, windows, negatives):
        drawn.append(negatives.tobytes())
        return real[1](W, windows, negatives)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch, "batches", batches)
        patch.setattr(batch, "negative_sampling_gradient", gradient)
        news, run = train(text, epochs=2, batch=256, dim=6, **settings)
    return {"init": snapshots(news)[0].center.tobytes(), "order": seen, "negatives": drawn}, run


@pytest.mark.parametrize("name", ["init", "order", "negatives"])
def test_each_seed_varies_what_it_should_and_nothing_else(name):
    base, run = watched(seed=1)
    varied, other = watched(seed=1, **{f"{name}_seed": 2})
    assert {use: varied[use] == base[use] for use in base} == {use: use != name for use in base}
    assert (other.pairs == run.pairs) == (name != "order") and not same(run, other)
    assert other.references == run.references


def test_the_seed_varies_all_three_and_is_replaced_by_all_three():
    base, run = watched(seed=5)
    other, _ = watched(seed=6)
    assert not any(base[use] == other[use] for use in base)
    _, replaced = watched(seed=6, init_seed=5, order_seed=5, negatives_seed=5)
    assert same(run, replaced)


def test_the_softmax_draws_no_negatives():
    options = {"loss": "softmax", "epochs": 1}
    assert same(small(**options)[1], small(negatives_seed=7, negatives=9, **options)[1])


def test_runs_of_all_seeds_are_judged_by_the_same_pairs():
    found = {
        tuple(training.streams(TrainSettings(seed=seed)).judge.random(3)) for seed in (0, 1, 2)
    }
    assert len(found) == 1


def test_the_streams_of_one_seed_differ():
    streams = training.streams(TrainSettings(seed=3))
    assert (
        len({getattr(streams, name).random() for name in ("init", "order", "negatives", "judge")})
        == 4
    )


# -- steps
# ------------------------------------------------------------------------------------------


def test_the_first_step_is_the_mean_gradient_times_the_learning_rate():
    text = encode("a b c d a b e a", "c a d b e a a b")  # 16 centers: one batch without padding
    settings = TrainSettings(
        optimizer="sgd",
        lr=0.5,
        epochs=1,
        loss="softmax",
        dim=3,
        window=2,
        window_mode="drawn",
        init_seed=4,
    )
    *_, run = training.train(text, settings, np.float64)
    V = training.start_vectors(
        len(text.words), settings, training.streams(settings).init, np.float64
    )[: len(text.words)]
    stream = training_pairs.stream(
        text, np.ones(len(text.words)), 2, True, training.streams(settings).order
    )
    U, dV, dU = np.zeros_like(V), np.zeros_like(V), np.zeros_like(V)
    for i, j in all_pairs(stream.ids, stream.sentence, stream.reach):
        _, gradient = losses.skip_gram(stream.ids[i], [stream.ids[j]], None, V, U)
        dV += gradient["V"]
        dU += gradient["U"]
    np.testing.assert_allclose(run.context, -0.5 * dU / 16, rtol=1e-12)
    np.testing.assert_allclose(run.center, V - 0.5 * dV / 16, rtol=1e-12)


@pytest.mark.parametrize("optimizer", [*OPTIMIZERS])
@pytest.mark.parametrize("schedule", [*training_loop.SCHEDULES])
def test_with_every_schedule_every_optimizer_learns(schedule, optimizer):
    news, run = small(optimizer=optimizer, schedule=schedule, epochs=4)
    assert run.diverged is None and run.losses.loss < news[0].at_start
    assert run.center.dtype == np.float32


@pytest.mark.parametrize("schedule", ["linear", "constant", "halved"])
def test_the_schedule_multiplies_the_learning_rate(monkeypatch, schedule):
    rates = []

    def rule(w, g, state, t, lr, **hyper):
        rates.append(lr)
        return w, state

    monkeypatch.setitem(OPTIMIZERS, "sgd", replace(OPTIMIZERS["sgd"], rule=rule))
    _, run = small(optimizer="sgd", schedule=schedule, lr=3.0)
    steps = len(rates)
    if schedule == "constant":
        assert rates == [3.0] * steps
    elif schedule == "halved":
        assert rates == [3.0] * (half := rates.count(3.0)) + [1.5] * (steps - half) and half in (
            steps // 2,
            -(-steps // 2),
        )
    else:
        np.testing.assert_allclose(rates, 3 * (1 - np.arange(steps) / steps), atol=3 * 1.5 / steps)
        assert rates[0] == 3 and (np.diff(rates) < 0).all() and rates[-1] > 0
    assert run.settings.lr == 3.0


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_zero_means_the_optimizers_own_learning_rate(name):
    assert same(small(optimizer=name)[1], small(optimizer=name, lr=OPTIMIZERS[name].lr)[1])


def test_iterations_are_so_many_steps_on_so_many_windows():
    text, steps = generated("polish", 4_000), []
    news = list(
        training.train(
            text,
            TrainSettings(iterations=57, batch=40, epochs=1_000),
            watch=lambda *_: steps.append(1),
        )
    )
    assert len(steps) == 57 and snapshots(news)[-1].done == 1
    assert news[-1].curve[-1][0] == pytest.approx(57 * 40 / len(text.ids))
    expected = training_pairs.contexts_each(text, 5).mean() * 57 * 40
    assert 0.8 * expected < news[-1].pairs < 1.25 * expected


def test_rows_that_a_step_does_not_touch_stay_as_they_are():
    steps = []

    def watch(W, rows, before, gradient):
        assert before.shape == gradient.shape == (len(rows), 4)
        steps.append((rows.copy(), before.copy(), W.copy()))

    list(
        training.train(
            generated("english", 1_000),
            TrainSettings(dim=4, batch=16, epochs=1, negatives=1, optimizer="adam"),
            watch=watch,
        )
    )
    for (_, _, last), (rows, before, now) in pairwise(steps):
        assert 0 < len(rows) < len(now)
        np.testing.assert_array_equal(last[rows], before)
        np.testing.assert_array_equal(np.delete(now, rows, axis=0), np.delete(last, rows, axis=0))
        assert (now[rows] != before).any()


def test_the_optimizers_own_l2_adds_to_the_gradient_of_touched_rows_and_follows_the_schedule(
    monkeypatch,
):
    def steps(l2):
        monkeypatch.setitem(OPTIMIZERS, "sgd", replace(OPTIMIZERS["sgd"], l2=l2))
        seen, settings = [], TrainSettings(optimizer="sgd", epochs=1, batch=256, lr=1e-9)
        text = generated("polish", 4_000)
        list(training.train(text, settings, np.float64, lambda W, *step: seen.append(step)))
        return seen

    plain, shrunk = steps(0.0), steps(0.5)
    for k in (0, len(plain) // 2):  # so small a rate that both see the same vectors
        difference = shrunk[k][2] - plain[k][2]
        eta = 1 - k / len(plain)
        np.testing.assert_allclose(difference, 0.5 * eta * plain[k][1], rtol=0.1, atol=1e-7)


# -- it learns
# ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_loss_falls_with_every_optimizer_at_its_own_rate(name, loss):
    _, run = train(generated("english", 10_000), optimizer=name, loss=loss, epochs=3, batch=256)
    values = [loss for _, loss, _ in run.curve]
    assert not run.diverged and values[0] == pytest.approx(run.references.at_start, rel=1e-4)
    assert values[-1] < 0.93 * values[0] and values[-1] <= min(values) * 1.01
    half = len(values) // 2
    assert values[half] < values[0]


@pytest.mark.parametrize(
    "options",
    [{}, {"negatives": 20}, {"window": 20}, {"loss": "softmax"}, {"loss": "softmax", "window": 20}],
    ids=str,
)
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_own_rate_of_an_optimizer_suits_the_whole_range_of_the_sliders(name, options):
    """English has words so frequent that a large step overshoots: `the` is in most windows. With
    the widest window AdaGrad's first steps raise the loss by 16%, and it ends as low as others.
    """
    _, run = train(generated("english", 20_000), optimizer=name, epochs=1, **options)
    values = [loss for _, loss, _ in run.curve]
    assert not run.diverged and max(values) < 1.2 * values[0] and values[-1] < values[0]


@pytest.mark.parametrize(
    "options",
    [{"negatives": 1}, {"negatives": 20}, {"window": 1}, {"window": 20}, {"dim": 100}, {"seed": 9}],
)
def test_losses_are_per_pair_and_start_at_log_2_whatever_k_and_the_window(options):
    run = training.train(generated("polish", 4_000), TrainSettings(**options))
    references, first = next(run), next(run)
    assert first.loss == pytest.approx(np.log(2), rel=1e-5) and first.shuffled == pytest.approx(
        np.log(2), rel=1e-5
    )
    assert 0 < references.without_center < references.at_start == np.log(2)
    run.close()


def group_score(text, run, way):
    chosen = words_to_plot.choose(text, way)
    rows = [text.index[word] for word in chosen.words]
    return neighbors_and_clusters.cluster_score(
        run.center[rows], np.array(chosen.labels), np.random.default_rng(0), shuffles=200
    )


@pytest.mark.parametrize("name", ["polish", "english"])
def test_planted_groups_separate_for_every_seed(name):
    """Default settings but for the epochs: 3 instead of 10, which only makes it harder."""
    text = generated(name)
    for seed in range(5):
        _, run = train(text, seed=seed, epochs=3)
        assert run.losses.loss < run.references.without_center, "the center word is not used"
        assert run.curve[-1][2] > run.curve[-1][1] + 0.05, "shuffling the centers does no harm"
        for way in ("exercise", "groups"):
            found = group_score(text, run, way)
            assert found.p_value < 0.01 and found.score > found.null_95 + 0.3, (
                seed,
                way,
                found,
            )


def test_the_default_run_separates_and_an_untrained_one_does_not():
    text = generated("polish")
    news, run = train(text)
    assert group_score(text, run, "groups").score > 0.4
    start = replace(run, center=snapshots(news)[0].center)
    assert group_score(text, start, "groups").p_value > 0.01


@pytest.mark.parametrize("name", ["polish", "english"])
def test_planted_groups_separate_in_the_exact_solution(name):
    text = generated(name)
    for seed in range(2):
        _, run = train(text, seed=seed, epochs=4, optimizer="exact")
        found = group_score(text, run, "groups")
        assert (
            run.losses.loss < run.references.without_center and found.score > found.null_95 + 0.3
        ), (seed, found)


@pytest.mark.parametrize("options", [{"loss": "softmax"}, {"subsample": 1e-3}, {"iterations": 10}])
def test_the_exact_solver_refuses_what_it_cannot_do(options):
    with pytest.raises(UserError, match="exact solver"):
        list(training.train(random_corpus(0), TrainSettings(optimizer="exact", **options)))


def test_neighbors_in_the_python_docs_are_sensible():
    text = registry.load(TextSettings(corpus="python-docs", tokens=100_000))
    _, run = train(text, dim=50, epochs=5)
    found = group_score(text, run, "groups")
    assert run.losses.loss < run.references.without_center
    assert found.p_value < 0.01 and found.score > found.null_95 + 0.05
    for word, friends in {
        "row": {"rows", "column", "columns"},
        "min": {"max"},
        "column": {"row", "columns", "rows"},
    }.items():
        near, _ = neighbors_and_clusters.neighbors(run.center, [text.index[word]], 15)
        assert friends & {text.words[k] for k in near[0]}, (word, [text.words[k] for k in near[0]])


# -- what can go wrong
# ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lr", [1e9, 1e5])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_learning_rate_that_diverges_stops_and_keeps_the_last_good_state(name, lr):
    text = generated("polish", 10_000)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        news, run = train(text, optimizer=name, lr=lr, batch=256)
    assert 0 < run.diverged < 10 and snapshots(news)[-1].done < 1
    assert (
        np.isfinite(run.center).all()
        and np.isfinite(run.context).all()
        and np.isfinite([c[1:] for c in run.curve]).all()
    )
    judge = exact_objective.prepare(text, run.settings, training.streams(run.settings).judge)
    assert judge.losses(run.center, run.context)[:2] == pytest.approx(run.curve[-1][1:], rel=1e-12)
    assert run.curve[-1][1] < 1_000
    assert run.center.tobytes() == snapshots(news)[-1].center.tobytes()


def test_numbers_that_are_not_finite_are_no_good_state_even_if_they_are_not_judged():
    """Only some center words are judged: a vector that no judgment looks at can be the first to
    overflow.
    """
    text = generated("polish")

    def spoil(W, rows, before, gradient):
        W[len(text.words) - 1] = np.nan if len(calls) == 20 else W[len(text.words) - 1]
        calls.append(0)

    calls = []
    *_, run = training.train(text, TrainSettings(epochs=1), watch=spoil)
    assert run.diverged and np.isfinite(run.center).all()


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize(
    "text",
    [encode("a b"), encode("a b c", "b c"), random_corpus(1, sentences=3)],
    ids=["2 words", "5 words", "some"],
)
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"epochs": 3, "batch": 1},
        {"window": 20, "negatives": 50, "dim": 300},
        {"batch": 65_536, "epochs": 2, "window_mode": "expected"},
    ],
)
def test_texts_shorter_than_window_and_batch_are_trained_on(text, loss, options):
    news, run = train(text, loss=loss, **options)
    done = [n.done for n in news[1:]]
    assert done[0] == 0 and done[-1] == 1 and (np.diff(done) > 0).all()
    assert run.curve[-1][0] == run.settings.epochs and np.isfinite(run.curve).all()


def test_padding_does_not_make_steps_smaller():
    """A text of 16 centers is one batch, whether a batch is called 16 or 60,000 centers."""
    text = encode("a b c d a b e a", "c a d b e a a b")
    assert same(
        train(text, batch=16, optimizer="sgd")[1], train(text, batch=60_000, optimizer="sgd")[1]
    )


def test_subsampling_that_leaves_nothing_is_refused():
    with pytest.raises(UserError, match="Sub-sampling leaves no word"):
        train(random_corpus(0), subsample=1e-30)


@pytest.mark.parametrize(
    "options",
    [
        {"dim": 0},
        {"dim": 10**9},
        {"window": -1},
        {"negatives": 0},
        {"lr": -1.0},
        {"lr": float("nan")},
        {"optimizer": "magic"},
        {"loss": "magic"},
        {"epochs": 0},
        {"seed": -1},
    ],
)
def test_settings_out_of_range_are_refused_before_any_work(options):
    with pytest.raises(UserError):
        next(training.train(random_corpus(0), TrainSettings(**options)))


def test_a_judgment_on_the_way_has_standard_errors_and_that_of_the_end_none():
    text = registry.load(TextSettings(tokens=20_000))
    *news, run = training.train(text, TrainSettings(epochs=1))
    on_the_way = [one for one in news if isinstance(one, training.Snapshot)][1:]
    assert on_the_way and all(s.error > 0 and s.gap_error > 0 for s in on_the_way)
    assert run.losses.error == run.losses.gap_error == 0
