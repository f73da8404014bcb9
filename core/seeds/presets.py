"""Three runs to begin a lesson with: one that fails like the exercise, one that works, and one in
which the seed decides.
"""

from dataclasses import dataclass, fields

from core.settings import TrainSettings


@dataclass(frozen=True)
class Start:
    """A run and what it demonstrates; all of them use the default text."""

    title: str
    settings: TrainSettings
    says: str

    def differs(self) -> dict[str, object]:
        """The settings that are not the defaults."""
        plain = TrainSettings()
        return {
            f.name: getattr(self.settings, f.name)
            for f in fields(plain)
            if getattr(self.settings, f.name) != getattr(plain, f.name)
        }


STARTS = (
    # Plain SGD at the exercise's learning rate, for which its steps are far too small
    Start(
        "Fails as in the exercise",
        TrainSettings(optimizer="sgd", lr=0.3),
        "Plain SGD with the learning rate of the exercise, 0.3: the loss hardly moves.",
    ),
    Start("Works", TrainSettings(), "Adagrad, whose steps are large enough."),
    # 12 of the seeds 0 to 59 leave no groups; 11 is one of them
    Start(
        "The seed decides",
        TrainSettings(dim=2, window=1, seed=11),
        "Vectors of two numbers and windows of one word: most seeds show the groups, this one "
        "does not.",
    ),
)
