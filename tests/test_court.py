"""The benchmark of the verdict in a short form: a few scenarios whose cause is known."""

import sys
from pathlib import Path

import pytest

from core.optimizers.rules import OPTIMIZERS
from core.word2vec.training import TRAINERS
from ui.seeds import suspects as court_page

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


@pytest.fixture
def court(monkeypatch):
    """The benchmark, and for that time the optimizer that it adds: other tests must not see it."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    monkeypatch.delitem(sys.modules, "court", raising=False)
    import court

    yield court
    for registry in OPTIMIZERS, TRAINERS:
        del registry[court.NOISY]


@pytest.mark.parametrize(
    "name",
    [
        *("healthy", "undertrained", "diverging", "noisy", "small_text", "no_structure"),
        *("no_group", "few_words", "rare_words", "hidden", "two_dimensions"),
    ],
)
def test_the_culprit_is_named(name, court):
    case = court.scenario(getattr(court, name), 1)
    assert court.judged(case).culprit == case.culprit


def test_the_page_shows_the_table_of_the_benchmarks():
    lines = (BENCHMARKS / "README.md").read_text(encoding="utf8").splitlines()
    for family, culprit, named in court_page.COURT:
        counted = court_page._counted(named)
        assert f"| {family} | {culprit} | {sum(named.values())} | {counted} |" in lines
    assert len(court_page.COURT) >= 10


def test_the_table_counts_the_causes_named(court):
    results = [
        {"n": 1, "family": "healthy", "culprit": "none", "named": "seed"},
        {"n": 1, "family": "two_dimensions", "culprit": "seed", "named": "seed"},
        {"n": 2, "family": "healthy", "culprit": "none", "named": "none"},
    ]
    lines, right, convicted, free = court.table(results, 1)
    assert len(lines) == 2 and (right, convicted, free) == (0.5, 1.0, 0.0)
