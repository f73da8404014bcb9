"""The rules of the verdict: each is reached, in order, and says what to change."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.seeds import controls, verdict
from core.seeds.rules import NEEDED
from core.seeds.run_measures import Measures
from core.seeds.verdict import Case

FINE = Measures(
    runs=3,
    pool=300,
    diverged=0,
    learned=0.3,
    gap=0.9,
    overlap=0.43,
    chance=0.016,
    agreement=0.42,
    error=0.01,
    of_words=0.4,
    words_error=0.02,
    across=0.0,
    words_across=0.0,
    clustered=1.0,
    some=0.002,
    score=0.5,
    in_picture=1.0,
    own=1.0,
)
AFTER = {
    "less noise": replace(FINE, agreement=0.6),
    "another optimizer": None,
    "longer training": replace(FINE, agreement=0.5, learned=0.35),
    "larger steps": replace(FINE, agreement=0.1, learned=0.1),
    "lower rate": replace(FINE, agreement=0.1, learned=0.05),
    "half of the text": replace(FINE, agreement=0.55, across=0.4, words_across=0.35),
    "shuffled text": replace(FINE, learned=0.05, agreement=0.1, clustered=0.0),
    "more dimensions": replace(FINE, learned=0.4),
    "another window": FINE,
}
NOTHING = {"clustered": 0.0, "some": 0.7, "in_picture": 0.0}
NOISY = {"agreement": 0.08, "overlap": 0.09, "learned": 0.2}
WIDE = {"more dimensions": replace(FINE, learned=0.6)}
POOR = {name: m and replace(m, **NOTHING) for name, m in AFTER.items()}
POORER = {**POOR, "longer training": replace(POOR["longer training"], agreement=0.42)}
DULL = {name: m and replace(m, agreement=0.1) for name, m in AFTER.items()}
HALVES = AFTER["half of the text"]
BY_HEART = {
    "shuffled text": replace(FINE, learned=0.15, agreement=0.58),
    "half of the text": replace(HALVES, agreement=0.9, across=0.1),
}
SHORT = {"longer training": replace(FINE, agreement=0.12)}


def case(before=None, after=None, **options):
    return Case(
        replace(FINE, **(before or {})), {**AFTER, **(after or {})}, **{"groups": 2, **options}
    )


CASES = [
    (case({"runs": 1}), "none"),
    (case({"diverged": 2}), "rate"),
    (case({"pool": 6}, groups=0), "text"),
    (case(after={"shuffled text": replace(FINE, learned=0.28)}), "text"),
    (case(after=BY_HEART), "text"),
    (case({"learned": 0.1, "agreement": 0.05}, {"lower rate": replace(FINE, learned=0.2)}), "rate"),
    (case({"learned": 0.01, "agreement": 0.12}, {"lower rate": replace(FINE, learned=0)}),
     "training"),
    (case(after={"half of the text": replace(HALVES, words_across=0.02)}, seen=3, usual=40),
     "rarity"),
    (case({"in_picture": 0.0}), "picture"),
    (case(), "none"),
    (case(NOTHING, too_few="Too few words to tell."), "words"),
    (case({"clustered": 0.4}, WIDE), "seed"),
    (case(NOTHING, WIDE), "dimension"),
    (case({**NOTHING, "agreement": 0.1}, {"longer training": replace(FINE, agreement=0.5)}),
     "training"),
    (case({**NOTHING, "agreement": 0.1}, SHORT), "noise"),
    (case({"clustered": 0.4}, {**POORER, "less noise": replace(FINE, clustered=0.5)}), "seed"),
    (case(NOTHING, {**POORER, "another window": FINE}), "dimension"),
    (case(NOTHING, POORER), "words"),
    (case(groups=0), "none"),
    (case(NOISY, {**DULL, **WIDE}, groups=0), "seed"),
    (case(NOISY, groups=0), "training"),
    (case(NOISY, SHORT, groups=0), "noise"),
    (case(NOISY, {**DULL, "less noise": None, "longer training": AFTER["longer training"]},
          groups=0), "training"),
    (case(NOISY, {**DULL, "less noise": replace(FINE, agreement=0.16, error=0.05),
                  "longer training": replace(FINE, agreement=0.3, learned=0.1)}, groups=0),
     "training"),
    (case(NOISY, {**DULL, "half of the text": replace(HALVES, agreement=0, across=0)}, groups=0),
     "seed"),
    (case({**NOISY, "agreement": 0.2},
          {**{n: m and replace(m, agreement=0.2) for n, m in AFTER.items()},
           "half of the text": replace(HALVES, agreement=0.05, across=0.02)}, groups=0), "text"),
    (case(NOISY, {**DULL, "another window": FINE}, groups=0), "dimension"),
    (case({**NOISY, "agreement": 0.04},
          {**DULL, "less noise": None, "another optimizer": replace(FINE, agreement=0.12)},
          groups=0), "noise"),
    (case({**NOISY, "agreement": 0.04},
          {**DULL, "less noise": replace(FINE, agreement=0.05),
           "longer training": replace(FINE, agreement=0.12)}, groups=0), "training"),
    (case(NOISY, DULL, groups=0), "seed"),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(CASES)))
def test_each_verdict_is_reached(number):
    one, culprit = CASES[number]
    judged = verdict.judge(one)
    assert judged.culprit == culprit, (judged.title, judged.rule)
    assert judged.verdict and "{" not in judged.verdict
    assert judged.looked_at.count("holds not") == judged.rule


def test_every_rule_decides_some_case():
    assert {verdict.judge(one).rule for one, _ in CASES} == set(range(len(verdict.RULES)))


def test_all_culprits_are_accused():
    assert {culprit for _, culprit in CASES} == set(verdict.CULPRITS)
    assert {rule.culprit for rule in verdict.RULES} == set(verdict.CULPRITS)


def test_the_sentence_says_what_to_change_and_what_it_brought():
    said = verdict.judge(case(NOISY, SHORT, groups=0)).verdict
    assert said == "Train with less noise: agreement rose from 8.0% to 60.0% (0% is chance)."
    said = verdict.judge(case({**NOTHING, "agreement": 0.1}, SHORT)).verdict
    assert said == "Train with less noise: runs that show the groups rose from 0% to 100%."
    said = verdict.judge(case(groups=0)).verdict
    assert said == (
        "No change is needed: two runs share 43.0% of their neighbors. "
        "Training with less noise would raise agreement beyond chance from 42.0% to 60.0%."
    )


def test_a_lower_rate_that_diverges_as_often_is_said():
    low = {"lower rate": replace(FINE, diverged=3)}
    said = verdict.judge(case({"diverged": 3}, low)).verdict
    assert said.endswith("3 of 3 runs diverged, and with a fifth of it still as many.")
    said = verdict.judge(case({"diverged": 3}, {"lower rate": replace(FINE, diverged=1)})).verdict
    assert said.endswith("3 of 3 runs diverged, then 1 of 3.")
    two = replace(FINE, runs=2, diverged=2)
    assert "still as many" in verdict.judge(case({"diverged": 3}, {"lower rate": two})).verdict


def test_the_two_findings_are_kept_apart():
    judged = verdict.judge(case(NOISY))
    assert "there with 100% of the seeds" in judged.groups and not judged.readable
    assert judged.neighbors.startswith("Do not interpret") and judged.culprit != "none"


def test_runs_that_agree_on_nothing_but_memory_may_not_be_interpreted():
    for after in ({"shuffled text": replace(FINE, learned=0.28)}, BY_HEART):
        judged = verdict.judge(case(after=after))
        assert judged.culprit == "text" and not judged.readable
        assert judged.neighbors.startswith("Do not interpret") and ", but " in judged.neighbors
    rare = {"half of the text": replace(HALVES, words_across=0.02)}
    assert not verdict.judge(case(after=rare, seen=3, usual=40)).readable


def test_what_another_text_would_change_is_said():
    apart = {"half of the text": replace(HALVES, across=0.07)}
    said = verdict.judge(case(after=apart, groups=0)).neighbors
    assert said.endswith("models of two halves of this one agree on 7.0% of them beyond chance.")
    assert "halves" not in verdict.judge(case(groups=0)).neighbors


def test_longer_training_is_the_advice_where_it_brings_half_of_what_less_noise_brings():
    poor, slow = {"learned": 0.01, "agreement": 0.1}, {"lower rate": replace(FINE, learned=0)}
    said = verdict.judge(case(poor, slow)).verdict
    assert said == "Train longer: agreement rose from 10.0% to 50.0% (0% is chance)."
    same = {"longer training": replace(FINE, agreement=0.1002, learned=0.2)}
    other = {"less noise": replace(FINE, agreement=0.05, learned=0.2)}
    said = verdict.judge(case(poor, {**slow, **same, **other})).verdict
    assert said == (
        "Train longer: the loss fell from 1.0% below that of word frequencies alone to 20.0% below "
        "it; agreement stayed at 10.0% (0% is chance)."
    )
    weak = {"longer training": replace(FINE, agreement=0.12, learned=0.04)}
    said = verdict.judge(case(poor, {**slow, **weak})).verdict
    assert said.startswith("Train much longer, or with another optimizer (control “less noise”): ")


def test_a_control_that_was_not_run_is_named_and_a_verdict_is_still_given():
    bare = Case(replace(FINE, **NOISY), {}, 0)
    judged = verdict.judge(bare)
    assert "Not run so far: less noise" in judged.verdict
    assert "not looked at" in judged.looked_at[: judged.rule]
    impossible = verdict.judge(replace(bare, after={"less noise": None})).verdict
    assert "Not run so far" in impossible and "less noise" not in impossible


@pytest.mark.parametrize("before", [NOISY, {**NOISY, "clustered": 0.4}])
@pytest.mark.parametrize("after", [{}, {"less noise": FINE}, {"more dimensions": FINE}])
def test_no_seed_is_convicted_before_the_controls_were_run(before, after):
    judged = verdict.judge(Case(replace(FINE, **before), after, 2))
    assert judged.culprit != "seed" and not judged.readable
    if judged.culprit == "none":
        assert judged.title.startswith("No verdict yet") and "Not run so far" in judged.verdict


def test_a_handful_of_words_is_too_little_text_unless_their_groups_can_be_tested():
    few = {"pool": 6, "agreement": 0.6, "overlap": 0.7}
    judged = verdict.judge(case(few, groups=0))
    assert judged.culprit == "text" and not judged.readable
    assert judged.verdict.startswith("Use more text: only 6 words occur often enough")
    assert "so few words are neighbors in any case" in judged.neighbors
    assert verdict.judge(case(few)).culprit == "none"


def test_a_convicted_seed_comes_with_what_to_do():
    said = verdict.judge(case(NOISY, DULL, groups=0)).verdict
    assert said.startswith("Do not interpret a single run: two of them agree on 8.0%")


def test_a_diverged_run_among_good_ones_is_named():
    judged = verdict.judge(case({"diverged": 1}))
    assert judged.culprit == "none"
    assert "1 of 3 runs diverged and took no part: lower the learning rate." in judged.verdict


def test_controls_are_asked_for_until_the_verdict_is_decided():
    found, asked = Case(replace(FINE, **NOISY), {}, 0), []
    while name := verdict.next_control(found):
        asked.append(name)
        found = replace(found, after={**found.after, name: AFTER[name]})
    assert len(asked) == len(set(asked)) and set(asked) <= {c.name for c in controls.CONTROLS}
    assert verdict.judge(found).culprit == verdict.judge(case(NOISY, groups=0)).culprit


def test_the_agreement_that_decides_is_beyond_chance():
    """Half of the neighbors are shared, and chance gives half: the agreement is 0."""
    crowded = {"overlap": 0.51, "chance": 0.5, "agreement": 0.02}
    judged = verdict.judge(case(crowded, {**DULL, "more dimensions": FINE}, groups=0))
    assert judged.culprit != "none" and not judged.readable


def test_json_holds_every_control_with_before_and_after():
    told = json.loads(json.dumps(verdict.judge(case(NOISY)).as_json()))
    assert set(told) >= {"verdict", "culprit", "evidence", "controls", "findings"}
    assert {c["name"] for c in told["controls"]} == {name for name, m in AFTER.items() if m}
    assert all(set(c["before"]) == set(c["after"]) for c in told["controls"])


def test_each_of_the_nine_accused_has_its_share_of_what_is_missing():
    found = {s.name: s for s in verdict.explained(case(NOISY, seen=3, usual=40))}
    assert list(found) == [name for name in verdict.CULPRITS if name != "none"]
    assert found["noise"].share == 1 and found["seed"].share == 0  # the best control
    assert found["rate"].share == pytest.approx((0.1 - 0.08) / 0.52)
    assert found["training"].control == "longer training"  # not the larger steps, which bring less
    assert found["text"].share == pytest.approx((0.55 - 0.4) / 0.6)
    assert found["rarity"].share == pytest.approx((0.4 - 0.35) / 0.65)
    assert found["picture"].share == found["words"].share == 0


def test_where_no_training_helps_the_seed_is_left():
    found = {s.name: s for s in verdict.explained(case(NOISY, DULL, groups=0))}
    assert found["seed"].share > 0.7 and max(found["noise"].share, found["rate"].share) < 0.3
    assert found["words"].control == found["picture"].control == "no groups to test"
    assert found["rarity"].control == "the words are frequent"


def test_what_was_not_run_has_no_share():
    found = {s.name: s.share for s in verdict.explained(Case(FINE, {"less noise": None}, 0))}
    assert set(found.values()) == {None} and len(found) == 9


share = some.floats(0, 1)
measures = some.builds(
    Measures,
    runs=some.integers(1, 50),
    pool=some.integers(0, 5_000),
    diverged=some.integers(0, 50),
    learned=some.floats(-2, 1),
    **dict.fromkeys(("gap", "overlap", "chance", "agreement", "error", "of_words"), share),
    **dict.fromkeys(("words_error", "across", "words_across", "own"), share),
    **dict.fromkeys(("clustered", "some", "score", "in_picture"), share),
)
names = some.sampled_from([c.name for c in controls.CONTROLS])


@given(measures, some.dictionaries(names, some.none() | measures), some.integers(0, 4))
def test_there_is_always_a_verdict(before, after, groups):
    judged = verdict.judge(Case(before, after, groups))
    assert judged.culprit in verdict.CULPRITS and len(judged.verdict) > 10
    shares = [s.share for s in verdict.explained(judged.case) if s.share is not None]
    assert np.isfinite(shares).all()


@given(measures, some.fixed_dictionaries({name: some.none() | measures for name in NEEDED}))
def test_when_no_control_is_asked_for_any_more_the_others_do_not_change_the_verdict(before, after):
    assert set(NEEDED) == {c.name for c in controls.CONTROLS}
    for groups in 0, 2:
        found = Case(before, {}, groups)
        while name := verdict.next_control(found):
            found = replace(found, after={**found.after, name: after[name]})
        early, last = verdict.judge(found), verdict.judge(replace(found, after=after))
        assert (early.title, early.verdict) == (last.title, last.verdict)


def test_the_default_optimizer_takes_the_place_of_the_exact_solver():
    """Averaged parameters lower the noise of a training, but it is still that training."""
    averaged = {**DULL, "another optimizer": replace(FINE, agreement=0.6)}
    judged = verdict.judge(case(NOISY, averaged, groups=0))
    assert judged.culprit == "noise"
    assert judged.verdict.startswith(
        "Train with the default optimizer: agreement rose from 8.0% to"
    )
    judged = verdict.judge(case(NOISY, {**averaged, "less noise": FINE}, groups=0))
    assert judged.culprit == "noise" and judged.case.trained.agreement == 0.6
    few = {"learned": 0.01, "agreement": 0.05}
    slow = dict.fromkeys(("lower rate", "longer training"), replace(FINE, learned=0.05))
    judged = verdict.judge(case(few, {**averaged, **slow, "lower rate": None}))
    assert judged.culprit == "training"
