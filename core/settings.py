"""Every knob of the program: its default, its range, its unit and the reason for the default."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Protocol, TypeVar

from core.errors import UserError

LOSSES = ("negative-sampling", "softmax")
WINDOWS = ("drawn", "expected")
THINNINGS = ("word2vec.c", "paper")
SCHEDULES = ("linear", "constant", "halved", "cosine")
# How a file is read; "auto" decides by its content
ENCODINGS = (
    *("auto", "utf-8", "utf-16", "cp1250", "iso-8859-2", "cp1252", "cp1251", "koi8-r", "cp852"),
    *("cp866", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "iso-8859-5", "cp874"),
    *("gb18030", "big5", "shift-jis", "euc-jp", "euc-kr", "latin-1"),
)
FORMATS = ("auto", "prose", "table", "json", "subtitles", "chat", "html", "word a line")
SENTENCE_ENDS = ("auto", "lines", "blank lines", "only lines")
ABBREVIATIONS = ("auto", "go on", "end")
MARKUP = ("auto", "remove", "keep")
SEGMENTERS = ("auto", "none", "chinese", "japanese", "thai")


def knob(
    default: float | str,
    low: float | None = None,
    high: float | None = None,
    *,
    help: str,
    choices: Sequence[str | bool] | None = None,
) -> Any:
    """A dataclass field with its range (inclusive) or choices, and a sentence of help."""
    return field(
        default=default, metadata={"low": low, "high": high, "choices": choices, "help": help}
    )


@dataclass(frozen=True)
class TextSettings:
    """What the model reads."""

    corpus: str = knob("polish", help="the text to learn from: one of the program's, or your own")
    tokens: int = knob(
        60_000,
        1_000,
        2_000_000,
        help="length of a text that is generated or collected, in words",
    )
    rare: float = knob(
        0.15,
        0.0,
        1.0,
        help="generated text: share of the places in a sentence that are filled evenly from the "
        "rarer half of the words that fit; the others follow Zipf's law",
    )
    mixing: float = knob(
        0.1,
        0.0,
        1.0,
        help="generated text: chance that a statement is joined with another one, whose topic is "
        "drawn anew",
    )
    text_seed: int = knob(
        0, 0, 2**31 - 1, help="generated text: seed of the generator that writes it"
    )
    # A word that occurs once or twice has too few neighbors to learn from
    min_count: int = knob(3, 1, 1_000, help="words that occur less often are left out")
    max_vocabulary: int = knob(
        20_000, 2, 200_000, help="at most this many words are kept, the most frequent ones"
    )
    encoding: str = knob(
        "auto", help="of a file: how its bytes are turned into letters", choices=ENCODINGS
    )
    format: str = knob("auto", help="of a file: what kind of file it is read as", choices=FORMATS)
    column: str = knob("auto", help="of a table or JSON: name or number of the column to read")
    sentence_end: str = knob(
        "auto", help="of a file: whether each line ends a sentence", choices=SENTENCE_ENDS
    )
    abbreviations: str = knob(
        "auto",
        help="of a file: whether a sentence goes on after the full stop of an abbreviation or an "
        "initial, and before a small letter",
        choices=ABBREVIATIONS,
    )
    markup: str = knob(
        "auto",
        help="of a file: whether tags, entities and web addresses are dropped",
        choices=MARKUP,
    )
    segment: str = knob(
        "auto", help="of a file: a language that writes no spaces between words", choices=SEGMENTERS
    )


@dataclass(frozen=True)
class TrainSettings:
    """How the model learns."""

    seed: int = knob(
        1,
        0,
        2**31 - 1,
        help="start vectors, and all that is drawn at random during training, follow from it",
    )
    # As in the exercise
    dim: int = knob(10, 2, 300, help="how many numbers each vector holds")
    # As in the exercise
    window: int = knob(
        5,
        1,
        20,
        help="C: largest distance between a center word and a context word; words that are left "
        "out do not count",
    )
    # 5 to 20 for small texts (Mikolov et al. 2013)
    negatives: int = knob(
        5, 1, 50, help="K: words drawn from the noise distribution for each real pair"
    )
    loss: str = knob("negative-sampling", help="what is minimized", choices=LOSSES)
    # Works over a wide range of learning rates
    optimizer: str = knob(
        "adagrad",
        help="the rule that turns a gradient into a step. Here it moves only the vectors that have "
        "a gradient: those of the words of its batch, and with softmax all context vectors "
        "(Adagrad adds a little L2 on them). Exact: no sampling and no learning rate",
    )
    lr: float = knob(0.0, 0.0, 1e9, help="learning rate; 0 = the optimizer's own default")
    # Shrinks the vectors by about 1% in a default run
    decay: float = knob(
        1e-4,
        0.0,
        1.0,
        help="decoupled weight decay in each step, of the vectors that it moves, for AdamW and "
        "SGDW",
    )
    # Measured in benchmarks/README.md
    l2: float = knob(3.0, 0.0, 1e6, help="L2 strength of the exact solver, on every vector")
    # Enough for clusters on the default text
    epochs: int = knob(4, 1, 1_000, help="passes over the text; for the exact solver, its sweeps")
    # Large enough for matrix products
    batch: int = knob(1_024, 1, 65_536, help="center words for each step")
    iterations: int = knob(
        0, 0, 10_000_000, help="steps on windows drawn at random; 0 = passes over the text"
    )
    window_mode: str = knob(
        "expected",  # the same gradient on average, with less variance
        help="how far the window around a center word reaches: drawn from 1 to C, or each context "
        "word counted with the chance that such a window holds it",
        choices=WINDOWS,
    )
    schedule: str = knob(
        "linear",
        help="what the learning rate does during training: it falls linearly to zero, stays "
        "constant, is halved midway, or falls along a cosine",
        choices=SCHEDULES,
    )
    # Off, as in word2vec; half of the run in the control “less noise” of the verdict
    average: float = knob(
        0.0,
        0.0,
        1.0,
        help="share of the steps, at the end of training, over which the vectors are averaged; "
        "0 = the vectors after the last step",
    )
    # Off: it helps large texts only
    subsample: float = knob(
        0.0, 0.0, 1.0, help="threshold t of subsampling frequent words; 0 = keep all"
    )
    thinning: str = knob(
        "word2vec.c",
        help="subsampling formula: that of word2vec.c keeps more words than the paper's",
        choices=THINNINGS,
    )
    # Mikolov et al. 2013
    noise_power: float = knob(
        0.75, 0.0, 1.0, help="negative samples are drawn in proportion to count to the power of a"
    )
    init_seed: int = knob(-1, -1, 2**31 - 1, help="start vectors only; -1 = follow the seed")
    order_seed: int = knob(-1, -1, 2**31 - 1, help="order and windows only; -1 = follow the seed")
    negatives_seed: int = knob(-1, -1, 2**31 - 1, help="negatives only; -1 = follow the seed")


class Dataclass(Protocol):
    """Any dataclass; settings are dataclasses whose fields come from `knob`."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


Settings = TypeVar("Settings", bound=Dataclass)


def knobs(settings_class: type[Dataclass]) -> dict[str, Any]:
    """The fields of a settings class by name."""
    return {f.name: f for f in fields(settings_class)}


def check(settings: Settings) -> Settings:
    """Return the settings; UserError names the first one that has a wrong type or value."""
    for f in fields(settings):
        value, (low, high, choices) = getattr(settings, f.name), _range(f)
        if not _is(value, f.type):
            raise UserError(f"{f.name} must be {KINDS[f.type]}, not {str(value)[:40]!r}.")
        if low is not None and not low <= value <= high:  # also refuses nan
            raise UserError(f"{f.name} must be from {low:,} to {high:,}, not {value:,}.")
        if choices and value not in choices:
            raise UserError(f"{f.name} must be one of {', '.join(choices)}, not {value!r}.")
    return settings


KINDS: dict[Any, str] = {int: "a whole number", float: "a number", str: "a text"}


def _is(value, kind):
    """True if a value has the type of its knob; whole numbers are numbers, True is not."""
    wanted = (int, float) if kind is float else kind
    return kind not in KINDS or (isinstance(value, wanted) and not isinstance(value, bool))


def _range(f):
    return f.metadata["low"], f.metadata["high"], f.metadata["choices"]
