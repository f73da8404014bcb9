"""The sigmoid and its logarithm as in a textbook and as in core/word2vec/losses.py: equal in
mathematics, but not on a computer.
"""

import numpy as np

from core.word2vec import losses

FORMS = {  # name -> (LaTeX, function, what it computes)
    "paper": (r"\frac{1}{1 + e^{-x}}", lambda x: 1 / (1 + np.exp(-x)), "sigmoid"),
    "paper, expanded": (r"\frac{e^x}{1 + e^x}", lambda x: np.exp(x) / (1 + np.exp(x)), "sigmoid"),
    "stable": (r"\tfrac12 + \tfrac12\tanh\tfrac x2", losses.sigmoid, "sigmoid"),
    "log, paper": (r"-\log\frac{1}{1 + e^{-x}}", lambda x: -np.log(1 / (1 + np.exp(-x))), "log"),
    "log, stable": (r"\operatorname{logaddexp}(0, -x)", lambda x: losses.softplus(-x), "log"),
}


def value(name: str, x: float) -> tuple[float, str]:
    """The value of a form at x in float64, and the warnings that NumPy gave ("" if none)."""
    complaints = []
    with np.errstate(all="call", under="ignore", call=lambda kind, _: complaints.append(kind)):
        result = FORMS[name][1](np.float64(x))
    return float(result), ", ".join(dict.fromkeys(complaints))
