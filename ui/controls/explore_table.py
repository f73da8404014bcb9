"""The controls of the pages that ask vectors: Explore and Compare."""

from ui.controls import pages
from ui.controls.control import Choice, Number, Switch, Text

# --- Explore

LOOK = {
    "neighbors": "Neighbors",
    "training": "Over the training",
    "picture": "Picture",
    "analogies": "Analogies",
    "axes": "Axes",
    "lists": "Lists",
    "against": "With this model",
}
MAPS = {
    "svd": "SVD of the words shown",
    "pca": "PCA of the most frequent words",
    "tsne": "t-SNE of the most frequent words",
    "axes": "My two axes",
}


def _explore(kind, key, label, **row):
    return kind(key=key, label=label, pages=(pages.EXPLORE,), **row)


EXPLORE = (
    _explore(Choice, "ex_part", "Look at", default="neighbors", options=LOOK),
    _explore(
        Choice,
        "ex_source",
        "Vectors of",
        default="model",
        options={"model": "this model", "run": "a saved run", "file": "a vector file"},
    ),
    _explore(Choice, "ex_run", "Saved run or file"),
    _explore(Text, "ex_file", "Vector file", most=80),
    _explore(
        Choice,
        "ex_side",
        "Which vectors",
        default="center",
        options={"center": "center", "context": "context", "summed": "sum of both"},
    ),
    _explore(
        Choice,
        "ex_by",
        "Neighbors by",
        default="cosine",
        options={"cosine": "cosine", "dot": "dot product"},
        help="The dot product also counts the lengths of the vectors.",
    ),
    _explore(Number, "ex_k", "Nearest neighbors k", low=1, high=30, default=10),
    _explore(Choice, "ex_map", "Projection", default="svd", options=MAPS),
    _explore(
        Number, "ex_most", "Most frequent words shown", low=3, high=20_000, default=500, step=100
    ),
    _explore(Number, "ex_seed", "Seed of t-SNE", low=0, high=9_999, default=0),
    _explore(
        Number,
        "ex_perplexity",
        "Perplexity",
        low=2.0,
        high=500.0,
        default=30.0,
        step=5.0,
        help="How many neighbors of each word t-SNE tries to keep near it.",
    ),
    _explore(
        Switch,
        "ex_reseed",
        "Compare with the next seed",
        help="Makes the picture again with the next seed, and counts the neighbors that both show.",
    ),
    _explore(
        Number,
        "ex_clusters",
        "Clusters",
        low=2,
        high=20,
        default=None,
        empty=0,
        step=1,
        placeholder="groups of the text",
        help="k-means of the directions in all dimensions, each named by its most central words.",
    ),
    _explore(Text, "ex_picked", "Words selected", most=2_000),
    _explore(Text, "ex_a", "king in king − man + woman"),
    _explore(Text, "ex_b", "man"),
    _explore(Text, "ex_c", "woman"),
    _explore(
        Switch,
        "ex_inputs",
        "The three words may be answers",
        help="Off, they are left out, as is usual: the word nearest to a sum may be a part of it, "
        "above all with many dimensions.",
    ),
    _explore(Text, "ex_one", "Similarity of"),
    _explore(Text, "ex_other", "and"),
    _explore(Text, "ex_x", "Axis across"),
    _explore(Text, "ex_y", "Axis up"),
    _explore(Text, "ex_lean", "Do these words lean to one end?"),
    _explore(
        Choice,
        "ex_list",
        "List",
        default="analogies",
        options={"analogies": "analogies", "similarity": "similarity judged by people"},
    ),
)

# --- Compare


def _compare(kind, key, label, **row):
    return kind(key=f"ab_{key}", label=label, pages=(pages.COMPARE,), **row)


COMPARE = (
    _compare(
        Choice,
        "of",
        "Compare",
        default="settings",
        options={"settings": "Two settings", "saved": "Two saved runs"},
    ),
    _compare(Choice, "run_a", "Saved run A"),
    _compare(Choice, "run_b", "Saved run B"),
    _compare(Choice, "knob", "What differs in B", default="negatives"),
    _compare(Text, "value", "Its value in B", most=100),
    _compare(
        Text,
        "more",
        "Further differences of B",
        most=1_000,
        placeholder="lr=0.1; epochs=8",
        help="Names as in the address: see docs/address.md.",
    ),
    _compare(
        Number,
        "fork",
        "B goes on from A at epoch",
        low=0.0,
        high=1_000.0,
        default=None,
        step=0.5,
        placeholder="B begins anew",
        help="B starts with A's vectors at this epoch and goes on with its own settings or text: "
        "this shows fine-tuning, and what is forgotten.",
    ),
    _compare(
        Switch,
        "seed",
        "Compare with another seed",
        help="Trains A with the next seed, too: does B differ from A more than a seed does?",
    ),
)
