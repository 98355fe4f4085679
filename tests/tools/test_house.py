"""The figures of the house on sizes that can be checked by hand."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "tools"))
import house  # noqa: E402


class House(unittest.TestCase):
    def test_figures(self):
        for lines, median, ninth, longest in [
            ([7], 7, 7, 7),
            ([1, 2], 1.5, 2, 2),
            ([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 5.5, 9, 10),
            ([1] * 19 + [50], 1, 1, 50),
        ]:
            with self.subTest(lines=lines):
                figures = house.Figures.of([house.Sized(n, "") for n in lines])
                self.assertEqual((figures.median, figures.ninth, figures.longest.lines),
                                 (median, ninth, longest))

    def test_measures_files_and_functions(self):
        with tempfile.TemporaryDirectory() as directory:
            root = pathlib.Path(directory)
            (root / "src").mkdir()
            (root / "src" / "a.cpp").write_text("int one() {\n  return 1;\n}\n\nint two() { return 2; }\n")
            files, functions = house.measure(root, ("src",))
        self.assertEqual(files, [house.Sized(5, "src/a.cpp")])
        self.assertEqual([one.lines for one in functions], [3, 1])


if __name__ == "__main__":
    unittest.main()
