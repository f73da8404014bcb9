"""Predictions of a class: what counts as an answer, its histogram, and how good it was."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.classroom.lessons import Question
from core.errors import UserError

BINS = 20  # bars of a histogram
Answer = float | str


@dataclass(frozen=True)
class Score:
    """How good the answers were; numbers by their distance, choices by whether they are right."""

    answers: int
    error: float  # median distance from the truth, or the share of wrong answers
    chance: float | None  # the distance of the chance line, or the share wrong at random


def accept(question: Question, given: object) -> Answer:
    """An answer that counts: one of the choices, or a number in the range; UserError if not."""
    if question.choices:
        if given not in question.choices:
            raise UserError("This is not one of the choices.")
        return str(given)
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
        raise UserError("A prediction is a number.")
    if not question.low <= given <= question.high:
        raise UserError(f"A prediction is between {question.low:g} and {question.high:g}.")
    return float(given)


def histogram(
    question: Question, answers: Mapping[int, Answer]
) -> list[tuple[Answer, Answer, int]]:
    """(low, high, count) of each bar; of choices low and high are the choice."""
    if question.choices:
        given = list(answers.values())
        return [(choice, choice, given.count(choice)) for choice in question.choices]
    values = [value for value in answers.values() if isinstance(value, float)]
    counts, edges = np.histogram(values, BINS, (question.low, question.high))
    bars = zip(edges[:-1].tolist(), edges[1:].tolist(), counts.tolist(), strict=True)
    return list(bars)


def score(question: Question, truth: Answer, answers: Mapping[int, Answer]) -> Score | None:
    """How good the answers of a class were; None without any."""
    found = _errors(question, truth, answers)
    if not found:
        return None
    if question.choices:
        wrong = 1 - 1 / len(question.choices)
        return Score(len(found), float(np.mean(list(found.values()))), wrong)
    chance = None if question.chance is None else abs(question.chance - float(truth))
    return Score(len(found), float(np.median(list(found.values()))), chance)


def better(
    question: Question,
    truths: tuple[Answer, Answer],
    first: Mapping[int, Answer],
    second: Mapping[int, Answer],
) -> tuple[int, int, int]:
    """Of the students who answered both questions, how many came nearer to the truth the second
    time, how many less near, and how many were as near.
    """
    before = _errors(question, truths[0], first)
    after = _errors(question, truths[1], second)
    change = [after[one] - before[one] for one in before.keys() & after.keys()]
    return sum(c < 0 for c in change), sum(c > 0 for c in change), sum(c == 0 for c in change)


def _errors(question, truth, answers):
    if question.choices:
        return {one: float(given != truth) for one, given in answers.items()}
    return {one: abs(g - float(truth)) for one, g in answers.items() if isinstance(g, float)}
