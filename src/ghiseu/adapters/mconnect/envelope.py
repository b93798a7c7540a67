"""Questions and answers signed as JWS, the way in which the exchange platform's reference client signs REST calls."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509

from ghiseu.foundation.outcomes import UnusableAnswer
from ghiseu.foundation.wire import jws
from ghiseu.foundation.wire.certificates import read_certificate, read_rsa_key
from ghiseu.foundation.wire.system_certificate import SystemCertificate


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """Our system certificate, and the platform's certificates that we believe: one, or two while it changes its key.

    `now` tells the moment at which a certificate has to be valid.
    """

    ours: SystemCertificate
    pinned: tuple[Path, ...]
    now: Callable[[], datetime]

    def close(self, content: bytes) -> bytes:
        """Return the content signed by us. Raises NotThere, NotUsable."""
        key = read_rsa_key(str(self.ours.key))
        own = read_certificate(str(self.ours.certificate))
        return jws.signed(content, key=key, key_id=jws.key_id_of(own)).encode("ascii")

    def open(self, content: bytes, *, media_type: str) -> bytes:
        """Return what the platform signed. Raises UnusableAnswer, NotThere, NotUsable."""
        if media_type.partition(";")[0].strip().lower() != jws.MEDIA_TYPE:
            raise UnusableAnswer(f"not signed: {media_type[:60] or 'no content type'}")
        try:
            return jws.opened(content, certificates=self.certificates(), at=self.now())
        except jws.NotGenuine as error:
            raise UnusableAnswer(f"the signature of the answer does not hold: {error}") from error

    def certificates(self) -> list[x509.Certificate]:
        """Return the platform's certificates, read again when a file changes. Raises NotThere, NotUsable."""
        return [read_certificate(str(path)) for path in self.pinned]
