import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from texts_for_tests import generated, train

from core.__main__ import main
from core.commands import options as shared_options
from core.commands import train as train_command
from core.errors import UserError
from core.optimizers.rules import OPTIMIZERS
from core.settings import TextSettings
from core.texts import registry, text_files
from core.vectors import vector_files

ROOT = Path(__file__).parents[2]
SMALL = ["--tokens", "3000", "--epochs", "1", "--dim", "6", "--batch", "256"]
FILES = ["context.txt", "run.json", "vectors.txt"]


def command(*arguments, **options):
    """Run the command line as a user does; returns status, stdout and stderr."""
    line = [sys.executable, "-m", "core", *map(str, arguments)]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, **options)
    return done.returncode, done.stdout, done.stderr


def called(capsys, *arguments):
    """The same in this process, which saves the start of an interpreter."""
    try:
        status = main([str(a) for a in arguments])
    except SystemExit as stopped:
        status = stopped.code
    return status, *capsys.readouterr()


def is_refusal(status, out, err):
    return (
        status == 2
        and out == ""
        and err.startswith("python -m core")
        and err.count("\n") == 1
        and err.endswith(".\n")
    )


def test_corpora_lists_the_registry():
    status, out, err = command("corpora")
    listed, _, downloads = out.partition("\n\n")
    head, *lines = listed.splitlines()
    assert "fetch NAME" in downloads and "sst" in downloads
    assert (status, err) == (0, "") and head.split() == [
        "name",
        "language",
        "kind",
        "groups",
        "license",
        "obtained",
    ]
    assert [line.split()[0] for line in lines] == [name.split()[0] for name in registry.registry()]


def test_check_prints_every_check():
    status, out, err = command("check")
    *lines, last = out.splitlines()
    assert (
        (status, err) == (0, "")
        and last == f"{len(lines)} of {len(lines)} checks passed"
        and len(lines) >= 22
    )
    assert (
        all(line.startswith("ok ") for line in lines)
        and "CS224n" in out
        and "central differences" in out
    )


def test_check_fails_when_one_is_off(capsys, monkeypatch):
    from core.word2vec import losses

    real = losses.sigmoid
    monkeypatch.setattr(losses, "sigmoid", lambda x: real(x) + 1e-6)
    status, out, _ = called(capsys, "check")
    assert status == 1 and "OFF" in out and "of" in out.splitlines()[-1]


def test_training_writes_what_the_same_training_gives_in_this_process(tmp_path):
    status, out, err = command(
        "train",
        "polish",
        "--out",
        tmp_path / "new" / "folder",
        *SMALL,
        "--seed",
        4,
        "--loss",
        "softmax",
    )
    assert (status, out) == (0, "") and sorted(os.listdir(tmp_path / "new" / "folder")) == FILES
    text = generated("polish", 3_000)
    _, run = train(text, seed=4, epochs=1, dim=6, batch=256, loss="softmax")
    for name, vectors in (("vectors.txt", run.center), ("context.txt", run.context)):
        assert (tmp_path / "new" / "folder" / name).read_bytes() == vector_files.text(
            text.words, vectors
        ).encode()
    assert (
        f"{text.sentences:,} sentences" in err
        and "100%" in err
        and f"loss per pair {run.curve[-1][1]:.4f}" in err
    )


def test_a_text_too_large_for_the_page_is_read_by_the_command_line_up_to_its_own_limit(
    capsys, tmp_path, monkeypatch
):
    (tmp_path / "long.txt").write_text("a dog sees a cat .\n" * 50)
    call = "train", tmp_path / "long.txt", "--out", tmp_path / "out", "--epochs", 1
    monkeypatch.setattr(text_files.reading, "__defaults__", ("*", 100))  # bytes
    with pytest.raises(UserError, match="larger"):
        registry.load(TextSettings(corpus=str(tmp_path / "long.txt")))
    assert called(capsys, *call)[0] == 0
    monkeypatch.setattr(shared_options, "MOST_BYTES", 100)
    (tmp_path / "long.txt").write_text("a cat sees a dog .\n" * 50)
    assert is_refusal(*called(capsys, *call))


def test_a_long_training_says_how_long_it_will_take(capsys, tmp_path, monkeypatch):
    call = "train", "polish", "--out", tmp_path, "--tokens", 40_000, "--epochs", 3
    assert "will take" not in called(capsys, *call)[2]  # it is over sooner
    monkeypatch.setattr(train_command, "SOON", 0)
    told = called(capsys, *call)[2]
    corpus = generated("polish", 40_000)
    found = re.findall(r"will take about [0-9.]+ (?:s|min), as its first steps show: (.*)", told)
    words = f"3 epochs of {len(corpus.ids):,} words, 10 dimensions."
    assert len(found) == 1 and found[0].startswith(words)


def test_the_time_left_counts_the_start_of_each_epoch_once():
    watch = train_command._Watch(epochs=4)
    assert [watch.seen(0.0, 100.0), watch.seen(0.1, 102.0), watch.left] == [0, 0, None]
    # A tenth takes 3 s; three more epochs begin, 2 s each
    assert watch.seen(0.2, 105.0) == 0 and watch.left == pytest.approx(0.8 * 30 + 3 * 2)
    assert watch.seen(0.3, 108.0) == pytest.approx(8 + 0.7 * 30 + 2 * 2)
    assert watch.seen(0.4, 111.0) == 0 and watch.left == pytest.approx(0.6 * 30 + 2 * 2)


@pytest.mark.parametrize(
    ("seconds", "told"), [(0.04, "0.0 s"), (59, "59.0 s"), (90, "1.5 min"), (9_000, "2.5 hours")]
)
def test_a_time_is_told_in_the_unit_that_fits(seconds, told):
    assert train_command._told(seconds) == told


def test_every_knob_reaches_the_run(capsys, tmp_path):
    wanted = {
        "seed": 7,
        "dim": 5,
        "window": 2,
        "negatives": 3,
        "loss": "negative-sampling",
        "optimizer": "adam",
        "lr": 0.01,
        "epochs": 2,
        "batch": 128,
        "min_count": 2,
        "subsample": 0.5,
        "noise_power": 0.5,
        "window_mode": "drawn",
        "schedule": "constant",
        "init_seed": 3,
        "max_vocabulary": 90,
        "tokens": 2_000,
        "text_seed": 1,
        "rare": 0.3,
        "mixing": 0.0,
    }
    options = [
        part for name, value in wanted.items() for part in ("--" + name.replace("_", "-"), value)
    ]
    assert called(capsys, "train", "english", "--out", tmp_path, *options)[0] == 0
    told = json.loads((tmp_path / "run.json").read_text(encoding="utf8"))
    assert {name: told["settings"][name] for name in wanted} == wanted and told["settings"][
        "corpus"
    ] == "english"
    assert told["vocabulary"] == 90 and (tmp_path / "vectors.txt").read_text(
        encoding="utf8"
    ).startswith("90 5\n")
    assert {
        "settings",
        "versions",
        "tokens",
        "vocabulary",
        "pairs",
        "loss_curve",
        "seconds",
    } <= set(told)
    assert told["loss_curve"][0]["epoch"] == 0 and told["loss_curve"][-1]["epoch"] == 2


@pytest.mark.parametrize(
    "name, content, options",
    [
        ("one line.txt", "the cat sat on the mat and " * 5_000, []),
        ("short.txt", "A cat. A dog sat.", ["--min-count", 1, "--window", 20, "--epochs", 3]),
        ("talk.csv", "id;tekst\n" + "1;pies widzi kota\n2;kot widzi psa\n" * 20, []),
        (
            "sst.txt",
            "sentence_index\tsentence\n"
            + "1\tThe movie -LRB- a `` classic '' -RRB- is fine .\n" * 9,
            [],
        ),
        ("latin.txt", "zły film zły dzień ".encode("cp1250") * 50, []),
        ("no_suffix", "tea or coffee, coffee or tea. " * 30, []),
    ],
)
def test_files_of_all_kinds_are_trained_on(capsys, tmp_path, name, content, options):
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    status, out, err = called(
        capsys, "train", tmp_path / name, "--out", tmp_path / "out", *SMALL, *options
    )
    assert (status, out) == (0, ""), err
    assert sorted(os.listdir(tmp_path / "out")) == FILES
    if name == "latin.txt":
        assert "not UTF-8" in err and "cp1250" in err


@pytest.mark.parametrize(
    "content, complaint",
    [
        (b"", "The file is empty."),
        (b"\n \t\n", "The file is empty."),
        (bytes(range(256)) * 20, "binary"),
        (b"%PDF-1.5 x", "a PDF"),
        (b"word", "at least two words"),
        (b"word " * 999, "at least two words"),
        (b"1 2 3. 4 5 6.", "no words"),
        (b"Every word is seen once only.", "lower the minimum count"),
        (b"a. b. a. b. a. b.", "no pair"),
    ],
)
def test_files_without_a_text_to_learn_from(capsys, tmp_path, content, complaint):
    (tmp_path / "bad.txt").write_bytes(content)
    found = called(capsys, "train", tmp_path / "bad.txt", "--out", tmp_path / "out")
    assert is_refusal(*found) and complaint in found[2]
    assert not (tmp_path / "out").exists() or os.listdir(tmp_path / "out") == []


def test_a_table_without_text_is_refused(capsys, tmp_path):
    (tmp_path / "numbers.csv").write_text("a,b\n1,2\n3,4\n", encoding="utf8")
    assert is_refusal(*called(capsys, "train", tmp_path / "numbers.csv", "--out", tmp_path))


@pytest.mark.parametrize(
    "options, complaint",
    [
        (["--dim", "-3"], "dim must be from 2 to 300"),
        (["--dim", "1e9"], "--dim"),
        (["--dim", "1000000000"], "dim must be"),
        (["--window", "0"], "window must be"),
        (["--window", "-1"], "window"),
        (["--window", "999"], "window must be"),
        (["--negatives", "0"], "negatives must be"),
        (["--negatives", "100000"], "negatives must be"),
        (["--lr", "nan"], "lr must be"),
        (["--lr", "-1"], "lr"),
        (["--lr", "fast"], "--lr"),
        (["--epochs", "0"], "epochs must be"),
        (["--seed", "-5"], "seed must be"),
        (["--seed", "1.5"], "--seed"),
        (["--optimizer", "magic"], "adagrad"),
        (["--loss", "magic"], "softmax"),
        (["--nonsense"], "nonsense"),
        (["--min-count", "0"], "min_count must be"),
        (["--tokens", "10"], "tokens must be"),
        (["--subsample", "1e-300"], "ub-sampling"),
        (["--batch", "0"], "batch must be"),
    ],
)
def test_settings_out_of_range(capsys, tmp_path, options, complaint):
    status, out, err = called(capsys, "train", "polish", "--out", tmp_path / "out", *options)
    lines = [line for line in err.splitlines() if line.startswith("python -m core")]
    assert (
        status == 2
        and out == ""
        and "Traceback" not in err
        and len(lines) == 1
        and complaint in lines[0]
    )
    assert not (tmp_path / "out").exists() or os.listdir(tmp_path / "out") == []


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["train"],
        ["train", "polish"],
        ["fly"],
        ["train", "nope", "--out", "/tmp"],
        ["train", "a" * 5_000, "--out", "/tmp"],
        ["train", "/", "--out", "/tmp"],
    ],
)
def test_commands_and_corpora_that_do_not_exist(capsys, arguments):
    status, out, err = called(capsys, *arguments)
    assert status == 2 and out == "" and err.startswith("python -m core") and err.count("\n") == 1


def test_a_refusal_is_one_line_for_a_user_too(tmp_path):
    found = command("train", "nope", "--out", tmp_path)
    assert is_refusal(*found) and "polish, english, python-docs" in found[2]


@pytest.mark.parametrize("folder", ["file", "file/below", "/proc/nothing"])
def test_a_folder_that_cannot_be_written_is_refused_before_the_work(capsys, tmp_path, folder):
    (tmp_path / "file").write_text("in the way", encoding="utf8")
    found = called(capsys, "train", "polish", "--out", tmp_path / folder, "--epochs", 1_000)
    assert is_refusal(*found) and "Cannot write to" in found[2]


def test_a_disk_that_is_full_in_the_end_is_one_line(tmp_path):
    def small_disk():
        resource.setrlimit(resource.RLIMIT_FSIZE, (4_000, 4_000))

    (tmp_path / "vectors.txt").write_text("the run before", encoding="utf8")
    status, out, err = command("train", "polish", "--out", tmp_path, *SMALL, preexec_fn=small_disk)
    assert (
        status == 2
        and out == ""
        and "Traceback" not in err
        and "Cannot write to" in err.splitlines()[-1]
    )
    assert (
        os.listdir(tmp_path) == ["vectors.txt"]
        and (tmp_path / "vectors.txt").read_text(encoding="utf8") == "the run before"
    )


def test_ctrl_c_stops_at_once_and_leaves_the_files_of_the_run_before(tmp_path):
    (tmp_path / "run.json").write_text("the run before", encoding="utf8")
    line = [
        sys.executable,
        "-m",
        "core",
        "train",
        "polish",
        "--epochs",
        "1000",
        "--out",
        str(tmp_path),
    ]

    def at_a_terminal():
        # Tests started by nohup, in the background, ignore it
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    run = subprocess.Popen(
        line, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, preexec_fn=at_a_terminal
    )
    seen = b""
    while b"%" not in seen.partition(b"[")[2]:  # the training has begun
        seen += run.stderr.read1(1_000) or pytest.fail(seen.decode())
    started = time.monotonic()
    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=60)
    assert (
        run.returncode == 130
        and out == b""
        and b"Traceback" not in err
        and b"stopped; nothing was written" in err
    )
    assert time.monotonic() - started < 20
    assert (
        os.listdir(tmp_path) == ["run.json"]
        and (tmp_path / "run.json").read_text(encoding="utf8") == "the run before"
    )


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_learning_rate_that_diverges_is_named_and_good_vectors_are_written(
    capsys, tmp_path, optimizer
):
    options = ["--epochs", 3, "--optimizer", optimizer, "--lr", 1e7]
    status, _, err = called(capsys, "train", "polish", "--out", tmp_path, *SMALL, *options)
    assert status == 0 and "learning rate is too high" in err and "Warning" not in err
    told = json.loads((tmp_path / "run.json").read_text(encoding="utf8"))
    assert 0 < told["diverged_at_epoch"] <= 3
    assert not any(
        word in (tmp_path / name).read_text(encoding="utf8")
        for name in ("vectors.txt", "context.txt")
        for word in (" nan", " inf", " -inf")
    )


def test_a_closed_pipe_is_no_error():
    listing = subprocess.Popen(
        [sys.executable, "-m", "core", "check"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    listing.stdout.close()
    assert listing.stderr.read() == b"" and listing.wait(60) == 128 + signal.SIGPIPE
    listing.stderr.close()


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_terminal_that_cannot_show_every_letter_shows_the_rest(encoding, tmp_path):
    odd = tmp_path / os.fsdecode(b"ksi\xb9\xbfka.txt")
    odd.write_text("Ala ma kota. Kot ma Alę i psa. " * 200, encoding="utf8")
    options = ["--epochs", "1", "--min-count", "1", "--out", str(tmp_path / "out")]
    for arguments in (["corpora"], ["train", os.fsencode(odd), *options]):
        done = subprocess.run(
            [sys.executable, "-m", "core", *arguments],
            cwd=ROOT,
            env=os.environ | {"PYTHONIOENCODING": encoding},
            capture_output=True,
        )
        assert done.returncode == 0 and b"Traceback" not in done.stderr, done.stderr
    assert (tmp_path / "out" / "run.json").exists()
