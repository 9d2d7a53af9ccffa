"""Copies a file of measurements without one task, as if nobody had measured it. Standard library only.

usage: without_task.py MEASUREMENTS TASK COPY
"""

import contextlib
import shutil
import sqlite3
import sys


def main():
    if len(sys.argv) != 4:
        raise SystemExit(__doc__.strip())
    measurements, task, copy = sys.argv[1:]
    shutil.copyfile(measurements, copy)
    with contextlib.closing(sqlite3.connect(copy)) as database, database:
        for table in ("strategies", "verifiers", "accuracies"):
            database.execute(f"DELETE FROM {table} WHERE task = ?", (task,))


main()
