"""The one exception that is the user's to mend."""


class UserError(ValueError):
    """A mistake the user can mend; its text is one clear sentence, shown on the page or on
    stderr.
    """
