"""The former address of the page Equations: links to it go on working."""

import streamlit as st

# A copy: the address is emptied on the way
query = {name: st.query_params.get_all(name) for name in st.query_params}
st.switch_page("pages/3_Equations.py", query_params=query)
