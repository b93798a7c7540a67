"""Searching shows people, and showing people leaves a trace: one event for each person shown."""

from datetime import datetime

from ghiseu.foundation.access import ActingContext, SubjectIsActor, transaction
from ghiseu.foundation.audit import journal
from ghiseu.foundation.identifiers import idnp, numbers
from ghiseu.journeys.load_case import acting_on, cases_numbered, package_of, visit_about
from ghiseu.journeys.show_case import covered
from ghiseu.modules.applicants import queries as people
from ghiseu.modules.cases import queries as cases
from ghiseu.modules.cases.queries import Row
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.visits.queries import visit_of

# What is found is shown, and only what is shown stands in the journal.
AT_MOST = 8


def find_cases(*, words: str, language: str, at_desk: AtDesk, at: datetime) -> list[Row]:
    """Return this centre's cases by our number or the institution's, by IDNP, or by name in any script.

    The line of a restricted case names nobody, and the search for it leaves no trace of the person.
    """
    with transaction():
        rows = _rows(words.strip(), language=language, centre_id=at_desk.centre_id)[:AT_MOST]
        by_number = cases_numbered(row.number for row in rows)
        found: list[Row] = []
        people_shown: dict[int, tuple[ActingContext, str]] = {}
        present = visit_of(at_desk)
        for row in rows:
            case = by_number[row.number]
            try:
                acting = acting_on(
                    case,
                    at_desk=at_desk,
                    package=package_of(case),
                    reason="found by a search at the desk",
                    visit=visit_about(case, present),
                )
            except SubjectIsActor:
                continue  # the operator's own matter is for a colleague
            line = covered(row, at_desk=at_desk)
            found.append(line)
            if not line.is_covered:
                people_shown.setdefault(case.holder_id, (acting, row.number))
        journal.record_each("applicants.person.found", shown=people_shown.values(), object_type="case", at=at)
        return found


def names_one(words: str) -> bool:
    """Tell whether the words are a whole number of a case or a whole IDNP; anything less is still being typed."""
    return numbers.is_valid(words.strip()) or idnp.is_valid(words.replace(" ", ""))


def _rows(words: str, *, language: str, centre_id: int) -> list[Row]:
    compact = words.replace(" ", "")
    if numbers.is_valid(words):
        return cases.numbered(str(numbers.parse(words)), language=language)
    if idnp.is_valid(compact):
        person = people.person_by_idnp(centre_id=centre_id, idnp=compact)
        return cases.of_people([person.pk], language=language) if person else []
    if any(character.isdigit() for character in words):
        return cases.numbered(words, language=language)
    found = people.people_named(centre_id=centre_id, words=words)
    return cases.of_people([person.pk for person in found], language=language)
