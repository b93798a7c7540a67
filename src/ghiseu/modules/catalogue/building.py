"""Make the package's parts out of plain mappings."""

from datetime import date

from ghiseu.modules.catalogue import parts, vocabulary
from ghiseu.modules.catalogue.package import Package
from ghiseu.modules.catalogue.reader import Reader
from ghiseu.modules.catalogue.values import JsonValue

DEFAULT_LENGTH = 300
EVERY_CHANNEL = ("counter", "online", "consulate")
EVERY_PERSON = ("natural", "legal")


def build(value: JsonValue, *, canonical: str, sha256: str) -> Package:
    """Make a package of a mapping in the stored shape (`service`, `texts`, `search`). Raises NotOfTheFormat."""
    top, read = Reader(value), Reader(value).inner("service")
    return Package(
        code=read.text("code"),
        version=int(read.text("version")),
        effective_from=date.fromisoformat(read.text("effective_from")),
        kind=vocabulary.Kind(read.text("kind")),
        institution=read.text("institution"),
        category=read.text("category"),
        legal_basis=read.many("legal_basis", _legal_basis),
        registers=read.many("registers", _register_use),
        roles=read.many("roles", _role),
        preconditions=read.many("preconditions", _precondition),
        pages=read.many("pages", _page),
        attachments=read.many("attachments", _attachment),
        consents=read.many("consents", _consent),
        signature=_signature(read.inner("signature")),
        fee_rows=_fee_rows(read.inner("fees")),
        fee_lines=_fee_lines(read.inner("fees")),
        terms=read.many("terms", _term),
        exemptions=_exemptions(read.inner("exemptions")),
        exemption_effect=_exemption_effect(read.inner("exemptions")),
        deliveries=read.many("deliveries", _delivery),
        result=_result(read.inner("result")),
        route=_route(read.inner("route"), institution=read.text("institution")),
        statuses=read.many("statuses", _status),
        duplicates=_duplicates(read.inner("duplicates")),
        appeal=_appeal(read.inner("appeal")),
        retention=_retention(read.inner("retention")),
        benefits=read.many("benefits", _benefit),
        notes=read.many("notes", _note),
        links=read.many("links", _link),
        handover=read.many("handover", _handover),
        unknown=read.words("unknown"),
        texts=_texts(top.inner("texts")),
        search={language: top.inner("search").words(language) for language in vocabulary.LANGUAGES},
        canonical=canonical,
        sha256=sha256,
    )


def _texts(read: Reader) -> dict[str, dict[str, str]]:
    return {language: {key: str(text) for key, text in read.inner(language).value.items()} for language in read.value}


def _sure(read: Reader) -> vocabulary.Certainty:
    return vocabulary.Certainty(read.text("certainty", "sure"))


def _legal_basis(read: Reader) -> parts.LegalBasis:
    return parts.LegalBasis(id=read.text("id"), act=read.text("act"), certainty=_sure(read))


def _register_use(read: Reader) -> parts.RegisterUse:
    return parts.RegisterUse(
        register=read.text("register"),
        operation=read.text("operation"),
        name=read.text("as", read.text("operation")),
        subject=read.text("subject", "person"),
        legal_basis=read.text("legal"),
        parameters={key: str(path) for key, path in read.inner("parameters").value.items()},
    )


def _role(read: Reader) -> parts.Role:
    return parts.Role(
        id=read.text("id"),
        mandate=read.text("mandate", "none"),
        authorisation_types=read.words("authorisation_types"),
        when=read.rule("when", default=True),
        evidence=read.words("evidence"),
        certainty=_sure(read),
    )


def _precondition(read: Reader) -> parts.Precondition:
    return parts.Precondition(
        id=read.text("id"),
        effect=vocabulary.Effect(read.text("effect")),
        rule=read.rule("rule", default=None),
        has_rule=read.has("rule"),
        asked=read.has("ask"),
        holds_when=read.inner("ask").flag("holds_when", default=True),
        certainty=_sure(read),
    )


def _page(read: Reader) -> parts.Page:
    return parts.Page(id=read.text("id"), groups=read.many("groups", _group))


def _group(read: Reader) -> parts.Group:
    return parts.Group(id=read.text("id"), fields=read.many("fields", _field))


def _field(read: Reader) -> parts.Field:
    field_id, options = read.text("id"), read.value.get("options")
    listed = options if isinstance(options, list) else []
    fixed = read.value.get("fixed")
    prefill = read.value.get("prefill", [])
    sources = prefill if isinstance(prefill, list) else [prefill]
    return parts.Field(
        id=field_id,
        type=vocabulary.FieldType(read.text("type")),
        purpose=read.text("purpose", ""),
        required=read.rule("required", default=False),
        visible=read.rule("visible", default=True),
        options=tuple(_option(option, field_id=field_id) for option in listed),
        options_from="" if isinstance(options, list) else Reader(options or {}).text("from", ""),
        prefill=tuple(_prefill(Reader(source)) for source in sources),
        repeat=_repeat(read.inner("repeat")) if read.has("repeat") else None,
        readonly=read.flag("readonly"),
        fixed=fixed if isinstance(fixed, str | bool) else None,
        max_length=read.whole("max_length", DEFAULT_LENGTH) or DEFAULT_LENGTH,
        pattern=read.text("pattern", ""),
        certainty=_sure(read),
    )


def _prefill(read: Reader) -> parts.Prefill:
    path = f".{read.text('path')}" if read.has("path") else ""
    if read.has("register"):
        return parts.Prefill(path=f"registers.{read.text('register')}.{read.text('operation')}{path}")
    return parts.Prefill(path=f"{read.text('from')}{path}")


def _option(option: JsonValue, *, field_id: str) -> parts.Option:
    read = Reader(option if isinstance(option, dict) else {"value": str(option)})
    value = read.text("value")
    return parts.Option(value=value, text=f"fields.{field_id}.options.{value}", when=read.rule("when", default=True))


def _repeat(read: Reader) -> parts.Repeat:
    return parts.Repeat(
        least=read.whole("least", 1) or 0, most=read.whole("most", 20) or 20, unique=read.flag("unique", default=True)
    )


def _attachment(read: Reader) -> parts.Attachment:
    return parts.Attachment(
        id=read.text("id"),
        when=read.rule("when", default=False),
        unless=read.rule("unless", default=False),
        form=read.text("form"),
        count=read.whole("count", 1) or 1,
        certainty=_sure(read),
    )


def _consent(read: Reader) -> parts.Consent:
    return parts.Consent(id=read.text("id"), mandatory=read.flag("mandatory", default=True), certainty=_sure(read))


def _signature(read: Reader) -> parts.Signature:
    return parts.Signature(
        at_centre=read.text("at_centre"), online=read.text("online", "unknown"), certainty=_sure(read)
    )


class _FeeDefaults:
    """Currency and act that the rows and lines share unless they say their own."""

    def __init__(self, fees: Reader) -> None:
        self.currency = fees.text("currency", "MDL")
        self.legal_basis = fees.text("legal", "")

    def row(self, read: Reader) -> parts.FeeRow:
        return parts.FeeRow(
            term=read.text("term"),
            channels=read.words("channels", EVERY_CHANNEL),
            persons=read.words("persons", EVERY_PERSON),
            countries=read.words("countries"),
            amount=read.amount("amount"),
            currency=read.text("currency", self.currency),
            certainty=_sure(read),
            legal_basis=read.text("legal", self.legal_basis),
        )

    def line(self, read: Reader) -> parts.FeeLine:
        return parts.FeeLine(
            id=read.text("id"),
            when=read.rule("when", default=True),
            amount=read.amount("amount"),
            currency=read.text("currency", self.currency),
            certainty=_sure(read),
            legal_basis=read.text("legal", self.legal_basis),
            exempted=read.flag("exempted"),
        )


def _fee_rows(fees: Reader) -> tuple[parts.FeeRow, ...]:
    return fees.many("rows", _FeeDefaults(fees).row)


def _fee_lines(fees: Reader) -> tuple[parts.FeeLine, ...]:
    return fees.many("lines", _FeeDefaults(fees).line)


def _term(read: Reader) -> parts.Term:
    return parts.Term(
        id=read.text("id"),
        value=read.whole("value"),
        unit=vocabulary.TermUnit(read.text("unit")),
        kind=read.text("kind", "standard"),
        channels=read.words("channels", EVERY_CHANNEL),
        certainty=_sure(read),
    )


class _ExemptionDefaults:
    """The act that the groups share unless they say their own."""

    def __init__(self, exemptions: Reader) -> None:
        self.legal_basis = exemptions.text("legal", "")

    def exemption(self, read: Reader) -> parts.Exemption:
        return parts.Exemption(
            id=read.text("id"),
            when=read.rule("when", default=False),
            has_rule=read.has("when"),
            evidence=read.text("evidence", ""),
            legal_basis=read.text("legal", self.legal_basis),
            certainty=_sure(read),
        )


def _exemptions(exemptions: Reader) -> tuple[parts.Exemption, ...]:
    return exemptions.many("groups", _ExemptionDefaults(exemptions).exemption)


def _exemption_effect(read: Reader) -> parts.ExemptionEffect:
    return parts.ExemptionEffect(term=read.text("term", "none"), channels=read.words("channels"), certainty=_sure(read))


def _delivery(read: Reader) -> parts.Delivery:
    return parts.Delivery(
        id=read.text("id"),
        when=read.rule("when", default=True),
        default=read.flag("default"),
        days=read.whole("days"),
        certainty=_sure(read),
    )


def _result(read: Reader) -> parts.Result:
    return parts.Result(electronic=_yes_no(read, "electronic"), paper=_yes_no(read, "paper"), certainty=_sure(read))


def _yes_no(read: Reader, key: str) -> str:
    value = read.value.get(key, "unknown")
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else "unknown"


def _route(read: Reader, *, institution: str) -> parts.Route:
    return parts.Route(
        kind=vocabulary.RouteKind(read.text("kind")),
        institution=read.text("institution", institution),
        provider_service=read.text("provider_service", ""),
        repeatability=read.text("repeatability", "neither"),
        portal=read.text("portal", ""),
        certainty=_sure(read),
    )


def _status(read: Reader) -> parts.ProviderStatus:
    return parts.ProviderStatus(
        provider=read.text("provider"), ours=vocabulary.ProviderState(read.text("ours")), certainty=_sure(read)
    )


def _duplicates(read: Reader) -> parts.Duplicates:
    return parts.Duplicates(
        by=read.text("by", "person_service"),
        child_field=read.text("child_field", ""),
        effect=vocabulary.Effect(read.text("effect", "warn")),
    )


def _appeal(read: Reader) -> parts.Appeal:
    return parts.Appeal(days=read.whole("days"), legal_basis=read.text("legal", ""), certainty=_sure(read))


def _retention(read: Reader) -> parts.Retention:
    return parts.Retention(months=read.whole("months"), legal_basis=read.text("legal", ""), certainty=_sure(read))


def _benefit(read: Reader) -> parts.Benefit:
    return parts.Benefit(
        id=read.text("id"),
        amount=read.amount("amount"),
        currency=read.text("currency", "MDL"),
        since=read.text("since", ""),
        certainty=_sure(read),
    )


def _note(read: Reader) -> parts.Note:
    return parts.Note(
        id=read.text("id"), when=read.rule("when", default=True), at=read.text("at", "start"), certainty=_sure(read)
    )


def _link(read: Reader) -> parts.Link:
    return parts.Link(service=read.text("service"), when=read.rule("when", default=True))


def _handover(read: Reader) -> parts.HandoverField:
    return parts.HandoverField(portal_label=read.text("label"), field=read.text("field"))
