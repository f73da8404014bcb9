"""A short form of the benchmarks on generated text: they check ratios, with a wide margin, and no
times.
"""

import statistics
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.settings import TextSettings
from core.texts import registry

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
pytestmark = pytest.mark.peer


@pytest.fixture(scope="module", autouse=True)
def benchmarks():
    pytest.importorskip("gensim", reason="gensim is not installed (requirements-dev.txt)")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        yield


@pytest.fixture(scope="module")
def corpus():
    return registry.load(TextSettings(corpus="english"))


def test_the_exact_solver_reaches_gensims_objective_in_half_of_its_time(corpus):
    from time_to_objective import cell

    _, _, modes = cell(corpus, 10, 5, 3, workers=(1,))
    needed, _, ratios = modes["exact"]
    assert needed
    assert statistics.median(ratios) > 2  # on the treebank: 8 to 24


def test_sampled_training_is_as_fast_as_gensims_and_as_good(corpus):
    from pairs_per_second import compare

    own, peer, objective, other = compare(corpus, 10, 3)
    assert statistics.median(np.divide(own, peer)) > 1  # on the treebank: 2.3 to 4.3
    assert objective < 1.01 * other


def test_time_per_token_and_memory_do_not_explode_with_the_text():
    from growth import apart

    small, large = apart(10, 100_000, 3_000), apart(10, 800_000, 20_000)
    assert large[2] / large[0] < 2 * small[2] / small[0]  # to 17 million tokens: 1.0 to 1.2
    assert large[3] < 1_000


@pytest.mark.parametrize(
    "name", sorted({script.name for script in BENCHMARKS.glob("*.py")} - {"common.py"})
)
def test_each_benchmark_says_what_it_measures(name):
    told = subprocess.run(
        [sys.executable, str(BENCHMARKS / name), "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "usage" in told.stdout


def test_the_parts_of_a_run_are_functions_that_there_are():
    from where_time_goes import PARTS

    assert all(callable(getattr(owner, name)) for owner, name in PARTS.values())
