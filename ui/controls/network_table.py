"""The controls of the pages about small networks: weight decay and dropout."""

from core.networks import datasets, weight_decay
from core.networks.decay_training import DECAY_FORMS
from ui.controls import pages
from ui.controls.control import Choice, Number, Several, Switch, Text

OWN = "own"
DECAY_RATES = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
PATH_DECAYS = (0.0, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
MC_DECAYS = (0.0, 1e-6, 1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 1e-2)
SOURCE_TITLES = {name: source.title for name, source in datasets.SOURCES.items()}
SIZE, SEEDS = "Training samples", "Number of seeds"
EACH_SEED = "Each seed draws other samples, start weights and batches."
DECAY_PARTS = "L2 with little data", "Five ways on a surface", "Learning rate × decay"
DROPOUT_PARTS = "Training and evaluation", "Overfitting", "Uncertainty"
KEEP = (
    "The probability that a unit is dropped in a pass; the units that are kept are multiplied by "
    "1/(1 − p)."
)


def _short(values, form="g"):
    return {value: f"{value:{form}}" for value in values}


def _decay(kind, key, label, **row):
    return kind(key=f"decay_{key}", label=label, pages=(pages.WEIGHT_DECAY,), **row)


def _drop(kind, key, label, **row):
    return kind(key=f"drop_{key}", label=label, pages=(pages.DROPOUT,), **row)


def _in(low, high, default, step=None):
    return {"low": low, "high": high, "default": default, "step": step}


WEIGHT_DECAY = (
    _decay(
        Choice,
        "experiment",
        "Experiment",
        default=DECAY_PARTS[0],
        options={name: name for name in DECAY_PARTS},
    ),
    _decay(Choice, "data", "Data", default="digits", options=SOURCE_TITLES),
    _decay(
        Choice,
        "model",
        "Model",
        default=weight_decay.MODELS[0],
        options={name: name.capitalize() for name in weight_decay.MODELS},
    ),
    _decay(Number, "size", SIZE, **_in(1, datasets.LARGEST, 50)),
    _decay(Number, "seeds", SEEDS, help=EACH_SEED, **_in(1, 20, 5)),
    _decay(
        Choice,
        "lambda",
        "λ, the strength of L2",
        default=weight_decay.LAMBDAS[5],
        options=_short(weight_decay.LAMBDAS, ".2g"),
    ),
    _decay(Choice, "path_lambda", "λ, the same for all", default=0.3, options=_short(PATH_DECAYS)),
    _decay(
        Choice,
        "path_adam",
        "Learning rate of Adam and AdamW",
        default=0.05,
        options=_short(DECAY_RATES),
    ),
    _decay(Choice, "path_sgd", "Learning rate of SGD", default=0.01, options=_short(DECAY_RATES)),
    _decay(
        Several,
        "ways",
        "Ways of weight decay",
        default=["adam_l2", "adamw"],
        options={name: way.title for name, way in DECAY_FORMS.items()},
    ),
    _decay(Choice, "map_data", "Data", default="digits", options=SOURCE_TITLES),
    _decay(Number, "map_size", SIZE, **_in(1, datasets.LARGEST, 100)),
    _decay(Number, "map_steps", "Training steps", **_in(20, 600, weight_decay.MAP_STEPS)),
    _decay(
        Number,
        "map_seeds",
        SEEDS,
        help=f"{EACH_SEED} A cell shows the mean over them.",
        **_in(1, 10, 3),
    ),
    _decay(
        Choice,
        "map_schedule",
        "Learning rate over time",
        default="cosine",
        options={name: name for name in ("cosine", "constant")},
    ),
)
DROPOUT = (
    _drop(
        Choice,
        "experiment",
        "Experiment",
        default=DROPOUT_PARTS[0],
        options={name: name for name in DROPOUT_PARTS},
    ),
    _drop(Number, "p", "Dropout rate p", help=KEEP, **_in(0.0, 1.0, 0.3, 0.05)),
    _drop(Number, "x1", "Input 1", **_in(-2.0, 2.0, 0.5, 0.1)),
    _drop(Number, "x2", "Input 2", **_in(-2.0, 2.0, 0.2, 0.1)),
    _drop(
        Switch,
        "forgot",
        "You forgot eval()",
        help="The trained network predicts while it is still in training mode, so units are still "
        "dropped.",
    ),
    _drop(
        Choice,
        "count",
        "Training passes to average over",
        default=10_000,
        options=_short((100, 300, 1_000, 3_000, 10_000), ","),
    ),
    _drop(Choice, "data", "Data", default="moons", options=SOURCE_TITLES),
    _drop(Number, "size", SIZE, **_in(1, datasets.LARGEST, 100)),
    _drop(Number, "seeds", SEEDS, help=EACH_SEED, **_in(1, 20, 5)),
    _drop(
        Choice,
        "curve",
        "Points",
        default="gap",
        options={**{name: c.title for name, c in datasets.CURVES.items()}, OWN: "Only my own"},
    ),
    _drop(Number, "mc_p", "Dropout rate p", **_in(0.0, 1.0, 0.1, 0.05)),
    _drop(Choice, "lambda", "λ (weight decay)", default=1e-4, options=_short(MC_DECAYS)),
    _drop(
        Number,
        "length",
        "Length scale l",
        help="How far apart two x must be for their y to differ, as assumed before any point is "
        "seen. Here it matters through τ alone.",
        **_in(0.0, 3.0, 0.8, 0.05),
    ),
    _drop(
        Number,
        "T",
        "Passes T",
        help="Passes with dropout left on; their mean is the prediction.",
        **_in(1, 200, 200),
    ),
    _drop(Number, "n", "Points drawn from the curve", **_in(1, 100, 30)),
    _drop(Number, "seed", "Seed of points, start weights and masks", **_in(0, 99, 0)),
    _drop(
        Text,
        "points",
        "Your points as text: x y; x y; ...",
        most=4_000,
        placeholder="0.5 1.2; 3 -1",
    ),
)
