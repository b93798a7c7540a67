"""The system certificate: one key pair that identifies this installation to every shared platform.

It is used for the handshake on the platforms' system ports, and by the adapters for signing messages. The file of
the certificate holds ours first and the intermediate ones after it: they are sent in the handshake.
"""

import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from ghiseu.foundation.wire.certificates import NotThere, NotUsable


@dataclass(frozen=True, kw_only=True)
class SystemCertificate:
    """PEM files: our key without password, our certificate with its intermediate ones, the platforms' authorities."""

    key: Path
    certificate: Path
    trust: Path

    def client_context(self) -> ssl.SSLContext:
        """Return our side of a handshake: TLS 1.2 or newer, both sides prove themselves, host names are compared.

        Raises NotThere, NotUsable.
        """
        for path in (self.key, self.certificate, self.trust):
            if not path.is_file():
                raise NotThere(str(path))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            context.load_verify_locations(cafile=str(self.trust))
        except ssl.SSLError as error:
            raise NotUsable(f"{self.trust} holds no certificates of authorities") from error
        try:
            context.load_cert_chain(str(self.certificate), str(self.key))
        except ssl.SSLError as error:
            raise NotUsable(f"{self.certificate} and {self.key} are no pair") from error
        return context

    def chain(self) -> list[x509.Certificate]:
        """Return our certificate and the intermediate ones, ours first. Raises NotThere, NotUsable."""
        try:
            return x509.load_pem_x509_certificates(self.certificate.read_bytes())
        except OSError as error:
            raise NotThere(str(self.certificate)) from error
        except ValueError as error:
            raise NotUsable(f"{self.certificate} is not a certificate") from error
