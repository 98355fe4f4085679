"""The sum of GoogleTest's reports."""

import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "tools"))
import count_cases  # noqa: E402


class CountCases(unittest.TestCase):
    def test_sums(self):
        for reports, expected in [
            ([], (0, 0)),
            ([{"tests": 5, "failures": 0, "disabled": 0}], (5, 0)),
            ([{"tests": 5, "failures": 2, "disabled": 1}, {"tests": 1, "failures": 0, "disabled": 0}], (3, 2)),
        ]:
            with self.subTest(reports=reports), tempfile.TemporaryDirectory() as directory:
                for number, report in enumerate(reports):
                    (pathlib.Path(directory) / f"{number}.json").write_text(json.dumps(report))
                self.assertEqual(count_cases.count(pathlib.Path(directory)), expected)


if __name__ == "__main__":
    unittest.main()
