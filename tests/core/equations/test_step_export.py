"""The file of a step that students hand in."""

import re
from dataclasses import replace

import pytest

from core.equations import derivations, one_step, step_export

SCENE = derivations.default_scene()


@pytest.mark.parametrize("kind", one_step.KINDS)
@pytest.mark.parametrize("write", [step_export.markdown, step_export.latex])
def test_the_file_holds_formulas_and_numbers_and_balanced_braces(write, kind):
    text = write(SCENE, kind, 0.5)
    before, after = (
        one_step.loss(SCENE, kind)[0],
        one_step.loss(one_step.step(SCENE, kind, 0.5), kind)[0],
    )
    assert f"{before:.6f}" in text and f"{after:.6f}" in text
    assert r"\frac{\partial J}{\partial v_c}" in text and r"\underbrace" in text
    bare = re.sub(r"\\[{}\\]", "", text)
    assert bare.count("{") == bare.count("}")
    for name in set(re.findall(r"\\begin\{(\w+)\}", text)):
        assert text.count(rf"\begin{{{name}}}") == text.count(rf"\end{{{name}}}")
    assert text.count("\n$$\n") % 2 == 0 and text.count("\n\\[\n") == text.count("\n\\]")


def test_the_latex_document_escapes_words():
    scene = replace(SCENE, words=("50%", "a_b", "#x", "d&e", "f$", "g"))
    text = step_export.latex(scene, "softmax", 1.0)
    assert r"Center word 50\%, outside word a\_b" in text and text.endswith("\\end{document}\n")
