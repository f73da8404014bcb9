"""What the rules of the verdict look at: the runs, what each control showed, and the words."""

from collections.abc import Mapping
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
MOST = 0.5  # share of runs, of pictures, or of what less noise brings
LEARNED = 0.35  # of what a control learns: below it a model is undertrained
ENOUGH = 0.75  # of what less noise learns, from which training is not what is missing
GAIN = 0.02  # of the loss, from which a lower rate has helped
CHANCE = 0.6  # of what is learned of a text, from which its shuffled words teach as much
MEMORY = 0.3  # of the same, where seeds also agree as much on shuffled words
ALIKE = 0.7  # of the agreement on a text, from which seeds agree as much on its shuffled words
SAME = 0.19  # agreement between halves of a text: below it each half says something else
RARER = 0.3  # of the agreement between halves on frequent words: below it words are rare
ROOM = 1.7  # times as much is learned with more dimensions: the dimension limits what is learned
SHARE = 0.7  # of what less noise brings: from there it was the rate, or the training
TRAINING = "longer training", "larger steps"
HALF = "half of the text"


@dataclass(frozen=True)
class Case:
    """All that the rules look at."""

    before: Measures
    after: Mapping[str, Measures | None]  # by the control's name; None: it cannot be done here
    groups: int  # groups of two or more known words; 0 without two of them
    too_few: str = ""  # why the groups cannot be told from chance, or nothing
    seen: float = 1e9  # times the chosen words are seen, their median
    usual: float = 0.0  # the same of the words compared

    def get(self, name: str) -> Measures:
        """What a control measured, or what was there before where it was not run."""
        return self.after.get(name) or self.before

    @property
    def trained(self) -> Measures:
        """The runs with the least noise that these settings allow."""
        return self.get("less noise")

    @property
    def testable(self) -> bool:
        """True if there are groups that can be told from chance."""
        return self.groups > 1 and not self.too_few

    @property
    def present(self) -> bool:
        """True if the groups are there with every seed."""
        return self.testable and self.before.clustered >= EVERY and self.before.some <= LEVEL

    @property
    def absent(self) -> bool:
        """True if groups that can be tested are not there with every seed."""
        return self.testable and not self.present

    @property
    def with_some(self) -> bool:
        """True if the groups are there with some seeds alone."""
        return self.absent and self.before.some <= LEVEL and self.before.clustered > 0

    @property
    def low(self) -> bool:
        """True if the neighbors of one run may not be interpreted."""
        return self.before.agreement < AGREE

    @property
    def complete(self) -> bool:
        """True if nothing is missing: no agreement, and no groups that could be tested."""
        return not self.low and not self.absent

    @property
    def structure(self) -> bool:
        """True if the text teaches clearly more than its own words at random places."""
        return self._of_random("learned") < CHANCE

    @property
    def memorized(self) -> bool:
        """True if seeds agree on the text about as much as on its words at random places, and those
        teach a good part of it: the text is so small that a model knows it by heart.
        """
        return self._of_random("learned") >= MEMORY and self._of_random("agreement") >= ALIKE

    def _of_random(self, name):
        """What shuffled words show, as a share of what the text shows."""
        random = self.after.get("shuffled text")
        return getattr(random, name) / max(getattr(self.trained, name), 1e-3) if random else 0.0

    @property
    def halves_differ(self) -> bool:
        """True if models of two halves of the text say different things."""
        half = self.after.get(HALF)
        return half is not None and half.across < SAME

    @property
    def grows(self) -> bool:
        """True if runs agree more on all of the text than on a half of it."""
        half = self.after.get(HALF)
        return half is not None and self.trained.agreement > half.agreement + RISE

    @property
    def rare(self) -> bool:
        """True if two halves of the text agree on frequent words, and far less on the chosen ones,
        which are seen less often.
        """
        half = self.after.get(HALF)
        if half is None or self.seen >= self.usual or half.across < RARER * AGREE:
            return False
        return half.words_across < RARER * half.across

    @property
    def knows(self) -> bool:
        """True if the runs have learned about as much as with less noise."""
        best = self.after.get("less noise")
        return best is not None and self.before.learned >= ENOUGH * best.learned

    @property
    def undertrained(self) -> bool:
        """True if little of what can be learned was learned, unless other training learns it and
        brings less than half of the agreement that less noise brings.
        """
        best = max(self.trained.learned, *(self.get(name).learned for name in TRAINING))
        return self.before.learned < LEARNED * best and not any(map(self._stays_noisy, TRAINING))

    def _stays_noisy(self, name):
        after, best, start = self.after.get(name), self.after.get("less noise"), self.before
        if after is None or best is None or after.learned < ENOUGH * best.learned:
            return False
        return after.agreement - start.agreement < MOST * (best.agreement - start.agreement)

    @property
    def cramped(self) -> bool:
        """True if more dimensions learn far more than less noise does in these."""
        wide = self.after.get("more dimensions")
        best = max(self.before.learned, self.trained.learned)
        return wide is not None and wide.learned > ROOM * max(best, 0.0)

    @property
    def lower_helps(self) -> bool:
        """True if a lower rate learns more and the runs agree more, or brings what is missing."""
        lower, b = self.after.get("lower rate"), self.before
        if lower is None:
            return False
        if not self.complete and self.mends("lower rate"):
            return True
        return lower.learned > b.learned + GAIN and lower.agreement >= b.agreement

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

    def mends(self, name: str) -> bool:
        """True if a control learns no less and brings what is missing, the groups or agreement, and
        SHARE of the agreement that less noise brings.
        """
        after, best = self.after.get(name), self.after.get("less noise")
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
        float(np.median(facts.counts[: before.pool])) if before.pool else 0.0,
    )
