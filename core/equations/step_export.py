"""One step of word2vec as a file to hand in: formulas and numbers, in Markdown or LaTeX."""

from core.equations import formulas, one_step
from core.equations.formulas import SECTIONS, matrix, number, under, word
from core.equations.one_step import Scene

LETTERS = {"softmax": "abcf", "negative sampling": "def"}


def blocks(scene: Scene, kind: str, lr: float) -> list[tuple[str, str, list[str]]]:
    """The step as a list of (heading, sentence, formulas in LaTeX)."""
    after = one_step.step(scene, kind, lr)
    before_loss, after_loss = one_step.loss(scene, kind)[0], one_step.loss(after, kind)[0]
    found = [_given(scene, kind)]
    numbers = {
        "a": [formulas.cross_entropy],
        "b": [lambda s: formulas.center_gradient(s, kind)],
        "c": [lambda s: formulas.outside_gradient(s, kind), formulas.row_sum],
        "d": [],
        "e": [
            formulas.sampling_loss,
            lambda s: formulas.center_gradient(s, kind),
            lambda s: formulas.outside_gradient(s, kind),
        ],
        "f": [lambda s: _window(s, kind)],
    }
    for letter in LETTERS[kind]:
        section = SECTIONS[letter]
        found.append(
            (
                f"({letter}) {section.title}",
                section.statement,
                [section.formula, *(show(scene) for show in numbers[letter])],
            )
        )
    found.append(
        (
            f"One step of gradient descent, learning rate {lr:g}",
            f"The loss goes from {before_loss:.6f} to {after_loss:.6f} nats.",
            [
                r"v_c \leftarrow v_c - \eta \frac{\partial J}{\partial v_c} = "
                + under(matrix(scene.v_c), r"v_c")
                + rf" - {lr:g} \cdot "
                + under(
                    matrix(one_step.loss(scene, kind)[1]["v_c"], 3), r"\partial J / \partial v_c"
                )
                + " = "
                + matrix(after.v_c, 3),
                r"U \leftarrow U - \eta \frac{\partial J}{\partial U} = " + matrix(after.U, 3),
            ],
        )
    )
    return found


def _given(scene, kind):
    negatives = ", ".join(scene.words[w] for w in scene.negatives)
    sentence = f"Center word {scene.words[scene.center]}, outside word {scene.words[scene.outside]}"
    sentence += f", negatives {negatives}." if kind == "negative sampling" else "."
    order = r",\; ".join(word(w) for w in scene.words)
    return (
        f"One step of word2vec, {kind}",
        sentence,
        [rf"\text{{rows: }}\; {order}", "v_c = " + matrix(scene.v_c), "U = " + matrix(scene.U)],
    )


def _window(scene, kind):
    loss, gradient = one_step.window_loss(scene, kind)
    words = r",\; ".join(word(scene.words[w]) for w in scene.window)
    return (
        rf"\text{{window: }} {words}: \quad J = {number(loss, 6)}, \qquad \frac{{\partial "
        rf"J}}{{\partial v_c}} = " + matrix(gradient["V"][scene.center], 3)
    )


def markdown(scene: Scene, kind: str, lr: float) -> str:
    """The step as Markdown with formulas between $$."""
    parts = []
    for k, (heading, sentence, lines) in enumerate(blocks(scene, kind, lr)):
        parts.append(f"{'#' if k == 0 else '##'} {heading}\n\n{sentence}\n")
        parts += [f"$$\n{line}\n$$\n" for line in lines]
    return "\n".join(parts)


def latex(scene: Scene, kind: str, lr: float) -> str:
    """The step as a LaTeX document that needs amsmath and amssymb only."""
    parts = [
        r"\documentclass{article}",
        r"\usepackage[T1]{fontenc}",
        r"\usepackage{amsmath,amssymb}",
        r"\usepackage[margin=2cm]{geometry}",
        r"\setcounter{MaxMatrixCols}{20}",
        r"\begin{document}",
    ]
    for heading, sentence, lines in blocks(scene, kind, lr):
        parts.append(rf"\section*{{{formulas.plain(heading)}}}" + "\n" + formulas.plain(sentence))
        parts += [r"\[" + "\n" + line + "\n" + r"\]" for line in lines]
    return "\n".join([*parts, r"\end{document}", ""])
