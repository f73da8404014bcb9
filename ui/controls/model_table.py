"""The controls of a model: its text and its training, the same on every page of word2vec.

Ranges, choices and defaults are those of the settings in core; a slider may stay within them.
"""

from core.settings import TextSettings, TrainSettings, knobs
from core.word2vec.training import TRAINERS
from ui.controls.control import Choice, Number, Text
from ui.controls.pages import COMPARE, EQUATIONS, EXPLORE, OPTIMIZERS, SEEDS, TEXT, TRAIN

KNOBS = {**knobs(TextSettings), **knobs(TrainSettings)}
MODEL = TRAIN, SEEDS, EXPLORE, COMPARE, EQUATIONS, OPTIMIZERS
TEXTS = TRAIN, TEXT, SEEDS, EXPLORE, COMPARE, EQUATIONS, OPTIMIZERS
LENGTH, RATE, WORDS, WRITTEN, FILE, SAMPLING, STREAMS = (
    "Length of training",
    "Learning rate",
    "Vocabulary",
    "Generated text",
    "How the file is read",
    "Loss and sampling",
    "Random streams",
)
GROUPS = LENGTH, RATE, SAMPLING, WORDS, WRITTEN, FILE, STREAMS
TITLES = {
    "negative-sampling": "negative sampling",
    "exact": "exact (no sampling)",
    "drawn": "random for each word",
    "expected": "expected value",
    "halved": "halved midway",
}


def _number(key, label, low=None, high=None, **row):
    data = KNOBS[key].metadata
    row = {"pages": MODEL, "default": KNOBS[key].default, "help": _sentence(key)} | row
    return Number(
        key=key,
        label=label,
        low=data["low"] if low is None else low,
        high=data["high"] if high is None else high,
        **row,
    )


def _choice(key, label, options=None, **row):
    options = KNOBS[key].metadata["choices"] if options is None else options
    row = {"pages": MODEL, "default": KNOBS[key].default, "help": _sentence(key)} | row
    return Choice(
        key=key, label=label, options={one: TITLES.get(one, one) for one in options}, **row
    )


def _stream(key, label):
    """A seed of one stream of randomness: empty follows the seed."""
    return _number(
        key,
        label,
        low=0,
        default=None,
        empty=-1,
        step=1,
        placeholder="same as Seed",
        group=STREAMS,
        help="Empty: this part of the randomness follows Seed, as the others do.",
    )


def _sentence(key):
    said = KNOBS[key].metadata["help"]
    said = said.removeprefix("generated text: ").removeprefix("of a file: ")  # its group says so
    return said[0].upper() + said[1:] + "."


def _file(key, label):
    return _choice(key, label, pages=TEXTS, group=FILE)


ROWS = (
    Choice(
        key="corpus",
        label="Text",
        pages=TEXTS,
        default=KNOBS["corpus"].default,
        help=_sentence("corpus"),
        missing=" Texts of visitors are deleted when the server stops.",
        old=("opt_words_text",),
    ),
    _number("seed", "Seed", 0, 99, old=("opt_words_seed",)),
    _number("dim", "Dimension", 2, 100, old=("opt_words_dim",)),
    _number("window", "Window size C", 1, 10),
    _number("negatives", "Negative samples K", 1, 20),
    _number("epochs", "Epochs", 1, 100, group=LENGTH, old=("opt_words_epochs",)),
    _number(
        "iterations",
        "Training steps on random windows",
        1,
        200_000,
        default=None,
        empty=0,
        step=1_000,
        placeholder="epochs",
        group=LENGTH,
        help="So many steps, each on windows drawn at random. Empty: passes over the text, as many "
        "as Epochs says.",
    ),
    _number("batch", "Batch size (center words)", 16, 8_192, group=LENGTH),
    _choice("optimizer", "Optimizer", tuple(TRAINERS), group=RATE),
    _number(
        "lr",
        "Learning rate",
        0.0,
        1_000.0,
        default=None,
        empty=0,
        step=0.01,
        format="%g",
        placeholder="the optimizer's default",
        group=RATE,
        help="Empty: the default of the optimizer.",
    ),
    _choice("schedule", "Learning rate over time", group=RATE),
    _number("average", "Share of the steps averaged", step=0.1, format="%g", group=RATE),
    _number("decay", "Weight decay", step=1e-4, format="%g", group=RATE),
    _number("l2", "L2 strength", step=1.0, format="%g", group=RATE),
    _choice("loss", "Loss", group=SAMPLING),
    _choice("window_mode", "Window around each word", group=SAMPLING),
    _number("noise_power", "Noise exponent (count^a)", step=0.05, format="%g", group=SAMPLING),
    _number(
        "subsample",
        "Subsampling threshold t",
        default=None,
        empty=0,
        step=1e-4,
        format="%g",
        placeholder="off",
        group=SAMPLING,
        help="Frequent words are dropped now and then, at random: those that make up more than a "
        "share of the text, which is t by the paper's formula and 2.6 t by that of word2vec.c. "
        "Empty: all are kept.",
    ),
    _choice("thinning", "Subsampling formula", group=SAMPLING),
    _number("min_count", "Minimum occurrences", pages=TEXTS, step=1, group=WORDS),
    _number("max_vocabulary", "Largest vocabulary", pages=TEXTS, step=1_000, group=WORDS),
    _number(
        "tokens", "Length of the text (words)", 5_000, 500_000, pages=TEXTS, step=5_000, group=WORDS
    ),
    _number("rare", "Share of rare words", pages=TEXTS, step=0.05, group=WRITTEN),
    _number("mixing", "Share of sentences with two topics", pages=TEXTS, step=0.05, group=WRITTEN),
    _number("text_seed", "Seed of the text", pages=TEXTS, step=1, group=WRITTEN),
    _file("encoding", "Encoding"),
    _file("format", "Format"),
    Text(
        key="column",
        label="Column",
        pages=TEXTS,
        default="auto",
        most=100,
        group=FILE,
        help=_sentence("column"),
    ),
    _file("sentence_end", "Ends of sentences"),
    _file("abbreviations", "After an abbreviation"),
    _file("markup", "Tags and addresses"),
    _file("segment", "Words without spaces between"),
    _stream("init_seed", "Seed for the start vectors"),
    _stream("order_seed", "Seed for the text order"),
    _stream("negatives_seed", "Seed for the negative samples"),
)
