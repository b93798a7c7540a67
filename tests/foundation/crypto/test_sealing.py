import pytest
from hypothesis import given
from hypothesis import strategies as st

from ghiseu.foundation.crypto import (
    CannotOpen,
    blind_index,
    blind_indexes,
    key_id_of,
    open_sealed,
    seal,
    with_new_keys,
)
from ghiseu.foundation.crypto.keys import Keyring, KeySet

KEYRING = Keyring(
    sealing=KeySet(current="1", keys={"1": bytes(range(32))}),
    index=KeySet(current="1", keys={"1": bytes(32)}),
)


class TestSeal:
    @given(st.binary(max_size=200), st.text(max_size=20))
    def test_gives_back_what_was_sealed_for_the_place(self, plain, place):
        assert open_sealed(seal(plain, place=place, keyring=KEYRING), place=place, keyring=KEYRING) == plain

    def test_never_gives_the_same_bytes_twice(self):
        sealed = {seal(b"2099010100376", place="t.c", keyring=KEYRING) for _ in range(100)}

        assert len(sealed) == 100
        assert not any(b"2099010100376" in each for each in sealed)

    @given(st.data())
    def test_does_not_open_when_a_bit_changed(self, data):
        sealed = bytearray(seal(b"plain", place="t.c", keyring=KEYRING))
        place = data.draw(st.integers(0, len(sealed) - 1))
        sealed[place] ^= 1 << data.draw(st.integers(0, 7))

        with pytest.raises(CannotOpen):
            open_sealed(bytes(sealed), place="t.c", keyring=KEYRING)

    def test_does_not_open_in_another_column(self):
        sealed = seal(b"plain", place="person.idnp", keyring=KEYRING)

        with pytest.raises(CannotOpen):
            open_sealed(sealed, place="person.phone", keyring=KEYRING)

    @given(st.binary(max_size=60))
    def test_any_bytes_are_refused_as_not_sealed(self, rubbish):
        with pytest.raises(CannotOpen):
            open_sealed(rubbish, place="t.c", keyring=KEYRING)

    def test_opens_old_values_after_a_rotation_and_tells_which_key_sealed_them(self):
        sealed = seal(b"plain", place="t.c", keyring=KEYRING)
        rotated = with_new_keys(KEYRING)

        assert open_sealed(sealed, place="t.c", keyring=rotated) == b"plain"
        assert key_id_of(sealed) == "1"
        assert key_id_of(seal(b"plain", place="t.c", keyring=rotated)) == "2"

    def test_does_not_open_without_the_key(self):
        sealed = seal(b"plain", place="t.c", keyring=with_new_keys(KEYRING))

        with pytest.raises(CannotOpen, match="not in the keys file"):
            open_sealed(sealed, place="t.c", keyring=KEYRING)


class TestBlindIndex:
    def test_is_the_same_for_the_same_text_purpose_and_key_only(self):
        index = blind_index("2099010100376", purpose="person.idnp", keyring=KEYRING)

        assert len(index) == 32
        assert index == blind_index("2099010100376", purpose="person.idnp", keyring=KEYRING)
        assert index != blind_index("2099010100377", purpose="person.idnp", keyring=KEYRING)
        assert index != blind_index("2099010100376", purpose="operator.idnp", keyring=KEYRING)
        assert index != blind_index("2099010100376", purpose="person.idnp", keyring=with_new_keys(KEYRING))

    def test_is_searched_with_the_old_key_too_while_a_rotation_lasts(self):
        rotated = with_new_keys(KEYRING)

        found = blind_indexes("a", purpose="p", keyring=rotated)

        assert found[0] == blind_index("a", purpose="p", keyring=rotated)
        assert found[1] == blind_index("a", purpose="p", keyring=KEYRING)

    @pytest.mark.parametrize("purpose", ["", "a\0b"])
    def test_needs_a_purpose_that_cannot_run_into_the_text(self, purpose):
        with pytest.raises(ValueError, match="purpose"):
            blind_index("a", purpose=purpose, keyring=KEYRING)
