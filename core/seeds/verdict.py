"""The verdict in plain words: rules over what many runs show, in a fixed order; the first that
holds decides.
"""

from collections.abc import Callable
from dataclasses import dataclass

# Shuffling the center words must cost more than this share of the loss; untrained models: below
# 0.005
USED = 0.02
EVERY, SOME = 0.9, 0.1  # shares of seeds: chance alone lets 0.05 of them beat the null
AGREE = 0.3  # neighbors shared: below it, most of what is near a word changes with the seed
MOST = 0.5  # share of words, or of seeds


@dataclass(frozen=True)
class Evidence:
    """What the rules look at."""

    runs: int
    diverged: int  # runs whose loss stopped being finite
    gap: float  # what shuffling the center words costs, as a share of the loss; mean over the runs
    overlap: float  # neighbors shared by two runs
    chance: float  # the same for runs that know nothing
    groups: int  # groups with at least two known words; 0 if there is only one
    clustered: float  # share of runs whose cluster score beats the null, in all dimensions
    in_picture: float  # the same in the 2-D picture
    rare: float  # share of the chosen words that are too rare to interpret


@dataclass(frozen=True)
class Rule:
    """A verdict, when it is given, and what it means; `says` is filled in with the evidence."""

    verdict: str
    when: str
    holds: Callable
    says: str


RULES = (
    Rule(
        "No verdict: one run proves nothing",
        "fewer than two runs",
        lambda e: e.runs < 2,
        "Only other seeds can tell what the seed did: choose at least two.",
    ),
    Rule(
        "Not guilty: the learning rate is too high",
        f"at least {MOST:.0%} of the runs diverged",
        lambda e: e.diverged >= MOST * e.runs,
        "In {diverged} of {runs} runs the loss stopped being finite. Choose a lower learning rate.",
    ),
    Rule(
        "Not guilty: undertrained",
        f"shuffling the center words costs less than {USED:.0%} of the loss",
        lambda e: e.gap < USED,
        "The models have learned next to nothing about the center word, with any seed: shuffling "
        "the center words changes the loss by {gap:.2%}. Two runs share {overlap:.1%} of their "
        "neighbors where chance gives {chance:.1%}. Larger steps or longer training would help; "
        "another seed would not.",
    ),
    Rule(
        "Not guilty: the picture hides the groups",
        f"groups beat chance in at least {EVERY:.0%} of the runs, but in less than {MOST:.0%} of "
        "the pictures",
        lambda e: e.groups > 1 and e.clustered >= EVERY and e.in_picture < MOST,
        "In all dimensions the groups are there with {clustered:.0%} of the seeds; in two "
        "dimensions with {in_picture:.0%}. What is missing was lost on the way to the picture.",
    ),
    Rule(
        "Not guilty: the groups are there with every seed",
        f"groups beat chance in at least {EVERY:.0%} of the runs",
        lambda e: e.groups > 1 and e.clustered >= EVERY,
        "With {clustered:.0%} of the seeds these groups are closer together than shuffled groups. "
        "Two runs share {overlap:.0%} of their neighbors where chance gives {chance:.1%}.",
    ),
    Rule(
        "Not guilty: words too rare",
        f"more than {MOST:.0%} of the chosen words are too rare to interpret",
        lambda e: e.rare > MOST,
        "{rare:.0%} of these words occur too seldom: their places are noise, with any seed. "
        "Choose more frequent words or more text.",
    ),
    Rule(
        "Guilty: some seeds show the groups, others do not",
        f"groups beat chance in at least {SOME:.0%} of the runs",
        lambda e: e.groups > 1 and e.clustered >= SOME,
        "With {clustered:.0%} of the seeds the groups are closer together than chance, with the "
        "others they are not. One run is not enough here: show several, or train longer.",
    ),
    Rule(
        "Not guilty: the seeds agree",
        f"two runs share at least {AGREE:.0%} of their neighbors",
        lambda e: e.overlap >= AGREE,
        "Two runs share {overlap:.0%} of their neighbors where chance gives {chance:.1%}. If "
        "something is missing from the picture, it is missing with every seed: the text does not "
        "say it, or these settings do not see it.",
    ),
    Rule(
        "Not guilty: no seed does better",
        "groups beat chance in hardly any run",
        lambda e: e.groups > 1,
        "Hardly any seed shows the groups ({clustered:.0%}), so that no seed was unfortunate. But "
        "two runs share only {overlap:.1%} of their neighbors (chance: {chance:.1%}): do not "
        "interpret neighbors of one run. More text or better training is needed.",
    ),
    Rule(
        "Guilty: neighbors change with the seed",
        "none of the above",
        lambda e: True,
        "Two runs share only {overlap:.1%} of their neighbors (chance: {chance:.1%}), although "
        "the models use the center word. Do not interpret the neighbors of one run.",
    ),
)


def judge(evidence: Evidence) -> tuple[Rule, str]:
    """The rule that decides, and its explanation."""
    rule = next(rule for rule in RULES if rule.holds(evidence))
    return rule, rule.says.format(**vars(evidence))
