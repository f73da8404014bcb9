"""near, analogy, compare and convert, on run folders and vector files alike."""

import json

import numpy as np
import pytest

from core.__main__ import main
from core.vectors.vector_files import read


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    for seed in (1, 2):
        arguments = ["--seed", str(seed), "--tokens", "20000", "--out", str(folder / str(seed))]
        assert main(["train", "polish", *arguments]) == 0
    return folder


def test_neighbors_of_a_run_as_json(runs, capsys):
    assert main(["near", str(runs / "1"), "film", "-k", "3", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert len(found) == 3 and set(found[0]) == {"word", "similarity"}
    assert 1 >= found[0]["similarity"] >= found[2]["similarity"]


def test_an_analogy_leaves_its_words_out(runs, capsys):
    words = list(read(runs / "1").words[:3])
    assert main(["analogy", str(runs / "1" / "vectors.txt"), *words, "--json"]) == 0
    assert not set(words) & {near["word"] for near in json.loads(capsys.readouterr().out)}


def test_a_run_shares_everything_with_itself_and_less_with_another_seed(runs, capsys):
    told = []
    for other in "12":
        assert main(["compare", str(runs / "1"), str(runs / other), "--json"]) == 0
        told.append(json.loads(capsys.readouterr().out))
    assert told[0]["overlap"] == 1 and told[0]["aligned_cosine"] == pytest.approx(1)
    assert told[1]["chance"] < told[1]["overlap"] < 1


def test_converted_vectors_are_the_same(runs, tmp_path, capsys):
    for ending in ("bin", "npz", "tsv", "txt"):
        assert main(["convert", str(runs / "1"), "--to", str(tmp_path / f"v.{ending}")]) == 0
        one, two = read(runs / "1"), read(tmp_path / f"v.{ending}")
        assert one.words == two.words
        np.testing.assert_array_equal(one.vectors, two.vectors)


def test_mistakes_are_one_sentence(runs, tmp_path, capsys):
    assert main(["near", str(tmp_path / "nothing.txt"), "kot"]) == 2
    assert main(["near", str(runs / "1"), "qwertyuiop"]) == 2
    assert main(["convert", str(runs / "1"), "--to", str(tmp_path / "v.xyz")]) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 3 and "Cannot read nothing.txt" in said[0]
