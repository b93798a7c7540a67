"""Whose form shares and changes have: the library's and the guide's differ, and nobody outside knows which it is."""

LIBRARY, GUIDE = "library", "guide"
FORMS = (LIBRARY, GUIDE)


class Switch:
    """Kept in memory: a restarted MDocs speaks the form of the library."""

    def __init__(self) -> None:
        self.form = LIBRARY
