"""Arguments of the scripts beside this file: what is wrong with them is said in one line, before minutes of measuring."""

import argparse
import json
import os
import pathlib
import shutil


class Parser(argparse.ArgumentParser):
    """Its errors are one line; --help shows the usage."""

    def error(self, message):
        self.exit(2, f"{self.prog}: {message}\n")


def numbers(text):
    """A list of numbers above 0; '' is an empty one."""
    try:
        found = [int(word) for word in text.split(",") if word]
    except ValueError:
        found = [0]
    if any(number < 1 for number in found):
        raise argparse.ArgumentTypeError(f"'{text}' is no list of numbers above 0, such as 4,8,16")
    return found


def positive(text):
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no number above 0")
    return int(text)


def positive_or_none(text):
    """A number of which 0 means none."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"'{text}' is no number, 0 or above")
    return int(text)


def seconds(text):
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0 < found < float("inf"):
        raise argparse.ArgumentTypeError(f"'{text}' is no number of seconds above 0")
    return found


def _folder_to_write_in(folder, text):
    if not folder.is_dir():
        raise argparse.ArgumentTypeError(f"'{text}' cannot be written: there is no folder '{folder}'; make it first")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise argparse.ArgumentTypeError(f"'{text}' cannot be written: the folder '{folder}' takes no files")


def file_to_write(text):
    path = pathlib.Path(text)
    if path.is_dir():
        raise argparse.ArgumentTypeError(f"'{text}' is a folder; give the name of a file to write")
    if path.exists() and not os.access(path, os.W_OK):
        raise argparse.ArgumentTypeError(f"'{text}' cannot be written: it is there already, and read-only")
    if not path.exists():
        _folder_to_write_in(path.parent, text)
    return path


def folder_to_write(text):
    """A folder, or the name of one to be made in a folder that exists."""
    path = pathlib.Path(text)
    if path.exists() and not path.is_dir():
        raise argparse.ArgumentTypeError(f"'{text}' is no folder")
    _folder_to_write_in(path if path.exists() else path.parent, text)
    return path


def file_to_read(text):
    path = pathlib.Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"'{text}' is a folder" if path.is_dir() else f"'{text}': there is no such file")
    if not os.access(path, os.R_OK):
        raise argparse.ArgumentTypeError(f"'{text}' cannot be read")
    return path


def program(text):
    """A program that can be run; its name alone is looked for in PATH."""
    if not shutil.which(text):
        raise argparse.ArgumentTypeError(f"'{text}' is no program that can be run")
    return text


def json_of(path, made_by):
    """The document in a file. Raises ValueError that says what the file should be."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise ValueError(f"{path}: {fault.strerror}; give {made_by}") from fault
    except ValueError as fault:  # no JSON, or no text
        raise ValueError(f"{path}: is no JSON document ({fault}); give {made_by}") from fault
