"""Publishing is repeatable, refuses mistakes, and what is published never changes."""

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, transaction
from tests.modules.catalogue.conftest import BIRTH

from ghiseu.foundation.access import NoTransaction
from ghiseu.modules.catalogue import operations, queries
from ghiseu.modules.catalogue.models import CatalogueEntry, Institution, ServicePackage

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)


@pytest.fixture
def published(services, as_owner):
    """Publish the models as the owner, and stay the owner for the test."""
    with as_owner():
        operations.publish(services, at=AT)
        yield services


class TestPublish:
    def test_publishes_each_version_once_however_often_it_runs(self, published):
        again = operations.publish(published, at=AT)

        assert (again.new, again.unchanged) == ((), 3)
        assert ServicePackage.objects.count() == 3

    def test_brings_the_institutions_and_the_whole_catalogue(self, published):
        assert CatalogueEntry.objects.count() == 135
        assert Institution.objects.get(code="asp").contacts["phone"] == "14 909"
        assert Institution.objects.get(code="cbi").contacts["phone"] is None

    def test_refuses_other_content_under_a_published_version(self, published):
        path = published / BIRTH / "texts.ro.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace("Locul nașterii", "Unde s-a născut"), encoding="utf-8")

        with pytest.raises(operations.ContentChanged, match=r"asp\.civil\.extract-birth 1"):
            operations.publish(published, at=AT)

    def test_publishes_nothing_when_the_check_finds_a_mistake(self, services, as_owner):
        path = services / BIRTH / "examples" / "pensioner-without-phone.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace("fee: 0.00 MDL", "fee: 9.00 MDL"), encoding="utf-8")

        with as_owner():
            with pytest.raises(operations.NotGreen, match=r"expected 9\.00 MDL"):
                operations.publish(services, at=AT)
            assert ServicePackage.objects.count() == 0

    def test_says_where_a_package_cannot_be_read(self, services, as_owner):
        path = services / BIRTH / "service.yaml"
        path.write_text(
            path.read_text(encoding="utf-8").replace("kind: application", "kind: aplication"), encoding="utf-8"
        )

        with as_owner(), pytest.raises(operations.NotGreen, match=r"service\.yaml:5: kind"):
            operations.publish(services, at=AT)

    def test_demands_a_transaction(self, services, transactional_db):
        with pytest.raises(NoTransaction):
            operations.publish(services, at=AT)

    def test_the_database_refuses_to_change_or_remove_a_published_package(self, published):
        for act in (
            lambda: ServicePackage.objects.filter(code="cbi.extract-register").update(kind="lookup"),
            lambda: ServicePackage.objects.filter(code="cbi.extract-register").delete(),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():  # noqa: TID251 - a savepoint around the refusal
                act()

    def test_the_web_role_may_read_and_nothing_else(self, db):
        with pytest.raises(DatabaseError), transaction.atomic():  # noqa: TID251 - a savepoint around the refusal
            CatalogueEntry.objects.create(code="X", names={}, provider="")


class TestPresentVersion:
    def test_is_the_newest_in_effect_on_the_day(self, published):
        first = queries.present_version("asp.civil.extract-birth", on=TODAY)
        ServicePackage.objects.create(
            code=first.code, version=2, kind=first.kind, institution="asp", names=first.names,
            effective_from=date(2027, 1, 1), canonical=first.canonical, sha256=first.sha256, published_at=AT,
        )  # fmt: skip

        assert queries.present_version(first.code, on=TODAY).version == 1
        assert queries.present_version(first.code, on=date(2027, 1, 1)).version == 2

    def test_a_service_before_its_day_is_not_there(self, published):
        with pytest.raises(queries.NoSuchService):
            queries.present_version("asp.civil.extract-birth", on=date(2025, 10, 31))


class TestSearch:
    @pytest.mark.parametrize(
        ("said", "language", "code"),
        [
            ("nas", "ro", "asp.civil.extract-birth"),
            ("hartie de nastere", "ro", "asp.civil.extract-birth"),
            ("свидетельство о рождении", "ru", "asp.civil.extract-birth"),
            ("extr cad", "ro", "cbi.extract-register"),
            ("bani la nast", "ro", "cnas.family.birth-allowance"),
            ("apostil", "ro", "ARIJ-APO"),
        ],
    )
    def test_finds_by_citizens_words(self, published, said, language, code):
        assert queries.search(said, language=language, on=TODAY)[0].code == code

    def test_says_name_and_summary_in_the_language(self, published):
        hit = queries.search("nas", language="ru", on=TODAY)[0]

        assert hit.name == "Выписка из записи акта о рождении"
        assert hit.is_package

    def test_a_service_with_a_package_is_not_shown_a_second_time_as_information(self, published):
        codes = [hit.code for hit in queries.search("extras de pe actul de naștere", language="ro", on=TODAY)]

        assert "ASP-1.3.1-1" not in codes

    def test_sees_what_was_published_after_the_index_was_made(self, published):
        queries.search("nas", language="ro", on=TODAY)
        row = queries.present_version("asp.civil.extract-birth", on=TODAY)
        later = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
        canonical = row.canonical.replace('"naștere"', '"zorzonel"')
        ServicePackage.objects.create(
            code=row.code, version=2, kind=row.kind, institution="asp", names=row.names,
            effective_from=TODAY, canonical=canonical, sha256="0" * 64, published_at=later,
        )  # fmt: skip

        assert queries.search("zorzo", language="ro", on=TODAY)[0].code == row.code
