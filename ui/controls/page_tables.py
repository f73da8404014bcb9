"""The controls that belong to one page each."""

from core.equations import expressions, one_step
from core.equations.derivations import TARGETS
from core.equations.differences import EXPONENTS, PRECISIONS
from core.optimizers import surfaces
from core.optimizers.rules import OPTIMIZERS as RULES
from core.optimizers.trajectories import RaceSettings
from core.settings import knobs
from ui.controls import pages
from ui.controls.control import Choice, Number, Several, Switch, Text

OWN = "own"


def _named(*names):
    return {name: name for name in names}


def _short(values, form="g"):
    return {value: f"{value:{form}}" for value in values}


# --- Train, and the pictures of Seeds

SHOW = {"exercise": "The exercise", "groups": "Groups", "frequent": "Frequent", OWN: "My words"}
PICTURES = pages.TRAIN, pages.SEEDS, pages.EXPLORE, pages.COMPARE
TRAIN = (
    Choice(
        key="show",
        label="Words to plot",
        pages=PICTURES,
        default="exercise",
        options=SHOW,
        said_before={"My own": OWN},
    ),
    Text(
        key="words",
        label="My words (a semicolon starts a new group)",
        pages=PICTURES,
        most=2_000,
    ),
    Switch(
        key="normalize",
        label="Normalize",
        pages=PICTURES,
        default=True,
        help="Divides each vector by its length before the picture is drawn. What remains is its "
        "direction, by which cosine similarity judges neighbors.",
    ),
    Switch(
        key="as_computed",
        label="Axes as computed",
        pages=(pages.TRAIN,),
        help="Off: the picture is turned and mirrored onto the last one shown here, which changes "
        "no distance. On: the axes are the two main directions of the vectors; which way they "
        "point is an accident of each run.",
    ),
    Text(key="word", label="Nearest neighbors of", pages=(pages.TRAIN, pages.EXPLORE), most=100),
)

# --- Seeds

PARTS = (
    "Many seeds",
    "Your board",
    "Which randomness",
    "Other causes",
    "The exercise",
    "A finished sweep",
)


def _seeds(key, label, low, high, default, **row):
    return Number(
        key=key, label=label, low=low, high=high, default=default, pages=(pages.SEEDS,), **row
    )


SEEDS = (
    Choice(
        key="seeds_part",
        label="Question",
        pages=(pages.SEEDS,),
        default=PARTS[0],
        options=_named(*PARTS),
    ),
    _seeds(
        *("seeds_n", "Number of seeds", 2, 50, 16),
        help="The seed of the sidebar and those that follow it.",
    ),
    _seeds("seeds_k", "Nearest neighbors k", 1, 50, 10),
    _seeds(
        "seeds_floor",
        "Minimum occurrences to compare",
        1,
        200,
        20,
        help="Only words that occur at least this often are compared, and count as neighbors; "
        "where fewer than three for each neighbor do, rarer ones join them.",
    ),
    _seeds(
        "seeds_levels",
        "Seeds for each part of the randomness",
        2,
        4,
        3,
        help="Every seed of one part is combined with every seed of the others: with m seeds each, "
        "m × m × m runs.",
    ),
    _seeds("seeds_each", "Seeds for each learning rate", 2, 8, 3),
    Choice(key="seeds_map", label="Axes of the maps", pages=(pages.SEEDS,)),
    Choice(key="seeds_folder", label="Sweep", pages=(pages.SEEDS,)),
    Text(key="board", label="Words placed by hand", pages=(pages.SEEDS,), most=2_000),
    Switch(
        key="board_judged",
        label="Compare with the seeds",
        pages=(pages.SEEDS,),
        help="Trains the seeds, and shows how many neighbors each shares with your board.",
    ),
    Choice(key="seeds_cell", label="Settings", pages=(pages.SEEDS,)),
    Switch(
        key="seeds_aligned",
        label="Align the pictures",
        pages=(pages.SEEDS,),
        default=True,
        help="Turn and mirror each picture so that it fits the first as well as it can "
        "(orthogonal Procrustes). Turning and mirroring change no distance: switch it off to see "
        "how different the same result can look.",
    ),
)

# --- Equations

VIEWS = "One step", *"abcdef", "Find the mistake", "Published values"
# The questions of the exercise by their letters
LETTERS = {
    "a": "(a) loss",
    "b": "(b) ∂J/∂v",
    "c": "(c) ∂J/∂U",
    "d": "(d) σ′",
    "e": "(e) sampling",
    "f": "(f) window",
}
OF = {
    "v_c": "center vector v",
    "u_o": "outside vector u",
    "u_k": "vectors u of the negatives",
    "U": "outside vectors U",
    "V": "center vectors V",
}
GRADIENTS = {
    name: f"{loss}: {OF.get(what, what)}" for name in TARGETS for loss, what in [name.split(": ")]
}
STEPS = [f"1e{e:g}" for e in EXPONENTS if e == int(e)]
SOURCES = "a few words", "the trained model"


def _scene(kind, key, label, **row):
    return kind(key=key, label=label, pages=(pages.EQUATIONS,), **row)


EQUATIONS = (
    _scene(Choice, "gr_view", "Look at", default=VIEWS[0], options=_named(*VIEWS) | LETTERS),
    _scene(Choice, "gr_loss", "Loss", default=one_step.KINDS[0], options=_named(*one_step.KINDS)),
    _scene(Choice, "gr_source", "Vectors of", default=SOURCES[0], options=_named(*SOURCES)),
    _scene(Text, "gr_words", "Words (5 to 8)", lines=2, default="water river fish bank money boat"),
    _scene(Number, "gr_dim", "Dimension", low=one_step.DIMS[0], high=one_step.DIMS[1], default=2),
    _scene(Number, "gr_seed", "Seed of the vectors", low=0, high=99, default=1),
    _scene(Number, "gr_noise_seed", "Seed of the drawn negatives", low=0, high=99, default=1),
    _scene(Choice, "gr_center", "Center word c", old=("gr_centre",)),
    _scene(Text, "gr_outside", "Outside words, o first", default="river fish"),
    _scene(Text, "gr_negatives", "Negatives, repeats allowed", default="money money bank"),
    _scene(Text, "gr_V", "Center vectors V", lines=4, most=2_000),
    _scene(Text, "gr_U", "Outside vectors U", lines=4, most=2_000),
    _scene(Text, "gr_trained_center", "Center word c", old=("gr_trained_centre",)),
    _scene(Text, "gr_trained_outside", "Outside words, o first"),
    _scene(Text, "gr_trained_negatives", "Negatives (empty: drawn at random)"),
    _scene(Number, "gr_K", "Number of drawn negatives", low=1, high=5, default=3),
    _scene(
        Number,
        "gr_lr",
        "Learning rate",
        low=0.0,
        high=5.0,
        default=1.0,
        step=0.1,
        help="w ← w − lr · gradient, for v_c and all rows of U",
    ),
    _scene(Number, "gr_x", "x", low=-8.0, high=8.0, default=1.0, step=0.1),
    _scene(
        Choice, "gr_h", "h in (J(w + h) − J(w − h)) / 2h", default="1e-5", options=_named(*STEPS)
    ),
    _scene(
        Choice,
        "gr_precision",
        "Precision",
        default="float64",
        options=_named(*PRECISIONS),
    ),
    _scene(Choice, "gr_target", "The gradient", default=next(iter(TARGETS)), options=GRADIENTS),
    _scene(Choice, "gr_derivation", "A derivation", default="A"),
    _scene(Switch, "gr_vote", "Vote first: hide the check", default=True),
    _scene(
        Text,
        "gr_expression",
        "My derivation, as a NumPy expression",
        most=expressions.LENGTH,
        placeholder="U.T @ (y_hat - y)",
    ),
)

# --- Optimizers

RACE = knobs(RaceSettings)
ARROWS = "gradient", "velocity", "effective step"
LRS = (
    *(float(f"{digit}e{power}") for power in range(-5, 1) for digit in (1, 2, 5)),
    10.0,
    100.0,
    1e6,
)
RULE_TITLES = {name: rule.title for name, rule in RULES.items()}
SURFACES = {name: surfaces.find(name).title for name in surfaces.BUILDERS}


def _race(key, label, **row):
    data = RACE[key].metadata
    row = {"low": data["low"], "high": data["high"], "help": data["help"]} | row
    return Number(
        key=f"opt_{key}",
        label=label,
        pages=(pages.OPTIMIZERS,),
        **({"default": RACE[key].default} | row),
    )


def _opt(kind, key, label, **row):
    return kind(key=key, label=label, pages=(pages.OPTIMIZERS,), **row)


OPTIMIZERS = (
    _opt(
        Choice,
        "opt_loss",
        "Loss to minimize",
        default="test surface",
        options=_named("test surface", "word2vec"),
    ),
    _opt(
        Choice,
        "opt_surface",
        "Surface",
        default=next(iter(SURFACES)),
        options=SURFACES,
        said_before={"Noisy bowl (stochastic gradients)": "noisy bowl"},
    ),
    _opt(
        Several,
        "opt_which",
        "Optimizers",
        default=["sgd", "momentum", "adam"],
        options=RULE_TITLES,
        old=("opt_words_which",),
    ),
    _opt(
        Choice,
        "opt_rates",
        "Learning rates",
        default="equal",
        options={"equal": "one for all", "best": "best for each"},
    ),
    _opt(Choice, "opt_lr", "Learning rate for all", default=0.1, options=_short(LRS)),
    _race("condition", "Condition number", high=300.0, step=1.0, format="%d"),
    _race("steps", "Steps", step=50),
    _race("x", "Start x", step=0.01),
    _race("y", "Start y", step=0.01),
    _race("beta", "β: momentum (Adam's β₁)", step=0.01),
    _race("rho", "ρ: RMSProp's mean of squares", step=0.01),
    _race("beta2", "β₂: Adam's mean of squares", step=0.001, format="%.3f"),
    _race("decay", "λ: decoupled weight decay", step=0.0005, format="%.4f"),
    _opt(
        Switch,
        "opt_bias_correction",
        "Adam's bias correction",
        default=True,
        help=RACE["bias_correction"].metadata["help"],
    ),
    _race("noise", "Noise of the gradient (standard deviation)", step=0.1),
    _race("seed", "Seed of the noise"),
    _opt(
        Several,
        "opt_arrows",
        "Arrows",
        default=list(ARROWS[:2]),
        options=_named(*ARROWS),
        help="Gradient (dashed): minus the gradient, with its noise where there is some. Velocity: "
        "what momentum and Adam carry along. "
        "Effective step: the box shows how far the point moves along x and along y for one unit of "
        "what its rule multiplies by a rate, such as the gradient, the velocity or Adam's m̂. "
        "Directions are true, lengths are compressed.",
    ),
    _opt(
        Choice,
        "opt_told",
        "Arrows and numbers of",
        help="The optimizer whose arrows are drawn and whose steps are written out.",
    ),
    _opt(
        Choice,
        "opt_more",
        "Experiments",
        default="race",
        options={
            "race": "Fair race",
            "map": "Momentum's map",
            "noise": "Why low variance helps",
            "bias": "Bias correction",
        },
    ),
    _opt(
        Choice,
        "opt_measure",
        "Which parameters get larger updates?",
        default="effective rate",
        options=_named("effective rate", "update", "gradient"),
    ),
    _opt(
        Switch,
        "opt_dense",
        "Update all rows in each step",
        help="Off (lazy): a step changes only the rows of the words in its batch, and Adam counts "
        "the steps of each row for its bias correction. On (dense): each step applies the rule to "
        "all rows, as its paper has it. A word outside the batch then has a gradient of zero, but "
        "its running means fade, and momentum and weight decay move it.",
    ),
    *(
        _opt(
            Number,
            f"opt_lr_{name}",
            f"Learning rate of {rule.title}",
            low=0.0,
            high=1e6,
            empty=0,
            step=0.01,
            format="%g",
            placeholder=f"{rule.lr:g}",
            help="Empty: the default of the optimizer.",
        )
        for name, rule in RULES.items()
    ),
)
