"""The layer check on small made-up trees: each rule has a tree that keeps it and one that breaks it."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "tools"))
import check_layers  # noqa: E402


def findings_of(files: dict[str, str]) -> list[str]:
    with tempfile.TemporaryDirectory() as directory:
        root = pathlib.Path(directory)
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        return check_layers.check(root)


VALUE = "include/pgjinja/core/value.hpp"
OPT_IN = "include/pgjinja/client/nlohmann.hpp"
FRAGMENT = "include/pgjinja/jinja/fragment.hpp"

CLEAN = {
    VALUE: "#include <string>\n",
    FRAGMENT: "#include <pgjinja/core/value.hpp>\n",
    OPT_IN: "#include <pgjinja/core/value.hpp>\n\n#include <nlohmann/json.hpp>\n",
    "src/core/value.cpp": "#include <pgjinja/core/value.hpp>\n\n#include <fmt/format.h>\n",
    "src/sql/scanner.hpp": "#include <pgjinja/jinja/fragment.hpp>\n",
    "src/sql/scanner.cpp": '#include "sql/scanner.hpp"\n',
    "src/pg/socket.cpp": "#include <poll.h>\n#include <libpq-fe.h>\n#include <openssl/ssl.h>\n",
    "src/cli/main.cpp": "#include <CLI/CLI.hpp>\n#include <pgjinja/client.hpp>\n",
    "include/pgjinja/client.hpp": "#include <pgjinja/core/value.hpp>\n",
}

# What is added to the clean tree, and how the one finding begins and what it must say.
BROKEN = [
    ("upward, public", {VALUE: "#include <string>\n#include <pgjinja/jinja/fragment.hpp>\n",
                        FRAGMENT: ""}, f"{VALUE}:2", "core includes"),
    ("upward, private", {"src/jinja/vm.cpp": '#include "sql/scanner.hpp"\n'},
     "src/jinja/vm.cpp:1", "jinja includes"),
    ("upward to the facade", {"src/pg/pool.cpp": "#include <pgjinja/client.hpp>\n"},
     "src/pg/pool.cpp:1", "pg includes"),
    ("pg sees sql", {"src/pg/pool.cpp": '#include "sql/scanner.hpp"\n'}, "src/pg/pool.cpp:1", "of sql"),
    ("sql sees pg", {"include/pgjinja/pg/rows.hpp": "",
                     "src/sql/binder.cpp": "\n# include <pgjinja/pg/rows.hpp>\n"},
     "src/sql/binder.cpp:2", "of pg"),
    ("library not granted", {"src/sql/policy.cpp": "#include <openssl/sha.h>\n"},
     "src/sql/policy.cpp:1", "not granted openssl"),
    ("operating system not granted", {"src/core/file.cpp": "#include <sys/stat.h>\n"},
     "src/core/file.cpp:1", "not granted posix"),
    ("unknown library", {"src/cli/main.cpp": "#include <zlib.h>\n"}, "src/cli/main.cpp:1", "<zlib.h>"),
    ("file that does not exist", {"src/sql/binder.cpp": '#include "sql/gone.hpp"\n'},
     "src/sql/binder.cpp:1", "sql/gone.hpp"),
    ("library in a public header", {FRAGMENT: "#include <fmt/format.h>\n"}, f"{FRAGMENT}:1", "fmt"),
    ("library in an opt-in header that is of another one",
     {OPT_IN: "#include <fmt/format.h>\n"}, f"{OPT_IN}:1", "fmt"),
    ("an opt-in header that the library needs",
     {OPT_IN: "", "include/pgjinja/client.hpp": "#include <pgjinja/client/nlohmann.hpp>\n"},
     "include/pgjinja/client.hpp:1", "not for the library"),
    ("private in a public header", {"src/jinja/vm.hpp": "", FRAGMENT: '#include "jinja/vm.hpp"\n'},
     f"{FRAGMENT}:1", "private"),
    ("folder that is no layer", {"src/util/strings.hpp": ""}, "src/util/strings.hpp:1", "no layer"),
    ("cycle of two", {"src/jinja/a.hpp": '#include "jinja/b.hpp"\n',
                      "src/jinja/b.hpp": '#include "jinja/a.hpp"\n'},
     "src/jinja/a.hpp:1", "jinja/a -> jinja/b -> jinja/a"),
    ("cycle through a source", {"src/jinja/a.hpp": "", "src/jinja/b.hpp": '#include "jinja/a.hpp"\n',
                                "src/jinja/a.cpp": '#include "jinja/a.hpp"\n#include "jinja/b.hpp"\n'},
     "src/jinja/a.cpp:2", "jinja/a -> jinja/b -> jinja/a"),
    ("cycle of three", {"src/jinja/a.hpp": '#include "b.hpp"\n', "src/jinja/b.hpp": '#include "c.hpp"\n',
                        "src/jinja/c.hpp": '#include "a.hpp"\n'},
     "src/jinja/a.hpp:1", "jinja/a -> jinja/b -> jinja/c -> jinja/a"),
]


class CheckLayers(unittest.TestCase):
    def test_clean_tree_has_no_finding(self):
        self.assertEqual(findings_of(CLEAN), [])

    def test_empty_tree_has_no_finding(self):
        self.assertEqual(findings_of({}), [])

    def test_header_and_source_of_one_name_are_one_component(self):
        self.assertEqual(check_layers.component_of(pathlib.Path("src/core/value.cpp")),
                         check_layers.component_of(pathlib.Path(VALUE)))

    def test_two_cycles_are_two_findings(self):
        pairs = {f"src/{layer}/{one}.hpp": f'#include "{other}.hpp"\n'
                 for layer in ("jinja", "pg") for one, other in ("ab", "ba")}
        self.assertEqual(len(findings_of(pairs)), 2)


def broken_case(added: dict[str, str], place: str, words: str):
    def test(self):
        findings = findings_of(CLEAN | added)
        self.assertEqual(len(findings), 1, findings)
        self.assertTrue(findings[0].startswith(place + ": "), findings[0])
        self.assertIn(words, findings[0])
    return test


for case, *expected in BROKEN:
    setattr(CheckLayers, "test_broken_" + case.replace(" ", "_").replace(",", ""), broken_case(*expected))

if __name__ == "__main__":
    unittest.main()
