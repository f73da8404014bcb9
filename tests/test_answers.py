"""docs/answers.md stays true: each link opens a page whose controls take its values, and each
number is computed again, by core, for the settings of the last link before it.

A number is written **0.1966**<!--slope-->, right to its last digit, perhaps after "about" (to a
twentieth), "more than", "less than" or "fewer than"; the name after it is a function of this file.
"""

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs

import numpy as np
import pytest

from core.equations import cost, derivations, differences, one_step
from core.equations.derivations import REGISTRY
from core.networks import datasets, decay_surface, dropout, uncertainty, weight_decay
from core.optimizers import momentum, rules, surfaces, trajectories
from core.seeds import trial
from core.settings import TextSettings, TrainSettings, knobs
from core.texts import registry, words_to_plot
from core.vectors import neighbors_and_clusters
from core.word2vec import losses, optimizer_comparison, training
from ui.controls.pages import PAGES
from ui.controls.table import CONTROLS, seeds_from
from ui.dropout.uncertainty import HELD_OUT
from ui.dropout.view import ASKED
from ui.equations.cost import DIM
from ui.optimizers.experiments import EFFECTIVE, FIRST

DOCUMENT = Path("docs/answers.md").read_text(encoding="utf-8")
LINK = r"\]\(http://localhost:8501/(?P<page>\w*)\?(?P<query>[^)]*)\)"
NUMBER = (
    r"(?P<how>about\s|more\sthan\s|(?:less|fewer)\sthan\s|)\*\*(?P<text>[−\d.,]+)(?P<percent>%?)\*\*"
    r"<!--(?P<name>[^>]+)-->"
)
QUESTIONS = *(f"1 ({letter})" for letter in "abcdef"), "2", *(f"3 ({letter})" for letter in "abcd")


@dataclass(frozen=True)
class Number:
    """A number of the document, and the page and settings of the link it belongs to."""

    name: str
    how: str
    text: str
    percent: bool
    page: str
    query: str

    def __str__(self):
        return f"{self.name} {self.text}"


def read():
    """All numbers of the document, in their order."""
    found, page, query = [], "", ""
    for match in re.finditer(f"{LINK}|{NUMBER}", DOCUMENT):
        part = match.groupdict()
        if part["query"] is not None:
            page, query = part["page"], part["query"]
        else:
            number = (
                part["name"],
                " ".join(part["how"].split()),
                part["text"],
                bool(part["percent"]),
            )
            found.append(Number(*number, page, query))
    return found


@cache
def values(query):
    """The values of all controls that a link sets."""
    given = parse_qs(query, keep_blank_values=True, strict_parsing=True)
    found = {key: control.default for key, control in CONTROLS.items()}
    for key, texts in given.items():
        open_choice = getattr(CONTROLS[key], "options", ()) is None
        found[key] = texts[-1] if open_choice else CONTROLS[key].read(texts)[0]
    return found


def settings(kind, v, prefix=""):
    """The settings of core that these controls stand for; an empty box leaves the default."""
    names = [name for name in knobs(kind) if v.get(prefix + name) is not None]
    return kind(**{name: v[prefix + name] for name in names})


# --- 1: equations


def scene(v):
    words = one_step.read_words(v["gr_words"])
    center = words.index(v["gr_center"]) if v["gr_center"] else 0
    around = [one_step.find_words(v[key], words, key) for key in ("gr_outside", "gr_negatives")]
    return one_step.Scene(
        words, *one_step.example(words, v["gr_dim"], v["gr_seed"]), center, *around
    )


def pair(v, kind):
    return one_step.loss(scene(v), kind)


def window_rows(v, name):
    _, gradient = one_step.window_loss(scene(v), v["gr_loss"])
    return np.any(gradient[name] != 0, axis=1).sum()


def cross_entropy(v):
    t = one_step.terms(scene(v), "softmax")
    return -(t.wanted * np.log(t.predicted)).sum()


def times_cheaper(v):
    K = len(scene(v).negatives)
    full, few = (cost.multiplications(loss, cost.SIZES[-1], DIM, K) for loss in cost.PAIRS)
    return full / few


def mistake(v):
    """The derivation that a link shows."""
    (found,) = (
        d
        for name, d in REGISTRY.items()
        if d.target == v["gr_target"] and name.split(", ")[1] == v["gr_derivation"]
    )
    return found


def judged(v):
    return derivations.judge(mistake(v).expression, v["gr_target"], scene(v))


def largest_error(v):
    compared = differences.compare_pair(scene(v), "softmax", float(v["gr_h"]), np.float64)
    return max(one.error for one in compared)


# --- 2: many seeds


@cache
def trials(query):
    v = values(query)
    corpus = registry.load(settings(TextSettings, v))
    first = settings(TrainSettings, v)
    runs = [replace(first, seed=seed) for seed in seeds_from(first.seed, v["seeds_n"])]
    return corpus, [list(trial.attempt(corpus, run))[-1] for run in runs]


def cell(v):
    corpus, runs = trials(v["query"])
    return trial.cell(runs, corpus.counts, v["seeds_k"], v["seeds_floor"])


@cache
def silhouette(query):
    """The silhouette of the words shown, in all dimensions."""
    v = values(query)
    corpus = registry.load(settings(TextSettings, v))
    *_, run = training.train(corpus, settings(TrainSettings, v))
    chosen = words_to_plot.choose(corpus.facts(), v["show"] or "exercise", v["words"])
    vectors = run.center[[corpus.index[word] for word in chosen.words]]
    rng = np.random.default_rng(0)
    return neighbors_and_clusters.cluster_score(vectors, np.array(chosen.labels), rng).score


def groups(v):
    return [len(group.split()) for group in v["words"].split(";")]


# --- 3 (a), (b): optimizers


@cache
def paths(query):
    v = values(query)
    race = settings(trajectories.RaceSettings, v, "opt_")
    entries = [(name, v["opt_lr"]) for name in v["opt_which"]]
    return {p.optimizer: p for p in trajectories.race(race, entries) if hasattr(p, "positions")}


def crossings(v, name):
    """Changes from one side of the valley's floor, y = 0, to the other."""
    return surfaces.crossings(paths(v["query"])[name].positions)


def late_loss(v, name):
    """The mean loss over the last tenth of the steps."""
    path = paths(v["query"])[name].losses
    return path[-(len(path) // 10) :].mean()


def first_rates(v, name):
    """The effective learning rate along the flat direction divided by that along the steep one, in
    the first step.
    """
    path = paths(v["query"])[name]
    state = tuple(s[1] for s in path.states)
    rate = rules.find(name).effective_lr(state, 1, path.lr, **path.hyper)
    return np.divide(*np.broadcast_to(rate, 2))


@cache
def spread(query):
    v = values(query)
    *_, found = momentum.spread(
        v["opt_condition"], v["opt_noise"], (v["opt_x"], v["opt_y"]), EFFECTIVE, v["opt_seed"]
    )
    return found


def at(betas, beta):
    return int(np.flatnonzero(betas == beta)[0])


@cache
def word_steps(query):
    v = values(query)
    corpus = registry.load(settings(TextSettings, v))
    used = {name: v[name] for name in ("seed", "dim", "window", "negatives", "epochs", "batch")}
    entries = [(name, v[f"opt_lr_{name}"] or 0.0) for name in v["opt_which"]]
    found = {}
    for news in optimizer_comparison.compare(
        corpus, TrainSettings(schedule="constant", **used), entries, v["opt_dense"]
    ):
        if isinstance(news, optimizer_comparison.WordSteps):
            found[news.optimizer] = news
        if len(found) == len(entries):  # the later results, the planes, are not needed
            break
    return np.asarray(corpus.counts), found


def rare(v, name):
    counts, steps = word_steps(v["query"])
    return optimizer_comparison.rare_over_frequent(counts, steps[name].effective_lr)


def uncorrected(v):
    race = settings(trajectories.RaceSettings, v, "opt_")
    return trajectories.first_steps(race.beta, race.beta2, FIRST)[1]


# --- 3 (c), (d): small networks


def left_of(v, way, weight):
    """A weight after a kind of weight decay, as a share of its value without decay."""
    ground, decay = decay_surface.surface(), v["decay_path_lambda"]
    lr = v["decay_path_adam" if "adam" in way else "decay_path_sgd"]
    end = decay_surface.path(way, lr, decay)[-1] if way else ground.minimum(decay)
    return (end / ground.minimum())[weight]


@cache
def little_data(query):
    """The last losses without and with L2, and the measurements at the end."""
    v = values(query)
    data = weight_decay.Data(v["decay_data"], v["decay_size"], v["decay_model"], v["decay_seeds"])
    *_, last, ending = weight_decay.sweep(data)
    rows = [0, weight_decay.LAMBDAS.index(v["decay_lambda"])]
    return last.train[rows].mean(1), last.validation[rows].mean(1), ending, rows[1]


def noise_added(v):
    *_, ending, row = little_data(v["query"])
    return abs(np.subtract(*ending.noise[:, row].mean(-1)))


@cache
def small_network(p):
    *_, w = dropout.example(p)
    return w


def answers(v):
    """The probability of class 1 in many passes, with new masks in each."""
    x = np.array([v["drop_x1"], v["drop_x2"]])
    w, rng = small_network(v["drop_p"]), np.random.default_rng(2)
    return [one.values[-1][1] for one in dropout.training_passes(w, x, v["drop_p"], ASKED, rng)]


def held(v, layer):
    x, rng = np.array([v["drop_x1"], v["drop_x2"]]), np.random.default_rng(3)
    return dropout.compare(small_network(v["drop_p"]), x, v["drop_p"], v["drop_count"], rng)[
        layer
    ].held


def lesson(v):
    x, y = datasets.draw_curve(v["drop_curve"], v["drop_n"], v["drop_seed"])
    return uncertainty.Lesson(tuple(x), tuple(y), v["drop_mc_p"], v["drop_lambda"], v["drop_seed"])


@cache
def learned(query):
    *_, found = uncertainty.learn(lesson(values(query)))
    return found


def tau(v):
    return uncertainty.precision(v["drop_mc_p"], v["drop_length"], v["drop_n"], v["drop_lambda"])


def band(v, region):
    """The share of held-out values of a region within the band, and its mean half-width."""
    x, y = datasets.held_out(v["drop_curve"], HELD_OUT, v["drop_seed"])[region]
    rng = np.random.default_rng(v["drop_seed"])
    drawn = uncertainty.passes(learned(v["query"]).w, x, v["drop_mc_p"], v["drop_T"], rng)
    half = uncertainty.band(drawn, tau(v), v["drop_mc_p"])
    return uncertainty.coverage(y, drawn.mean, half), half.mean()


SEEN = {
    "softmax loss": lambda v: pair(v, "softmax")[0],
    "cross-entropy": cross_entropy,
    "softmax v_c, 1": lambda v: pair(v, "softmax")[1]["v_c"][0],
    "softmax v_c, 2": lambda v: pair(v, "softmax")[1]["v_c"][1],
    "largest error": largest_error,
    "row of u_o, 1": lambda v: pair(v, "softmax")[1]["U"][scene(v).outside, 0],
    "row of u_o, 2": lambda v: pair(v, "softmax")[1]["U"][scene(v).outside, 1],
    "sum of rows": lambda v: np.abs(pair(v, "softmax")[1]["U"].sum(0)).max(),
    "sigma": lambda v: losses.sigmoid(v["gr_x"]),
    "slope": lambda v: losses.sigmoid_slope(v["gr_x"]),
    "slope of the loss": lambda v: losses.sigmoid(v["gr_x"]) - 1,
    "sampling loss": lambda v: pair(v, "negative sampling")[0],
    "sampling v_c, 1": lambda v: pair(v, "negative sampling")[1]["v_c"][0],
    "sampling v_c, 2": lambda v: pair(v, "negative sampling")[1]["v_c"][1],
    "multiplications": lambda v: cost.multiplications(
        "negative sampling", 0, DIM, len(scene(v).negatives)
    ),
    "times cheaper": times_cheaper,
    "window loss": lambda v: one_step.window_loss(scene(v), v["gr_loss"])[0],
    "rows of V": lambda v: window_rows(v, "V"),
    "rows of U": lambda v: window_rows(v, "U"),
    "words": lambda v: len(scene(v).words),
    "entries off": lambda v: (
        judged(v).wanted.size if judged(v).off is None else judged(v).off.sum()
    ),
    "entries": lambda v: judged(v).wanted.size,
    "neighbors shared": lambda v: cell(v).overlap,
    "chance": lambda v: cell(v).chance,
    "gap": lambda v: cell(v).gap,
    "silhouette": lambda v: silhouette(v["query"]),
    "splits": lambda v: neighbors_and_clusters.splits(groups(v)),
    "best p": lambda v: 1 / neighbors_and_clusters.splits(groups(v)),
    "SGD crosses": lambda v: crossings(v, "sgd"),
    "momentum crosses": lambda v: crossings(v, "momentum"),
    "late loss of SGD": lambda v: late_loss(v, "sgd"),
    "late loss of momentum": lambda v: late_loss(v, "momentum"),
    "variance": lambda v: spread(v["query"]).variance[at(momentum.BETAS, v["opt_beta"])],
    "variance in theory": lambda v: momentum.variance_ratio(v["opt_beta"]),
    "loss of momentum": lambda v: spread(v["query"]).loss[at(momentum.BETAS, v["opt_beta"])],
    "loss of SGD": lambda v: spread(v["query"]).loss[0],
    "flat over steep, Adam": lambda v: first_rates(v, "adam"),
    "flat over steep, SGD": lambda v: first_rates(v, "sgd"),
    "rare over frequent, SGD": lambda v: rare(v, "sgd"),
    "rare over frequent, Adam": lambda v: rare(v, "adam"),
    "rare over frequent, RMSProp": lambda v: rare(v, "rmsprop"),
    "first step": lambda v: uncorrected(v)[0],
    "longest step": lambda v: uncorrected(v).max(),
    "noise added": noise_added,
    "trained twice": lambda v: little_data(v["query"])[2].again,
    "training, no L2": lambda v: little_data(v["query"])[0][0],
    "training, L2": lambda v: little_data(v["query"])[0][1],
    "validation, no L2": lambda v: little_data(v["query"])[1][0],
    "validation, L2": lambda v: little_data(v["query"])[1][1],
    **{
        f"{title}, {weight}": lambda v, way=way, k=k: left_of(v, way, k)
        for way, title in {
            "": "L2 minimum",
            "adam_l2": "Adam + L2",
            "sgd_l2": "SGD + L2",
            "adamw_torch": "AdamW",
        }.items()
        for k, weight in enumerate(("steep", "flat"))
    },
    "factor": lambda v: 1 / (1 - v["drop_p"]),
    "held by z": lambda v: held(v, 1),
    "held behind tanh": lambda v: held(v, 2),
    "lowest answer": lambda v: min(answers(v)),
    "highest answer": lambda v: max(answers(v)),
    "noise of tau": lambda v: tau(v) ** -0.5,
    **{
        f"{name}, {region}": lambda v, region=region, k=k: band(v, region)[k]
        for k, name in enumerate(("coverage", "band"))
        for region in ("among the points", "in the gap", "outside")
    },
}


def test_every_question_is_answered():
    parts = [p for p in re.split(r"^## ", DOCUMENT, flags=re.MULTILINE) if p[0].isdigit()]
    assert [part.partition(":")[0] for part in parts] == list(QUESTIONS)
    for part in parts:
        assert re.search(LINK, part), part
        assert re.search(NUMBER, part), part
        assert "**Wrong:**" in part, part


def test_every_link_opens_a_page_that_takes_its_values():
    addresses = {Path(script).stem.split("_", 1)[-1]: title for title, script in PAGES.items()}
    addresses[""] = addresses.pop("dashboard")
    for match in re.finditer(LINK, DOCUMENT):
        title = addresses[match["page"]]
        for key, given in parse_qs(match["query"], strict_parsing=True).items():
            assert title in CONTROLS[key].pages, (match[0], key)
            if getattr(CONTROLS[key], "options", ()) is not None:
                assert CONTROLS[key].read(given)[1] == "", match[0]
            else:
                assert key == "gr_derivation", f"say here what {key} may be"
                assert mistake(values(match["query"]))


def test_no_other_link_or_number_escapes():
    assert DOCUMENT.count("localhost:8501/") == len(re.findall(LINK, DOCUMENT))
    assert DOCUMENT.count("<!--") == len(read())
    used = {number.name for number in read()}
    assert used == set(SEEN), used ^ set(SEEN)


@pytest.mark.parametrize("number", read(), ids=str)
def test_a_number_is_what_core_computes(number):
    wanted = SEEN[number.name](values(number.query) | {"query": number.query})
    digits = number.text.replace("−", "-").replace(",", "")
    written, decimals = float(digits), len(digits.partition(".")[2])
    wanted = 100 * float(wanted) if number.percent else float(wanted)
    if number.how == "more than":
        assert wanted > written
    elif number.how in ("less than", "fewer than"):
        assert wanted < written
    else:
        allowed = 0.5001 * 10.0**-decimals
        if number.how == "about":
            allowed = max(allowed, abs(written) / 20)
        assert abs(wanted - written) <= allowed, wanted


def test_every_mistake_of_the_page_is_refuted():
    wrong = {name: d for name, d in REGISTRY.items() if d.mistake}
    rows = [line for line in DOCUMENT.splitlines() if line.startswith("| [")]
    told = set()
    for row in rows:
        v = values(re.search(LINK, row)["query"])
        assert v["gr_view"] == "Find the mistake"
        assert mistake(v).mistake in row
        assert f"`{mistake(v).expression}`" in row
        assert not judged(v).passed
        told.add(mistake(v).name)
    assert told == set(wrong)
