"""Services are found by the words that citizens use."""

import pytest

from ghiseu.modules.catalogue.searching import Index, Searchable

SERVICES = [
    Searchable(
        code="birth",
        is_package=True,
        phrases={
            "ro": ("naștere", "certificat de naștere", "hârtie de naștere", "Extras de pe actul de naștere"),
            "ru": ("рождение", "свидетельство о рождении", "метрика"),
        },
    ),
    Searchable(
        code="allowance",
        is_package=True,
        phrases={"ro": ("bani la naștere", "indemnizație la naștere"), "ru": ("деньги за рождение",)},
    ),
    Searchable(
        code="death-aid",
        is_package=True,
        phrases={"ro": ("ajutor la înmormântare", "ajutor de deces"), "ru": ("пособие на похороны",)},
    ),
    Searchable(code="CAP", is_package=False, phrases={"ro": ("Certificat de capacitate matrimonială",)}),
    Searchable(code="IMM", is_package=False, phrases={"ro": ("Ajutor material unic pentru însănătoșire",)}),
]


@pytest.fixture(scope="module")
def index():
    return Index(SERVICES)


class TestFind:
    @pytest.mark.parametrize(
        ("said", "code"),
        [
            ("nas", "birth"),
            ("naș", "birth"),
            ("hartie de nastere", "birth"),
            ("HÎRTIE DE NAŞTERE", "birth"),
            ("certificat de nastre", "birth"),
            ("свидетельство о рождении", "birth"),
            ("свидетельства о рождениии", "birth"),
            ("svidetelstvo o rojdenii", "birth"),
            ("наштере", "birth"),
            ("ajutor la inmormantare", "death-aid"),
            ("ajutor inmormintare", "death-aid"),
            ("похороны", "death-aid"),
            ("vreau bani la nastere", "allowance"),
            ("capac", "CAP"),
        ],
    )
    def test_the_right_service_comes_first(self, index, said, code):
        assert index.find(said, language="ro")[0].code == code

    def test_nonsense_finds_nothing(self, index):
        assert index.find("qwxzyk", language="ro") == []

    def test_nothing_typed_finds_nothing(self, index):
        assert index.find("  ", language="ro") == []

    def test_what_can_be_done_here_goes_before_information(self, index):
        assert [one.is_package for one in index.find("ajutor", language="ro")] == [True, False]
