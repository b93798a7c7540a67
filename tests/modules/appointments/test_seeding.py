import pytest
from django.conf import settings
from tests.modules.appointments.conftest import office

from ghiseu.modules.appointments import seeding
from ghiseu.modules.appointments.models import Counter, OfferedService, Office, OfficeHours

OFFICES = settings.SERVICES_DIR / "offices.yaml"


def rows():
    tables = (Office, Counter, OfferedService, OfficeHours)
    return [table.objects.count() for table in tables]


@pytest.mark.django_db
class TestSeedOffices:
    def test_writes_every_office_of_the_file_and_nothing_more_when_repeated(self, as_owner):
        offices = seeding.load_offices(OFFICES)
        with as_owner():
            seeding.seed_offices(offices)
            once = rows()
            seeding.seed_offices(offices)

        assert rows() == once
        assert Office.objects.count() == len(offices)
        assert Counter.objects.count() == sum(each.counters for each in offices)

    def test_switches_off_what_left_the_file(self, as_owner):
        with as_owner():
            seeding.seed_offices([office("stays", counters=3), office("goes")])
            seeding.seed_offices([office("stays", counters=2)])

        assert list(Office.objects.filter(is_active=True).values_list("code", flat=True)) == ["stays"]
        assert Counter.objects.filter(office__code="stays", is_active=True).count() == 2


def test_the_file_claims_no_address_and_marks_hours_and_rules_as_assumed():
    offices = seeding.load_offices(OFFICES)

    assert {each.code for each in offices} >= {"asp.straseni", "asp.calarasi", "asp.chisinau-2"}
    assert all(each.address == "" and each.hours_are_assumed for each in offices)
    assert all(offered.rules_are_assumed for each in offices for offered in each.offered)
