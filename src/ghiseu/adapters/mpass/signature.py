"""Enveloped XML signatures over whole messages: checked (rule 3) and made.

The profile is the one of the official service-provider library: RSA-SHA256, SignedInfo in exclusive canonical form,
one reference to the root with the enveloped transform only, hence inclusive canonical form for the digest
(xmldsig-core 4.4.3.2). Messages that list the exclusive form as a second transform are accepted too.
"""

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureConstructionMethod, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.signer import SignatureReference, XMLSigner
from signxml.verifier import SignatureConfiguration, VerifyResult, XMLVerifier

from ghiseu.adapters.mpass import names, strict
from ghiseu.adapters.mpass.errors import AlgorithmNotAllowed, NotSigned, SignatureShape, SignatureWrong
from ghiseu.foundation.wire import strict_xml

SIGNATURE_METHODS = frozenset(
    {
        SignatureMethod.RSA_SHA256,
        SignatureMethod.RSA_SHA384,
        SignatureMethod.RSA_SHA512,
        SignatureMethod.ECDSA_SHA256,
        SignatureMethod.ECDSA_SHA384,
        SignatureMethod.ECDSA_SHA512,
    }
)
DIGESTS = frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512})
TRANSFORMS = ([names.ENVELOPED], [names.ENVELOPED, names.EXC_C14N])
CANONICAL_FORMS = (names.EXC_C14N, names.C14N)
MAX_PREFIX_LIST = 100  # characters; canonicalization looks every prefix up on every element


def check_shape(root: etree._Element, *, assertion_too: bool) -> None:
    """Check every signature of the message before any of it is computed.

    `assertion_too` demands a signature of the assertion as well. Raises NotSigned, SignatureShape, AlgorithmNotAllowed.
    """
    own = root.findall(names.ds("Signature"))
    if not own:
        raise NotSigned("the message itself carries no signature")
    signed = [root]
    for assertion in root.findall(names.saml("Assertion")):
        has_own = assertion.find(names.ds("Signature")) is not None
        if assertion_too and not has_own:
            raise NotSigned("the assertion carries no signature of its own")
        signed += [assertion] if has_own else []
    anywhere = sum(1 for element in root.iter() if etree.QName(element).localname == "Signature")
    if len(own) != 1 or anywhere != len(signed):
        raise SignatureShape("a signature too many, or in the wrong place")
    for element in signed:
        _check_one(element)


def verified(root: etree._Element, *, pinned: tuple[x509.Certificate, ...], at: datetime) -> etree._Element:
    """Return the message parsed again from exactly the bytes that its signature covers.

    Only certificates from the configuration count; what the message says about its key is ignored. A pinned
    certificate outside its validity at `at` verifies nothing. Raises SignatureWrong.
    """
    message = etree.tostring(root)
    if root.find(f"{names.saml('Assertion')}/{names.ds('Signature')}") is not None:
        _covered(message, location=f"./{names.saml('Assertion')}/", pinned=pinned, at=at)
    covered = strict.parse_bytes(_covered(message, location="./", pinned=pinned, at=at))
    if covered.tag != root.tag or covered.get("ID") != root.get("ID"):
        raise SignatureWrong("the signature covers something else")
    return covered


def sign(root: etree._Element, *, key: RSAPrivateKey, certificate: x509.Certificate) -> etree._Element:
    """Return the message with its signature directly after the issuer, as the SAML schema orders it."""
    root.insert(1, etree.Element(names.ds("Signature"), Id="placeholder", nsmap={"ds": names.DS}))
    signer = XMLSigner(
        method=SignatureConstructionMethod.enveloped,
        signature_algorithm=SignatureMethod.RSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    reference = SignatureReference(URI=f"#{root.get('ID')}", c14n_method=CanonicalizationMethod.CANONICAL_XML_1_0)
    signed: etree._Element = signer.sign(
        root, key=key, cert=[certificate], reference_uri=[reference], exclude_c14n_transform_element=True
    )
    return signed


def _covered(message: bytes, *, location: str, pinned: tuple[x509.Certificate, ...], at: datetime) -> bytes:
    """Return the bytes covered by the signature at this place, in the first pinned certificate that fits."""
    expected = SignatureConfiguration(
        location=location,
        expect_references=1,
        signature_methods=SIGNATURE_METHODS,
        digest_algorithms=DIGESTS,
        ignore_ambiguous_key_info=True,
        verification_time=at,
        default_reference_c14n_method=CanonicalizationMethod.CANONICAL_XML_1_0,
    )
    refusal: Exception | None = None
    for certificate in pinned:
        try:
            result = XMLVerifier().verify(
                message, x509_cert=certificate, expect_config=expected, parser=strict_xml.parser()
            )
        except (SignXMLException, etree.LxmlError, ValueError) as error:
            refusal = error
            continue
        if isinstance(result, VerifyResult):
            return result.signed_data
    raise SignatureWrong("no pinned certificate verifies the signature") from refusal


def _check_one(element: etree._Element) -> None:
    """Check the signature that stands directly after the issuer of this element."""
    issuer, signature = element.find(names.saml("Issuer")), element.find(names.ds("Signature"))
    if issuer is None or signature is None or issuer.getnext() is not signature or issuer.getprevious() is not None:
        raise SignatureShape("the signature does not stand after the issuer")
    if any(etree.QName(inner).localname == "Object" for inner in signature.iter()):
        raise SignatureShape("the signature carries objects")
    info = signature.find(names.ds("SignedInfo"))
    references = [] if info is None else info.findall(names.ds("Reference"))
    if info is None or len(references) != 1:
        raise SignatureShape("not exactly one reference")
    if not all((one.text or "").strip() for one in signature.iter(names.ds("SignatureValue"), names.ds("DigestValue"))):
        raise SignatureShape("a value is empty")
    if not element.get("ID") or references[0].get("URI") != f"#{element.get('ID')}":
        raise SignatureShape("the reference is not to the element that carries it")
    _check_transforms(references[0])
    _check_algorithms(info, references[0])


def _check_transforms(reference: etree._Element) -> None:
    transforms = reference.findall(f"{names.ds('Transforms')}/{names.ds('Transform')}")
    if [transform.get("Algorithm") for transform in transforms] not in TRANSFORMS:
        raise SignatureShape("transforms other than enveloped and exclusive canonical form")
    # An XSLT or XPath hides as a child of an innocent transform.
    for inner in (inner for transform in transforms for inner in transform):
        if inner.tag != f"{{{names.EXC_C14N}}}InclusiveNamespaces" or len(inner):
            raise SignatureShape("a transform carries content")


def _check_algorithms(info: etree._Element, reference: etree._Element) -> None:
    def algorithm(parent: etree._Element, name: str) -> str | None:
        found = parent.findall(names.ds(name))
        return found[0].get("Algorithm") if len(found) == 1 else None

    if algorithm(info, "CanonicalizationMethod") not in CANONICAL_FORMS:
        raise AlgorithmNotAllowed("canonical form of SignedInfo")
    if algorithm(info, "SignatureMethod") not in {method.value for method in SIGNATURE_METHODS}:
        raise AlgorithmNotAllowed("signature method")
    if algorithm(reference, "DigestMethod") not in {digest.value for digest in DIGESTS}:
        raise AlgorithmNotAllowed("digest method")
    for prefixes in info.iter(f"{{{names.EXC_C14N}}}InclusiveNamespaces"):
        if len(prefixes.get("PrefixList", "")) > MAX_PREFIX_LIST:
            raise SignatureShape("a long list of namespace prefixes")
