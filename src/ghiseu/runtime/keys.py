"""`ghiseu keys`: what the keys file holds, new keys, everything under the new keys, and the end of past months."""

from pathlib import Path

from ghiseu.foundation import clock
from ghiseu.runtime.commands import product, say

FAULT = 1


def show() -> int:
    """Print which keys the file holds; no key is shown."""
    with product("owner"):
        from django.conf import settings

        from ghiseu.foundation.crypto import configured_keyring

        keyring = configured_keyring()
        say(f"{settings.KEYS_FILE}")
        say(f"wrapping keys  {', '.join(keyring.sealing.keys)} (current: {keyring.sealing.current})")
        say(f"index keys     {', '.join(keyring.index.keys)} (current: {keyring.index.current})")
        say(f"months         {', '.join(sorted(keyring.months)) or 'none'}")
        return 0


def rotate() -> int:
    """Make a new wrapping key and a new index key; running processes take them up by themselves."""
    with product("owner"):
        from django.conf import settings

        from ghiseu.foundation.crypto import change_keyring, configured_keyring, with_new_keys

        configured_keyring()  # makes the file where there is none yet
        try:
            keyring = change_keyring(Path(settings.KEYS_FILE), with_new_keys)
        except OSError as error:
            say(f"Nothing was changed: {settings.KEYS_FILE} and its folder must be writable here ({error.strerror}).")
            return FAULT
        say(f"Current now: wrapping key {keyring.sealing.current}, index key {keyring.index.current}.")
        say("Copy the keys file to every machine that has one, then run: ghiseu keys reseal")
        return 0


def reseal() -> int:
    """Bring data keys and blind indexes under the current keys."""
    with product("owner"):
        from ghiseu.journeys import change_keys

        changed = change_keys.reseal()
        say(f"Data keys lie under the current key; {changed.indexed} blind indexes were computed anew.")
        if changed.left:
            say(f"{changed.left} people are there twice and keep their earlier index, by which they are found.")
        return 0


def destroy_due(file: str | None) -> int:
    """Do the round of the night, and remove the keys of past months from the keys file, or from a copy of it."""
    with product("worker"):
        from django.conf import settings

        from ghiseu.journeys import end_months

        at = clock.now()
        done = end_months.run(at=at)
        removed = list(done.removed)
        if file is not None:
            removed = end_months.remove_keys_of_past_months(Path(file), at=at)
        say(f"{done.destroyed} cases destroyed; {len(removed)} keys removed from {file or settings.KEYS_FILE}")
        for name in done.left:
            say(f"{name} is over and its key is still in {settings.KEYS_FILE}")
        for name in done.differing:
            say(f"{name} has another key in {settings.KEYS_FILE} than where it was used first: copy that file here")
        return FAULT if done.left or done.differing else 0
