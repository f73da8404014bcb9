"""Training on real text: the Stanford Sentiment Treebank, read as a new user would."""

import os
from pathlib import Path

import numpy as np
import pytest
from texts_for_tests import train

from core.settings import TextSettings
from core.texts import registry
from core.texts.download_catalog import BY_NAME
from core.vectors import neighbors_and_clusters

CORPORA = os.environ.get("WORD2VEC_LAB_CORPORA")
SST = Path(CORPORA or "/nowhere") / "sst" / "datasetSentences.txt"
pytestmark = pytest.mark.skipif(
    not SST.is_file(), reason="WORD2VEC_LAB_CORPORA names no folder with sst/datasetSentences.txt"
)


@pytest.fixture(scope="module")
def text():
    return registry.load(TextSettings(corpus=str(SST), min_count=5))


@pytest.fixture(scope="module")
def trained(text):
    return train(text, dim=50, epochs=5)[1]


def test_the_treebank_is_read_without_its_marks(text):
    assert (
        11_800 < text.sentences < 13_000
        and 190_000 < text.tokens < 215_000
        and 4_000 < len(text.words) < 4_700
    )
    assert not {"lrb", "rrb", "sentence", "index"} & set(text.words[:300])
    assert any("Treebank" in note for note in text.notes) and not any(
        "ã" in word for word in text.words
    )


def test_the_center_word_is_used(trained):
    _, loss, shuffled = trained.curve[-1]
    assert loss < trained.references.without_center - 0.01 and shuffled > loss + 0.03
    assert neighbors_and_clusters.first_direction(trained.center) < 0.6, (
        "all vectors point one way: nothing was learned"
    )


def test_neighbors_of_frequent_words_are_sensible(text, trained):
    funny = "humor laughs hilarious smart clever witty sweet sad entertaining moving fun"
    friends = {
        "she": {"he", "her"},
        "two": {"three", "four", "five", "hours"},
        "actors": {"actor", "performances", "cast", "actress"},
        "funny": set(funny.split()),
    }
    near, _ = neighbors_and_clusters.neighbors(trained.center, [text.index[w] for w in friends], 20)
    found = {w: {text.words[k] for k in row} for w, row in zip(friends, near, strict=True)}
    assert sum(bool(found[w] & friends[w]) for w in friends) >= 3, found


def test_two_seeds_share_more_neighbors_than_chance(text, trained):
    _, other = train(text, dim=50, epochs=5, seed=2)
    often = np.flatnonzero(text.counts >= 20)
    near = [
        neighbors_and_clusters.neighbors(run.center[often], np.arange(len(often)), 10)[0]
        for run in (trained, other)
    ]
    shared = np.mean([len(set(a) & set(b)) / 10 for a, b in zip(*near, strict=True)])
    assert shared > 10 * 10 / len(often), f"{shared:.1%} where chance gives {10 / len(often):.1%}"


CAPTIONS = SST.parents[1] / "polish" / "cdscorpus_sentences.txt"


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name, path", [("sst", SST), ("cds", CAPTIONS)])
def test_the_words_worth_plotting_of_a_download_occur_and_form_groups(name, path):
    groups = BY_NAME[name].groups
    corpus = registry.load(TextSettings(corpus=str(path)))
    _, run = train(corpus, dim=50, epochs=12)
    words = [(word, group) for group, listed in groups.items() for word in listed]
    assert all(corpus.counts[corpus.index[word]] >= 20 for word, _ in words)
    rows = run.center[[corpus.index[word] for word, _ in words]]
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    nearest = (rows @ rows.T - 2 * np.eye(len(rows))).argmax(axis=1)
    together = np.mean([words[a][1] == words[b][1] for a, b in enumerate(nearest)])
    assert together > 0.6  # a quarter by chance
