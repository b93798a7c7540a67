"""A text column whose content only the holder of the keys can read."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.core import checks
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from ghiseu.foundation.crypto.data_keys import Owner, open_value, seal_value

if TYPE_CHECKING:
    from django.db.models.expressions import Expression
    from django.db.models.lookups import Lookup, Transform


_Set = TypeVar("_Set", contravariant=True)
_Get = TypeVar("_Get", covariant=True)

if TYPE_CHECKING:
    _Text = models.TextField
else:
    # The type checker's fields have two parameters, the running ones have none.
    class _Text(models.TextField, Generic[_Set, _Get]): ...


class SealedValueCannotBeSearched(TypeError):
    """A query compared a sealed column; store a blind index beside it and compare that."""


class SealedValueNeedsItsRow(TypeError):
    """A sealed column was written without its row, which says whose key to take; save the row instead."""


@dataclass(frozen=True)
class _Owned:
    """A text on its way to the database, with whose key to seal it."""

    text: str
    owner: Owner


class EncryptedTextField(_Text[_Set, _Get]):
    """Text in Python, sealed bytes in the database, bound to its table and column.

    It is sealed with the data key of the row's case (`case_id`), else of its centre (`centre_id`) and the year, else
    of the year. An empty text of a case stays empty: sealed, its length would tell the same, and a list of many cases
    would unwrap a key for each to read nothing.
    The same text never gives the same bytes twice, so it cannot be searched, sorted, indexed or unique.
    Renaming its table or column needs a migration that seals the values anew.
    """

    def get_internal_type(self) -> str:
        return "BinaryField"

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:  # Any: Django's own signature
        found = super().check(**kwargs)
        if self.unique or getattr(self, "db_index", False):
            found.append(checks.Error("a sealed column cannot be indexed or unique", obj=self, id="crypto.E001"))
        return found

    def get_lookup(self, lookup_name: str) -> "type[Lookup[Any]] | None":  # Any: a lookup of whatever type
        if lookup_name != "isnull":
            raise SealedValueCannotBeSearched(f"{self.name}__{lookup_name}")
        return super().get_lookup(lookup_name)

    def get_transform(self, lookup_name: str) -> "type[Transform] | None":
        raise SealedValueCannotBeSearched(f"{self.name}__{lookup_name}")

    def pre_save(
        self,
        model_instance: models.Model,
        add: bool,  # noqa: FBT001 - Django's own signature
    ) -> Any:  # Any: Django's own signature
        value = super().pre_save(model_instance, add)
        return value if value is None else _Owned(str(value), _owner_of(model_instance))

    def get_db_prep_value(
        self,
        value: Any,  # Any: Django's own signature
        connection: BaseDatabaseWrapper,  # noqa: ARG002 - Django's own signature
        prepared: bool = False,  # noqa: FBT001, FBT002, ARG002 - Django's own signature
    ) -> bytes | None:
        if value is None:
            return None
        if value == "" and hasattr(self.model, "case_id"):
            return b""  # the content of a case is taken out
        if not isinstance(value, _Owned):
            raise SealedValueNeedsItsRow(self._place)
        if not value.text and value.owner.case_id is not None:
            return b""
        return seal_value(value.text.encode(), place=self._place, owner=value.owner)

    def get_placeholder(self, value: object, compiler: object, connection: BaseDatabaseWrapper) -> str:  # noqa: ARG002
        return "%s"

    def from_db_value(
        self,
        value: bytes | memoryview | None,
        expression: "Expression",  # noqa: ARG002 - Django's own signature
        connection: BaseDatabaseWrapper,  # noqa: ARG002 - Django's own signature
    ) -> str | None:
        if value is None:
            return None
        return open_value(bytes(value), place=self._place).decode() if value else ""

    @property
    def _place(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"


def _owner_of(row: models.Model) -> Owner:
    centre_id, case_id = getattr(row, "centre_id", None), getattr(row, "case_id", None)
    return Owner(centre_id=centre_id, case_id=case_id)
