"""What a visitor sees first: where to begin, and what this one run says."""

from contextlib import suppress

import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError

from core.seeds.presets import STARTS
from core.vectors import cluster_test
from ui.controls import address
from ui.controls.pages import PAGES, SEEDS

SAYS = {
    cluster_test.CLUSTERS: ":green[**Clusters**]",
    cluster_test.NONE: ":red[**No clusters**]",
    cluster_test.FEW: ":gray[**Too few words to tell**]",
    cluster_test.ONE: ":gray[**One group, nothing to compare**]",
    "diverged": ":orange[**Diverged**]",
}


def starts():
    """The runs a lesson begins with: each sets all controls, and the address."""
    with st.container(horizontal=True, key="starts", vertical_alignment="center"):
        st.markdown("**Begin with:**", width="content")
        for start in STARTS:
            # A link from a page to itself would leave the address as it was
            st.button(
                f":blue[{start.title}]",
                key=f"start {start.title}",
                type="tertiary",
                width="content",
                on_click=_begin,
                args=(start,),
                help=start.says,
            )
        st.caption(
            "Each trains on a generated text with groups of words planted in it.", width="content"
        )


def verdict(seen, groups):
    """What this run says about its groups, in a large word, and the way to other seeds. groups:
    `cluster_test.Groups` of the words shown, None without words.
    """
    found, score = (groups.found, groups.score) if groups else (None, None)
    if seen.run and seen.run.diverged:
        found, score = "diverged", None
    if found is None:
        return
    with st.container(horizontal=True, key="one_run", vertical_alignment="center"):
        st.markdown(f"### {SAYS[found]}", width="content")
        if score:
            chance = f". Shuffled groups stay below {score.null_95:.2f} in 95% of cases."
            if found == cluster_test.FEW:
                chance = ", perhaps by chance."
            st.markdown(f"Silhouette **{score.score:.2f}**{chance}", width="stretch")
        if found != "diverged":
            query = address.settings_of_all() | address.carried()
            n = address.value("seeds_n")
            says = f"Train the same settings with {n} seeds and compare the runs."
            _link(PAGES[SEEDS], f"Try {n} seeds", query, says)


def _begin(start):
    address.reset()
    address.put(**start.differs())


def _link(script, title, query, says):
    # A page that is run alone, as tests do, has no others beside it
    with suppress(StreamlitPageNotFoundError):
        st.page_link(
            script, label=f":blue[{title}]", query_params=query, help=says, width="content"
        )
