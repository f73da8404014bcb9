"""The verdict: what the first rule that holds means, in sentences."""

from dataclasses import asdict, dataclass, field

from core.seeds.controls import CONTROLS
from core.seeds.rules import CULPRITS, EVERY, LEVEL, RULES, Case, Rule, case, low, present

__all__ = ["CULPRITS", "RULES", "Case", "Rule", "case"]


@dataclass(frozen=True)
class Judgment:
    """The verdict and what it rests on."""

    verdict: str  # one sentence: what to change and what that brought
    culprit: str  # one of CULPRITS
    title: str
    groups: str  # first finding: are the groups there
    neighbors: str  # second finding: may the neighbors of one run be interpreted
    readable: bool  # the second finding in one word
    rule: int  # number of the rule that decided
    case: Case
    looked_at: tuple[str, ...] = field(default=())  # states of the rules

    def as_json(self) -> dict:
        """The same as plain values."""
        before, names = asdict(self.case.before), ("agreement", "clustered", "learned", "score")
        return {
            "verdict": self.verdict,
            "culprit": self.culprit,
            "findings": {"groups": self.groups, "neighbors": self.neighbors},
            "evidence": before,
            "controls": [
                {
                    "name": control.name,
                    "accused": control.culprit,
                    "changed": control.told,
                    "before": {name: before[name] for name in names},
                    "after": {name: getattr(after, name) for name in names},
                }
                for control in CONTROLS
                if (after := self.case.after.get(control.name))
            ],
            "controls_not_run": [c.name for c in CONTROLS if not self.case.after.get(c.name)],
        }


def judge(case: Case) -> Judgment:
    """Judge a case; the first rule that holds decides."""
    number = next(n for n, rule in enumerate(RULES) if rule.holds(case))
    rule = RULES[number]
    states = tuple(
        "reached: it decides" if n == number else "holds not" if n < number else "not looked at"
        for n in range(len(RULES))
    )
    missing = [name for r in RULES[: number + 1] for name in r.needs if not case.after.get(name)]
    return Judgment(
        _sentence(rule, case) + _without(missing, case),
        rule.culprit,
        rule.verdict,
        _of_groups(case),
        _of_neighbors(case),
        not low(case) and case.before.runs > 1,
        number,
        case,
        states,
    )


def next_control(case: Case) -> str | None:
    """The control that the next undecided rule needs, or that tells what to do; None when the
    verdict is decided.
    """
    for rule in RULES:
        missing = [name for name in rule.needs if name not in case.after]
        if missing:
            return missing[0]
        if rule.holds(case):
            return next((name for name in rule.helped if name not in case.after), None)
    return None


def explained(case: Case) -> list[tuple[str, float, float]]:
    """How much of what is missing each accused explains: (accused, share, its standard error).

    What is missing is the agreement from what it was to 1, or, where groups are tested and not
    there with every seed, the share of runs that show them. A control that changes the text does
    not take part; with fewer than three runs there is no error.
    """
    groups = case.testable and not present(case)
    quantity = "clustered" if groups else "agreement"
    start, found = getattr(case.before, quantity), []
    for control in CONTROLS:
        after = case.after.get(control.name)
        if after is None or control.culprit == "text":
            continue
        left = max(1 - start, 1e-9)
        end = getattr(after, quantity)
        error = (end * (1 - end) / after.runs) ** 0.5 if groups else after.error
        found.append((control.culprit, (end - start) / left, error / left))
    return found


def _sentence(rule, c):
    b = c.before
    helped = next((c.after[n] and n for n in rule.helped if c.after.get(n)), None)
    if rule.culprit == "none" and b.runs < 2:
        return "Only other seeds can tell what the seed did: choose at least two."
    if rule.culprit == "none":
        return f"Change nothing: two runs share {b.overlap:.0%} of their neighbors."
    if rule.culprit == "picture":
        return (
            f"Look at all dimensions: there {b.clustered:.0%} of the runs show the groups, in the "
            f"picture {b.in_picture:.0%}."
        )
    if rule.culprit == "words":
        return c.too_few or (
            "Choose other words: no training showed these groups, with any seed "
            f"({b.clustered:.0%} of the runs; {c.get('less noise').clustered:.0%} with less noise)."
        )
    if rule.culprit == "rarity":
        return (
            f"Choose more frequent words: half of these are seen {c.seen:g} times or less; two "
            f"runs agree on {b.of_words:.0%} of their neighbors beyond chance, on "
            f"{b.of_frequent:.0%} of those of frequent words."
        )
    if rule.culprit == "text":
        return _about_text(c)
    if helped is None:
        return f"{rule.verdict}: two runs agree on {b.agreement:.0%} of their neighbors."
    control = next(k for k in CONTROLS if k.name == helped)
    return f"{control.advice}: {_brought(c, c.after[helped])}."


def _about_text(c):
    if not c.structure:
        real, random = c.get("less noise").learned, c.after["shuffled text"].learned
        return (
            "Use more text, or another: its words at random places lower the loss by "
            f"{random:.1%}, in their own places by {real:.1%}."
        )
    return (
        "Use more text: models of two halves of this one agree on "
        f"{c.get('two halves of the text').agreement:.0%} of their neighbors beyond chance."
    )


def _brought(c, after):
    b = c.before
    if b.diverged:
        return f"{b.diverged} of {b.runs} runs diverged, then {after.diverged} of {after.runs}"
    if c.testable and after.clustered > b.clustered:
        return f"runs that show the groups rose from {b.clustered:.0%} to {after.clustered:.0%}"
    rose = "rose" if after.agreement > b.agreement else "went"
    return f"agreement {rose} from {b.agreement:.0%} to {after.agreement:.0%} (0% is chance)"


def _without(missing, c):
    names = ", ".join(dict.fromkeys(missing))
    return f" Controls that were not run: {names}." if missing and c.before.runs > 1 else ""


def _of_groups(c):
    if c.groups < 2:
        return "No groups to test: choose two or more, with known words in each."
    if c.too_few:
        return c.too_few
    b = c.before
    if b.clustered >= EVERY:
        return f"The groups are there with {b.clustered:.0%} of the seeds."
    if b.some <= LEVEL:
        return f"The groups are there with {b.clustered:.0%} of the seeds (p = {b.some:.2g})."
    return f"The groups are not there: no more than chance, all seeds together (p = {b.some:.2g})."


def _of_neighbors(c):
    b = c.before
    if b.runs < 2:
        return "One run does not tell which of its neighbors stay."
    told = f"two runs share {b.overlap:.1%} of their neighbors, chance gives {b.chance:.1%}"
    if low(c):
        return f"Do not interpret the neighbors of one run: {told}."
    return f"Neighbors of one run may be interpreted, with care: {told}."
