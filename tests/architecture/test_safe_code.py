"""What the product's own code never does: each ban is a rule here, and each rule finds a planted breach."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "ghiseu"
QUERIES = frozenset(
    {"filter", "exclude", "get", "annotate", "aggregate", "alias", "order_by", "values", "values_list", "create"}
    | {"update", "update_or_create", "get_or_create", "extra", "raw"}
)
RUNS_CODE = frozenset({"eval", "exec", "compile", "__import__"})
UNSAFE_MODULES = frozenset({"pickle", "marshal", "shelve", "telnetlib", "ftplib", "random", "xml", "dill"})
UNSAFE_CALLS = frozenset({"yaml.load", "yaml.unsafe_load", "os.system", "os.popen", "hashlib.md5", "hashlib.sha1"})
# The one factory of XML parsers, which switches entities, DTDs and the network off.
XML_FACTORY = "foundation/wire/strict_xml.py"
# Where a rule does not hold, and why that is harmless.
EXCUSED = {
    "foundation/wire/signed_soap.py": "SHA-1 of old messages of MPay, refused unless a setting accepts it",
    "adapters/mpay/wire.py": "only the function that escapes, no parser",
}


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Yield every call."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def name_of(node: ast.expr) -> str:
    """Return the dotted name of what is called, as far as it is one."""
    return ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute) else ""


def runs_text_as_code(tree: ast.Module, _place: str) -> list[int]:
    """Return the lines with eval and its like."""
    return [call.lineno for call in calls(tree) if name_of(call.func) in RUNS_CODE]


def uses_unsafe_part(tree: ast.Module, _place: str) -> list[int]:
    """Return the lines that import or call what is unsafe with foreign data, weak, or guessable."""
    found = [call.lineno for call in calls(tree) if name_of(call.func) in UNSAFE_CALLS]
    for node in ast.walk(tree):
        names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        found += [node.lineno for name in names if name.partition(".")[0] in UNSAFE_MODULES]
    return found


def opens_a_shell(tree: ast.Module, _place: str) -> list[int]:
    """Return the lines that hand a command to a shell."""
    return [call.lineno for call in calls(tree) for one in call.keywords if one.arg == "shell"]


def builds_sql(tree: ast.Module, place: str) -> list[int]:
    """Return the lines whose SQL is put together from parts."""
    found = []
    for call in calls(tree):
        if not isinstance(call.func, ast.Attribute) or call.func.attr not in {"execute", "executemany"}:
            continue
        first = call.args[0] if call.args else None
        formatted = (
            isinstance(first, ast.Call) and isinstance(first.func, ast.Attribute) and first.func.attr == "format"
        )
        quoted = formatted and ast.unparse(first).startswith("sql.SQL(")  # psycopg quotes what it puts in
        built = isinstance(first, ast.JoinedStr | ast.BinOp) or (formatted and not quoted)
        found += [call.lineno] if built else []
    return [] if "/migrations/" in place else found


def names_columns_by_data(tree: ast.Module, _place: str) -> list[int]:
    """Return the lines where keys of a dictionary, or a variable, name the columns of a query."""
    found = []
    for call in calls(tree):
        if not isinstance(call.func, ast.Attribute) or call.func.attr not in QUERIES:
            continue
        if ".objects" not in ast.unparse(call.func):
            continue
        # A literal or a function of the same file names its columns itself.
        unpacked = [one for one in call.keywords if one.arg is None and not _is_own(one.value)]
        ordered = call.func.attr == "order_by" and not all(isinstance(one, ast.Constant) for one in call.args)
        found += [call.lineno] if unpacked or ordered else []
    return found


def _is_own(value: ast.expr) -> bool:
    return isinstance(value, ast.Dict) or (isinstance(value, ast.Call) and name_of(value.func).startswith("_"))


def parses_xml_by_itself(tree: ast.Module, place: str) -> list[int]:
    """Return the lines that read XML with another parser than the strict one."""
    if place == XML_FACTORY:
        return []
    found = [call.lineno for call in calls(tree) if name_of(call.func).endswith("etree.XMLParser")]
    reading = ("etree.fromstring", "etree.parse", "etree.XML")
    for call in calls(tree):
        if name_of(call.func).endswith(reading):
            parsers = [ast.unparse(one.value) for one in call.keywords if one.arg == "parser"]
            found += [] if parsers == ["strict_xml.parser()"] else [call.lineno]
    return found


def follows_redirects(tree: ast.Module, _place: str) -> list[int]:
    """Return the lines that let an outside system send us elsewhere, or that do not check its certificate."""
    found = []
    for call in calls(tree):
        for one in call.keywords:
            value = one.value.value if isinstance(one.value, ast.Constant) else None
            found += [call.lineno] if (one.arg, value) in {("follow_redirects", True), ("verify", False)} else []
    return found


def trusts_text_as_html(tree: ast.Module, _place: str) -> list[int]:
    """Return the lines that switch escaping off."""
    return [call.lineno for call in calls(tree) if name_of(call.func) in {"mark_safe", "SafeString", "Markup"}]


RULES: dict[Callable[[ast.Module, str], list[int]], str] = {
    runs_text_as_code: "eval(typed)",
    uses_unsafe_part: "import pickle",
    opens_a_shell: "run(command, shell=True)",
    builds_sql: "cursor.execute(f'SELECT {column}')",
    names_columns_by_data: "Case.objects.filter(**typed)",
    parses_xml_by_itself: "etree.fromstring(told)",
    follows_redirects: "httpx.get(url, follow_redirects=True)",
    trusts_text_as_html: "mark_safe(typed)",
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
class TestCode:
    def test_never_does_it(self, rule):
        found = []
        for path in sorted(SOURCE.rglob("*.py")):
            place = str(path.relative_to(SOURCE))
            if place not in EXCUSED:
                found += [f"{place}:{line}" for line in rule(ast.parse(path.read_text(encoding="utf8")), place)]

        assert found == []

    def test_would_be_found_doing_it(self, rule):
        assert rule(ast.parse(RULES[rule]), "somewhere.py")


def test_every_excuse_is_still_needed():
    for place in EXCUSED:
        tree = ast.parse((SOURCE / place).read_text(encoding="utf8"))

        assert any(rule(tree, place) for rule in RULES)


class TestTemplates:
    def test_escape_everything(self):
        off = re.compile(r"\|\s*safe\b|autoescape\s+false|Markup\(")
        found = [
            path.name for path in SOURCE.rglob("templates/**/*.html") if off.search(path.read_text(encoding="utf8"))
        ]

        assert found == []

    def test_load_nothing_from_elsewhere(self):
        foreign = re.compile(r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=[\"'](?:https?:)?//")
        found = [
            path.name for path in SOURCE.rglob("templates/**/*.html") if foreign.search(path.read_text(encoding="utf8"))
        ]

        assert found == []


class TestScripts:
    SCRIPTS = sorted(SOURCE.rglob("static/**/*.js"))
    # What they show comes from our own server, already escaped by the templates.
    SHOW_OUR_HTML = frozenset({"search.js", "presence.js", "inplace.js"})

    def test_run_no_text_as_code(self):
        bad = re.compile(r"\beval\(|new Function\(|document\.write|setTimeout\(\s*[\"']|\.outerHTML\s*=|__proto__")

        assert self.SCRIPTS
        assert [path.name for path in self.SCRIPTS if bad.search(path.read_text(encoding="utf8"))] == []

    def test_show_texts_as_texts(self):
        html = re.compile(r"\.innerHTML\s*=|insertAdjacentHTML")
        found = {path.name for path in self.SCRIPTS if html.search(path.read_text(encoding="utf8"))}

        assert found - self.SHOW_OUR_HTML == set()

    def test_keep_nothing_of_a_person_in_the_browser(self):
        kept = re.compile(
            r"(localStorage|sessionStorage)\.setItem\(\s*([^,]+),|indexedDB|caches\.open|document\.cookie\s*="
        )
        places = {
            (path.name, found.group(2) or found.group(0).strip())
            for path in self.SCRIPTS
            for found in kept.finditer(path.read_text(encoding="utf8"))
        }

        assert places <= {("page.js", '"focus"'), ("keys.js", "document.cookie =")}
