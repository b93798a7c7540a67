"""Words compared as people mean them: without accents, across alphabets, forgiving a slip of the finger.

Cyrillic is written in Latin letters by the habit of Moldovan papers: Цуркан is Țurcan, Евгений is Evghenii.
So a name said in one language is found when it was recorded in the other.
"""

import re
import unicodedata

_FRONT_VOWELS = "еиіїєёэьюяeiy"
_CYRILLIC = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "ё": "io", "є": "ie", "ж": "j",
        "ӂ": "g", "з": "z", "и": "i", "і": "i", "ї": "i", "й": "i", "к": "c", "л": "l", "м": "m", "н": "n",
        "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ў": "u", "ф": "f", "х": "h", "ц": "t",
        "ч": "ci", "џ": "g", "ш": "s", "щ": "sci", "ы": "i", "ь": "", "э": "e", "ю": "iu", "я": "ia",
        "ѣ": "e", "ѫ": "a",
    }
)  # fmt: skip
# Letters whose Latin spelling depends on the next one, as ch, gh, c, g do in Romanian. The order matters.
_BEFORE_FRONT_VOWEL = (
    (re.compile(rf"ч(?=[{_FRONT_VOWELS}])"), "c"),
    (re.compile(rf"щ(?=[{_FRONT_VOWELS}])"), "sc"),
    (re.compile(rf"дж(?=[{_FRONT_VOWELS}])"), "g"),
    (re.compile(r"дж"), "gi"),
    (re.compile(r"кс"), "x"),
    (re.compile(r"ия"), "ia"),
    (re.compile(r"к(?=[еиіїє])"), "ch"),
    (re.compile(r"г(?=[еиіїє])"), "gh"),
    # Russian writes ъ only before these vowels and does not speak it; Bulgarian speaks it everywhere else.
    (re.compile(r"ъ(?=[еёюя])"), ""),
    (re.compile(r"ъ"), "a"),
)
_OTHER_LATIN = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th"})
_SILENT = re.compile(r"['’ʼ`´]")
_BREAKS = re.compile(r"[^a-z0-9]+")

_ALPHABETS = {
    "ro": "aăâbcdefghiîjklmnopqrsștțuvwxyz",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "en": "abcdefghijklmnopqrstuvwxyz",
}
_CEDILLAS = str.maketrans({"ş": "ș", "ţ": "ț"})
_OWN_ALPHABET_AT = 0x100
_OTHER_LETTERS_AT = 0x1000

# A word may differ by one slip from four letters on, and by two from eight on.
_ONE_SLIP_FROM = 4
_TWO_SLIPS_FROM = 8


def fold(text: str) -> str:
    """Return lower-case Latin words parted by single spaces: no accents, no Cyrillic, no punctuation.

    Țurcan, Ţurcan, Turcan and Цуркан are all `turcan`. Folding twice changes nothing more.
    """
    folded = unicodedata.normalize("NFC", text).casefold()
    folded = unicodedata.normalize("NFC", folded)
    for pattern, latin in _BEFORE_FRONT_VOWEL:
        folded = pattern.sub(latin, folded)
    folded = unicodedata.normalize("NFKD", folded.translate(_CYRILLIC).translate(_OTHER_LATIN))
    folded = "".join(character for character in folded if not unicodedata.combining(character)).casefold()
    return _BREAKS.sub(" ", _SILENT.sub("", folded)).strip()


def sort_key(text: str, *, language: str) -> str:
    """Return a text that sorts by code point as a dictionary of the language does (ro, ru, en).

    In Romanian ă and â follow a, î follows i, ș follows s, ț follows t; in Russian ё follows е. Spaces and
    digits come first, then the language's own letters, then other alphabets.
    """
    alphabet = _ALPHABETS[language]
    lowered = unicodedata.normalize("NFC", text).casefold().translate(_CEDILLAS)
    return "".join(_place(character, alphabet=alphabet) for character in lowered).strip()


def trigrams(text: str) -> frozenset[str]:
    """Return the three-letter pieces of the folded words, each word led by two spaces and followed by one."""
    padded = (f"  {word} " for word in fold(text).split())
    return frozenset(word[start : start + 3] for word in padded for start in range(len(word) - 2))


def likeness(left: str, *, to: str) -> float:
    """Return the share of common trigrams, from 0 (nothing in common) to 1 (the same words)."""
    ours, theirs = trigrams(left), trigrams(to)
    return len(ours & theirs) / len(ours | theirs) if ours | theirs else 0.0


def slips(left: str, *, to: str) -> int:
    """Return how many letters were missed, added, mistaken or swapped in pairs (Damerau-Levenshtein)."""
    before: list[int] = []
    previous: list[int] = []
    row = list(range(len(to) + 1))
    for at, letter in enumerate(left):
        before, previous, row = previous, row, [at + 1]
        for place, other in enumerate(to):
            cost = min(previous[place + 1] + 1, row[place] + 1, previous[place] + (letter != other))
            if at and place and letter == to[place - 1] and left[at - 1] == other:
                cost = min(cost, before[place - 1] + 1)
            row.append(cost)
    return row[-1]


def similar(left: str, *, to: str) -> bool:
    """Tell whether two names are the same but for slips: one from four letters on, two from eight on."""
    ours, theirs = fold(left), fold(to)
    shorter = min(len(ours), len(theirs))
    allowed = (shorter >= _ONE_SLIP_FROM) + (shorter >= _TWO_SLIPS_FROM)
    if abs(len(ours) - len(theirs)) > allowed:
        return False
    return ours == theirs or (allowed > 0 and slips(ours, to=theirs) <= allowed)


def _place(character: str, *, alphabet: str) -> str:
    if character in alphabet:
        return chr(_OWN_ALPHABET_AT + alphabet.index(character))
    bare = unicodedata.normalize("NFKD", character)[0]
    if bare in alphabet:
        return chr(_OWN_ALPHABET_AT + alphabet.index(bare))
    if bare.isdigit():
        return bare
    return chr(_OTHER_LETTERS_AT + ord(bare)) if bare.isalpha() and ord(bare) < _OTHER_LETTERS_AT else " "
