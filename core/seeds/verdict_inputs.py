"""The evidence that the rules of the verdict use: the runs, the controls and the chosen words."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.seeds import run_set
from core.seeds.controls import HALF
from core.seeds.run_measures import Measures, grouped
from core.texts.corpus import Facts
from core.texts.words_to_plot import Chosen

AGREE = 1 / 3  # agreement from which the neighbors of one run may be interpreted
RISE = 0.1  # rise of the agreement from which a control has helped
EVERY = 0.9  # share of the runs that counts as every seed
LEVEL = 0.05  # significance level of "some seed shows the groups", all seeds tested together
MOST = 0.5  # share of the runs, or of the gain from the best training
SEEN = 0.7  # share of the pictures that must show groups which all runs show
# Shares of what other training learns: less than LEARNED is undertrained, ENOUGH is well trained
LEARNED, ENOUGH = 0.35, 0.75
GAIN = 0.02  # rise of `learned` from which a lower rate has helped
# A text has no structure if its shuffled words teach this share of what it teaches ...
CHANCE = 0.6
# ... and is memorized if they teach this share, and the seeds agree on them to that share
MEMORY, ALIKE = 0.45, 0.7
SAME = 0.19  # agreement between halves of the text; below it they say different things
RARER = 0.3  # share of the agreement on frequent words, between halves; below it words are rare
ROOM = 1.7  # if more dimensions learn this many times as much, the dimension is the limit
FEW = 20  # compared words below which shared neighbors say nothing about a text
SHARE = 0.7  # share of the gain from the best training that a control must reach to explain it
TRAINING = "longer training", "larger steps"
BETTER = "less noise", "another optimizer"  # the second where the exact solver cannot be used


@dataclass(frozen=True)
class Case:
    """Everything that the rules use."""

    before: Measures
    after: Mapping[str, Measures | None]  # by the name of the control; None: it is not possible
    groups: int  # groups of two or more known words; 0 if there is only one
    too_few: str = ""  # why the groups cannot be told from chance; "" if they can
    seen: float = 1e9  # median of how often the chosen words occur
    usual: float = 0.0  # the same for the compared words

    def get(self, name: str) -> Measures:
        """The Measures of a control, or those before if it was not run."""
        return self.after.get(name) or self.before

    @property
    def best(self) -> Measures | None:
        """The runs of the exact solver, or of the default optimizer where it cannot be used; of
        averaged parameters if the runs had that optimizer. None if none of these was run.
        """
        return self.after.get("another optimizer") or self.after.get("less noise")

    @property
    def trained(self) -> Measures:
        """The best trained runs of the same objective."""
        return self.best or self.before

    @property
    def testable(self) -> bool:
        """True if there are groups that can be told from chance."""
        return self.groups > 1 and not self.too_few

    @property
    def present(self) -> bool:
        """True if every seed shows the groups."""
        return self.testable and self.before.clustered >= EVERY and self.before.some <= LEVEL

    @property
    def absent(self) -> bool:
        """True if the groups can be tested and not every seed shows them."""
        return self.testable and not self.present

    @property
    def with_some(self) -> bool:
        """True if some seeds show the groups and others do not."""
        return self.absent and self.before.some <= LEVEL and self.before.clustered > 0

    @property
    def low(self) -> bool:
        """True if the neighbors of one run may not be interpreted."""
        return self.before.agreement < AGREE

    @property
    def complete(self) -> bool:
        """True if nothing is missing: the runs agree, and groups that can be tested are shown."""
        return not self.low and not self.absent

    @property
    def structure(self) -> bool:
        """True if the text teaches clearly more than its words in random order."""
        return self._of_random("learned") < CHANCE

    @property
    def tiny(self) -> bool:
        """True if there are too few words to compare, and no groups that could be tested
        instead.
        """
        return self.before.pool < FEW and not self.testable

    @property
    def memorized(self) -> bool:
        """True if the text is so small that a model memorizes it: its words in random order teach
        a good part of what the text teaches, and the seeds agree on them nearly as much.
        """
        return self._of_random("learned") >= MEMORY and self._of_random("agreement") >= ALIKE

    def _of_random(self, name):
        """What shuffled words show, as a share of what the text shows."""
        random = self.after.get("shuffled text")
        return getattr(random, name) / max(getattr(self.trained, name), 1e-3) if random else 0.0

    @property
    def halves_differ(self) -> bool:
        """True if models of the two halves of the text disagree."""
        half = self.after.get(HALF)
        return half is not None and half.across < SAME

    @property
    def grows(self) -> bool:
        """True if runs agree more on the whole text than on half of it."""
        half = self.after.get(HALF)
        return half is not None and self.trained.agreement > half.agreement + RISE

    @property
    def rare(self) -> bool:
        """True if the two halves of the text agree on frequent words, and far less on the chosen
        ones, which occur less often.
        """
        half = self.after.get(HALF)
        if half is None or self.seen >= self.usual or half.across < RARER * AGREE:
            return False
        return half.words_across < RARER * half.across

    @property
    def knows(self) -> bool:
        """True if the runs have learned nearly as much as the best trained ones."""
        return self.best is not None and self.before.learned >= ENOUGH * self.best.learned

    @property
    def undertrained(self) -> bool:
        """True if the runs learned little of what other training learns; not if other training
        learns it and still brings less than half of the agreement that the best brings.
        """
        best = max(self.trained.learned, *(self.get(name).learned for name in TRAINING))
        return self.before.learned < LEARNED * best and not any(map(self._stays_noisy, TRAINING))

    def _stays_noisy(self, name):
        after, best, start = self.after.get(name), self.best, self.before
        if after is None or best is None or after.learned < ENOUGH * best.learned:
            return False
        return after.agreement - start.agreement < MOST * (best.agreement - start.agreement)

    @property
    def cramped(self) -> bool:
        """True if more dimensions learn far more than the best training with the present one."""
        wide = self.after.get("more dimensions")
        best = max(self.before.learned, self.trained.learned)
        return wide is not None and wide.learned > ROOM * max(best, 0.0)

    @property
    def lower_helps(self) -> bool:
        """True if a lower rate learns more without lowering the agreement, or brings what is
        missing.
        """
        lower, b = self.after.get("lower rate"), self.before
        if lower is None:
            return False
        if not self.complete and self.mends("lower rate"):
            return True
        return lower.learned > b.learned + GAIN and lower.agreement >= b.agreement

    def rises(self, name: str) -> bool:
        """True if a control raised the agreement by RISE, and by two standard errors."""
        after = self.after.get(name)
        return after is not None and after.agreement >= self.before.agreement + max(
            RISE, 2 * after.error
        )

    def lifts(self, name: str) -> bool:
        """True if a control raised the agreement by half of its value, by half of RISE, and by two
        standard errors: it is not enough, but the noise or the training plays a part.
        """
        after, start = self.after.get(name), self.before.agreement
        if after is None or after.agreement < 1.5 * start:
            return False
        return after.agreement >= start + max(RISE / 2, 2 * after.error)

    def shows(self, name: str) -> bool:
        """True if every run of a control shows the groups."""
        after = self.after.get(name)
        return after is not None and self.testable and after.clustered >= EVERY

    def mends(self, name: str) -> bool:
        """True if a control learns no less and brings what is missing, the groups or agreement, and
        SHARE of the agreement that the best training brings.
        """
        after, best = self.after.get(name), self.best
        helps = self.shows(name) if self.absent else self.rises(name)
        if after is None or not helps or after.learned < self.before.learned:
            return False
        start = self.before.agreement
        return best is None or after.agreement - start >= SHARE * (best.agreement - start)


def case(
    before: Measures,
    facts: Facts,
    chosen: Chosen,
    after: Mapping[str, Measures | None] | None = None,
) -> Case:
    """Make the Case of some Measures, the Facts of the text and the chosen words."""
    rows, labels = grouped(chosen, facts.index)
    counts = facts.counts[rows] if len(rows) else np.zeros(0)
    groups = len(set(labels.tolist())) if len(rows) else 0
    return Case(
        before,
        after or {},
        groups if groups > 1 else 0,
        run_set.too_few(labels) if groups > 1 else "",
        float(np.median(counts)) if len(counts) else 1e9,
        float(np.median(facts.counts[: before.pool])) if before.pool else 0.0,
    )
