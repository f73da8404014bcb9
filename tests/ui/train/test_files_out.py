"""The files of a model can be read back, by gensim and the Embedding Projector, too."""

import io
import json
import zipfile

import numpy as np
import pytest

from core.vectors import vector_files
from ui.train import files_out

WORDS = "żółw", "film", "kot"
VECTORS = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)


@pytest.mark.parametrize("kind", ["txt", "bin", "npz"])
def test_each_format_is_read_again(kind, tmp_path):
    path = tmp_path / f"v.{kind}"
    path.write_bytes(files_out.packed(kind, WORDS, VECTORS))
    found = vector_files.read(path)
    assert found.words == WORDS and (found.vectors == VECTORS).all()


def test_the_projector_gets_its_files(tmp_path):
    file = zipfile.ZipFile(io.BytesIO(files_out.packed("tsv", WORDS, VECTORS)))
    file.extractall(tmp_path)
    (config,) = json.loads((tmp_path / "vectors-config.json").read_text())["embeddings"]
    assert config["tensorShape"] == [3, 4]
    assert {config["tensorPath"], config["metadataPath"]} < set(file.namelist())
    found = vector_files.read(tmp_path / config["tensorPath"])
    assert found.words == WORDS and (found.vectors == VECTORS).all()


@pytest.mark.peer
@pytest.mark.parametrize("kind", ["txt", "bin"])
def test_gensim_opens_them(kind, tmp_path):
    models = pytest.importorskip("gensim.models", reason="gensim is not installed")
    path = tmp_path / f"v.{kind}"
    path.write_bytes(files_out.packed(kind, WORDS, VECTORS))
    found = models.KeyedVectors.load_word2vec_format(str(path), binary=kind == "bin")
    assert found.index_to_key == list(WORDS)
    np.testing.assert_array_equal(found.vectors, VECTORS)
