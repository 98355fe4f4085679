"""The runner of the steps: what fails is counted, and does not hide what comes after it."""

import pathlib
import subprocess
import unittest

STEPS = pathlib.Path(__file__).parents[2] / "tools" / "steps.sh"

# The steps, whether the run passes, and the line that CI reads.
RUNS = [
    ("step one true", True, "1 passed, 0 failed"),
    ("step one false; step two true", False, "1 passed, 1 failed"),
    ("step one false; step_after one two true; step three true", False, "1 passed, 2 failed"),
    ("step one true; step_after one two true", True, "2 passed, 0 failed"),
    ("""cases() { echo "40 0" >"$STEP_CASES"; }; step one cases""", True, "40 passed, 0 failed"),
    ("""cases() { echo "39 1" >"$STEP_CASES"; return 1; }; step one cases""", False, "39 passed, 1 failed"),
    # A suite that crashed has no report: its cases are unknown, but the failure is not.
    ("""cases() { echo "40 0" >"$STEP_CASES"; return 1; }; step one cases""", False, "40 passed, 1 failed"),
    ("step one no-such-command", False, "0 passed, 1 failed"),
]


class Steps(unittest.TestCase):
    def test_runs(self):
        for script, passes, last in RUNS:
            with self.subTest(script=script):
                done = subprocess.run(
                    ["bash", "-uo", "pipefail", "-c", f"source {STEPS}; {script}; closing_table"],
                    capture_output=True, text=True, check=False)
                self.assertEqual(done.returncode == 0, passes, done.stdout + done.stderr)
                self.assertEqual(done.stdout.splitlines()[-1], last)

    def test_a_step_reads_no_input(self):
        done = subprocess.run(["bash", "-c", f"source {STEPS}; step one cat; closing_table"],
                              input="typed", capture_output=True, text=True, check=False)
        self.assertNotIn("typed", done.stdout)


if __name__ == "__main__":
    unittest.main()
