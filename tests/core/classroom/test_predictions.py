import math

import pytest

from core.classroom import predictions
from core.classroom.lessons import Question
from core.errors import UserError

NUMBER = Question({"en": "?"}, 0, 100, "%", truth=80, chance=5)
CHOICE = Question({"en": "?"}, choices=("more", "fewer", "as many"))


@pytest.mark.parametrize(
    "given", [math.nan, math.inf, -1, 101, True, None, "7", "<b>x</b>", "x" * 100_000, [3]]
)
def test_what_is_no_prediction_is_refused(given):
    with pytest.raises(UserError):
        predictions.accept(NUMBER, given)


def test_a_prediction_is_a_number_in_the_range_or_a_choice():
    assert predictions.accept(NUMBER, 100) == 100.0
    assert predictions.accept(CHOICE, "fewer") == "fewer"
    with pytest.raises(UserError):
        predictions.accept(CHOICE, "none")


def test_the_histogram_counts_every_answer_once():
    bars = predictions.histogram(NUMBER, {0: 0.0, 1: 100.0, 2: 12.0, 3: 12.5})
    assert sum(count for *_, count in bars) == 4 and len(bars) == predictions.BINS
    assert [count for low, high, count in bars if low <= 12 < high] == [2]
    assert predictions.histogram(CHOICE, {0: "more", 4: "more"}) == [
        ("more", "more", 2),
        ("fewer", "fewer", 0),
        ("as many", "as many", 0),
    ]


def test_a_score_is_the_median_distance_or_the_share_of_wrong_answers():
    found = predictions.score(NUMBER, 80.0, {0: 70.0, 1: 100.0, 2: 50.0})
    assert (found.answers, found.error, found.chance) == (3, 20.0, 75.0)
    found = predictions.score(CHOICE, "more", {0: "more", 1: "fewer", 2: "more", 3: "more"})
    assert (found.error, found.chance) == (0.25, pytest.approx(2 / 3))
    assert predictions.score(NUMBER, 80.0, {}) is None


def test_only_students_who_answered_both_are_compared():
    first, second = {0: 10.0, 1: 50.0, 2: 80.0, 3: 1.0}, {0: 40.0, 1: 10.0, 2: 20.0, 9: 50.0}
    assert predictions.better(NUMBER, (80.0, 50.0), first, second) == (1, 2, 0)
