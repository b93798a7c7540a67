import pytest

from ghiseu.adapters.mpass import strict as mpass
from ghiseu.adapters.mpass.errors import ForbiddenMarkup
from ghiseu.adapters.mpay import strict as mpay
from ghiseu.adapters.mpay.errors import NotReadable
from ghiseu.foundation.wire import strict_xml
from ghiseu.foundation.wire.strict_xml import BadForm, Fault, Limits

LIMITS = Limits(kilobytes=1, tags=4, attributes=1, namespace_declarations=1, depth=2)


class TestBulk:
    @pytest.mark.parametrize(
        ("message", "reason"),
        [
            (b"<a>" + b"x" * 1018 + b"</a>", "more than 1 KB"),
            (b"<a><b/><b/><b/></a>", "more than 4 tags"),
            (b"<a b=\"1\" c='2'/>", "more than 1 attributes"),
            (b'<a xmlns="d"><xmlns/></a>', "more than 1 namespace declarations"),
        ],
    )
    def test_one_above_a_limit_is_refused(self, message: bytes, reason: str) -> None:
        with pytest.raises(BadForm) as refused:
            strict_xml.refuse_bulk(message, limits=LIMITS)

        assert (refused.value.fault, refused.value.reason) == (Fault.TOO_LARGE, reason)

    def test_elements_may_stand_inside_each_other_up_to_the_limit(self) -> None:
        strict_xml.refuse_depth(strict_xml.parse_bytes(b"<a><b/></a>"), limits=LIMITS)

        with pytest.raises(BadForm, match="deeper than 2"):
            strict_xml.refuse_depth(strict_xml.parse_bytes(b"<a><b><c/></b></a>"), limits=LIMITS)


class TestRefusals:
    @pytest.mark.parametrize("fault", Fault)
    @pytest.mark.parametrize("adapter", [mpass, mpay])
    def test_each_adapter_has_one_for_every_fault(self, adapter, fault: Fault) -> None:
        refusal = adapter.REFUSALS[fault]

        with pytest.raises(refusal, match="the reason"), strict_xml.refused_as(adapter.REFUSALS):
            raise BadForm(fault, "the reason")


class TestByteOrderMark:
    MESSAGE = b'\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?>\n<a/>'

    def test_before_the_declaration_is_taken_from_mpay_only(self) -> None:
        with pytest.raises(NotReadable, match="SOAP"):
            mpay.parse(self.MESSAGE)
        with pytest.raises(ForbiddenMarkup):
            mpass.parse(self.MESSAGE)
