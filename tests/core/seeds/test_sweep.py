"""Sweeps: seeds and grids, workers that die, the folder, and the command line."""

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from texts_for_tests import generated, random_corpus

from core.__main__ import main
from core.errors import UserError
from core.seeds import sweep, sweep_folder, trial
from core.settings import TextSettings, TrainSettings
from core.word2vec import exact_solver

ROOT = Path(__file__).parents[3]
SMALL = TrainSettings(dim=3, epochs=1, batch=64)
TEXT = TextSettings(tokens=3_000)


def dies_with_seed_2(corpus, settings):
    if settings.seed == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return sweep.compute(corpus, settings)


def dies_once(mark, corpus, settings):
    """The worker of seed 2 is killed the first time, and leaves a file as a mark."""
    if settings.seed == 2 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return sweep.compute(corpus, settings)


def run(runs, **options):
    """All trials by seed, and the settings that were given up."""
    results, found = sweep.execute(random_corpus(1), runs, jobs=2, **options), []
    try:
        while True:
            found.append(next(results))
    except StopIteration as end:
        return {t.settings.seed: t for t in found}, end.value


@pytest.mark.parametrize(
    "text, seeds",
    [("1-4", (1, 2, 3, 4)), ("3", (3,)), ("1,4, 7-9", (1, 4, 7, 8, 9)), ("2,1-3", (2, 1, 3))],
)
def test_seeds(text, seeds):
    assert sweep.seeds_in(text) == seeds


@pytest.mark.parametrize("text", ["", "a", "1-", "-3", "5-1", "1.5", "1,,2"])
def test_what_is_no_list_of_seeds(text):
    with pytest.raises(UserError, match="Seeds are numbers and ranges"):
        sweep.seeds_in(text)


def test_a_grid_makes_all_combinations():
    runs = sweep.plan(SMALL, (1, 2), sweep.grid_in(["lr=0.1,0.3", "dim=10,50", "optimizer=sgd"]))
    assert len(runs) == len(set(runs)) == 8 and {r.optimizer for r in runs} == {"sgd"}
    assert {(r.seed, r.lr, r.dim) for r in runs} == {
        (s, lr, d) for s in (1, 2) for lr in (0.1, 0.3) for d in (10, 50)
    }


@pytest.mark.parametrize(
    "part, said",
    [
        ("lr", "written like"),
        ("seed=1,2", "written like"),
        ("size=3", "written like"),
        ("dim=a", "dim=a"),
    ],
)
def test_what_is_no_grid(part, said):
    with pytest.raises(UserError, match=said):
        sweep.grid_in([part])


def test_a_grid_out_of_range_is_refused_before_anything_runs():
    with pytest.raises(UserError, match="dim must be"):
        sweep.plan(SMALL, (1,), {"dim": (10, 1_000)})


def test_workers_compute_what_this_process_computes():
    found, lost = run([replace(SMALL, seed=s) for s in (1, 2, 3)])
    assert sorted(found) == [1, 2, 3] and lost == []
    for seed, result in found.items():
        here = sweep.compute(random_corpus(1), replace(SMALL, seed=seed))
        assert result.vectors.tobytes() == here.vectors.tobytes() and result.loss == here.loss


def test_a_worker_that_dies_costs_only_its_run():
    found, lost = run([replace(SMALL, seed=s) for s in range(1, 7)], task=dies_with_seed_2)
    assert sorted(found) == [1, 3, 4, 5, 6] and [s.seed for s in lost] == [2]


def test_a_run_whose_worker_died_once_is_computed_again(tmp_path):
    found, lost = run(
        [replace(SMALL, seed=s) for s in range(1, 5)], task=partial(dies_once, tmp_path / "died")
    )
    assert (tmp_path / "died").exists() and sorted(found) == [1, 2, 3, 4] and lost == []


@pytest.fixture
def folder(tmp_path):
    """A finished sweep of three seeds: folder, facts, settings."""
    corpus = generated("polish", 3_000)
    facts, runs = trial.known(corpus), [replace(SMALL, seed=s) for s in (1, 2, 3)]
    assert sweep_folder.prepare(tmp_path, TEXT, facts, runs) == runs
    for settings in runs:
        sweep_folder.store(tmp_path, sweep.compute(corpus, settings))
    return tmp_path, facts, runs


def test_a_folder_gives_back_what_was_stored(folder):
    path, facts, runs = folder
    text, told, planned = sweep_folder.read_plan(path)
    assert (
        (text, list(planned)) == (TEXT, runs)
        and told.words == facts.words
        and told.digest == facts.digest
    )
    assert np.array_equal(told.counts, facts.counts) and told.groups == {
        k: list(v) for k, v in facts.groups.items()
    }
    *shares, trials = sweep_folder.trials(str(path), tuple(runs), 0)
    assert [news.done for news in shares] == [1 / 3, 2 / 3, 1]
    for settings, found in zip(runs, trials, strict=True):
        here = sweep.compute(generated("polish", 3_000), settings)
        assert (
            found.settings == settings
            and found.vectors.tobytes() == here.vectors.tobytes()
            and found.gap == here.gap
        )


def test_a_second_call_redoes_nothing_and_adds_what_is_new(folder):
    path, facts, runs = folder
    assert sweep_folder.prepare(path, TEXT, facts, runs) == []
    more = [replace(SMALL, seed=4)]
    assert sweep_folder.prepare(path, TEXT, facts, runs[:1] + more) == more
    assert set(sweep_folder.read_plan(path)[2]) == {*runs, *more}


def test_a_sweep_stays_readable_when_a_knob_is_added(folder):
    """Plans and runs of an older version lack the new setting, and their files are named by the
    older settings.
    """
    path, facts, runs = folder
    plan = json.loads((path / "sweep.json").read_text(encoding="utf8"))
    for k, entry in enumerate(plan["runs"]):
        del entry["settings"]["thinning"]
        os.rename(path / entry["file"], path / f"old-{k}.npz")
        entry["file"] = f"old-{k}.npz"
    (path / "sweep.json").write_text(json.dumps(plan), encoding="utf8")
    assert sweep_folder.prepare(path, TEXT, facts, runs) == []
    assert [t.settings for t in list(sweep_folder.trials(path, runs, 0))[-1]] == runs
    (path / "old-1.npz").unlink()  # gone: stored again, by its new name
    assert sweep_folder.prepare(path, TEXT, facts, runs) == [runs[1]]
    sweep_folder.store(path, sweep.compute(generated("polish", 3_000), runs[1]))
    assert sweep_folder.prepare(path, TEXT, facts, runs) == []


def test_a_plan_cannot_point_outside_its_folder(folder):
    path = folder[0]
    plan = json.loads((path / "sweep.json").read_text(encoding="utf8"))
    plan["runs"][0]["file"] = "../../" + plan["runs"][0]["file"]
    (path / "sweep.json").write_text(json.dumps(plan), encoding="utf8")
    with pytest.raises(UserError, match="not the plan of a sweep"):
        sweep_folder.read_plan(path)


def test_no_unfinished_file_is_left(folder):
    assert sorted(p.suffix for p in folder[0].iterdir()) == [".json"] + [".npz"] * 3


def broken(kind, data):
    return {
        "empty": b"",
        "cut off": data[: len(data) // 2],
        "a byte changed": data[:-200] + bytes([data[-200] ^ 1]) + data[-199:],
        "no archive": b"hello " * 50,
    }[kind]


@pytest.mark.parametrize("kind", ["empty", "cut off", "no archive"])
@pytest.mark.parametrize("what", ["run", "plan"])
def test_a_damaged_file_is_named(folder, kind, what):
    path, _, runs = folder
    name = sweep_folder.file_name(runs[1]) if what == "run" else "sweep.json"
    (path / name).write_bytes(broken(kind, (path / name).read_bytes()))
    with pytest.raises(UserError, match=name):
        list(sweep_folder.trials(path, runs, 0))


def rewrite(path, change):
    """Change a value in a run's file, which stays a valid archive."""
    with np.load(path) as data:
        vectors, record = data["vectors"], json.loads(data["record"].tobytes())
    vectors, record = change(vectors.copy(), record)
    np.savez(
        path, vectors=vectors, record=np.frombuffer(json.dumps(record).encode(), dtype=np.uint8)
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda v, r: (v + 1e-3, r),
        lambda v, r: (v, r | {"loss": 0.1}),
        lambda v, r: (v[:5], r),
        lambda v, r: (v, r | {"settings": r["settings"] | {"seed": 9}}),
        lambda v, r: (v, {}),
        lambda v, r: (v, r | {"more": 1}),
    ],
)
def test_an_edited_run_is_named(folder, change):
    path, facts, runs = folder
    file = path / sweep_folder.file_name(runs[0])
    rewrite(file, change)
    with pytest.raises(UserError, match=f"{file.name} was cut off or edited"):
        sweep_folder.read_run(path, sweep_folder.file_name(runs[0]), runs[0], facts)


def test_a_run_with_a_pickle_inside_is_refused_unopened(folder, tmp_path):
    path, facts, runs = folder
    file = path / sweep_folder.file_name(runs[0])
    np.savez(file, vectors=np.array([{"a": print}], dtype=object), record=np.zeros(1, "u1"))
    assert zipfile.is_zipfile(file)
    with pytest.raises(UserError, match=file.name):
        sweep_folder.read_run(path, sweep_folder.file_name(runs[0]), runs[0], facts)


@pytest.mark.parametrize(
    "change",
    [
        {"format": "other"},
        {"text": {"tokens": 3}, "facts": {}},
        {"runs": 3},
        {"text": {"tokens": "abc"}},
        {"runs": [{"file": "a.npz", "settings": {"dim": -4}}]},
        {"text": {"nonsense": 3}},
    ],
)
def test_an_edited_plan_is_refused(folder, change):
    path = folder[0] / "sweep.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf8")) | change))
    with pytest.raises(UserError, match=r"sweep.json was cut off or edited"):
        sweep_folder.read_plan(folder[0])


def test_a_run_of_another_text_is_named(folder):
    path, facts, runs = folder
    sweep_folder.store(
        path, replace(sweep.compute(generated("polish", 3_000), runs[0]), digest="another")
    )
    with pytest.raises(
        UserError, match=sweep_folder.file_name(runs[0]) + " belongs to another text"
    ):
        sweep_folder.read_run(path, sweep_folder.file_name(runs[0]), runs[0], facts)


def test_a_sweep_over_another_text_does_not_mix_in(folder):
    path, facts, runs = folder
    with pytest.raises(UserError, match=r"sweep.json belongs to a sweep over another text"):
        sweep_folder.prepare(path, TEXT, replace(facts, digest="another"), runs)


def test_the_same_text_under_another_path_is_the_same_text(folder):
    path, facts, runs = folder
    left = sweep_folder.prepare(path, replace(TEXT, corpus="./elsewhere.txt"), facts, runs)
    assert left == [
        runs[k] for k in range(len(runs)) if not (path / sweep_folder.file_name(runs[k])).exists()
    ]


def test_what_a_killed_writer_left_is_removed_and_what_a_living_one_writes_stays(folder):
    path, facts, runs = folder
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    litter = [path / f".seed-0001.npz-{gone.pid}-7", path / f".run-{gone.pid}-7"]
    litter[0].write_bytes(b"half")
    litter[1].mkdir()
    mine = path / f".seed-0002.npz-{os.getpid()}-7"
    mine.write_bytes(b"half")
    sweep_folder.prepare(path, TEXT, facts, runs)
    assert not any(p.exists() for p in litter) and mine.exists()
    mine.unlink()


HOSTILE = {
    "no runs": lambda plan: plan | {"runs": []},
    "a long name": lambda plan: _first_run(plan, file="a" * 5_000 + ".npz"),
    "words are numbers": lambda plan: _facts(plan, words=list(range(len(plan["facts"]["words"])))),
    "words are lists": lambda plan: _facts(plan, words=[[]] * len(plan["facts"]["words"])),
    "tokens are a text": lambda plan: _facts(plan, tokens="many"),
    "huge counts": lambda plan: _facts(plan, counts=[2**62] * len(plan["facts"]["counts"])),
    "negative counts": lambda plan: _facts(plan, counts=[-1] * len(plan["facts"]["counts"])),
    "settings are texts": lambda plan: _first_run(plan, settings={"seed": "1"}),
    "half a dimension": lambda plan: _first_run(plan, settings={"dim": 2.5}),
    "a list": lambda plan: [plan],
}


def _facts(plan, **changed):
    return plan | {"facts": plan["facts"] | changed}


def _first_run(plan, **changed):
    return plan | {"runs": [plan["runs"][0] | changed]}


@pytest.mark.parametrize("name", list(HOSTILE))
def test_a_hostile_plan_is_one_sentence(folder, name):
    path = folder[0] / "sweep.json"
    plan = json.loads(path.read_text(encoding="utf8"))
    path.write_text(json.dumps(HOSTILE[name](plan)), encoding="utf8")
    with pytest.raises(UserError, match="not the plan of a sweep"):
        sweep_folder.read_plan(folder[0])


def test_a_plan_nested_100000_deep_is_one_sentence(folder):
    (folder[0] / "sweep.json").write_text("[" * 100_000, encoding="utf8")
    with pytest.raises(UserError, match="not the plan of a sweep"):
        sweep_folder.read_plan(folder[0])


def test_a_run_that_is_a_bomb_or_no_array_is_one_sentence(folder):
    path, facts, runs = folder
    name = sweep_folder.file_name(runs[0])
    with zipfile.ZipFile(path / name, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("vectors.npy", bytes(50_000_000))
    with pytest.raises(UserError, match="was cut off or edited"):
        sweep_folder.read_run(path, name, runs[0], facts)
    with zipfile.ZipFile(path / name, "w") as text:
        text.writestr("vectors.npy", b"hello")
        text.writestr("record.npy", b"{}")
    with pytest.raises(UserError, match="was cut off or edited"):
        sweep_folder.read_run(path, name, runs[0], facts)


@pytest.mark.parametrize(
    "text", ["²", "1-99999999999", "9" * 5_000, "1-0", "", "1,,2", "-1", "1-200000"]
)
def test_seeds_that_are_none_or_too_many_are_one_sentence(text):
    with pytest.raises(UserError) as refused:
        sweep.seeds_in(text)
    assert len(str(refused.value)) < 150


@pytest.mark.parametrize(
    "grid", [{"optimizer": ("adam", "foo")}, {"optimizer": ("exact",), "loss": ("softmax",)}]
)
def test_an_impossible_value_of_a_grid_is_refused_before_anything_runs(grid):
    with pytest.raises(UserError, match=r"no optimizer 'foo'|exact solver"):
        sweep.plan(TrainSettings(epochs=1, dim=4), (1, 2), grid)


def test_runs_are_handed_out_in_one_round(monkeypatch):
    rounds = []
    computed = sweep.processes.as_they_end

    def watched(task, arguments, jobs):
        rounds.append(tuple(arguments))
        return computed(task, rounds[-1], jobs)

    monkeypatch.setattr(sweep.processes, "as_they_end", watched)
    runs = sweep.plan(TrainSettings(epochs=1, dim=4), range(6), {})
    corpus = generated("polish", 3_000)
    done = list(sweep.execute(corpus, runs, jobs=1))
    assert len(done) == 6 and rounds == [tuple((corpus, one) for one in runs)]


def test_a_folder_without_a_sweep(tmp_path):
    with pytest.raises(UserError, match="holds no sweep"):
        sweep_folder.read_plan(tmp_path)


def command(capsys, out, *more):
    status = main(
        [
            "sweep",
            "polish",
            "--tokens",
            "3000",
            "--epochs",
            "1",
            "--dim",
            "3",
            "--seeds",
            "1-2",
            "--jobs",
            "2",
            "--out",
            str(out),
            *more,
        ]
    )
    return status, *capsys.readouterr()


def test_the_command_sweeps_resumes_and_compares(tmp_path, capsys):
    status, out, err = command(capsys, tmp_path / "a", "--grid", "lr=0.1,0.3")
    assert status == 0 and "4 of 4 runs" in err and "lr=0.1" in out and "lr=0.3" in out
    before = {p.name: p.stat().st_mtime_ns for p in (tmp_path / "a").glob("*.npz")}
    assert len(before) == 4
    status, again, err = command(capsys, tmp_path / "a", "--grid", "lr=0.1,0.3")
    assert status == 0 and "4 of them in" in err and again == out
    assert {p.name: p.stat().st_mtime_ns for p in (tmp_path / "a").glob("*.npz")} == before


@pytest.mark.parametrize(
    "more, said",
    [
        (["--seeds", "x"], "Seeds are numbers"),
        (["--grid", "dim=1"], "dim must be"),
        (["--out", "/proc/nowhere"], "Cannot write"),
        (["--dim", "0"], "dim must be"),
    ],
)
def test_mistakes_are_one_line_and_status_2(tmp_path, capsys, more, said):
    status, out, err = command(capsys, tmp_path, *more)
    assert (status, out) == (2, "") and said in err and err.count("\n") == 1


def test_the_preset_is_a_start_that_options_change(tmp_path, capsys):
    status, _, _ = command(capsys, tmp_path, "--preset", "exercise", "--iterations", "5")
    assert status == 0
    *_, planned = sweep_folder.read_plan(tmp_path)
    assert {(r.optimizer, r.lr, r.batch, r.iterations, r.dim) for r in planned} == {
        ("sgd", 0.3, 50, 5, 3)
    }
    *_, trials = sweep_folder.trials(tmp_path, list(planned), 0)
    assert all(run.windows.pairs > 1 for run in trials)


@pytest.mark.parametrize("part", ["dim=" + "9" * 5_000, "x" * 5_000, "lr=" + "a" * 5_000])
def test_what_is_quoted_of_a_grid_is_no_longer_than_a_line(part):
    with pytest.raises(UserError) as refused:
        sweep.plan(SMALL, (1,), sweep.grid_in([part]))
    assert len(str(refused.value)) < 500


def test_a_name_that_is_twice_in_a_grid_is_refused():
    with pytest.raises(UserError, match="has lr twice"):
        sweep.grid_in(["lr=0.1", "lr=0.3"])


def test_a_text_too_large_for_the_exact_solver_is_refused_before_anything_runs(
    tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr(exact_solver, "MOST_WORDS", 10)
    status, out, err = command(capsys, tmp_path / "new", "--grid", "optimizer=adagrad,exact")
    assert (status, out) == (2, "") and "available for up to 10 words" in err
    assert not any((tmp_path / "new").iterdir())


def test_a_second_ctrl_c_ends_a_sweep_as_cleanly_as_one(tmp_path):
    line = [sys.executable, "-m", "core", "sweep", "polish", "--seeds", "1-500", "--jobs", "2"]
    small = ["--tokens", "3000", "--epochs", "1", "--out", str(tmp_path)]
    sweeping = subprocess.Popen(
        line + small,
        cwd=ROOT,
        stderr=subprocess.PIPE,
        start_new_session=True,
        # tests started by nohup, in the background, ignore it
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    seen = b""
    while b"1 of 500" not in seen:
        seen += sweeping.stderr.read1(1_000) or pytest.fail(seen.decode())
    for _ in range(4):
        os.killpg(sweeping.pid, signal.SIGINT)  # as a terminal does: to the workers, too
        time.sleep(0.05)
    err = sweeping.communicate(timeout=60)[1]
    assert sweeping.returncode == 130 and b"Traceback" not in err and b"Warning" not in err
    assert b"the same command goes on" in err
    assert list(tmp_path.glob("*.npz")) and not list(tmp_path.glob("*.tmp*"))
