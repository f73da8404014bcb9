"""The rules of the verdict, in a fixed order: who is accused, when, and which controls tell."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from core.seeds import study
from core.seeds.evidence import Measures, grouped
from core.texts.corpus import Facts
from core.texts.words_to_plot import Chosen

AGREE = 0.25  # agreement from which the neighbors of one run may be interpreted
RISE = 0.1  # of the agreement, from which a control has helped
EVERY = 0.9  # share of runs that counts as every seed
LEVEL = 0.05  # of "some seed shows the groups", all seeds tested together
MOST = 0.5  # share of runs, or of pictures
LEARNED = 0.35  # of what a control learns: below it a model is undertrained
CHANCE = 0.6  # of what is learned of a text, from which its shuffled words teach as much
OFTEN = 20  # times a word is seen to count as frequent
FEW = 15  # frequent words: a text with fewer is small
ROOM = 1.7  # times as much is learned with more dimensions: the dimension limits what is learned
RARE = 8  # times: chosen words seen less often are rare
WORDS = 0.12  # agreement from which too few words are what is wrong
CULPRITS = (
    *("seed", "noise", "training", "rate", "text", "rarity", "picture", "dimension", "words"),
    "none",
)


@dataclass(frozen=True)
class Case:
    """All that the rules look at."""

    before: Measures
    after: Mapping[str, Measures | None]  # by the control's name; those that were run
    groups: int  # groups of two or more known words; 0 without two of them
    too_few: str = ""  # why the groups cannot be told from chance, or nothing
    seen: float = 1e9  # times the chosen words are seen, their median
    frequent: int = 1_000  # words of the text that are seen OFTEN

    def get(self, name: str) -> Measures:
        """What a control measured, or what was there before where it was not run."""
        return self.after.get(name) or self.before

    @property
    def testable(self) -> bool:
        """True if there are groups that can be told from chance."""
        return self.groups > 1 and not self.too_few

    @property
    def undertrained(self) -> bool:
        """True if little of what can be learned was learned."""
        best = max(self.get("less noise").learned, self.get("longer training").learned)
        return self.before.learned < LEARNED * best

    @property
    def structure(self) -> bool:
        """True if the text teaches clearly more than its own words at random places."""
        real, random = self.get("less noise").learned, self.after.get("shuffled text")
        return random is None or random.learned < CHANCE * real

    @property
    def cramped(self) -> bool:
        """True if more dimensions learn far more than less noise does in these."""
        wide = self.after.get("more dimensions")
        best = max(self.before.learned, self.get("less noise").learned)
        return wide is not None and wide.learned > ROOM * max(best, 0.0)

    def rises(self, name: str) -> bool:
        """True if a control raised the agreement clearly."""
        after = self.after.get(name)
        return after is not None and after.agreement >= self.before.agreement + max(
            RISE, 2 * after.error
        )

    def shows(self, name: str) -> bool:
        """True if the groups are there in every run of a control."""
        after = self.after.get(name)
        return after is not None and self.testable and after.clustered >= EVERY


@dataclass(frozen=True)
class Rule:
    """A verdict, when it is given, and the controls it looks at."""

    culprit: str
    verdict: str
    when: str
    holds: Callable[[Case], bool]
    needs: tuple[str, ...] = ()
    helped: tuple[str, ...] = ()  # controls that may be what to do, the first that helped


def case(
    before: Measures,
    facts: Facts,
    chosen: Chosen,
    after: Mapping[str, Measures | None] | None = None,
) -> Case:
    """What the rules look at, from measures, the text's facts and the chosen words."""
    rows, labels = grouped(chosen, facts.index)
    counts = facts.counts[rows] if len(rows) else np.zeros(0)
    groups = len(set(labels.tolist())) if len(rows) else 0
    return Case(
        before,
        after or {},
        groups if groups > 1 else 0,
        study.too_few(labels) if groups > 1 else "",
        float(np.median(counts)) if len(counts) else 1e9,
        int((facts.counts >= OFTEN).sum()),
    )


def present(c: Case) -> bool:
    """True if the groups are there with every seed."""
    return c.testable and c.before.clustered >= EVERY and c.before.some <= LEVEL


def _some(c):
    return c.testable and not present(c) and c.before.some <= LEVEL and c.before.clustered > 0


def _rate_helps(c):
    lower = c.after.get("lower rate")
    return lower is not None and (
        lower.learned > c.before.learned + 0.02 and lower.agreement >= c.before.agreement
    )


def low(c: Case) -> bool:
    """True if the neighbors of one run may not be interpreted."""
    return c.before.agreement < AGREE


RULES = (
    Rule(
        "none",
        "No verdict: one run proves nothing",
        "fewer than two runs",
        lambda c: c.before.runs < 2,
    ),
    Rule(
        "rate",
        "The learning rate is too high",
        "at least half of the runs diverged",
        lambda c: c.before.diverged >= MOST * c.before.runs,
        (),
        ("lower rate",),
    ),
    Rule(
        "text",
        "The text is to blame",
        "words at random places teach nearly as much as the text",
        lambda c: not c.structure,
        ("less noise", "shuffled text"),
    ),
    Rule(
        "rate",
        "The learning rate is too high",
        "with a lower rate the loss is lower and the runs agree more",
        _rate_helps,
        ("lower rate",),
        ("lower rate",),
    ),
    Rule(
        "training",
        "Too little training",
        f"less than {LEARNED:.0%} is learned of what other training learns",
        lambda c: c.undertrained,
        ("less noise", "longer training"),
        ("longer training", "less noise"),
    ),
    Rule(
        "picture",
        "The picture hides the groups",
        "the groups are there with every seed, but not in two dimensions",
        lambda c: present(c) and c.before.in_picture < MOST,
    ),
    Rule(
        "none",
        "Nobody is to blame: the groups are there, and the seeds agree",
        f"groups with every seed, and agreement of {AGREE:.0%} or more",
        lambda c: present(c) and not low(c),
    ),
    Rule(
        "words",
        "Too few words to tell",
        "the groups are too small for any test",
        lambda c: bool(c.too_few) and c.groups > 1 and c.before.agreement >= WORDS,
    ),
    Rule(
        "rarity",
        "The words are too rare",
        f"groups not with every seed, and half of the words seen fewer than {RARE} times",
        lambda c: c.testable and not present(c) and c.seen < RARE <= OFTEN and c.frequent >= FEW,
    ),
    Rule(
        "text",
        "The text is too small",
        f"fewer than {FEW} words are seen {OFTEN} times, and two halves of the text disagree",
        lambda c: (
            not present(c)
            and c.frequent < FEW
            and c.get("two halves of the text").agreement < AGREE
        ),
        ("two halves of the text",),
    ),
    Rule(
        "seed",
        "The seed is guilty: some seeds show the groups, others do not",
        "groups with some seeds, and more dimensions learn what less noise does not",
        lambda c: _some(c) and c.cramped,
        ("less noise", "more dimensions"),
        ("more dimensions",),
    ),
    Rule(
        "dimension",
        "The dimension is too small",
        "groups with no seed, and with every seed in more dimensions, which learn far more",
        lambda c: c.testable and not present(c) and c.cramped and c.shows("more dimensions"),
        ("less noise", "more dimensions"),
        ("more dimensions",),
    ),
    Rule(
        "noise",
        "The noise of the training is to blame, not the seed",
        "with less noise every seed shows the groups",
        lambda c: c.testable and not present(c) and c.shows("less noise"),
        ("less noise",),
        ("less noise",),
    ),
    Rule(
        "seed",
        "The seed is guilty: some seeds show the groups, others do not",
        "groups with some seeds, and less noise does not change that",
        _some,
        ("less noise",),
        ("more dimensions", "longer training"),
    ),
    Rule(
        "dimension",
        "The dimension is too small",
        "with more dimensions every seed shows the groups",
        lambda c: c.testable and not present(c) and c.shows("more dimensions"),
        ("more dimensions",),
        ("more dimensions",),
    ),
    Rule(
        "words",
        "These words are no group in this text",
        "no control shows the groups, although runs with less noise agree",
        lambda c: (
            c.testable
            and not present(c)
            and max(c.before.agreement, c.get("less noise").agreement) >= AGREE
        ),
        ("less noise",),
    ),
    Rule(
        "none",
        "Nobody is to blame: the seeds agree",
        f"agreement of {AGREE:.0%} or more",
        lambda c: not low(c),
    ),
    Rule(
        "seed",
        "The seed is guilty: neighbors change with it",
        "the runs disagree, and more dimensions learn what less noise does not",
        lambda c: c.cramped and c.rises("more dimensions"),
        ("less noise", "more dimensions"),
        ("more dimensions",),
    ),
    Rule(
        "noise",
        "The noise of the training is to blame, not the seed",
        "with less noise the runs agree more",
        lambda c: c.rises("less noise"),
        ("less noise",),
        ("less noise",),
    ),
    Rule(
        "training",
        "Too little training",
        "with longer training the runs agree more",
        lambda c: c.rises("longer training"),
        ("longer training",),
        ("longer training",),
    ),
    Rule(
        "seed",
        "The seed is guilty: neighbors change with it",
        "neither less noise nor longer training makes the runs agree",
        lambda c: True,
        ("less noise", "longer training"),
        ("more dimensions",),
    ),
)
