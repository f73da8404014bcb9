"""One step of word2vec under the microscope: a few words, one center word, its losses, gradients
and the step.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import DTypeLike, NDArray

from core.errors import UserError
from core.texts.corpus import Facts
from core.word2vec import losses

WORDS = 5, 8  # least and largest number of words that fit on a projector with all their numbers
DIMS = 2, 10
LETTERS = 20  # of a word
LARGEST = 100.0  # largest typed number: beyond it every probability is 0 or 1
KINDS = ("softmax", "negative sampling")


@dataclass(frozen=True, eq=False)
class Scene:
    """What one step needs; V and U are the center and outside vectors as rows."""

    words: tuple
    V: np.ndarray  # (V, d)
    U: np.ndarray  # (V, d)
    center: int
    window: tuple  # outside words, the one under the microscope first
    negatives: tuple  # (K,), drawn for each outside word; one drawn twice counts twice

    @property
    def outside(self) -> int:
        """The outside word o."""
        return self.window[0]

    @property
    def v_c(self) -> NDArray:
        """The center vector (d,)."""
        return self.V[self.center]

    def astype(self, dtype: DTypeLike) -> "Scene":
        """The same numbers in another precision."""
        return replace(self, V=self.V.astype(dtype), U=self.U.astype(dtype))


@dataclass(frozen=True, eq=False)
class Terms:
    """The terms of a loss: for softmax one for each word, for negative sampling one for the outside
    word and one for each negative.

    In these terms the gradients of both losses have the same form: dJ/dv_c = sum_t error_t u_t, and
    each term adds error_t v_c to dJ/du_t.
    """

    labels: tuple
    rows: np.ndarray  # (T,) numbers of the rows of U
    wanted: np.ndarray  # (T,) y
    predicted: np.ndarray  # (T,) y_hat, or sigma(u . v_c)

    @property
    def error(self) -> NDArray:
        """Predicted minus wanted, (T,)."""
        return self.predicted - self.wanted


def terms(scene: Scene, kind: str) -> Terms:
    """The terms of a loss; kind: one of KINDS."""
    if kind == "softmax":
        rows, labels = np.arange(len(scene.words)), scene.words
        predicted = losses.softmax(scene.U @ scene.v_c)
    else:
        rows = np.array([scene.outside, *scene.negatives])
        labels = (
            f"{scene.words[scene.outside]} (o)",
            *(f"{scene.words[w]} ({k})" for k, w in enumerate(scene.negatives, 1)),
        )
        predicted = losses.sigmoid(scene.U[rows] @ scene.v_c)
    wanted = np.zeros(len(rows))
    wanted[scene.outside if kind == "softmax" else 0] = 1
    return Terms(labels, rows, wanted, predicted)


def loss(scene: Scene, kind: str) -> tuple[float, dict[str, NDArray]]:
    """The loss of the pair (center, outside) in nats, and its gradients v_c (d,), U (V, d)."""
    if kind == "softmax":
        return losses.naive_softmax(scene.v_c, scene.outside, scene.U)
    return losses.negative_sampling(scene.v_c, scene.outside, scene.negatives, scene.U)


def window_loss(scene: Scene, kind: str) -> tuple[float, dict[str, NDArray]]:
    """The loss of the whole window in nats, and its gradients V, U (V, d); each outside word has
    the same negatives.
    """
    negatives = None if kind == "softmax" else [scene.negatives] * len(scene.window)
    return losses.skip_gram(scene.center, scene.window, negatives, scene.V, scene.U)


def drawn(scene: Scene, kind: str) -> list[int]:
    """The words whose outside vectors are drawn in the picture: o first, then each distinct
    negative, or for softmax, which has none, the word with the largest error besides o.
    """
    if kind == "softmax":
        error = terms(scene, kind).error.copy()
        error[scene.outside] = -np.inf
        return [scene.outside, int(error.argmax())]
    return list(dict.fromkeys((scene.outside, *scene.negatives)))


def step(scene: Scene, kind: str, lr: float) -> "Scene":
    """The scene after one step of gradient descent on the pair, w <- w - lr dJ/dw."""
    _, gradient = loss(scene, kind)
    V = scene.V.copy()
    V[scene.center] -= lr * gradient["v_c"]
    return replace(scene, V=V, U=scene.U - lr * gradient["U"])


def loss_against_lr(scene: Scene, kind: str, rates: NDArray) -> NDArray:
    """The loss after a step with each learning rate, in nats; (n,) for rates (n,)."""
    # After a very large step a probability is rounded to 0 and the loss is infinite
    with np.errstate(divide="ignore"):
        return np.array([loss(step(scene, kind, lr), kind)[0] for lr in rates])


def plane(scene: Scene) -> NDArray:
    """Two orthonormal directions (2, d) of the picture: the axes if d = 2, else the plane of v_c
    and u_o.

    If the two vectors are parallel, an axis is the second direction.
    """
    d = scene.V.shape[1]
    if d == 2:
        return np.eye(2)
    tried: list[NDArray] = [scene.v_c, scene.U[scene.outside], *np.eye(d)]
    found: list[NDArray] = []
    for direction in tried:
        rest = direction - sum((float(direction @ b) * b for b in found), np.zeros(d))
        length = float(np.linalg.norm(rest))
        if length > 1e-9 * max(float(np.linalg.norm(direction)), 1e-300):
            found.append(rest / length)
    return np.array(found[:2])


def example(words: tuple[str, ...], dim: int, seed: int) -> NDArray:
    """Vectors to start from, V and U as (2, V, d): normal random numbers, rounded to two decimals
    so that they can be copied by hand.
    """
    rng = np.random.default_rng(seed)
    return np.round(rng.normal(scale=0.8, size=(2, len(words), dim)), 2)


def read_words(text: str) -> tuple[str, ...]:
    """The words of a small vocabulary, separated by spaces or commas; UserError unless there are 5
    to 8 distinct ones.
    """
    words = tuple(dict.fromkeys(text.replace(",", " ").split()))
    if not WORDS[0] <= len(words) <= WORDS[1]:
        raise UserError(
            f"The vocabulary needs {WORDS[0]} to {WORDS[1]} different words, not {len(words)}."
        )
    long = next((word for word in words if len(word) > LETTERS), None)
    if long:
        raise UserError(
            f"“{long[:LETTERS]}…” is too long for a word; {LETTERS} letters are allowed."
        )
    return words


def can_be_typed(scene: Scene) -> bool:
    """Whether the words and vectors of a scene fit into the boxes of a scene typed by hand."""
    right = all(len(word) <= LETTERS and word.split() == [word] for word in scene.words)
    largest = max(float(np.abs(scene.V).max()), float(np.abs(scene.U).max()))
    fits = DIMS[0] <= scene.V.shape[1] <= DIMS[1] and len(scene.words) >= WORDS[0]
    return right and fits and largest <= LARGEST


def find_words(text: str, words: tuple[str, ...], what: str) -> tuple[int, ...]:
    """The numbers of typed words, which may repeat; UserError names the first unknown one."""
    typed = text.replace(",", " ").split()
    unknown = next((word for word in typed if word not in words), None)
    if unknown:
        raise UserError(f"{what}: “{unknown[:20]}” is not one of the words {', '.join(words)}.")
    if not 1 <= len(typed) <= 10:
        raise UserError(f"{what}: type 1 to 10 words of the vocabulary.")
    return tuple(words.index(word) for word in typed)


def read_vectors(text: str, words: tuple[str, ...], dim: int, what: str) -> NDArray:
    """Typed numbers as a matrix (words, dim), one line for each word; UserError names the wrong
    line.
    """
    lines = [
        line.replace(",", " ").split() for line in text.strip().replace(";", "\n").splitlines()
    ]
    if len(lines) != len(words):
        raise UserError(f"{what} needs {len(words)} lines, one for each word, not {len(lines)}.")
    return np.array(
        [_read_vector(line, word, dim, what) for line, word in zip(lines, words, strict=True)]
    )


def _read_vector(line, word, dim, what):
    if len(line) != dim:
        raise UserError(f"{what}: the line of “{word}” needs {dim} numbers, not {len(line)}.")
    try:
        vector = [float(number) for number in line]
    except ValueError:
        raise UserError(
            f"{what}: the line of “{word}” has something that is not a number."
        ) from None
    if not all(abs(number) <= LARGEST for number in vector):  # also refuses nan
        raise UserError(
            f"{what}: the numbers of “{word}” must be from -{LARGEST:g} to {LARGEST:g}."
        )
    return vector


def check(scene: Scene) -> Scene:
    """Return the scene; UserError if its numbers are so large that a loss is infinite."""
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        if not all(np.isfinite(window_loss(scene, kind)[0]) for kind in KINDS):
            raise UserError(
                "The scores of these vectors are so far apart that a probability is rounded to 0 "
                "and its logarithm is infinite; use smaller numbers."
            )
    return scene


def pick(
    facts: Facts,
    V: NDArray,
    U: NDArray,
    center: str,
    window: Sequence[str],
    negatives: Sequence[str],
    most: int = WORDS[1],
) -> Scene:
    """A scene with a few words of a trained model; the most frequent words are added up to `most`.

    facts: of the text; V, U: all its vectors (V, d); center: a word; window, negatives: lists of
    words. The softmax of the scene is over its own words only. UserError for unknown words or too
    many.
    """
    chosen = list(dict.fromkeys([center, *window, *negatives]))
    unknown = next((word for word in chosen if word not in facts.index), None)
    if unknown is not None:
        raise UserError(f"“{unknown[:20]}” is not in the vocabulary of the trained model.")
    if len(chosen) > most:
        raise UserError(
            f"At most {most} different words fit under the microscope, not {len(chosen)}."
        )
    chosen += [word for word in facts.words[: 2 * most] if word not in chosen][: most - len(chosen)]
    rows = [facts.index[word] for word in chosen]
    place = chosen.index
    return Scene(
        tuple(chosen),
        V[rows].astype(float),
        U[rows].astype(float),
        place(center),
        tuple(map(place, window)),
        tuple(map(place, negatives)),
    )
