"""The controls of the pages about weight decay and dropout: key, which is also the name in the URL,
range and default.
"""

from core.networks import datasets, weight_decay
from core.networks.descent import WAYS
from ui.controls import mend_url

OWN = "own"
DECAY_RATES = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
PATH_DECAYS = (0.0, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
MC_DECAYS = (0.0, 1e-6, 1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 1e-2)
SOURCE_TITLES = {name: source.title for name, source in datasets.SOURCES.items()}
SIZE, SEEDS = "Samples to learn from", "Seeds (samples, start weights and batches differ)"

NUMBERS = {  # key: (label, low, high, default[, step])
    "decay_size": (SIZE, 1, datasets.LARGEST, 50),
    "decay_seeds": (SEEDS, 1, 20, 5),
    "decay_map_size": (SIZE, 1, datasets.LARGEST, 100),
    "decay_map_steps": ("Training steps", 20, 600, weight_decay.MAP_STEPS),
    "decay_map_seeds": ("Seeds (a cell is their mean)", 1, 10, 3),
    "drop_p": ("Dropout rate p", 0.0, 1.0, 0.3, 0.05),
    "drop_x1": ("Input 1", -2.0, 2.0, 0.5, 0.1),
    "drop_x2": ("Input 2", -2.0, 2.0, 0.2, 0.1),
    "drop_size": (SIZE, 1, datasets.LARGEST, 100),
    "drop_seeds": ("Seeds", 1, 20, 5),
    "drop_mc_p": ("Dropout rate p", 0.0, 1.0, 0.1, 0.05),
    "drop_length": ("Length scale l", 0.0, 3.0, 0.8, 0.05),
    "drop_T": ("Passes T", 1, 200, 200),
    "drop_n": ("Points drawn from the curve", 1, 100, 30),
    "drop_seed": ("Seed: points, start weights and masks", 0, 99, 0),
}
CHOICES = {  # key: (label, {option: how it is shown, here and in the URL}, default)
    "decay_data": ("Data", SOURCE_TITLES, "digits"),
    "decay_model": (
        "Model",
        {name: name.capitalize() for name in weight_decay.MODELS},
        weight_decay.MODELS[0],
    ),
    "decay_lambda": (
        "λ, the strength of L2",
        {lam: f"{lam:.2g}" for lam in weight_decay.LAMBDAS},
        weight_decay.LAMBDAS[5],
    ),
    "decay_path_lambda": ("λ, the same for all", {lam: f"{lam:g}" for lam in PATH_DECAYS}, 0.3),
    "decay_path_adam": (
        "Learning rate of Adam and AdamW",
        {lr: f"{lr:g}" for lr in DECAY_RATES},
        0.05,
    ),
    "decay_path_sgd": ("Learning rate of SGD", {lr: f"{lr:g}" for lr in DECAY_RATES}, 0.01),
    "decay_map_data": ("Data", SOURCE_TITLES, "digits"),
    "decay_map_schedule": (
        "Learning rate over time",
        {name: name for name in ("cosine", "constant")},
        "cosine",
    ),
    "drop_data": ("Data", SOURCE_TITLES, "moons"),
    "drop_count": (
        "Training passes to average over",
        {n: f"{n:,}" for n in (100, 300, 1_000, 3_000, 10_000)},
        10_000,
    ),
    "drop_curve": (
        "Points",
        {**{name: c.title for name, c in datasets.CURVES.items()}, OWN: "Only my own"},
        "gap",
    ),
    "drop_lambda": ("λ (weight decay)", {lam: f"{lam:g}" for lam in MC_DECAYS}, 1e-4),
}
PILLS = {
    "decay_ways": (
        "Ways of weight decay",
        {name: way.title for name, way in WAYS.items()},
        ["adam_l2", "adamw"],
    )
}


def mend():
    """Move what the URL says about these controls into its range, with a notice."""
    numbers = {key: entry[:4] for key, entry in NUMBERS.items()}
    mend_url(
        numbers,
        {
            key: (label, list(shown.values()), shown[default])
            for key, (label, shown, default) in CHOICES.items()
        },
    )


def slider(place, key, **options):
    """A slider over a range of numbers."""
    label, low, high, default, *step = NUMBERS[key]
    return place.slider(label, low, high, default, *step, key=key, bind="query-params", **options)


def ladder(place, key, **options):
    """A slider over a few values."""
    label, shown, default = CHOICES[key]
    return place.select_slider(
        label, list(shown), default, key=key, bind="query-params", format_func=shown.get, **options
    )


def segments(place, key, **options):
    """A choice of one, all in view."""
    label, shown, default = CHOICES[key]
    return place.segmented_control(
        label,
        list(shown),
        default=default,
        required=True,
        key=key,
        bind="query-params",
        format_func=shown.get,
        **options,
    )


def menu(place, key, **options):
    """A choice of one from a list."""
    label, shown, default = CHOICES[key]
    return place.selectbox(
        label,
        list(shown),
        list(shown).index(default),
        key=key,
        bind="query-params",
        format_func=shown.get,
        **options,
    )


def pills(place, key):
    """A choice of several, all in view."""
    label, shown, default = PILLS[key]
    return place.pills(
        label,
        list(shown),
        selection_mode="multi",
        default=default,
        key=key,
        bind="query-params",
        format_func=shown.get,
    )


def experiment(place, key, names):
    """Which part of a page is shown; its name is in the URL."""
    mend_url({}, {key: ("Experiment", list(names), names[0])})
    return place.segmented_control(
        "Experiment",
        names,
        default=names[0],
        required=True,
        key=key,
        bind="query-params",
        label_visibility="collapsed",
    )
