"""The demo's files are what COPY reads, whatever a name holds."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "tools"))
import demo_data  # noqa: E402


class DemoData(unittest.TestCase):
    def test_copy_fields(self):
        for value, field in [("Zürich", "Zürich"), (12, "12"), (0, "0"), (None, r"\N"), ("", r"\N"),
                             ("a\tb", r"a\tb"), ("a\nb", r"a\nb"), ("a\\N", r"a\\N"), ("O'Fallon", "O'Fallon")]:
            with self.subTest(value=value):
                self.assertEqual(demo_data.copy_field(value), field)

    def test_a_file_has_a_header_line_and_a_line_a_record(self):
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory) / "cities.tsv"
            demo_data.write(path, ("geonameid", "name"), [{"geonameid": 1, "name": "A\tB", "other": 2}])
            self.assertEqual(path.read_text(), "id\tname\n1\tA\\tB\n")


if __name__ == "__main__":
    unittest.main()
