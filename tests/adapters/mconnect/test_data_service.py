"""The description of a data service: read as it is written, and refused when anything in it is not understood."""

from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from lxml import etree

from ghiseu.adapters.mconnect import DataServiceNotUsable, data_service, facts, load
from ghiseu.config.environment import SettingNotUsable
from ghiseu.config.platforms import mconnect
from ghiseu.foundation import clock
from ghiseu.foundation.outcomes import UnusableAnswer
from ghiseu.foundation.wire.signed_soap import KeyNamedBy
from ghiseu.foundation.wire.signed_soap_names import PLAIN_ID, WSU_ID
from ghiseu.foundation.wire.system_certificate import SystemCertificate
from ghiseu.modules.catalogue.register_facts import kind_at

GET_PERSON = Path(data_service.__file__).parent / "services" / "get_person.yaml"
WRITTEN = yaml.safe_load(GET_PERSON.read_text(encoding="utf-8"))
OTHER = "http://mai.gov.md/"


def written(folder: Path, **changes: object) -> Path:
    """Write the description with changes; None leaves a name out."""
    path = folder / "service.yaml"
    path.write_text(
        yaml.safe_dump({name: value for name, value in {**WRITTEN, **changes}.items() if value is not None})
    )
    return path


class TestDescription:
    def test_of_the_person_has_facts_that_packages_know(self) -> None:
        service = load(GET_PERSON)

        assert service.facts
        for name in service.facts:
            kind_at("RSP", "person", name)  # raises for a name that no register has

    def test_signs_as_the_reference_client(self) -> None:
        signing = load(GET_PERSON).signing

        assert (signing.profile.writes_id, signing.key_named_by, signing.with_sha1) == (
            PLAIN_ID,
            KeyNamedBy.X509DATA,
            False,
        )
        assert signing.profile.lives == timedelta(minutes=15)

    def test_may_ask_for_the_other_profile(self, tmp_path: Path) -> None:
        other = {"ids": "wsu", "key": "bst", "digest": "sha1", "minutes": 5}

        signing = load(written(tmp_path, signing=other)).signing

        assert (signing.profile.writes_id, signing.profile.reads_ids) == (WSU_ID, (WSU_ID,))
        assert (signing.key_named_by, signing.with_sha1) == (KeyNamedBy.TOKEN, True)
        assert (signing.profile.lives, signing.profile.longest_life) == (timedelta(minutes=5),) * 2

    def test_needs_little(self, tmp_path: Path) -> None:
        few = dict.fromkeys(("answer", "record", "subject", "not_found", "signing", "action"))

        service = load(written(tmp_path, **few))

        assert (service.answer, service.record, service.subject) == ("GetPersonResponse", "", "")
        assert service.signing.profile.writes_id == PLAIN_ID

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"address": None}, "address"),
            ({"address": "http://elsewhere/"}, "address"),
            ({"address": "soap/population"}, "address"),
            ({"namespace": None}, "namespace"),
            ({"operation": "Get Person"}, "operation"),
            ({"action": 'a"b'}, "action"),
            ({"question": {"IDNP": "number"}}, "question"),
            ({"question": None}, "question"),
            ({"subject": "//IDNP"}, "subject"),
            ({"record": "Person[0]"}, "record"),
            ({"not_found": "NoSuchRecord"}, "not_found"),
            ({"signing": {"minutes": 60}}, "minutes"),
            ({"signing": {"ids": "xml"}}, "ids"),
            ({"signing": {"digest": "md5"}}, "digest"),
            ({"signing": {"algorithm": "none"}}, "unknown names: algorithm"),
            ({"facts": {}}, "facts"),
            ({"facts": {"Sur name": "a"}}, "facts"),
            ({"facts": {"surname": "a//b"}}, "facts.surname"),
            ({"facts": {"surname": {"is": "text"}}}, "facts.surname"),
            ({"facts": {"surname": {"path": "a", "is": "money"}}}, "is is not one of"),
            ({"facts": {"surname": {"path": "a", "type": "x"}}}, "unknown names: type"),
            ({"facts": {"rows": {"each": "a"}}}, "facts.rows.facts"),
            ({"colour": "red"}, "unknown names: colour"),
        ],
    )
    def test_that_is_not_understood_is_refused(self, tmp_path: Path, changes: dict[str, object], words: str) -> None:
        with pytest.raises(DataServiceNotUsable, match=words):
            load(written(tmp_path, **changes))

    @pytest.mark.parametrize("content", ["", "[]", "a: [", "\x00"])
    def test_that_is_no_mapping_is_refused(self, tmp_path: Path, content: str) -> None:
        path = tmp_path / "service.yaml"
        path.write_text(content)

        with pytest.raises(DataServiceNotUsable, match=r"service\.yaml"):
            load(path)

    def test_that_is_not_there_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(DataServiceNotUsable, match="nowhere"):
            load(tmp_path / "nowhere.yaml")


ANSWER = etree.fromstring(f"""<GetOwner xmlns="{OTHER}"><Sex>2</Sex><Alive>true</Alive><Count> 7 </Count><Empty/>\
<Born>1990-12-31T00:00:00+02:00</Born><Paper><Kind>P</Kind><Until>2030-01-01</Until></Paper>\
<Paper><Kind>C</Kind></Paper></GetOwner>""")


def facts_by(tmp_path: Path, rules: dict[str, object]) -> dict[str, object]:
    described = load(written(tmp_path, facts=rules))
    return dict(facts.facts_of(ANSWER, described.facts, namespace=OTHER))


class TestFacts:
    @pytest.mark.parametrize(
        ("rule", "expected"),
        [
            ({"path": "Sex", "words": {"1": "M", "2": "F"}}, "F"),
            ({"path": "Alive", "is": "yes_no"}, True),
            ({"path": "Count", "is": "integer"}, 7),
            ({"path": "Born", "is": "date"}, "1990-12-31"),
            ({"join": ["Count", "Empty", "Sex"]}, "7 2"),
            ("Paper[2]/Kind", "C"),
            ("Empty", None),
            ("Nowhere/At/All", None),
            (
                {"each": "Paper", "facts": {"kind": "Kind", "expires": {"path": "Until", "is": "date"}}},
                [{"kind": "P", "expires": "2030-01-01"}, {"kind": "C", "expires": None}],
            ),
            ({"each": "Nothing", "facts": {"kind": "Kind"}}, []),
        ],
    )
    def test_are_what_the_rule_says(self, tmp_path: Path, rule: object, expected: object) -> None:
        assert facts_by(tmp_path, {"fact": rule}) == {"fact": expected}

    @pytest.mark.parametrize(
        "rule",
        [
            {"path": "Sex", "words": {"1": "M"}},
            {"path": "Alive", "is": "integer"},
            {"path": "Count", "is": "yes_no"},
            {"path": "Count", "is": "date"},
            "Paper",
            "Paper/Kind",
        ],
    )
    def test_that_do_not_fit_make_the_answer_unusable(self, tmp_path: Path, rule: object) -> None:
        with pytest.raises(UnusableAnswer):
            facts_by(tmp_path, {"fact": rule})

    def test_with_dots_stand_inside_an_object_that_is_null_when_empty(self, tmp_path: Path) -> None:
        rules = {"one.sex": "Sex", "one.none": "Empty", "two.none": "Empty", "two.three.none": "Empty"}

        assert facts_by(tmp_path, rules) == {"one": {"sex": "2", "none": None}, "two": None}


class TestSetting:
    @pytest.fixture
    def envelope(self, tmp_path: Path) -> mconnect.Envelope:
        nothing = tmp_path / "none.pem"
        ours = SystemCertificate(key=nothing, certificate=nothing, trust=nothing)
        return mconnect.Envelope(ours=ours, pinned=(nothing,), now=clock.now)

    def test_names_the_questions_that_go_by_soap(self, settings, envelope: mconnect.Envelope) -> None:
        settings.MCONNECT_SOAP = {"RSP/person": str(GET_PERSON)}

        found = mconnect.services(envelope)

        assert list(found) == ["RSP/person"]
        assert found["RSP/person"].service.operation == "GetPerson"

    def test_that_is_empty_leaves_everything_as_it_was(self, settings, envelope: mconnect.Envelope) -> None:
        settings.MCONNECT_SOAP = {}

        assert mconnect.services(envelope) == {}
        assert mconnect.services(None) == {}

    @pytest.mark.parametrize(
        ("pairs", "words"),
        [({"RSP": "x.yaml"}, "register/operation"), ({"RSP/person": "nowhere.yaml"}, "nowhere.yaml")],
    )
    def test_that_cannot_be_used_says_what_is_wrong(
        self, settings, envelope: mconnect.Envelope, pairs: dict[str, str], words: str
    ) -> None:
        settings.MCONNECT_SOAP = pairs

        with pytest.raises(SettingNotUsable, match=words):
            mconnect.services(envelope)

    def test_needs_the_certificate_of_the_platform(self, settings) -> None:
        settings.MCONNECT_SOAP = {"RSP/person": str(GET_PERSON)}

        with pytest.raises(SettingNotUsable, match="GHISEU_MCONNECT_CERTIFICATE"):
            mconnect.services(None)
