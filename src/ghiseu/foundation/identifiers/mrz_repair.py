"""What a reader that types does to a zone when the computer has another keyboard layout, undone where safe.

The zone has only capital letters, digits and `<`. So a character outside of these can be traced to its key
without doubt. What cannot be traced (a digit typed with Shift on a French keyboard) is left, and the check
digits speak.
"""

_WIDTHS = (30, 36, 44)
_WHOLE = {90: 30, 72: 36, 88: 44}

# Shift and the comma key type `<` on a US keyboard; the same key types these elsewhere or with Caps Lock.
_FILLERS = str.maketrans(dict.fromkeys(";,>:бБюЮ‹›", "<") | {"«": "<<", "»": "<<"})
# The Russian layout gives another letter for each key of the US one.
_RUSSIAN_KEYS = str.maketrans("ЙЦУКЕНГШЩЗФЫВАПРОЛДЯЧСМИТЬ", "QWERTYUIOPASDFGHJKLZXCVBNM")
_Y_AND_Z = str.maketrans("YZ", "ZY")


def lines_of(text: str) -> list[str]:
    """Return the lines of the zone in capitals, with fillers for the keys that stand in for `<`.

    Lines may come apart (any line break, tab) or in one piece. A names line that lost its closing fillers
    gets them back: no check digit covers it. A space between other characters is a filler if only so the
    length is right.
    """
    lines = [line for line in _broken(text) if line.strip()]
    exact = _split(["".join(line.split()) for line in lines])
    if len({len(line) for line in exact}) == 1 and len(exact[0]) in _WIDTHS:
        return exact
    return _closed(_split([line.replace(" ", "<") for line in lines]))


def with_y_and_z_swapped(lines: list[str]) -> list[str]:
    """Return the lines as a keyboard with Y and Z exchanged would have typed them."""
    return [line.translate(_Y_AND_Z) for line in lines]


def _broken(text: str) -> list[str]:
    typed = text.translate(_FILLERS).upper().translate(_RUSSIAN_KEYS)
    return typed.replace("\t", "\n").splitlines()


def _split(lines: list[str]) -> list[str]:
    whole = "".join(lines)
    if len(lines) > 1 or len(whole) not in _WHOLE:
        return lines
    width = _WHOLE[len(whole)]
    return [whole[start : start + width] for start in range(0, len(whole), width)]


def _closed(lines: list[str]) -> list[str]:
    if len(lines) == 3:  # noqa: PLR2004 - the layout of cards, names last
        return [*lines[:2], lines[2].ljust(len(lines[0]), "<")]
    if len(lines) == 2:  # noqa: PLR2004 - the layouts of booklets, names first
        return [lines[0].ljust(len(lines[1]), "<"), lines[1]]
    return lines
