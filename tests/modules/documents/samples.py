"""Files that people and attackers bring, made anew for each run."""

import struct
import zlib
from datetime import timedelta
from io import BytesIO

import pikepdf
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageDraw

from ghiseu.foundation import clock

ORIENTATION = 0x0112
GPS = 0x8825


def picture(kind="JPEG", *, size=(80, 120), mode="RGB", **options):
    image = Image.new(mode, size, "white")
    # A black mark in the upper left corner shows which way is up.
    ImageDraw.Draw(image).rectangle((0, 0, 15, 15), fill="black")
    content = BytesIO()
    image.save(content, kind, **options)
    return content.getvalue()


def noise(*, size):
    """A picture that hardly gets smaller when it is written as a JPEG."""
    content = BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(content, "JPEG", quality=80)
    return content.getvalue()


def phone_photo(*, orientation):
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[0x010F] = "PhoneMaker"
    exif[GPS] = {1: "N", 2: (47.0, 1.0, 0.0)}
    return picture(exif=exif)


def tiff(*, pages=3, mode="1"):
    images = [Image.new(mode, (200, 280), "white") for _ in range(pages)]
    content = BytesIO()
    images[0].save(content, "TIFF", save_all=True, append_images=images[1:], dpi=(200, 200))
    return content.getvalue()


def pixel_bomb(*, width=40_000, height=40_000):
    """A PNG of a few kilobytes that would be gigabytes when decoded."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 999)) + chunk(b"IEND", b"")
    )


def pdf(*, pages=1, change=None, **save):
    """A plain PDF with metadata; `change` may add to it what it likes."""
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page(page_size=(595, 842))
        document.docinfo["/Author"] = String("Vasile Secret")
        with document.open_metadata() as metadata:
            metadata["dc:creator"] = ["Vasile Secret"]
        if change:
            change(document)
        content = BytesIO()
        document.save(content, **save)
        return content.getvalue()


def _script(document):
    return document.make_indirect(Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")))


def _open_action_script(document):
    document.Root.OpenAction = _script(document)


def _script_by_name(document):
    document.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), _script(document)])))


def _launch(document):
    document.pages[0].Annots = Array(
        [
            Dictionary(
                Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=Dictionary(S=Name.Launch, F=String("cmd"))
            )
        ]
    )


def _page_action(document):
    document.pages[0].obj.AA = Dictionary(O=Dictionary(S=Name.GoTo))


def _attachment(document):
    document.attachments["virus.exe"] = b"MZ"


def _xfa(document):
    document.Root.AcroForm = Dictionary(Fields=Array([]), XFA=document.make_stream(b"<xdp/>"))


def _rich_media(document):
    document.pages[0].Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, Rect=[0, 0, 9, 9])])


def _chained_action(document):
    document.Root.OpenAction = Dictionary(
        S=Name.GoTo, D=Array([document.pages[0].obj, Name.Fit]), Next=Dictionary(S=Name.URI, URI=String("http://x"))
    )


def _submit_form(document):
    sending = Dictionary(S=Name.SubmitForm, F=String("http://x"))
    button = Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Btn, T=String("b"), Rect=[0, 0, 9, 9], A=sending)
    document.pages[0].Annots = Array([document.make_indirect(button)])
    document.Root.AcroForm = Dictionary(Fields=document.pages[0].Annots)


ACTIVE = {
    "script when opened": _open_action_script,
    "script in the name tree": _script_by_name,
    "program to launch": _launch,
    "action of a page": _page_action,
    "file inside": _attachment,
    "XFA form": _xfa,
    "rich media": _rich_media,
    "chained action": _chained_action,
    "form that sends": _submit_form,
}


def escaped_script():
    """A name may be written with escapes: /J#61vaScript is /JavaScript. The length stays, so the file is whole."""
    plain = pdf(change=_open_action_script, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return plain.replace(b"/JavaScript", b"/J#61vaScript").replace(b"app.alert", b"pp.aler")


def locked_pdf():
    return pdf(encryption=pikepdf.Encryption(owner="a", user="b"))


def eicar_pdf():
    def change(document):
        document.Root.Note = document.make_stream(b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!")

    return pdf(change=change)


def certificate(name, *, issuer=None, is_authority=False):
    """Return (certificate, key); `issuer` is such a pair."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signer = issuer or (None, key)
    now = clock.now()
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[0].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer[1].public_key()), critical=False)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not is_authority,
                content_commitment=not is_authority,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=is_authority,
                crl_sign=is_authority,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .sign(signer[1], hashes.SHA256())
    )
    return built, key


def pem(pair):
    return pair[0].public_bytes(serialization.Encoding.PEM)


def signed_pdf(pair, *, content=None):
    """A PDF with a PAdES signature by (certificate, key)."""
    from asn1crypto import keys as asn1_keys
    from asn1crypto import x509 as asn1_x509
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    der = pair[0].public_bytes(serialization.Encoding.DER)
    key = pair[1].private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    signer = signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(der),
        signing_key=asn1_keys.PrivateKeyInfo.load(key),
        cert_registry=SimpleCertificateStore(),
    )
    writer = IncrementalPdfFileWriter(BytesIO(content or pdf()))
    signed = signers.sign_pdf(
        writer,
        signers.PdfSignatureMetadata(field_name="Seal", subfilter=fields.SigSeedSubFilter.PADES),
        signer=signer,
    )
    return signed.getvalue()
