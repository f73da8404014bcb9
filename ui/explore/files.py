"""Brings a visitor's vector file."""

from pathlib import Path

import streamlit as st

from core.errors import UserError
from ui import visitor_files
from ui.controls import address, text_upload
from ui.escaping import sentence, shown
from ui.jobs.broker import broker
from ui.jobs.follow import follow, visitor

MEGABYTES = visitor_files.VECTORS.most // 1_000_000
# In the session: a file that is written but not read yet, and what was wrong with the last one
ARRIVED, PROBLEM = "arrived vector file", "vector file problem"
LIST = "vectors_upload"  # of uploads; a number after it counts those that were taken off it


def draw():
    """Draw the upload; returns the identity of the file chosen, or ""."""
    st.file_uploader(
        f"Vector file, up to {MEGABYTES} MB",
        key=text_upload.list_key(LIST),
        accept_multiple_files=True,
        max_upload_size=MEGABYTES,
        on_change=_take,
        help="Text or binary as word2vec, gensim, GloVe and fastText (.vec) write it, also packed "
        "with gzip, .npz with the arrays `words` and `vectors`, or both .tsv files of "
        "TensorBoard's Projector together.",
    )
    st.caption(
        "A larger file: whoever runs the server puts it into the folder of saved runs, and it is "
        "chosen under “a saved run”."
    )
    return address.value("ex_file")


def request(path: Path):
    """The task that reads a vector file."""
    return "core.vectors.vector_files:load", str(path), path.stat().st_mtime


def receive():
    """Read a file that has arrived, with progress and Stop, and choose it; or say what is wrong."""
    if arrived := st.session_state.get(ARRIVED):
        _read(arrived)
    if problem := st.session_state.get(PROBLEM):
        st.error(sentence(problem))


def _read(arrived):
    try:
        said = f"Reading {shown(arrived.name, 30)}"
        _, complete = follow({"": request(arrived.file)}, key="explore_arrived", said=said)
        if not complete:  # stopped, and may go on
            return
        visitor_files.accept(arrived, visitor())
    except (UserError, OSError) as problem:
        visitor_files.drop(arrived)
        st.session_state[PROBLEM] = f"{arrived.name}: {problem}"
        st.session_state.pop(ARRIVED, None)
        return
    st.session_state.pop(ARRIVED, None)
    address.put(ex_file=arrived.identity)
    st.rerun()


def _take():
    address.hear()
    brought = st.session_state.get(text_upload.list_key(LIST))
    st.session_state[PROBLEM] = None
    if not brought:
        return
    try:
        name, data = _one([(file.name, file.getvalue()) for file in brought])
        st.session_state[ARRIVED] = visitor_files.write(name, data, visitor_files.VECTORS)
    except UserError as problem:
        st.session_state[PROBLEM] = f"{brought[0].name}: {problem}"
    text_upload.take_off(LIST, brought)


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
