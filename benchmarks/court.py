"""How often is the verdict right? Scenarios whose culprit is known by construction.

    python benchmarks/court.py --each 24 --out FOLDER

What the runs and the controls of a scenario measured is stored; the same command goes on where it
stopped, judges what is there by today's rules, and prints the table of both halves: thresholds were
chosen on the even numbers, the odd ones tell how good they are.

Texts are written by the grammars, or cut from the help and the docstrings that every installation
has. The noisy optimizer is AdaGrad as it was before its calmer default, spelled out here: other
defaults do not change it.
"""

import argparse
import json
import sys
from collections import Counter
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from core.optimizers.rules import OPTIMIZERS
from core.seeds import controls, evidence, trial, verdict
from core.settings import TextSettings, TrainSettings
from core.texts import corpus as corpora
from core.texts import registry, words_to_plot
from core.texts.words_to_plot import Chosen
from core.word2vec import training

K, FLOOR, SEEDS, CONTROL_SEEDS = 10, 10, 3, 2
LANGUAGES = "polish", "english"
DOCS = 60_000  # words of help and docstrings that texts are cut from
NOISY = "noisy adagrad"
OPTIMIZERS[NOISY] = replace(OPTIMIZERS["adagrad"], lr=0.5, squares_start=0.0, l2=0.0)
training.TRAINERS[NOISY] = training.TRAINERS["adagrad"]


@dataclass(frozen=True)
class Scenario:
    """A text, settings and words, and who is to blame by construction."""

    family: str
    culprit: str
    text: corpora.Corpus
    settings: TrainSettings
    chosen: Chosen


def _text(n, tokens, **options):
    name = LANGUAGES[n // 2 % 2]
    return registry.load(TextSettings(corpus=name, tokens=tokens, text_seed=n, **options))


@cache
def _help():
    return registry.load(TextSettings(corpus="python-docs", tokens=DOCS, min_count=1))


def _docs(n, share, min_count):
    """Some sentences of the help and docstrings, drawn at random."""
    whole = _help()
    words = np.array(whole.words, object)
    chosen = np.random.default_rng(n).random(len(whole.starts) - 1) < share
    ends = zip(whole.starts[:-1], whole.starts[1:], strict=True)
    sentences = [
        words[whole.ids[a:b]].tolist() for (a, b), c in zip(ends, chosen, strict=True) if c
    ]
    return corpora.encode(sentences, min_count=min_count, max_vocabulary=10_000)


def _settings(n, **options):
    return TrainSettings(**{"seed": 10 * n, "epochs": 25, **options})


def _steady(n):
    """Settings that train well, of two kinds."""
    plain = {"optimizer": "exact", "epochs": 8} if n // 4 % 2 else {"epochs": 30}
    return _settings(n, **plain)


def _groups(text, each=5):
    ranked = {
        name: sorted((w for w in words if w in text.index), key=text.index.get)[:each]
        for name, words in text.groups.items()
    }
    kept = {name: words for name, words in ranked.items() if len(words) == each}
    names = list(kept)[:3]
    return Chosen(
        tuple(w for name in names for w in kept[name]), tuple(g for g in names for _ in range(each))
    )


def _frequent(text):
    return words_to_plot.choose(text, "frequent")


def healthy(n):
    text = _text(n, 6_000 + 500 * (n % 5))
    return "none", text, _steady(n), _groups(text)


def undertrained(n):
    text = _text(n, 5_000 + 500 * (n % 5))
    return "training", text, _settings(n, epochs=1, lr=0.01 * (1 + n % 4)), _groups(text)


def diverging(n):
    text = _text(n, 5_000)
    return "rate", text, _settings(n, optimizer="sgd", lr=2_000.0 * (1 + n % 5)), _groups(text)


def noisy(n):
    text, few = _docs(n, 0.3 + 0.02 * (n % 5), 2), 1 + n // 4 % 2
    noise = {"optimizer": NOISY, "epochs": 5 + n % 3, "negatives": few, "window_mode": "drawn"}
    return "noise", text, _settings(n, **noise), _frequent(text)


def docs(n):
    """A part of real text, trained well."""
    text = _docs(n, 0.35, 5)
    steady = {"optimizer": "exact", "epochs": 8} if n // 4 % 2 else {"epochs": 15}
    return "none", text, _settings(n, **steady), _frequent(text)


def shuffled_docs(n):
    (shuffled,) = controls.shuffled_text(_docs(n, 0.3, 3))
    return "text", shuffled, _settings(n, epochs=10 + n % 5), _frequent(shuffled)


def small_text(n):
    text = _text(n, 1_000 + 100 * (n % 4), min_count=2)
    return "text", text, _settings(n, epochs=20 + 5 * (n % 3)), _frequent(text)


def no_structure(n):
    text = _text(n, 5_000 + 500 * (n % 5))
    (shuffled,) = controls.shuffled_text(text)
    return "text", shuffled, _settings(n), _groups(text)


def no_group(n):
    """Words of the planted groups, dealt out to groups of ours."""
    text = _text(n, 6_000 + 500 * (n % 5))
    planted = _groups(text)
    names = list(dict.fromkeys(planted.groups))
    dealt = [names[(k + k // len(names)) % len(names)] for k in range(len(planted.words))]
    return "words", text, _steady(n), Chosen(planted.words, tuple(dealt))


def few_words(n):
    text = _text(n, 6_000 + 500 * (n % 5))
    planted, size = _groups(text), 2 + n % 2
    names = list(dict.fromkeys(planted.groups))[:2]
    words = [
        (w, g)
        for name in names
        for w, g in [p for p in zip(planted.words, planted.groups, strict=True) if p[1] == name][
            :size
        ]
    ]
    return "words", text, _steady(n), Chosen(tuple(w for w, _ in words), tuple(g for _, g in words))


def rare_words(n):
    """Words of planted groups that are seen once."""
    text = _text(n, 6_000 + 500 * (n % 5), min_count=1)
    words = [
        (w, name)
        for name, members in list(text.groups.items())
        for w in [m for m in members if m in text.index and text.counts[text.index[m]] == 1][:6]
    ]
    names = [g for g, size in Counter(g for _, g in words).items() if size >= 3][:3]
    kept = [(w, g) for w, g in words if g in names]
    return (
        "rarity",
        text,
        _settings(n, epochs=12 + n % 5),
        Chosen(tuple(w for w, _ in kept), tuple(g for _, g in kept)),
    )


def hidden(n):
    """Words of six topics, each in two shades: the plane shows topics, the groups are shades."""
    rng, topics, sentences = np.random.default_rng(n), 6 + n % 2, []
    for _ in range(1_100):
        t, s = rng.integers(topics), rng.integers(2)
        own = [f"t{t}s{s}w{k}" for k in rng.integers(0, 3, 2)]
        topic = [f"t{t}x{k}" for k in rng.integers(0, 4, 4)]
        shade = [f"s{s}y{k}" for k in rng.integers(0, 4, 1)]
        sentences.append([str(w) for w in rng.permutation(own + topic + shade)])
    text = corpora.encode(sentences, min_count=1, max_vocabulary=10_000)
    words = [f"t{t}s{s}w{k}" for s in range(2) for t in range(topics) for k in range(3)]
    shades = tuple(f"shade {w[3]}" for w in words)
    return "picture", text, _settings(n, optimizer="exact", epochs=10), Chosen(tuple(words), shades)


def two_dimensions(n):
    text = _text(n, 6_000 + 500 * (n % 5))
    return "seed", text, _settings(n, dim=2, epochs=16 + n % 10), _groups(text)


FAMILIES = (
    *(healthy, docs, undertrained, diverging, noisy, small_text, no_structure, shuffled_docs),
    *(no_group, few_words, rare_words, hidden, two_dimensions),
)


def scenario(family, n) -> Scenario:
    return Scenario(family.__name__, *family(n))


def attempt(text, settings):
    for news in trial.attempt(text, settings):
        last = news
    return last


def judged(case: Scenario, found: verdict.Case | None = None) -> verdict.Judgment:
    """Train with a few seeds, then run the controls that the rules ask for. found: what has been
    measured already.
    """
    text, s = case.text, case.settings
    rows, labels = evidence.grouped(case.chosen, text.index)
    if found is None:
        runs = [attempt(text, replace(s, seed=s.seed + n)) for n in range(SEEDS)]
        before = evidence.measure(runs, text.counts, rows, labels, K, FLOOR)
        found = verdict.case(before, text.facts(), case.chosen)
    while name := verdict.next_control(found):
        *_, after = controls.run(name, text, s, rows, labels, K, FLOOR, CONTROL_SEEDS)
        found = replace(found, after={**found.after, name: after})
    return verdict.judge(found)


def stored(path):
    """What was measured of a scenario."""
    told = json.loads(path.read_text())["case"]
    after = {name: m and evidence.Measures(**m) for name, m in told["after"].items()}
    return verdict.Case(**{**told, "before": evidence.Measures(**told["before"]), "after": after})


def result(family, n, folder):
    """The scenario's verdict by today's rules; what had to be measured is stored."""
    path = folder / f"{family.__name__}-{n:03}.json"
    found = stored(path) if path.exists() else None
    if found is None or verdict.next_control(found):
        case = scenario(family, n)
        told = judged(case, found)
        about = {"culprit": case.culprit, "case": asdict(told.case)}
        path.write_text(json.dumps(about, default=float))
    else:
        told = verdict.judge(found)
    culprit = json.loads(path.read_text())["culprit"]
    return {"family": family.__name__, "n": n, "culprit": culprit, "named": told.culprit}


def table(results, odd):
    """Lines of the confusion table, and the three rates."""
    some = [r for r in results if r["n"] % 2 == odd]
    lines = []
    for family in FAMILIES:
        rows = [r for r in some if r["family"] == family.__name__]
        if rows:
            named = Counter(r["named"] for r in rows).most_common()
            told = ", ".join(f"{name} {count}" for name, count in named)
            lines.append(f"| {family.__name__} | {rows[0]['culprit']} | {len(rows)} | {told} |")
    innocent = [r for r in some if r["culprit"] != "seed"]
    guilty = [r for r in some if r["culprit"] == "seed"]
    right = np.mean([r["named"] == r["culprit"] for r in some])
    convicted = np.mean([r["named"] == "seed" for r in innocent])
    free = np.mean([r["named"] != "seed" for r in guilty]) if guilty else 0.0
    return lines, right, convicted, free


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--each", type=int, default=24, help="scenarios of each family")
    parser.add_argument("--out", type=Path, required=True, help="folder of the results")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    results = [result(f, n, options.out) for n in range(options.each) for f in FAMILIES]
    print("| family | culprit | scenarios | named |\n|---|---|---|---|")
    for odd in (0, 1):
        lines, right, convicted, free = table(results, odd)
        print("\n".join(lines))
        print(f"right {right:.1%}, innocent seeds convicted {convicted:.1%}, let go {free:.1%}\n")


if __name__ == "__main__":
    main()
