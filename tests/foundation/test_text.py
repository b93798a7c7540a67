import pytest
from hypothesis import given
from hypothesis import strategies as st

from ghiseu.foundation import text


class TestFold:
    @pytest.mark.parametrize("written", ["Țurcan", "Ţurcan", "Turcan", "ȚURCAN", "Цуркан", "T\u0326urcan", " ţurcan. "])
    def test_one_name_has_one_form_in_whatever_letters(self, written):
        assert text.fold(written) == "turcan"

    @pytest.mark.parametrize(
        ("cyrillic", "latin"),
        [
            ("Чобану", "Ciobanu"),
            ("Евгений", "Evghenii"),
            ("Шевченко", "Șevcenco"),
            ("Щербаков", "Șcerbacov"),
            ("Юрий", "Iurii"),
            ("Ксения", "Xenia"),
            ("Алексей", "Alexei"),
            ("Георге", "Gheorghe"),
            ("Сырбу", "Sîrbu"),
            ("Мария Димова", "Maria Dimova"),
            ("Фёдор Гайдаржи", "Fiodor Gaidarji"),
            ("Татьяна", "Tatiana"),
            ("Първанов", "Parvanov"),
            ("Объект", "Obect"),
            ("Ґалаґан", "Galagan"),
            ("Михайлюк", "Mihailiuc"),
            ("Їжак", "Ijac"),
            ("Ӂеорӂе", "George"),
        ],
    )
    def test_cyrillic_becomes_what_moldovan_papers_write(self, cyrillic, latin):
        assert text.fold(cyrillic) == text.fold(latin)

    @pytest.mark.parametrize(
        ("written", "folded"),
        [
            ("Popescu-Ionescu", "popescu ionescu"),
            ("D'Angelo", "dangelo"),
            ("  Ana\u00a0 Maria ", "ana maria"),
            ("Strada 31 August", "strada 31 august"),
            ("Gagauz Yeri, Çadır", "gagauz yeri cadir"),
            ("", ""),
        ],
    )
    def test_punctuation_and_spaces_part_words_once(self, written, folded):
        assert text.fold(written) == folded

    @given(st.text())
    def test_folding_twice_changes_nothing_and_leaves_plain_letters(self, written):
        folded = text.fold(written)

        assert text.fold(folded) == folded
        assert folded == "" or folded.replace(" ", "").isascii()


class TestSortKey:
    def test_follows_the_romanian_alphabet(self):
        names = [
            "zebra",
            "țap",
            "ta",
            "Șarpe",
            "sud",
            "Îl",
            "iz",
            "Âncă",
            "ăsta",
            "asta",
            "azi",
            "Ţeavă",
            "10",
            "2",
        ]

        ordered = sorted(names, key=lambda name: text.sort_key(name, language="ro"))

        assert ordered == [
            "10",
            "2",
            "asta",
            "azi",
            "ăsta",
            "Âncă",
            "iz",
            "Îl",
            "sud",
            "Șarpe",
            "ta",
            "țap",
            "Ţeavă",
            "zebra",
        ]

    def test_follows_the_russian_alphabet_with_yo_after_ye(self):
        names = ["ёлка", "яма", "ехать", "жук", "Turcan"]

        ordered = sorted(names, key=lambda name: text.sort_key(name, language="ru"))

        assert ordered == ["ехать", "ёлка", "жук", "яма", "Turcan"]

    @given(st.lists(st.text(alphabet="abăâîiștz ", max_size=5), max_size=6))
    def test_is_the_same_whatever_the_case(self, names):
        lower = [text.sort_key(name, language="ro") for name in names]

        assert lower == [text.sort_key(name.upper(), language="ro") for name in names]


class TestSlips:
    @pytest.mark.parametrize(
        ("left", "right", "count"),
        [
            ("", "", 0),
            ("abc", "abc", 0),
            ("abc", "acb", 1),
            ("abc", "ab", 1),
            ("abc", "abcd", 1),
            ("abc", "xbc", 1),
            ("abcd", "badc", 2),
            ("", "abc", 3),
        ],
    )
    def test_are_counted(self, left, right, count):
        assert text.slips(left, to=right) == count

    @given(st.text(alphabet="abc", max_size=7), st.text(alphabet="abc", max_size=7))
    def test_count_the_same_both_ways(self, left, right):
        assert text.slips(left, to=right) == text.slips(right, to=left)


class TestSimilar:
    @pytest.mark.parametrize(
        ("left", "right"),
        [
            ("Munteanu", "Muntenau"),
            ("Sîrbu", "Sârbu"),
            ("Țurcan", "Цуркан"),
            ("Gaidarji", "Gaydargi"),
            ("Ana", "ANA"),
        ],
    )
    def test_forgives_slips(self, left, right):
        assert text.similar(left, to=right)

    @pytest.mark.parametrize(("left", "right"), [("Ana", "Ina"), ("Rusu", "Rotaru"), ("Popa", "Pavel"), ("", "Ana")])
    def test_keeps_others_apart(self, left, right):
        assert not text.similar(left, to=right)


class TestTrigrams:
    def test_are_those_of_each_padded_word(self):
        assert text.trigrams("Ana B") == {"  a", " an", "ana", "na ", "  b", " b "}

    def test_give_a_likeness_from_nothing_to_all(self):
        assert text.likeness("Țurcan", to="turcan") == 1
        assert text.likeness("abc", to="xyz") == 0
        assert text.likeness("", to="") == 0
        assert 0 < text.likeness("extras de naștere", to="extras naștere") < 1
