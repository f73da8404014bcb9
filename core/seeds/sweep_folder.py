"""The folder of a sweep: sweep.json with the facts about the text and the planned runs, and one
file for each finished run.

Files are written whole or not at all, checked when they are read, and never executed.
"""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, fields
from pathlib import Path

import numpy as np

from core import files
from core.errors import UserError
from core.seeds.exercise import WindowLoss
from core.seeds.trial import Trial
from core.settings import TextSettings, TrainSettings, check
from core.texts.corpus import Facts
from core.training_loop import Progress
from core.word2vec import export

FORMAT = "word2vec-lab sweep 1"
PLAN = "sweep.json"
# Fields of Facts that are stored, besides the counts
TOLD = "words", "digest", "sentences", "tokens", "different", "notes", "groups", "glosses"
# Fields of Trial that are numbers
MEASURED = "loss", "shuffled", "without_center", "energy", "seconds", "error"
BROKEN = (
    *(*files.BAD_ARCHIVE, ValueError, KeyError, IndexError, TypeError, AttributeError),
    *(OverflowError, MemoryError, UserError),
)
LARGEST_PLAN = 200_000_000  # bytes
LARGEST_RECORD = 1_000_000  # bytes in a run's file besides its vectors


def file_name(settings: TrainSettings) -> str:
    """The name of a run's file: its seed, and a hash of all settings."""
    written = json.dumps(asdict(settings), sort_keys=True)
    return f"seed-{settings.seed:04d}-{hashlib.sha256(written.encode()).hexdigest()[:10]}.npz"


def prepare(folder: Path, text: TextSettings, facts: Facts, runs: list[TrainSettings]) -> list:
    """Write the plan of a sweep, or add to an existing one; returns the runs that are not stored
    yet.

    UserError if the folder cannot be written, or belongs to a sweep over another text.
    """
    export.check_writable(folder)
    files.clean(folder)
    path, old = Path(folder) / PLAN, dict[TrainSettings, str]()
    if path.exists():
        _, old_facts, old = read_plan(folder)
        # Compared by content: the same text may have another path
        if old_facts.digest != facts.digest:
            raise UserError(f"{path} belongs to a sweep over another text; choose another folder.")
    stored = {settings: name for settings, name in old.items() if (path.parent / name).exists()}
    planned = {settings: file_name(settings) for settings in (*old, *runs)} | stored
    content = {
        "format": FORMAT,
        "text": asdict(text),
        "facts": {**{name: getattr(facts, name) for name in TOLD}, "counts": facts.counts.tolist()},
        "runs": [
            {"file": name, "settings": asdict(settings)} for settings, name in planned.items()
        ],
    }
    _write(path, json.dumps(content, ensure_ascii=False).encode())
    return [
        settings
        for settings in runs
        if read_run(folder, planned[settings], settings, facts) is None
    ]


def store(folder: Path | str, trial: Trial) -> None:
    """Write the file of one finished run; UserError if it cannot be written."""
    record = {
        f.name: getattr(trial, f.name)
        for f in fields(Trial)
        if f.name not in ("settings", "vectors", "windows")
    }
    record |= {
        "settings": asdict(trial.settings),
        "windows": trial.windows and asdict(trial.windows),
    }
    record["check"] = _check(record, trial.vectors)
    data = io.BytesIO()
    np.savez(
        data,
        vectors=trial.vectors,
        record=np.frombuffer(json.dumps(record).encode(), dtype=np.uint8),
    )
    _write(Path(folder) / file_name(trial.settings), data.getvalue())


def read_plan(folder: str | Path) -> tuple[TextSettings, Facts, dict[TrainSettings, str]]:
    """Read the plan: TextSettings, Facts, and the file name of each planned run by its settings.

    UserError if there is no plan, or if it is damaged.
    """
    path = Path(folder) / PLAN
    if not path.is_file():
        raise UserError(f"{folder} holds no sweep: there is no {path}.")
    try:
        if path.stat().st_size > LARGEST_PLAN:
            raise ValueError("size")
        content = json.loads(path.read_bytes())
        json.dumps(content, ensure_ascii=False).encode()  # refuses halves of letters
        if content["format"] != FORMAT:
            raise ValueError(content["format"])
        told = content["facts"]
        counts = np.array(told["counts"], dtype=np.int64)
        facts = Facts(
            **{name: told[name] for name in TOLD}
            | {"words": tuple(told["words"]), "counts": counts}
        )
        _check_facts(facts)
        planned = {
            check(TrainSettings(**run["settings"])): _plain(run["file"]) for run in content["runs"]
        }
        if not planned:
            raise ValueError("runs")
        return check(TextSettings(**content["text"])), facts, planned
    except BROKEN as error:
        raise UserError(f"{path} was cut off or edited: it is not the plan of a sweep.") from error


def _check_facts(facts):
    """ValueError if the facts cannot be those of a text."""
    texts = (*facts.words, facts.digest, *facts.notes, *facts.groups, *facts.glosses)
    texts = (
        *texts,
        *facts.glosses.values(),
        *(w for group in facts.groups.values() for w in group),
    )
    numbers = facts.sentences, facts.tokens, facts.different
    ordered = (facts.counts > 0).all() and (np.diff(facts.counts) <= 0).all()
    if (
        not all(isinstance(text, str) for text in texts)
        or not all(type(number) is int and 0 <= number < 2**53 for number in numbers)
        or facts.counts.shape != (len(facts.words),)
        or len(set(facts.words)) != len(facts.words)
        or not ordered
        or int(facts.counts[:1].sum()) > facts.tokens
    ):
        raise ValueError("facts")


def _plain(name):
    """A checked file name; ValueError if it could lead out of the folder."""
    if not re.fullmatch(r"[\w.-]{1,200}\.npz", name):
        raise ValueError("file")
    return name


def read_run(folder: Path | str, name: str, settings: TrainSettings, facts: Facts) -> Trial | None:
    """The Trial of one run, or None if its file does not exist yet; UserError if it is damaged or
    belongs to another text.
    """
    path = Path(folder) / name
    if not path.exists():
        return None
    try:
        with zipfile.ZipFile(path) as members:
            size = sum(member.file_size for member in members.infolist())
        if size > len(facts.words) * settings.dim * 8 + LARGEST_RECORD:
            raise ValueError("size")
        with np.load(path, allow_pickle=False) as data:
            vectors, record = data["vectors"], json.loads(data["record"].tobytes())
        given = record.pop("check")
        windows = record["windows"] and WindowLoss(**record["windows"])
        trial = Trial(
            **record
            | {
                "settings": TrainSettings(**record["settings"]),
                "windows": windows,
                "vectors": vectors,
            }
        )
        if given != _check(record, vectors) or trial.settings != settings:
            raise ValueError("check")
        _check_numbers(trial)
    except BROKEN as error:
        raise UserError(
            f"{path} was cut off or edited; delete it and run the sweep again."
        ) from error
    if trial.digest != facts.digest or vectors.shape != (len(facts.words), settings.dim):
        raise UserError(
            f"{path} belongs to another text than {PLAN}; delete it and run the sweep again."
        )
    return trial


def _check_numbers(trial):
    """ValueError if the numbers cannot be those of a run."""
    measured = [getattr(trial, name) for name in MEASURED]
    windows = asdict(trial.windows).values() if trial.windows else ()
    numbers = np.array([*measured, trial.diverged or 0.0, *windows])
    lengths = np.square(trial.vectors).sum()
    if (
        numbers.dtype != float
        or trial.vectors.dtype != np.float32
        or not np.isfinite([*numbers, lengths]).all()
        or min(trial.loss, trial.without_center) <= 0
    ):
        raise ValueError("numbers")


def trials(
    folder: str | Path,
    runs: tuple[TrainSettings, TrainSettings, TrainSettings] | list[TrainSettings],
    stamp: int,
) -> Iterator[Progress | list[Trial]]:
    """Read runs of a folder as a task; yields Progress, then a list of those that are finished.

    stamp: changes when the folder changes, so a cached result is not used again.
    """
    _, facts, planned = read_plan(folder)
    found = []
    for n, settings in enumerate(runs):
        found.append(read_run(folder, planned[settings], settings, facts))
        yield Progress((n + 1) / len(runs))
    yield [trial for trial in found if trial]


def _check(record, vectors):
    """A hash of the content of a run's file."""
    told = hashlib.sha256(json.dumps(record, sort_keys=True).encode())
    told.update(np.ascontiguousarray(vectors).tobytes())
    return told.hexdigest()


def _write(path, data):
    try:
        files.write_whole(path, data)
    except OSError as error:
        raise UserError(f"Cannot write {path}: {error.strerror or error}.") from error
