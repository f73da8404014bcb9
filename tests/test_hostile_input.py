"""What a visitor can type or send, made up at random by somebody who is up to no good: each is
taken, or refused with one sentence, in bounded time and memory; nothing breaks, and nothing of the
server is told.

Ten thousand others of each kind, files that are damaged among them: `WORD2VEC_LAB_HOSTILE=10000
WORD2VEC_LAB_HOSTILE_SEED=7 WORD2VEC_LAB_FUZZ=10000 WORD2VEC_LAB_FUZZ_SEED=7 pytest
tests/test_hostile_input.py tests/core/reading/test_fuzz.py --timeout 3600`.
"""

import io
import json
import os
import re
import resource
import time
from copy import deepcopy

import numpy as np
import pytest

from core.classroom import lessons, receipts, rooms
from core.equations import expressions, one_step
from core.errors import UserError
from core.seeds import run_measures, run_set, sweep, sweep_folder, trial, verdict
from core.settings import TextSettings, TrainSettings
from core.texts import registry, words_to_plot
from core.vectors import vector_files
from ui import open_to_class
from ui.controls.pages import PAGES
from ui.controls.table import CONTROLS
from ui.dropout import uncertainty
from ui.escaping import JOINER, sentence, shown
from ui.jobs.broker import ROOT

CASES = int(os.environ.get("WORD2VEC_LAB_HOSTILE", "250"))
MOST_SECONDS, MOST_BYTES = 2.0, 100_000_000  # for one case
SEED = int(os.environ.get("WORD2VEC_LAB_HOSTILE_SEED", "0"))
PIECES = (
    *("![x](http://evil.example/i)", "[Sign in](//evil.example)", "<img src=x onerror=alert(1)>"),
    *("<script>", "javascript:alert(1)", "$\\href{http://evil.example}{x}$", ":red[x]", ":smile:"),
    *(
        "www.evil.example",
        "a@evil.example",
        "https://evil.example",
        "../../etc/passwd",
        "/etc/passwd",
    ),
    *(
        "file:///etc/passwd",
        "%00",
        "\0",
        "\u202e",
        "\u2028",
        "\ud800",
        "\U000e0041",
        "a" * 300,
        "-> <-",
    ),
    *("nan", "inf", "-inf", "1e400", "-1", "0", "1_0", "٣", "9" * 30, "0x10", "None", "True", "[]"),
    *(
        "{}",
        "'",
        '"',
        "`",
        "\\",
        "|",
        "~~",
        "**",
        "__",
        "#",
        "> ",
        "- ",
        "1. ",
        "\n",
        "\t",
        ";",
        ",",
    ),
    *(
        "U",
        "V",
        "y",
        "y_hat",
        "v_c",
        ".T",
        "@",
        "**",
        "(",
        ")",
        "[",
        "]",
        ":",
        "np.",
        "np.sum",
        "exp",
    ),
    *(
        "__class__",
        "lambda: 0",
        "x for x in U",
        "1 if 1 else 2",
        "film",
        "wojsko",
        "own-x-0123456789",
    ),
)


def typed(rng):
    """A few pieces, in any order."""
    return rng.choice(["", " "]).join(rng.choice(PIECES, rng.integers(1, 9)).tolist())


@pytest.fixture(scope="module")
def facts():
    return registry.load(TextSettings(tokens=3_000)).facts()


def refused_at_worst(act, *given):
    """What it returns; a refusal is one short sentence that tells nothing of this machine."""
    try:
        return act(*given)
    except UserError as problem:
        said = str(problem)
    assert said and "Traceback" not in said and str(ROOT) not in said
    assert_plain(sentence(said))
    return None


def assert_plain(quoted):
    """Nothing is left in it that Markdown acts on."""
    left = re.sub(r"\\[\\`*_\[\]#<>$~&|+\-.)]", "", quoted)
    assert not re.search(r"[`*_\[\]#<>$~&|\\]", left), quoted
    bare = re.sub(rf"(:|@|www){JOINER}", "", left)
    assert not re.search(r"@|www|:\w", bare), quoted
    assert "\n" not in quoted and len(quoted) <= 2 * 600


def each(kind):
    """A generator of random numbers for each case of a kind; no case may take much processor time
    or memory.
    """
    for k in range(CASES):
        begun, peak = time.thread_time(), highest()
        yield np.random.default_rng((SEED, kind, k))
        assert time.thread_time() - begun < MOST_SECONDS, (kind, k)
        assert highest() - peak < MOST_BYTES, (kind, k)


def highest():
    """The most memory that this process has had, in bytes."""
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def test_words_are_quoted_as_text():
    for rng in each(1):
        assert_plain(sentence(typed(rng)))
        assert_plain(shown(typed(rng)))


def test_the_address_gives_values_within_their_bounds_and_plain_sentences():
    rows = list(CONTROLS.values())
    for rng in each(2):
        control = rows[rng.integers(len(rows))]
        given = [typed(rng) for _ in range(rng.integers(0, 3))]
        options = ("a", "b") if getattr(control, "options", ...) is None else None  # of the page
        value, said = control.read(given, options, options and "a")
        if said:
            assert_plain(said.replace(control.label, ""))
        if hasattr(control, "low") and value is not None:
            assert control.low <= value <= control.high, (control.key, given)
        elif at_hand := options or getattr(control, "options", None):
            chosen = value if isinstance(value, list | tuple) else [value]
            assert all(one in at_hand for one in chosen) or value == control.default
        json.dumps(control.write(value))


def test_expressions_compute_or_are_refused():
    rng = np.random.default_rng(0)
    names = {"U": rng.normal(size=(5, 3)), "y": np.eye(5)[0], "v_c": rng.normal(size=3)}
    for rng in each(3):
        found = refused_at_worst(expressions.evaluate, typed(rng), names)
        assert found is None or found.size <= expressions.ENTRIES


def test_typed_words_vectors_and_points_are_read_or_refused(facts):
    words = facts.words[:20]
    for rng in each(4):
        text = typed(rng)
        refused_at_worst(one_step.read_words, text)
        refused_at_worst(one_step.find_words, text, words, "center word")
        refused_at_worst(one_step.read_vectors, text, words, 3, "V")
        refused_at_worst(uncertainty.parse, text)
        chosen = words_to_plot.choose(facts, "own", text)
        assert set(chosen.words) <= set(facts.words)


def test_seeds_and_grids_are_read_or_refused():
    for rng in each(5):
        refused_at_worst(sweep.seeds_in, typed(rng))
        refused_at_worst(sweep.grid_in, [typed(rng)])


def test_codes_receipts_lessons_and_host_names_are_read_or_refused():
    known = tuple(PAGES)
    for rng in each(6):
        text = typed(rng)
        assert len(rooms.typed(text)) <= 20
        refused_at_worst(receipts.read, text)
        content = f'title = "x"\n[[step]]\npage = "Train"\n{text}'.encode("utf8", "replace")
        refused_at_worst(lessons.lesson, "x", content, known, lambda step: [])
        assert open_to_class.NAME.fullmatch(text) is None or "/" not in text


def test_vector_files_are_read_or_refused(tmp_path):
    good = vector_files.contents("a.txt", ("ab", "c"), np.ones((2, 3), np.float32))["a.txt"]
    packed = vector_files.contents("a.npz", ("ab", "c"), np.ones((2, 3), np.float32))["a.npz"]
    for rng in each(7):
        data = bytearray((good, packed)[rng.integers(2)])
        for _ in range(rng.integers(1, 6)):
            at = rng.integers(len(data) + 1)
            data[at : at + rng.integers(0, 4)] = typed(rng).encode("utf8", "replace")[:40]
        path = tmp_path / ("a.npz" if rng.integers(2) else "a.txt")
        path.write_bytes(data)
        refused_at_worst(vector_files.read, path)
        assert sorted(tmp_path.iterdir()) == [path]
        path.unlink()


@pytest.mark.parametrize(
    "spoiled",
    [
        {6: 110},  # the version of zip that a member needs
        {10: 14},  # how it is packed: by LZMA
        {9: 8, 46: 146},  # its name: in UTF-8, and then not
    ],
)
def test_an_archive_packed_in_an_unknown_way_is_one_sentence(tmp_path, spoiled):
    words = ("ab", "c")
    data = bytearray(vector_files.contents("a.npz", words, np.ones((2, 3), np.float32))["a.npz"])
    for at, byte in spoiled.items():
        data[data.rindex(b"PK\x01\x02") + at] = byte
    (tmp_path / "a.npz").write_bytes(data)
    with pytest.raises(UserError):
        vector_files.read(tmp_path / "a.npz")
    settings = TrainSettings()
    with pytest.raises(UserError):
        sweep_folder.read_run(tmp_path, "a.npz", settings, registry.load(TextSettings()).facts())


def test_plans_of_sweeps_are_read_or_refused(tmp_path):
    plan = {
        "format": sweep_folder.FORMAT,
        "text": {"corpus": "polish"},
        "facts": {name: [] for name in sweep_folder.TOLD} | {"counts": [1]},
        "runs": [{"file": "a.npz", "settings": {"seed": 1}}],
    }
    values = (None, 0, -1, 2**62, 1e308, "", "../x", [], {}, [[]], ["a"], {"a": "b"}, True)
    for rng in each(8):
        broken = json.loads(json.dumps(plan))
        for _ in range(rng.integers(1, 5)):
            part = broken[list(broken)[rng.integers(len(broken))]]
            part = part if isinstance(part, dict) and part else broken
            value = deepcopy(values[rng.integers(len(values))])  # it may be written into next
            part[list(part)[rng.integers(len(part))]] = value
            if not all(isinstance(broken[name], dict) for name in ("text", "facts")):
                break
        (tmp_path / sweep_folder.PLAN).write_text(json.dumps(broken))
        with pytest.raises(UserError, match="not the plan of a sweep"):
            sweep_folder.read_plan(tmp_path)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """The files of a finished sweep of two runs: name -> bytes."""
    folder = tmp_path_factory.mktemp("sweep")
    corpus = registry.load(TextSettings(tokens=1_000))
    runs = [TrainSettings(seed=seed, dim=3) for seed in (1, 2)]
    sweep_folder.prepare(folder, TextSettings(tokens=1_000), trial.known(corpus), runs)
    for run in runs:
        vectors = np.random.default_rng(run.seed).normal(size=(len(corpus.words), 3))
        sweep_folder.store(
            folder,
            trial.Trial(run, corpus.digest, vectors.astype("f4"), 2.5, 2.6, 2.7, 0.5, None, 0.1),
        )
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def spliced(rng, data):
    """Bytes of which a few were overwritten, cut off or added to."""
    data = bytearray(data)
    for _ in range(rng.integers(1, 4)):
        at = rng.integers(len(data) + 1)
        data[at : at + rng.integers(0, 30)] = typed(rng).encode("utf8", "replace")[:40]
    return bytes(data[: rng.integers(len(data) + 1)] if rng.random() < 0.2 else data)


def replaced(rng, content):
    """A value from JSON with another in place of one that is anywhere in it."""
    values = (None, 0, -1, 0.5, 2**62, 1e308, float("nan"), "", "\ud800", [], {}, [[]], True)
    inside, keys = content, []
    while isinstance(inside, dict | list) and inside and (not keys or rng.random() < 0.8):
        keys = list(inside) if isinstance(inside, dict) else list(range(len(inside)))
        parent, key = inside, keys[rng.integers(len(keys))]
        inside = parent[key]
    parent[key] = typed(rng) if rng.random() < 0.3 else deepcopy(values[rng.integers(len(values))])
    return content


def forged(rng, data):
    """The file of a run with other vectors or another record, and the check that fits them."""
    with np.load(io.BytesIO(data)) as members:
        vectors, record = members["vectors"], json.loads(members["record"].tobytes())
    if rng.random() < 0.5:
        vectors = vectors.copy()
        vectors[rng.integers(len(vectors))] = rng.choice([np.nan, np.inf, 0.0, 3e38])
        vectors = vectors.astype(rng.choice(["f4", "f8", "f2", "i4", "?", "c8", "U5"]))
    else:
        record = replaced(rng, record)
    record.pop("check", None)
    record["check"] = sweep_folder._check(record, vectors)
    packed, written = io.BytesIO(), np.frombuffer(json.dumps(record).encode(), np.uint8)
    np.savez(packed, vectors=vectors, record=written)
    return packed.getvalue()


@pytest.mark.filterwarnings("ignore")  # NumPy's, about numbers that are none
def test_folders_of_sweeps_are_compared_or_refused(tmp_path, finished):
    for rng in each(9):
        name = list(finished)[rng.integers(len(finished))]
        data, kind = finished[name], rng.integers(3)
        if kind == 0:
            data = spliced(rng, data)
        elif name == sweep_folder.PLAN:
            data = json.dumps(replaced(rng, json.loads(data))).encode()
        else:
            data = forged(rng, data)
        for one, content in (finished | {name: data}).items():
            (tmp_path / one).write_bytes(content)
        plan = refused_at_worst(sweep_folder.read_plan, tmp_path)
        if plan is None:
            continue
        text, facts, planned = plan
        found = refused_at_worst(all_of, sweep_folder.trials, tmp_path, tuple(planned), 0)
        if found is None or not found[-1]:
            continue
        trials = run_set.Trials(tuple(found[-1]), facts)
        chosen = words_to_plot.choose(facts, words_to_plot.choices(facts)[0])
        told = [*facts.words, *chosen.groups, *facts.notes, text.corpus]
        " ".join((*told, *facts.glosses.values())).encode()
        refused_at_worst(all_of, run_set.study, trials, chosen, 10, 5, True)
        measures = refused_at_worst(all_of, run_measures.of_trials, trials, chosen, 10, 5)
        if measures:
            verdict.judge(verdict.case(measures[-1], facts, chosen))


def all_of(task, *arguments):
    """All that a task yields."""
    return list(task(*arguments))
