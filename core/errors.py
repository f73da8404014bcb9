"""The one exception for mistakes that the user can fix."""


class UserError(ValueError):
    """A mistake that the user can fix; its text is one clear sentence, shown on the page or on
    stderr.
    """
