"""Who lives in the registers, and how each can be reached."""

import os
from dataclasses import dataclass
from pathlib import Path

import yaml

HERE = Path(__file__).parent
CONTACTS = HERE / "contacts.yaml"
PEOPLE = Path(os.environ.get("SIMULATED_PEOPLE") or HERE.parent / "mconnect" / "people.yaml")
CABINET = "MCabinet"


@dataclass(frozen=True, kw_only=True)
class Contact:
    """A citizen as this platform knows them; `channels` leaves out MCabinet, which everybody has."""

    idnp: str
    surname: str
    given_name: str
    language: str = "ro"
    email: str = ""
    phone: str = ""
    channels: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.surname}"

    def address(self, channel: str) -> str:
        """Return where a message of this channel goes."""
        return self.email if channel == "Email" else self.phone


def load() -> dict[str, Contact]:
    """Return everybody by IDNP."""
    people = yaml.load(PEOPLE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["people"]
    told = yaml.safe_load(CONTACTS.read_text(encoding="utf-8"))
    found = {}
    for row in people:
        surname, given_name = row["names"]
        known = dict(told.get(row["idnp"], {}))
        channels = tuple(known.pop("channels", ()))
        found[row["idnp"]] = Contact(
            idnp=row["idnp"], surname=surname, given_name=given_name, channels=channels, **known
        )
    return found
