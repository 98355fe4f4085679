"""What clang-tidy's memory depends on: a source, the headers that it sees, the command, the outside."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "tools"))
import sources  # noqa: E402
import tidy  # noqa: E402

SOURCE = pathlib.Path("src/jinja/vm.cpp")
FILES = {
    "include/pgjinja/core/value.hpp": "class Value;\n",
    "src/jinja/frame.hpp": "#include <pgjinja/core/value.hpp>\n",
    "src/jinja/vm.cpp": '#include "jinja/frame.hpp"\n',
    "src/jinja/lexer.cpp": "int unseen;\n",
}


def key(changed: dict[str, str], command: str = "c++", outside: str = "19") -> str:
    with tempfile.TemporaryDirectory() as directory:
        root = pathlib.Path(directory)
        for name, text in (FILES | changed).items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        return tidy.key_of(sources.Tree(root), SOURCE, command, outside)


class TidyKey(unittest.TestCase):
    def test_same_everything_is_the_same_key_in_another_clone(self):
        self.assertEqual(key({}), key({}))

    def test_what_the_source_does_not_see_does_not_matter(self):
        self.assertEqual(key({}), key({"src/jinja/lexer.cpp": "int other;\n"}))

    def test_what_it_sees_does(self):
        for changed in ({"src/jinja/vm.cpp": '#include "jinja/frame.hpp"\n// said otherwise\n'},
                        {"src/jinja/frame.hpp": "\n#include <pgjinja/core/value.hpp>\n"},
                        {"include/pgjinja/core/value.hpp": "struct Value;\n"}):
            with self.subTest(changed=changed):
                self.assertNotEqual(key({}), key(changed))

    def test_the_command_and_the_outside_do(self):
        self.assertNotEqual(key({}), key({}, command="c++ -O2"))
        self.assertNotEqual(key({}), key({}, outside="20"))


class TidyFindings(unittest.TestCase):
    def test_a_headers_finding_is_told_apart_from_its_neighbours(self):
        said = "/a/b.hpp:1:2: error: one [x]\n  1 | int a;\n/a/b.hpp:3:4: error: two [y]\n  3 | int b;\n"
        self.assertEqual(len(tidy.unique_findings(said)), 2)


if __name__ == "__main__":
    unittest.main()
