"""The pages: titles as in the navigation, their scripts, and what all of them have in common.

The server needs this before anything else, so it imports next to nothing.
"""

from pathlib import Path

import streamlit as st

TRAIN, TEXT, SEEDS, EQUATIONS = "Train", "Text", "Seeds", "Equations"
EXPLORE, COMPARE, CLASS = "Explore", "Compare", "Class"
OPTIMIZERS, WEIGHT_DECAY, DROPOUT, GLOSSARY = "Optimizers", "Weight decay", "Dropout", "Glossary"
PAGES = {
    TRAIN: "dashboard.py",
    TEXT: "pages/1_Text.py",
    SEEDS: "pages/2_Seeds.py",
    EXPLORE: "pages/8_Explore.py",
    COMPARE: "pages/9_Compare.py",
    EQUATIONS: "pages/3_Equations.py",
    OPTIMIZERS: "pages/4_Optimizers.py",
    WEIGHT_DECAY: "pages/5_Weight_decay.py",
    DROPOUT: "pages/6_Dropout.py",
    GLOSSARY: "pages/7_Glossary.py",
    CLASS: "pages/10_Class.py",
}
PROGRAM = "word2vec lab"
ICON = Path(__file__).parents[2] / "static" / "favicon.png"
SIDEBAR = 280  # pixels: the rest of a projector's 1280 belongs to the charts


def served_at(path: str) -> str:
    """Where this server serves a path: below that of a proxy, if there is one."""
    base = st.get_option("server.baseUrlPath").strip("/")
    return "/" + "/".join(filter(None, (base, path)))


def named(title: str) -> str:
    """The title of a page in the browser's tab."""
    return f"{title} · {PROGRAM}"
