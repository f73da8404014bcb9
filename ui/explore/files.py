"""Brings a visitor's vector file."""

import streamlit as st

from core.errors import UserError
from ui import visitor_files
from ui.controls import address, text_upload
from ui.escaping import sentence
from ui.jobs.broker import broker

MEGABYTES = visitor_files.VECTORS.most // 1_000_000
PROBLEM, NOTES = "vector file problem", "vector file notes"


def draw():
    """Draw the upload and what was wrong with it; returns the identity of the file, or ""."""
    st.file_uploader(
        f"Vector file, up to {MEGABYTES} MB",
        key="vectors_upload",
        accept_multiple_files=True,
        max_upload_size=MEGABYTES,
        on_change=_take,
        help="Text or binary as word2vec, gensim, GloVe and fastText (.vec) write it, also packed "
        "with gzip, .npz with the arrays `words` and `vectors`, or both .tsv files of "
        "TensorBoard's Projector together. Larger files: put them into the folder of saved runs.",
    )
    if problem := st.session_state.get(PROBLEM):
        st.error(sentence(problem))
    identity = address.value("ex_file")
    for note in st.session_state.get(NOTES, {}).get(identity, ()):
        st.caption(sentence(note))
    return identity


def _take():
    brought = st.session_state["vectors_upload"]
    st.session_state[PROBLEM] = None
    if not brought:
        return
    try:
        name, data = _one([(file.name, file.getvalue()) for file in brought])
        identity, notes = visitor_files.keep(
            name, data, text_upload.visitor(), visitor_files.VECTORS
        )
    except UserError as problem:
        st.session_state[PROBLEM] = f"{brought[0].name}: {problem}"
        return
    st.session_state.setdefault(NOTES, {})[identity] = notes
    address.put(ex_file=identity)


def _one(brought):
    """The name and the bytes of one file; of a pair of TSV files as .npz."""
    if len(brought) == 1:
        return brought[0]
    labels = [one for one in brought if "metadata" in one[0]]
    rows = [one for one in brought if one not in labels]
    if len(rows) != 1 or len(labels) != 1 or not rows[0][0].endswith(".tsv"):
        raise UserError("Bring one file, or vectors.tsv and its metadata.tsv together.")
    task = "core.vectors.vector_files:pair", rows[0][1], labels[0][1]
    with broker().watch(*task) as job:
        (data,) = job.result()
    return rows[0][0].removesuffix(".tsv") + ".npz", data
