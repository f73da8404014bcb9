"""The verdict in sentences: the first rule that holds decides."""

from dataclasses import asdict, dataclass

from core.seeds.controls import BY_NAME, CONTROLS
from core.seeds.rules import CULPRITS, RULES, WIDER, Rule
from core.seeds.verdict_inputs import (
    AGREE,
    BETTER,
    EVERY,
    HALF,
    LEVEL,
    MOST,
    RISE,
    TRAINING,
    Case,
    case,
)

__all__ = ["CULPRITS", "RULES", "Case", "Rule", "case"]
# Controls of the training alone: same text, dimension and window
ALONE = "less noise", "another optimizer", "longer training", "larger steps", "lower rate"
TOLD = "agreement", "of_words", "clustered", "in_picture", "learned", "across"


OPEN = Rule(
    "none",
    "No verdict yet: the controls will tell",
    "only the seed is left, and not all controls were run",
    lambda c: True,
)


@dataclass(frozen=True)
class Judgment:
    """The verdict and what it rests on."""

    verdict: str  # one sentence: what to change and what that brought
    culprit: str  # one of CULPRITS
    title: str
    groups: str  # first finding: are the groups there
    neighbors: str  # second finding: may the neighbors of one run be interpreted
    readable: bool  # True if they may
    rule: int  # number of the rule that decided
    case: Case
    looked_at: tuple[str, ...] = ()  # of each rule: whether it was examined, held, or decided

    def as_json(self) -> dict:
        """The judgment as plain values for JSON."""
        before, after = self.case.before, self.case.after
        return {
            "verdict": self.verdict,
            "culprit": self.culprit,
            "findings": {"groups": self.groups, "neighbors": self.neighbors},
            "evidence": asdict(before),
            "controls": [
                {
                    "name": c.name,
                    "accused": c.culprit,
                    "changed": c.told,
                    "before": {name: getattr(before, name) for name in TOLD},
                    "after": {name: getattr(measured, name) for name in TOLD},
                }
                for c in CONTROLS
                if (measured := after.get(c.name))
            ],
            "suspects": [asdict(s) for s in explained(self.case)],
            "controls_not_run": [c.name for c in CONTROLS if c.name not in after],
            "controls_not_possible": [
                c.name for c in CONTROLS if c.name in after and not after[c.name]
            ],
        }


@dataclass(frozen=True)
class Suspect:
    """How much of what is missing one of the culprits explains."""

    name: str
    share: float | None  # None: it was not examined
    error: float = 0.0  # standard error of the share
    control: str = "not looked at"  # the control or comparison behind it, or why there is none


def judge(case: Case) -> Judgment:
    """Judge a case; the first rule that holds decides."""
    number = next(n for n, rule in enumerate(RULES) if rule.holds(case))
    missing = [[n for n in r.needs if n not in case.after] for r in RULES[: number + 1]]
    # The seed is convicted for what no control mends: not before they were run
    rule = OPEN if RULES[number].culprit == "seed" and any(missing) else RULES[number]
    states = [
        "reached: it decides" if n == number else "holds not" if not left else "not looked at"
        for n, left in enumerate(missing)
    ]
    return Judgment(
        _sentence(rule, case)
        + _left_out(case)
        + _without([n for left in missing for n in left], case),
        rule.culprit,
        rule.verdict,
        _of_groups(case),
        _of_neighbors(case),
        not case.low and case.before.runs > 1 and not _doubt(case),
        number,
        case,
        (*states, *["not looked at"] * (len(RULES) - number - 1)),
    )


def next_control(case: Case) -> str | None:
    """The control that the next undecided rule needs, or whose advice is missing; None if the
    verdict is decided.
    """
    for rule in RULES:
        missing = [name for name in rule.needs if name not in case.after]
        if missing:
            return missing[0]
        if rule.holds(case):
            return next((name for name in rule.helped if name not in case.after), None)
    return None


def explained(case: Case) -> list[Suspect]:
    """How much of what is missing each of the nine culprits explains.

    What is missing is the agreement from its value before up to what the best control reaches. If
    the groups can be tested and not every seed shows them, it is the share of runs that show them
    instead. A control explains the part of this that it brings; of two controls of one culprit the
    larger part counts. The part that no training of the same text, dimension and window brings is
    left to the seed. Text, rarity, picture and words have comparisons of their own, up to 1. With
    fewer than three runs the error of the agreement is 0.
    """
    found: dict[str, Suspect] = {}
    most = 0.0, 0.0  # the largest share that other training explains, and its error
    for name in (*ALONE, *WIDER):
        if case.after.get(name):
            share, error = _mended(case, name)
            one = Suspect(BY_NAME[name].culprit, share, error, name)
            found[one.name] = max(found.get(one.name, one), one, key=_share_of)
            if name not in WIDER:
                most = max(most, (min(share, 1.0), error))
                found["seed"] = Suspect("seed", 1 - most[0], most[1], "what no training mends")
    found |= {s.name: s for s in (_text(case), _rarity(case), _picture(case), _words(case)) if s}
    return [found.get(name, Suspect(name, None)) for name in CULPRITS if name != "none"]


def best_of_controls(c: Case) -> float:
    """The highest agreement that a control reaches, or the largest share of runs that show the
    groups; the value before if no control was run.
    """
    quantity = "clustered" if c.absent else "agreement"
    some = [c.after.get(name) for name in (*ALONE, *WIDER)]
    return max(
        [getattr(after, quantity) for after in some if after] or [getattr(c.before, quantity)]
    )


def reachable(c: Case) -> float:
    """What the best control reaches, or a clear rise above the value before if none reaches that:
    where the missing part ends.
    """
    start = c.before.clustered if c.absent else c.before.agreement
    return max(start + RISE, best_of_controls(c))


def _share_of(suspect: Suspect) -> float:
    return suspect.share or 0.0


def _mended(c, name):
    quantity = "clustered" if c.absent else "agreement"
    start, after = getattr(c.before, quantity), c.after[name]
    left, end = reachable(c) - start, getattr(after, quantity)
    error = (end * (1 - end) / after.runs) ** 0.5 if c.absent else after.error
    return (end - start) / left, error / left


def _text(c):
    """From the agreement of runs of one half of the text, compared with that between halves."""
    half = c.after.get(HALF)
    if not half:
        return None
    left = max(1 - half.across, 1e-9)
    return Suspect("text", (half.agreement - half.across) / left, half.error / left, HALF)


def _rarity(c):
    """From the agreement on frequent words, compared with that on chosen ones, between halves."""
    half = c.after.get(HALF)
    if not half:
        return None
    if c.seen >= c.usual:
        return Suspect("rarity", None, control="the words are frequent")
    left = max(1 - half.words_across, 1e-9)
    share = (half.across - half.words_across) / left
    return Suspect("rarity", share, half.words_error / left, "frequent words only")


def _picture(c):
    """From the share of runs that show the groups in all dimensions, compared with the picture."""
    if not c.testable:
        return Suspect("picture", None, control="no groups to test")
    b, left = c.before, max(1 - c.before.in_picture, 1e-9)
    error = (b.clustered * (1 - b.clustered) / b.runs) ** 0.5
    return Suspect("picture", (b.clustered - b.in_picture) / left, error / left, "all dimensions")


def _words(c):
    """From the share of runs that show groups found in the first, compared with chosen groups."""
    if not c.groups or c.before.runs < 2:
        return Suspect("words", None, control="no groups to test")
    b, shown = c.before, c.before.clustered if c.testable else 0.0
    left = max(1 - shown, 1e-9)
    error = (b.own * (1 - b.own) / max(b.runs - 1, 1)) ** 0.5
    return Suspect("words", (b.own - shown) / left, error / left, "groups found in the first run")


def _sentence(rule, c):
    b = c.before
    if rule.culprit == "none" and b.runs < 2:
        return "Only other seeds can tell what the seed did: choose at least two."
    if rule is OPEN:
        return (
            f"Two runs agree on {_share(b.agreement)} of their neighbors (0% is chance); whether "
            "the seed or something else is to blame, controls tell that were not run so far."
        )
    if rule.culprit == "none":
        better = _better(c)
        said = "No change is needed" if better else "Change nothing"
        return f"{said}: two runs share {b.overlap:.1%} of their neighbors.{better}"
    if rule.culprit == "picture":
        return (
            f"Look at all dimensions: there {b.clustered:.0%} of the runs show the groups, in the "
            f"picture {b.in_picture:.0%}."
        )
    if rule.culprit == "words":
        return c.too_few or (
            "Choose other words: no training showed these groups with every seed "
            f"({b.clustered:.0%} of the runs; {c.trained.clustered:.0%} of the best trained)."
        )
    if rule.culprit == "rarity":
        half = c.after[HALF]
        return (
            f"Choose more frequent words: half of these are seen {c.seen:g} times or less. Models "
            f"of two halves of the text agree on {_share(half.words_across)} of their neighbors, "
            f"on {_share(half.across)} of those of frequent words (0% is chance)."
        )
    if rule.culprit == "text":
        return _about_text(c)
    helped = [name for name in rule.helped if c.after.get(name)]
    if not helped:
        return _without_advice(rule, c)
    best = max(helped, key=lambda name: _worth(c, name))
    longer = [name for name in helped if name in TRAINING]
    if rule.culprit == "training" and best not in longer and longer:
        most = max(longer, key=lambda name: _worth(c, name))
        best = most if _nearly(c, most, best) else best
    return f"{_advice(rule, best)}: {_brought(c, c.after[best])}."


def _without_advice(rule, c):
    """The sentence where no control that could be advised was run."""
    b = c.before
    if b.diverged >= MOST * b.runs:
        return f"Lower the learning rate: {b.diverged} of {b.runs} runs diverged."
    if rule.culprit == "seed":
        return (
            "Do not interpret a single run: two of them agree on "
            f"{_share(b.agreement)} of their neighbors (0% is chance), and no control mends that."
        )
    agree = f"two runs agree on {_share(b.agreement)} of their neighbors (0% is chance)"
    untried = [name for name in rule.helped if name not in c.after]
    if not untried:
        return f"{agree[0].upper()}{agree[1:]}."
    return f"{_advice(rule, untried[0])}: {agree}. What that brings was not measured."


def _worth(c, name):
    """How much a control brought, to be compared: first groups, then agreement, then loss."""
    after = c.after[name]
    groups = after.clustered if c.absent else 0.0
    return groups, round(after.agreement, 2), after.learned


def _nearly(c, name, best):
    """True if a control shows the groups as often as the best one, and gains MOST of its
    agreement.
    """
    after, most, start = c.after[name], c.after[best], c.before.agreement
    shown = not c.absent or after.clustered >= most.clustered
    return shown and after.agreement - start >= MOST * (most.agreement - start)


def _advice(rule, name):
    if rule.culprit == "training" and name in BETTER:
        return f"Train much longer, or with another optimizer (control “{name}”)"
    return BY_NAME[name].advice


def _better(c):
    """A sentence on a control that makes the runs agree more, or ""."""
    for name in ("longer training", "less noise"):
        if c.rises(name):
            after = c.after[name].agreement
            said = BY_NAME[name].advice.replace("Train", "Training")
            return (
                f" {said} would raise agreement beyond chance from {_share(c.before.agreement)} "
                f"to {_share(after)}."
            )
    return ""


def _about_text(c):
    if c.tiny:
        return (
            f"Use more text: only {c.before.pool} words occur often enough to be compared, too few "
            "for their neighbors to say anything."
        )
    if not c.structure:
        real, random = c.trained.learned, c.after["shuffled text"].learned
        return (
            "Use more text, or another: its words at random places lower the loss by "
            f"{random:.1%}, in their own places by {real:.1%}."
        )
    half = c.after.get(HALF)
    if not half:
        random = c.after["shuffled text"].agreement
        return (
            "Use more text: runs agree on "
            f"{_share(c.trained.agreement)} of their neighbors, and on {_share(random)} where the "
            "words stand at random places."
        )
    return (
        f"Use more text: models of two halves of this one agree on {_share(half.across)} of their "
        f"neighbors, models of the same half on {_share(half.agreement)} (0% is chance)."
    )


def _brought(c, after):
    b = c.before
    if b.diverged and after.diverged * b.runs < b.diverged * after.runs:
        return f"{b.diverged} of {b.runs} runs diverged, then {after.diverged} of {after.runs}"
    if b.diverged >= MOST * b.runs:
        return f"{b.diverged} of {b.runs} runs diverged, and with a fifth of it still as many"
    if c.testable and after.clustered > b.clustered:
        return f"runs that show the groups rose from {b.clustered:.0%} to {after.clustered:.0%}"
    first, last = _share(b.agreement), _share(after.agreement)
    if first == last and after.learned > b.learned:
        return (
            f"the loss fell from {_below(b.learned)} that of word frequencies alone to "
            f"{_below(after.learned)} it; agreement stayed at {last} (0% is chance)"
        )
    rose = "rose" if after.agreement > b.agreement else "went"
    return f"agreement {rose} from {first} to {last} (0% is chance)"


def _below(learned):
    return f"{abs(learned):.1%} {'below' if learned >= 0 else 'above'}"


def _share(agreement):
    return f"{max(agreement, 0):.1%}"


def _left_out(c):
    """A sentence on diverged runs that were left out, or ""."""
    b = c.before
    if not b.diverged or b.runs - b.diverged < 2:
        return ""
    return f" {b.diverged} of {b.runs} runs diverged and took no part: lower the learning rate."


def _without(missing, c):
    names = ", ".join(dict.fromkeys(missing))
    return f" Not run so far: {names}." if names and c.before.runs > 1 else ""


def _of_groups(c):
    if c.groups < 2:
        return "No groups to test: choose two or more, with two known words or more in each."
    if c.too_few:
        return c.too_few
    b = c.before
    if b.clustered >= EVERY:
        return f"The groups are there with {b.clustered:.0%} of the seeds."
    if b.some <= LEVEL:
        return f"The groups are there with {b.clustered:.0%} of the seeds (p = {b.some:.2g})."
    return f"The groups are not told from chance, all seeds together (p = {b.some:.2g})."


def _of_neighbors(c):
    b = c.before
    if b.runs < 2:
        return "One run does not tell which of its neighbors stay."
    told = f"two runs share {b.overlap:.1%} of their neighbors, chance gives {b.chance:.1%}"
    if c.low:
        return f"Do not interpret the neighbors of one run: {told}."
    if doubt := _doubt(c):
        return f"Do not interpret the neighbors of one run: {told}, but {doubt}."
    return f"Neighbors of one run may be interpreted, with care: {told}.{_of_halves(c)}"


def _of_halves(c):
    """A sentence where another text would change the neighbors more than the seed does, or ""."""
    half = c.after.get(HALF)
    if half is None or half.across >= min(AGREE, c.before.agreement - RISE):
        return ""
    return (
        " Another text would change more: models of two halves of this one agree on "
        f"{_share(half.across)} of them beyond chance."
    )


def _doubt(c):
    """Why shared neighbors mean little here, or "" if they do not."""
    if c.tiny:
        return "so few words are neighbors in any case"
    if not c.structure:
        return "words at random places teach nearly as much"
    if c.memorized:
        return "seeds agree as much where the words stand at random places"
    if c.rare:
        return "those of the chosen words differ between two halves of the text"
    return ""
