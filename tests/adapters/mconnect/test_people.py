"""The data file is sound: numbers are valid and cannot be real, and every reference leads somewhere."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from simulators.mconnect.catalogue import CATALOGUE
from simulators.mconnect.population import Population, load

PARAMETERS = {"property": {"cadastral_number": "6490203.077.01"}, "organisation": {"idno": "1099000000010"}}
TODAY = date(2026, 11, 23)
FIXTURES = [
    "2099010100376", "2099020100746", "2099040101480", "2099050101850", "2099060102227", "2099070102594",
    "2099080102964", "2099090103331", "2099100103704", "2099110104078", "2099120104448", "2099130104818",
    "0999010200419", "0999020200823", "2099150105552", "2099160105922", "2099170106296", "2099180106666",
    "2099190107033", "2099200107406", "2099210107773", "2099220108140", "2099230108510", "2099240108887",
]  # fmt: skip


@pytest.fixture(scope="module")
def population() -> Population:
    return load()


def has_check_digit(number: str) -> bool:
    weighted = sum(int(digit) * weight for digit, weight in zip(number[:12], (7, 3, 1) * 4, strict=True))
    return len(number) == 13 and weighted % 10 == int(number[12])


def test_everybody_of_the_demonstration_is_there(population):
    assert set(FIXTURES) <= population.people.keys()
    assert len(population.people) >= 80


def test_numbers_have_check_digits_and_cannot_be_real(population):
    numbers = list(population.people)

    assert [number for number in numbers if not has_check_digit(number)] == []
    assert [number for number in numbers if not number.startswith(("2099", "0999"))] == []
    assert all(has_check_digit(idno) and idno.startswith("1099") for idno in population.organisations)


def test_nobody_is_there_twice(population):
    accounts = [row["cnas"]["account"]["cpas_code"] for row in population.people.values() if "cnas" in row]
    documents = [paper[1] for row in population.people.values() for paper in row.get("documents", [])]

    assert len(accounts) == len(set(accounts))
    assert len(documents) == len(set(documents))


def test_each_relative_owner_and_administrator_is_somebody(population):
    named = [row[word] for row in population.people.values() for word in ("mother", "father") if row.get(word)]
    named += [row["wife"][0] for row in population.marriages] + [row["wife"] for row in population.divorces]
    named += [row["husband"] for row in population.marriages if row["husband"]]
    named += [row[word] for row in population.guardianships for word in ("guardian", "ward")]
    named += [owner[0] for row in population.properties for owner in row["owners"] if owner[0]]
    named += [idnp for row in population.organisations.values() for idnp in row["administrators"]]

    assert set(named) - population.people.keys() == set()


def test_every_question_about_everybody_has_an_answer_of_the_same_names(population):
    for register, operations in CATALOGUE.items():
        for name, operation in operations.items():
            shapes = {
                frozenset(operation.read(population, person, PARAMETERS.get(name, {})))
                for person in population.people.values()
            }
            assert len(shapes) == 1, f"{register}/{name}"


def test_facts_have_the_names_that_the_catalogue_checks_packages_by(population):
    listed = yaml.safe_load(Path("src/ghiseu/modules/catalogue/register_facts.yaml").read_text(encoding="utf-8"))

    for register, operations in CATALOGUE.items():
        for name, operation in operations.items():
            for person in population.people.values():
                facts = operation.read(population, person, PARAMETERS.get(name, {}))
                assert facts.keys() == listed["registers"][register][name].keys(), f"{register}/{name}"
                for fact, kind in listed["registers"][register][name].items():
                    assert_shape(facts[fact], kind, listed["shapes"])


def assert_shape(value: object, kind: object, shapes: dict[str, dict[str, object]]) -> None:
    """Fail when a row has a name that its shape does not list."""
    if isinstance(kind, list):
        for item in value:
            assert_shape(item, kind[0], shapes)
    elif kind in shapes and value is not None:
        assert value.keys() <= shapes[kind].keys() | {"record_exists", "marriages"}
        for name in value.keys() & shapes[kind].keys():
            assert_shape(value[name], shapes[kind][name], shapes)


def test_nothing_is_dated_after_today_except_what_ends_later(population):
    people = population.people.values()
    past = [row["born"][0] for row in people] + [row["death"]["date"] for row in people if row.get("death")]
    past += [paper[2] for row in people for paper in row.get("documents", [])]
    past += [row["date"] for row in [*population.marriages, *population.divorces]]

    assert [day for day in past if date.fromisoformat(day) > TODAY] == []


def test_children_are_younger_than_their_parents(population):
    for row in population.people.values():
        for word in ("mother", "father"):
            if row.get(word):
                parent = date.fromisoformat(population.people[row[word]]["born"][0])
                assert date.fromisoformat(row["born"][0]).year - parent.year >= 16


def test_the_child_of_olga_is_five_weeks_old(population):
    born = date.fromisoformat(population.people["2099190107033"]["born"][0])

    assert (TODAY - born).days == 35


def test_married_women_bore_the_name_of_the_record(population):
    for row in population.marriages:
        idnp, surname = row["wife"]
        known = [
            population.people[idnp]["names"][0],
            *(name[0] for name in population.people[idnp].get("before", [])),
        ]
        assert surname in known
