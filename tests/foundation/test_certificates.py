import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ghiseu.foundation.wire.certificates import NotThere, NotUsable, read_certificate, read_rsa_key
from simulators.common.keys import Identity, identity_of

AT = datetime(2026, 1, 15, 8, tzinfo=UTC)


def made_in(folder: Path) -> Identity:
    """Return a key and a certificate in files of the folder."""
    folder.mkdir()
    return identity_of(folder, common_name=folder.name, organisation="test", at=AT)


class TestFile:
    def test_is_read_again_when_it_changes(self, tmp_path: Path) -> None:
        first, next_one = made_in(tmp_path / "first"), made_in(tmp_path / "next")
        path = first.certificate_path
        assert read_certificate(str(path)) == first.certificate

        path.write_bytes(next_one.certificate_pem)
        os.utime(path, (0, 0))

        assert read_certificate(str(path)) == next_one.certificate

    @pytest.mark.parametrize("read", [read_certificate, read_rsa_key])
    def test_that_is_missing_or_says_something_else_is_named(self, tmp_path: Path, read) -> None:
        path = tmp_path / "some.pem"
        with pytest.raises(NotThere, match=r"some\.pem$"):
            read(str(path))

        path.write_text("no PEM")
        with pytest.raises(NotUsable, match=r"some\.pem is not a"):
            read(str(path))

    def test_with_a_key_of_another_kind_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "key.pem"
        key = ec.generate_private_key(ec.SECP256R1())
        path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

        with pytest.raises(NotUsable, match="is not an RSA key"):
            read_rsa_key(str(path))
