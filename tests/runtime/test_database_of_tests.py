import pytest
from django.db import connection


@pytest.mark.django_db
class TestDatabaseOfTests:
    def test_works_as_the_web_role(self, as_owner):
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == ("ghiseu_web",)
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone()[0] != "ghiseu_web"
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == ("ghiseu_web",)
