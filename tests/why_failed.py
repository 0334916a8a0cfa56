#!/usr/bin/env python3
"""Prints the end of what each failed test said, from ctest's own log (Testing/Temporary/LastTest.log).

tests/run.sh shows it before ctest's summary, where somebody who reads but the end of an hour's
output finds it. gtest's long report and Python's traceback both end with what was wrong.
"""

import pathlib
import re
import sys

LINES = 14
WIDTH = 240
PASSED = "Test Passed."
SECTION = re.compile(r"^\d+/\d+ Testing: (.*)$")
START, END = "Output:", "<end of output>"


def sections(log):
    """(name of a test, lines)"""
    name, lines = None, []
    for line in log.splitlines():
        match = SECTION.match(line)
        if match:
            if name:
                yield name, lines
            name, lines = match.group(1), []
        else:
            lines.append(line)
    if name:
        yield name, lines


def output_of(lines):
    start = lines.index(START) + 2 if START in lines else 0
    end = lines.index(END) if END in lines else len(lines)
    return [line for line in lines[start:end] if line.strip()]


def main(log):
    for name, lines in sections(pathlib.Path(log).read_text(errors="replace")):
        if PASSED in lines:
            continue
        print(f"--- {name}")
        for line in output_of(lines)[-LINES:]:
            print("    " + line[:WIDTH])


if __name__ == "__main__":
    main(sys.argv[1])
