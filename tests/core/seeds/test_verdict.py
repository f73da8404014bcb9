"""The rules of the verdict: each is reached, in order, and says what to change."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.seeds import controls, verdict
from core.seeds.evidence import Measures
from core.seeds.verdict import Case

FINE = Measures(
    runs=3,
    diverged=0,
    learned=0.3,
    gap=0.9,
    overlap=0.43,
    chance=0.016,
    agreement=0.42,
    error=0.01,
    of_words=0.4,
    of_frequent=0.4,
    clustered=1.0,
    some=0.002,
    score=0.5,
    in_picture=1.0,
)
AFTER = {
    "less noise": replace(FINE, agreement=0.6),
    "longer training": replace(FINE, agreement=0.5, learned=0.35),
    "lower rate": replace(FINE, agreement=0.1, learned=0.05),
    "two halves of the text": replace(FINE, agreement=0.3),
    "more dimensions": replace(FINE, learned=0.4),
    "shuffled text": replace(FINE, learned=0.05, clustered=0.0),
}
NOTHING = {"clustered": 0.0, "some": 0.7, "in_picture": 0.0}
NOISY = {"agreement": 0.08, "overlap": 0.09, "learned": 0.2}
WIDE = {"more dimensions": replace(FINE, learned=0.6)}
POOR = {name: replace(m, **NOTHING) for name, m in AFTER.items()}


def case(before=None, after=None, **options):
    return Case(
        replace(FINE, **(before or {})), {**AFTER, **(after or {})}, **{"groups": 2, **options}
    )


DULL = {
    "less noise": replace(FINE, agreement=0.12),
    "longer training": replace(FINE, agreement=0.1),
}
CASES = [
    (case({"runs": 1}), "none"),
    (case({"diverged": 2}), "rate"),
    (case(after={"shuffled text": replace(FINE, learned=0.28)}), "text"),
    (case({"learned": -0.2, "agreement": 0.05}), "rate"),
    (case({"learned": 0.01, "agreement": 0.12}, {"lower rate": replace(FINE, learned=0)}),
     "training"),
    (case({"in_picture": 0.0}), "picture"),
    (case(), "none"),
    (case(NOTHING, too_few="Too few words to tell."), "words"),
    (case(NOTHING, seen=3), "rarity"),
    (case(NOTHING, {"two halves of the text": replace(FINE, agreement=0.05)}, frequent=3), "text"),
    (case({"clustered": 0.4}, WIDE), "seed"),
    (case(NOTHING, WIDE), "dimension"),
    (case(NOTHING), "noise"),
    (case({"clustered": 0.4}, {"less noise": replace(FINE, clustered=0.5)}), "seed"),
    (case({**NOTHING}, {**POOR, "more dimensions": AFTER["more dimensions"]}), "dimension"),
    (case(NOTHING, POOR), "words"),
    (case(groups=0), "none"),
    (case({**NOISY, "learned": 0.12}, {**WIDE, **DULL}, groups=0), "seed"),
    (case(NOISY, groups=0), "noise"),
    (case(NOISY, {"less noise": replace(FINE, agreement=0.1)}, groups=0), "training"),
    (case(NOISY, DULL, groups=0), "seed"),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(CASES)))
def test_each_verdict_is_reached(number):
    one, culprit = CASES[number]
    judged = verdict.judge(one)
    assert judged.culprit == culprit, judged.title
    assert (
        judged.verdict
        and "{" not in judged.verdict
        and judged.looked_at.count("holds not") == (judged.rule)
    )


def test_all_culprits_are_accused():
    assert {culprit for _, culprit in CASES} == set(verdict.CULPRITS)
    assert {rule.culprit for rule in verdict.RULES} == set(verdict.CULPRITS)


def test_the_sentence_says_what_to_change_and_what_it_brought():
    said = verdict.judge(case(NOISY, groups=0)).verdict
    assert said == "Train with less noise: agreement rose from 8% to 60% (0% is chance)."
    said = verdict.judge(case(NOTHING)).verdict
    assert said == "Train with less noise: runs that show the groups rose from 0% to 100%."


def test_the_two_findings_are_kept_apart():
    judged = verdict.judge(case(NOISY))
    assert "there with 100% of the seeds" in judged.groups and not judged.readable
    assert judged.neighbors.startswith("Do not interpret") and judged.culprit != "none"


def test_a_control_that_was_not_run_is_named_and_a_verdict_is_still_given():
    bare = Case(replace(FINE, **NOISY), {}, 0)
    judged = verdict.judge(bare)
    assert "Controls that were not run: less noise" in judged.verdict
    assert verdict.judge(replace(bare, after={"less noise": None})).verdict


def test_controls_are_asked_for_until_the_verdict_is_decided():
    found, asked = Case(replace(FINE, **NOISY), {}, 0), []
    while name := verdict.next_control(found):
        asked.append(name)
        found = replace(found, after={**found.after, name: AFTER[name]})
    assert len(asked) == len(set(asked)) and set(asked) <= {c.name for c in controls.CONTROLS}
    assert verdict.judge(found).culprit == verdict.judge(case(NOISY, groups=0)).culprit


def test_the_agreement_that_decides_is_beyond_chance():
    """Half of the neighbors are shared, and chance gives half: nothing is known."""
    crowded = {"overlap": 0.51, "chance": 0.5, "agreement": 0.02}
    judged = verdict.judge(case(crowded, DULL, groups=0))
    assert judged.culprit == "seed" and not judged.readable


def test_json_holds_every_control_with_before_and_after():
    told = json.loads(json.dumps(verdict.judge(case(NOISY)).as_json()))
    assert set(told) >= {"verdict", "culprit", "evidence", "controls", "findings"}
    assert {c["name"] for c in told["controls"]} == set(AFTER)
    assert all(set(c["before"]) == set(c["after"]) for c in told["controls"])


def test_what_the_suspects_explain_is_a_share_of_what_is_missing():
    found = {name: share for name, share, _ in verdict.explained(case(NOISY, groups=0))}
    assert found["noise"] == pytest.approx((0.6 - 0.08) / 0.92)
    assert found["rate"] == pytest.approx((0.1 - 0.08) / 0.92) and "text" not in found


share = some.floats(0, 1)
measures = some.builds(
    Measures,
    runs=some.integers(1, 50),
    diverged=some.integers(0, 50),
    learned=some.floats(-2, 1),
    **dict.fromkeys(
        ("gap", "overlap", "chance", "agreement", "error", "of_words", "of_frequent"), share
    ),
    **dict.fromkeys(("clustered", "some", "score", "in_picture"), share),
)
names = some.sampled_from([c.name for c in controls.CONTROLS])


@given(measures, some.dictionaries(names, some.none() | measures), some.integers(0, 4), share)
def test_there_is_always_a_verdict(before, after, groups, frequent):
    judged = verdict.judge(Case(before, after, groups, frequent=int(90 * frequent)))
    assert judged.culprit in verdict.CULPRITS and len(judged.verdict) > 10
    assert np.isfinite([share for _, share, _ in verdict.explained(judged.case)]).all()
