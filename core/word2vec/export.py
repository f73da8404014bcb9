"""Files of a finished run: vectors in the text format of word2vec, and a record of the run."""

import json
import math
import platform
import tempfile
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from core import files
from core.errors import UserError
from core.settings import TextSettings, TrainSettings, check, knobs
from core.texts.corpus import Corpus, Facts
from core.vectors import vector_files
from core.word2vec.training import Run

RECORD = 5_000_000  # bytes of a run.json that are read
# What reading a broken or hostile record can raise
UNREADABLE = UserError, OSError, ValueError, TypeError, LookupError, ArithmeticError, RecursionError


def record(corpus: Facts, text: TextSettings, run: Run) -> dict:
    """Everything about a run except its vectors, as a dictionary for JSON."""
    return {
        "settings": {**asdict(text), **asdict(run.settings)},
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("numpy", "scipy")},
        },
        "corpus": {"digest": corpus.digest, "notes": list(corpus.notes)},
        "sentences": corpus.sentences,
        "tokens": corpus.tokens,
        "tokens_in_vocabulary": corpus.tokens_in_vocabulary,
        "vocabulary": len(corpus.words),
        "coverage": corpus.coverage,
        "pairs": run.pairs,
        "seconds": run.seconds,
        "loss_unit": "nats per pair; times 1 + negatives for the sum over the terms of one real "
        "pair",
        "loss_at_start": run.references.at_start,
        "loss_without_center": run.references.without_center,
        "loss": run.losses.loss,
        "loss_standard_error": run.losses.error,
        "loss_shuffled": run.losses.shuffled,
        "centers_judged": run.references.centers,
        "loss_curve": [
            {"epoch": epoch, "loss": loss, "shuffled": shuffled}
            for epoch, loss, shuffled in run.curve
        ],
        "diverged_at_epoch": run.diverged,
    }


@dataclass(frozen=True)
class Record:
    """What the record of a run says, as far as two runs are compared by it."""

    text: TextSettings
    settings: TrainSettings
    digest: str  # of the text
    curve: tuple[tuple[float, float], ...]  # (epoch, loss) of each snapshot
    without_center: float  # the best loss from word frequencies alone


def read_record(folder: str | Path) -> Record | None:
    """Read the run.json of a folder; None without one. UserError if it is not a record."""
    path = Path(folder) / "run.json"
    if not path.is_file():
        return None
    try:
        if path.stat().st_size > RECORD:
            raise ValueError
        found = json.loads(path.read_text("utf-8"))
        given = found["settings"]
        text = check(TextSettings(**_known(TextSettings, given)))
        settings = check(TrainSettings(**_known(TrainSettings, given)))
        curve = tuple((float(one["epoch"]), float(one["loss"])) for one in found["loss_curve"])
        without_center = float(found["loss_without_center"])
        epochs = [epoch for epoch, _ in curve]
        if not (epochs and epochs[-1] and math.isfinite(sum(epochs) / without_center)):
            raise ValueError
        digest = str(found["corpus"]["digest"])
    except UNREADABLE as error:
        raise UserError(f"{path.name} of this run cannot be read as the record of one.") from error
    return Record(text, settings, digest, curve, without_center)


def _known(kind, given):
    return {name: given[name] for name in knobs(kind) if name in given}


def check_writable(folder: Path | str) -> None:
    """Create the folder; UserError if files cannot be written there.

    Called before a long computation, so that the error does not come after it.
    """
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise UserError(f"Cannot write to {folder}: {error.strerror or error}.") from error


def write(folder: str | Path, corpus: Corpus, text: TextSettings, run: Run) -> None:
    """Write vectors.txt, context.txt and run.json, all or none; UserError if that is not
    possible.
    """
    folder = Path(folder)
    contents = {
        "vectors.txt": vector_files.text(corpus.words, run.center),
        "context.txt": vector_files.text(corpus.words, run.context),
        "run.json": json.dumps(record(corpus, text, run), indent=1, ensure_ascii=False) + "\n",
    }
    try:
        # Bytes of a path that are not UTF-8 are written as JSON escapes
        files.write_together(
            folder, {name: c.encode("utf8", "backslashreplace") for name, c in contents.items()}
        )
    except OSError as error:
        raise UserError(f"Cannot write to {folder}: {error.strerror or error}.") from error
