"""The verdict on a page: its sentence, its two findings, the suspects, the controls, the rules."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from core.seeds import controls, evidence, verdict
from core.seeds.evidence import Measures
from core.texts import registry
from ui.charts import drawing
from ui.jobs.follow import follow
from ui.seeds import charts

SIGNS = {"seed": ":material/gavel:", "none": ":material/balance:"}
RULES_TOLD = "The rules, in this order; the first that holds decides:"
# Of benchmarks/court.py: scenarios that no threshold was chosen on, their culprit, how many there
# were, and how many were named rightly
RIGHT = (
    ("healthy", "none", 14, 14),
    ("undertrained", "training", 14, 14),
    ("diverging", "rate", 14, 14),
    ("noisy", "noise", 14, 14),
    ("small text", "text", 14, 13),
    ("no structure", "text", 14, 14),
    ("no group", "words", 14, 14),
    ("few words", "words", 14, 14),
    ("rare words", "rarity", 14, 10),
    ("hidden", "picture", 14, 13),
    ("two dimensions", "seed", 14, 14),
)


def show(place, case):
    """Draw the verdict of a case in an empty place: one sentence, and the two findings apart."""
    judged = verdict.judge(case)
    place = place.container()
    box = place.error if judged.culprit == "seed" else place.info
    if judged.culprit == "none" and judged.readable:
        box = place.success
    icon = SIGNS.get(judged.culprit, ":material/search:")
    box(f"**{judged.title}.** {judged.verdict}", icon=icon)
    left, right = place.columns(2, gap="medium")
    left.markdown(f"**The groups.** {judged.groups}")
    right.markdown(f"**Neighbors of one run.** {judged.neighbors}")
    return judged


def controls_of(text, trials, case, chosen, k, floor, place):
    """Run all controls in the background; the verdict follows what they find."""
    if case.before.runs < 2:
        return
    rows, labels = evidence.grouped(chosen, trials.facts.index)
    arguments = (tuple(rows), tuple(labels.tolist()), k, floor)
    settings, stamp = trials.runs[0].settings, registry.stamp(text.corpus)
    requests = {
        control.name: ("core.tasks:control", text, settings, stamp, control.name, *arguments)
        for control in controls.CONTROLS
    }
    items, complete = follow(requests, key="seeds_controls", said="Running the controls")
    after = {
        name: part[-1] for name, part in items.items() if part and isinstance(part[-1], Measures)
    }
    case = replace(case, after=after)
    judged = show(place, case)
    if not complete:
        st.info("The controls were stopped: the verdict rests on those that had ended.")
    _suspects(case, judged)
    _controls(case)
    _rules(judged)


def _suspects(case, judged):
    found = verdict.explained(case)
    if not found:
        return
    st.markdown("**The suspects: how much of what is missing does each explain?**")
    rows = pd.DataFrame(
        [
            {
                "name": f"{name} ◀ guilty" if name == judged.culprit else name,
                "share": share,
                "low": share - 2 * error,
                "high": share + 2 * error,
                "guilty": name == judged.culprit,
            }
            for name, share, error in found
        ]
    )
    drawing.draw(st, charts.suspects, rows=rows, height=210)
    st.caption(
        "Each bar is one control, which changes one thing. Its length says how much of what is "
        "missing to 100% this brings; a bar to the left of 0% makes things worse. Lines: two "
        f"standard errors over pairs of {controls.SEEDS} runs. **Look for:** the longest bar."
    )


def _controls(case):
    with st.expander("All controls, before and after"):
        rows = [_row("these runs", "", case.before)] + [
            _row(control.name, control.told, case.after[control.name])
            for control in controls.CONTROLS
            if case.after.get(control.name)
        ]
        st.table(pd.DataFrame(rows).set_index("control"), border="horizontal")


def _row(name, told, m):
    return {
        "control": name,
        "what it changes": told,
        "agreement (0% is chance)": f"{m.agreement:.1%}",
        "runs with groups": f"{m.clustered:.0%}",
        "loss below the best from word frequencies": f"{m.learned:.1%}",
    }


def _rules(judged):
    with st.expander("All rules of the verdict"):
        st.markdown(RULES_TOLD)
        rows = [
            {"": state, "if": rule.when, "then": rule.verdict}
            for rule, state in zip(verdict.RULES, judged.looked_at, strict=True)
        ]
        st.table(pd.DataFrame(rows), border="horizontal")
    with st.expander("How often is this verdict right?"):
        right, total = sum(row[3] for row in RIGHT), sum(row[2] for row in RIGHT)
        st.markdown(
            f"In {right} of {total} scenarios whose culprit is known by construction, on generated "
            "text trained with AdaGrad at rate 0.5, the right one was named."
        )
        names = ["scenario", "culprit", "scenarios", "named rightly"]
        st.table(pd.DataFrame(RIGHT, columns=names), border="horizontal")
