import pytest
from django.db import connection, models

from ghiseu.foundation.crypto import CannotOpen, EncryptedTextField, blind_index
from ghiseu.foundation.crypto.fields import SealedValueCannotBeSearched
from ghiseu.modules.centres.models import Operator


@pytest.fixture
def operator(as_owner):
    with as_owner():
        return Operator.objects.create(
            idnp="2099240108887",
            idnp_index=blind_index("2099240108887", purpose="operator"),
            surname="Operator-Test",
            given_name="Lidia",
        )


def stored(operator):
    with connection.cursor() as cursor:
        cursor.execute("SELECT idnp FROM centres_operator WHERE id = %s", [operator.pk])
        return bytes(cursor.fetchone()[0])


@pytest.mark.django_db
class TestEncryptedTextField:
    def test_is_text_in_python_and_unreadable_in_the_database(self, operator):
        assert Operator.objects.get(pk=operator.pk).idnp == "2099240108887"
        assert Operator.objects.filter(pk=operator.pk).values_list("idnp", flat=True).get() == "2099240108887"
        assert b"2099240108887" not in stored(operator)

    def test_is_sealed_anew_at_every_write(self, operator):
        before = stored(operator)

        operator.save(update_fields=["idnp"])

        assert stored(operator) != before
        assert Operator.objects.get(pk=operator.pk).idnp == "2099240108887"

    def test_keeps_an_empty_text_and_letters_of_every_alphabet(self, operator):
        for text in ("", "Țurcan Цуркан 🙂"):
            operator.idnp = text
            operator.save(update_fields=["idnp"])

            assert Operator.objects.get(pk=operator.pk).idnp == text

    def test_does_not_open_bytes_of_another_column(self, operator, as_owner):
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("UPDATE centres_operator SET idnp = idnp_index")

        with pytest.raises(CannotOpen):
            Operator.objects.get(pk=operator.pk)

    @pytest.mark.parametrize("lookup", ["idnp", "idnp__contains", "idnp__in", "idnp__lower__exact"])
    def test_cannot_be_searched(self, operator, lookup):
        with pytest.raises(SealedValueCannotBeSearched):
            Operator.objects.filter(**{lookup: ["2099240108887"]}).exists()

    def test_is_found_by_its_blind_index(self, operator):
        assert Operator.objects.by_idnp("2099240108887") == operator
        assert Operator.objects.by_idnp("2099010100376") is None

    def test_can_be_asked_whether_it_is_there(self, operator):
        assert Operator.objects.filter(idnp__isnull=False).get() == operator


@pytest.mark.parametrize("options", [{"unique": True}, {"db_index": True}])
def test_an_index_on_a_sealed_column_is_reported(options):
    class Sealed(models.Model):
        secret = EncryptedTextField(**options)

        class Meta:
            app_label = f"only_in_this_test_{'_'.join(options)}"

    assert [message.id for message in Sealed._meta.get_field("secret").check()] == ["crypto.E001"]
