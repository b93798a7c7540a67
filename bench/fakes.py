"""In-process fakes of the outside, for measuring only: no network, no ledger on disk, an answer at once."""

from datetime import UTC, datetime
from threading import Lock

import yaml

from bench.people import somebody_numbered
from bench.place import PROJECT
from ghiseu.foundation.access import ActingContext
from ghiseu.foundation.outcomes import NotFoundThere, OutcomeUnknown, TryLater
from ghiseu.modules.applicants.ports import FactValue, RegisterAnswer, RegisterQuestion
from ghiseu.modules.submissions.ports import Parcel, ParcelFile, ProviderRecord, Repeatability

PATTERN = "gheorghe"  # the synthetic person whose records everybody is given
FAILS_ONE_IN = 10


class FakeRegisters:
    """Answers every question about anybody with the records of one synthetic person under the number asked for."""

    def __init__(self) -> None:
        written = yaml.safe_load((PROJECT / "services/common/people.yaml").read_text(encoding="utf8"))
        self._facts: dict[str, dict[str, dict[str, FactValue]]] = written[PATTERN]

    def read(self, question: RegisterQuestion, *, acting: ActingContext) -> RegisterAnswer:
        """Return the facts of the operation. Raises NotFoundThere."""
        del acting
        facts = self._facts.get(question.register, {}).get(question.operation)
        if facts is None:
            raise NotFoundThere("the fake keeps no such record")
        own: dict[str, FactValue] = {}
        if "idnp" in facts:
            person = somebody_numbered(question.subject_idnp)
            own = {"idnp": person.idnp, "surname": person.surname, "given_name": person.given_name}
        return RegisterAnswer(
            register=question.register,
            operation=question.operation,
            subject_idnp=question.subject_idnp,
            facts={**facts, **own},
            record_id=f"{question.register}-{question.subject_idnp}",
            read_at=datetime.now(UTC),  # noqa: TID251 - the register's clock, not ours
        )

    def check(self) -> str:
        """Return an empty text: it always answers."""
        return ""


class FakeInstitution:
    """Takes files in. One first try in ten fails: half of them before, half of them after the file was taken in."""

    repeatability = Repeatability.QUERYABLE

    def __init__(self) -> None:
        self._lock = Lock()
        self._tried: set[str] = set()
        self._asked = 0
        self.effects: dict[str, int] = {}

    def deliver(self, parcel: Parcel, *, acting: ActingContext) -> ProviderRecord:
        """Take the file in. Raises TryLater (nothing was done), OutcomeUnknown (it was done)."""
        del acting
        with self._lock:
            fails = False
            if parcel.number not in self._tried:
                self._tried.add(parcel.number)
                self._asked += 1
                fails = self._asked % FAILS_ONE_IN == 0
            if fails and self._asked % (2 * FAILS_ONE_IN):
                raise TryLater("the fake is away")
            self.effects[parcel.number] = self.effects.get(parcel.number, 0) + 1
            if fails:
                raise OutcomeUnknown("the answer of the fake was lost")
        return _record(parcel.number, parcel.subject_idnp)

    def find(self, number: str, *, subject_idnp: str, acting: ActingContext) -> ProviderRecord | None:
        """Return what is held under our number, or None."""
        del acting
        with self._lock:
            return _record(number, subject_idnp) if number in self.effects else None

    def supplement(
        self, number: str, files: tuple[ParcelFile, ...], *, key: str, acting: ActingContext
    ) -> ProviderRecord:
        """Refuse: nothing is supplemented here. Raises NotFoundThere."""
        del files, key, acting
        raise NotFoundThere(number)

    def fetch_result(self, number: str, document_id: str, *, acting: ActingContext) -> bytes:
        """Refuse: there are no results here. Raises NotFoundThere."""
        del document_id, acting
        raise NotFoundThere(number)

    def check(self) -> str:
        """Return an empty text: it always answers."""
        return ""


def _record(number: str, subject_idnp: str) -> ProviderRecord:
    return ProviderRecord(
        number=number,
        provider_number=f"FAKE-{number}",
        subject_idnp=subject_idnp,
        status="submitted",
        sequence=1,
        changed_at=datetime.now(UTC),  # noqa: TID251 - the institution's clock, not ours
    )
