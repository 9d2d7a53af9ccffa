"""bench/instructions.py with counts and records of our own: what makes it fail, and what it says then."""

import contextlib
import io
import json
import pathlib
import sys
import tempfile
import unittest
from unittest import mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench"))

import instructions  # noqa: E402


class Instructions(unittest.TestCase):
    def ran(self, recorded, counted, compiler="gcc", *words):
        with tempfile.TemporaryDirectory() as folder:
            self.record = pathlib.Path(folder, "instructions.json")
            self.record.write_text(json.dumps({"compiler": ["gcc"], "instructions": recorded}))
            said = io.StringIO()
            with (mock.patch.object(instructions, "RECORD", self.record),
                  mock.patch.object(instructions, "compiler_of", lambda program: [compiler]),
                  mock.patch.object(instructions, "counts_of", lambda program: counted),
                  mock.patch.object(sys, "argv", ["instructions.py", "program", *words]), contextlib.redirect_stdout(said)):
                status = instructions.main()
            self.kept = json.loads(self.record.read_text())
        return status, said.getvalue()

    def test_passes_what_is_as_recorded(self):
        status, said = self.ran({"add": 100, "norm": 100}, {"add": 103, "norm": 50})

        self.assertEqual(status, 0)
        self.assertIn("2 kernels counted, 0 not as recorded", said)

    def test_names_a_kernel_that_takes_more(self):
        status, said = self.ran({"add": 100, "norm": 100}, {"add": 104, "norm": 100})

        self.assertEqual(status, 1)
        self.assertIn("add: 104 instructions, recorded 100 (1.04 times as many)", said)
        self.assertNotIn("norm", said)

    def test_names_a_recorded_kernel_that_is_no_longer_counted(self):
        for compiler in ("gcc", "clang"):
            status, said = self.ran({"add": 100, "norm": 100}, {"add": 100}, compiler)

            self.assertEqual(status, 1)
            self.assertIn("norm: recorded, but no longer counted", said)

    def test_names_a_counted_kernel_that_is_not_recorded(self):
        for compiler in ("gcc", "clang"):
            status, said = self.ran({"add": 100}, {"add": 100, "norm": 100}, compiler)

            self.assertEqual(status, 1)
            self.assertIn("norm: 100 instructions, not recorded", said)

    def test_compares_no_counts_of_another_compiler(self):
        status, said = self.ran({"add": 100}, {"add": 200}, "clang")

        self.assertEqual(status, 0)
        self.assertIn("counts are not compared", said)

    def test_fails_where_nothing_was_counted_and_then_records_nothing(self):
        for words in ([], ["--record"]):
            status, _ = self.ran({"add": 100}, {}, "gcc", *words)

            self.assertEqual(status, 1)
            self.assertEqual(self.kept["instructions"], {"add": 100})

    def test_records(self):
        self.ran({"add": 100}, {"norm": 7}, "gcc", "--record")

        self.assertEqual(self.kept, {"compiler": ["gcc"], "instructions": {"norm": 7}})


if __name__ == "__main__":
    unittest.main()
