"""The rules of the verdict, in a fixed order: the culprit, the condition and the controls."""

from collections.abc import Callable
from dataclasses import dataclass

from core.seeds.verdict_inputs import (
    AGREE,
    ALIKE,
    BETTER,
    CHANCE,
    FEW,
    HALF,
    LEARNED,
    MEMORY,
    MOST,
    RARER,
    SEEN,
    SHARE,
    TRAINING,
    Case,
)

CULPRITS = (
    *("seed", "noise", "training", "rate", "text", "rarity", "picture", "dimension", "words"),
    "none",
)
WIDER = "more dimensions", "another window"


@dataclass(frozen=True)
class Rule:
    """A verdict, the condition for it, and the controls it needs."""

    culprit: str
    verdict: str
    when: str
    holds: Callable[[Case], bool]
    needs: tuple[str, ...] = ()
    helped: tuple[str, ...] = ()  # controls whose advice may be given: the one that helped most


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
        "The text is too small",
        f"fewer than {FEW} words can be compared, and there are no groups to test",
        lambda c: c.tiny,
    ),
    Rule(
        "text",
        "The text is to blame: its words at random places teach nearly as much",
        f"words at random places teach {CHANCE:.0%} of what the text teaches, or more",
        lambda c: not c.structure,
        (*BETTER, "shuffled text"),
    ),
    Rule(
        "text",
        "The text is too small",
        f"words at random places teach {MEMORY:.0%} of what the text teaches, and seeds agree on "
        f"them {ALIKE:.0%} as much",
        lambda c: c.memorized,
        (*BETTER, "shuffled text"),
        (HALF,),
    ),
    Rule(
        "rate",
        "The learning rate is too high",
        "with a lower rate the loss is lower and the runs agree more, or what is missing is there",
        lambda c: not (c.knows and c.complete) and c.lower_helps,
        (*BETTER, "lower rate"),
        ("lower rate",),
    ),
    Rule(
        "training",
        "Too little training",
        f"less than {LEARNED:.0%} is learned of what other training learns",
        lambda c: not c.knows and c.undertrained,
        (*BETTER, *TRAINING),
        (*TRAINING, *BETTER),
    ),
    Rule(
        "rarity",
        "The words are too rare",
        f"models of two halves of the text agree on these words less than {RARER:.0%} as much as "
        "on frequent ones",
        lambda c: c.rare,
        (HALF,),
    ),
    Rule(
        "picture",
        "The picture hides the groups",
        f"the groups are there with every seed, but in fewer than {SEEN:.0%} of the pictures",
        lambda c: c.present and c.before.in_picture < SEEN,
    ),
    Rule(
        "seed",
        "The seed is guilty: neighbors change with it",
        "more dimensions learn what the best training does not, and the runs agree more in them",
        lambda c: not c.absent and c.cramped and c.rises("more dimensions"),
        (*BETTER, "more dimensions"),
        ("more dimensions",),
    ),
    Rule(
        "none",
        "Nobody is to blame: the groups are there, and the seeds agree",
        f"groups with every seed, and agreement of {AGREE:.0%} or more",
        lambda c: c.present and not c.low,
    ),
    Rule(
        "words",
        "Too few words to tell",
        f"the groups are too small for any test, and agreement of {AGREE:.0%} or more",
        lambda c: bool(c.too_few) and c.groups > 1 and not c.low,
    ),
    Rule(
        "seed",
        "The seed is guilty: some seeds show the groups, others do not",
        "groups with some seeds, and more dimensions learn what the best training does not",
        lambda c: c.with_some and c.cramped,
        (*BETTER, "more dimensions"),
        ("more dimensions",),
    ),
    Rule(
        "dimension",
        "The dimension is too small",
        "groups with no seed, and with every seed in more dimensions, which learn far more",
        lambda c: c.absent and c.cramped and c.shows("more dimensions"),
        (*BETTER, "more dimensions"),
        ("more dimensions",),
    ),
    Rule(
        "training",
        "Too little training",
        f"with longer training every seed shows the groups, and it brings {SHARE:.0%} of the "
        "agreement that the best training brings",
        lambda c: c.absent and c.mends("longer training"),
        (*BETTER, "longer training"),
        ("longer training",),
    ),
    Rule(
        "noise",
        "The noise of the training is to blame, not the seed",
        "with less noise, or with the default optimizer, every seed shows the groups",
        lambda c: c.absent and any(map(c.shows, BETTER)),
        BETTER,
        BETTER,
    ),
    Rule(
        "seed",
        "The seed is guilty: some seeds show the groups, others do not",
        "groups with some seeds, and the best training does not change that",
        lambda c: c.with_some,
        BETTER,
        ("more dimensions", "longer training"),
    ),
    Rule(
        "dimension",
        "The dimension or the window is to blame",
        "with more dimensions, or another window, every seed shows the groups",
        lambda c: c.absent and any(map(c.shows, WIDER)),
        WIDER,
        WIDER,
    ),
    Rule(
        "words",
        "These words are no group in this text",
        "no control shows the groups, although the best trained runs agree",
        lambda c: c.absent and max(c.before.agreement, c.trained.agreement) >= AGREE,
        BETTER,
    ),
    Rule(
        "none",
        "Nobody is to blame: the seeds agree",
        f"agreement of {AGREE:.0%} or more",
        lambda c: not c.low,
    ),
    Rule(
        "training",
        "Too little training",
        f"longer training brings {SHARE:.0%} of the agreement that the best training brings",
        lambda c: c.mends("longer training"),
        (*BETTER, "longer training"),
        ("longer training",),
    ),
    Rule(
        "noise",
        "The noise of the training is to blame, not the seed",
        "with less noise, or with the default optimizer, the runs agree more",
        lambda c: any(map(c.rises, BETTER)),
        BETTER,
        BETTER,
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
        "text",
        "The text is too small",
        "two halves of the text disagree, and the runs agree more on all of it than on a half",
        lambda c: c.halves_differ and c.grows,
        (HALF,),
    ),
    Rule(
        "dimension",
        "The dimension or the window is to blame",
        "with more dimensions, or another window, the runs agree more",
        lambda c: any(map(c.rises, WIDER)),
        WIDER,
        WIDER,
    ),
    Rule(
        "noise",
        "The noise of the training is to blame, not the seed",
        "with less noise, or with the default optimizer, the runs agree half as much again",
        lambda c: any(map(c.lifts, BETTER)),
        BETTER,
        BETTER,
    ),
    Rule(
        "training",
        "Too little training",
        "with longer training the runs agree half as much again",
        lambda c: c.lifts("longer training"),
        ("longer training",),
        ("longer training",),
    ),
    Rule(
        "seed",
        "The seed is guilty: neighbors change with it",
        "no control makes the runs agree",
        lambda c: True,
        (*BETTER, "longer training"),
    ),
)
# All controls, in the order in which the rules need them
NEEDED = tuple(dict.fromkeys(name for rule in RULES for name in rule.needs))
