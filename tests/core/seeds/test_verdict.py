"""The rules of the verdict: each is reached, in order, and speaks."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.seeds import verdict
from core.seeds.verdict import Evidence

FINE = Evidence(
    runs=16,
    diverged=0,
    gap=1.2,
    overlap=0.43,
    chance=0.016,
    groups=2,
    clustered=1.0,
    in_picture=1.0,
    rare=0.0,
)
CASES = [
    ({"runs": 1}, "No verdict: one run proves nothing"),
    ({"diverged": 8}, "Not guilty: the learning rate is too high"),
    ({"gap": 0.002, "overlap": 0.01, "clustered": 0.0}, "Not guilty: undertrained"),
    ({"in_picture": 0.4}, "Not guilty: the picture hides the groups"),
    ({}, "Not guilty: the groups are there with every seed"),
    ({"clustered": 0.5, "rare": 0.6}, "Not guilty: words too rare"),
    ({"clustered": 0.5}, "Guilty: some seeds show the groups, others do not"),
    ({"clustered": 0.0}, "Not guilty: the seeds agree"),
    ({"clustered": 0.0, "overlap": 0.03}, "Not guilty: no seed does better"),
    ({"groups": 1, "clustered": 0.0}, "Not guilty: the seeds agree"),
    ({"groups": 1, "clustered": 0.0, "overlap": 0.03}, "Guilty: neighbors change with the seed"),
]


@pytest.mark.parametrize("changes, expected", CASES)
def test_each_rule_is_reached(changes, expected):
    rule, says = verdict.judge(replace(FINE, **changes))
    assert rule.verdict == expected and "{" not in says


def test_every_rule_has_a_case():
    assert {expected for _, expected in CASES} == {rule.verdict for rule in verdict.RULES}


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({"gap": verdict.USED}, "the groups are there"),
        ({"gap": verdict.USED - 1e-9}, "undertrained"),
        ({"clustered": verdict.EVERY}, "the groups are there"),
        ({"clustered": verdict.EVERY - 1e-9}, "some seeds"),
        ({"clustered": verdict.SOME}, "some seeds"),
        ({"clustered": verdict.SOME - 1e-9}, "the seeds agree"),
        ({"clustered": 0, "overlap": verdict.AGREE - 1e-9}, "no seed does better"),
        ({"diverged": 7}, "the groups are there"),
    ],
)
def test_the_thresholds_are_where_the_rules_say(changes, expected):
    assert expected in verdict.judge(replace(FINE, **changes))[0].verdict


def test_the_explanation_tells_the_numbers():
    says = verdict.judge(replace(FINE, clustered=0.5))[1]
    assert "50%" in says
    assert "43%" in verdict.judge(FINE)[1] and "1.6%" in verdict.judge(FINE)[1]


share = some.floats(0, 1)


@given(
    some.builds(
        Evidence,
        runs=some.integers(1, 50),
        diverged=some.integers(0, 50),
        gap=some.floats(-1, 10),
        overlap=share,
        chance=share,
        groups=some.integers(0, 9),
        clustered=share,
        in_picture=share,
        rare=share,
    )
)
def test_there_is_always_a_verdict(evidence):
    rule, says = verdict.judge(evidence)
    assert rule.verdict.split(":")[0] in ("Guilty", "Not guilty", "No verdict") and says
