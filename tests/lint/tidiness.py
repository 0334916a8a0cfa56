#!/usr/bin/env python3
"""Files stay small and say what they are: length, names, nothing left open."""

import re

from rules import Finding, Sample, run

LONGEST = 450
# Names that tell nobody what is inside. (A file may be about the managers of users.)
EMPTY_NAMES = re.compile(r"(^|[_.-])(utils?|helpers?|common|misc)([_.-]|$)|[_.-]managers?$")
LEFT_OPEN = re.compile("|".join((r"\bTO" r"DO\b", r"\bFIX" r"ME\b", r"\bHA" r"CK\b", "DISA" "BLED_")))
SNAKE_CASE = re.compile(r"[a-z0-9_]+\.(h|cpp)")
TEXT = (".h", ".cpp", ".py", ".sh", ".bash", ".1", ".5", ".8", ".md", ".toml", ".yaml", ".json", ".txt", ".cmake", "")
CODE = (".h", ".cpp", ".py", ".sh", ".bash", ".1", ".5", ".8")


def check_name(path):
    for part in path.split("/"):
        stem = part.rsplit(".", 1)[0] if "." in part[1:] else part
        if EMPTY_NAMES.search(stem.lower()):
            yield Finding(path, 1, f"the name {part} says nothing: name what is in it")
    if path.endswith((".h", ".cpp")) and not SNAKE_CASE.fullmatch(path.split("/")[-1]):
        yield Finding(path, 1, "file names are snake_case")


def check_text(tree, path):
    code = path.endswith(CODE)
    lines = tree.lines(path)
    if code and len(lines) > LONGEST:
        yield Finding(path, LONGEST, f"{len(lines)} lines; a file has at most {LONGEST}")
    for number, line in lines:
        if LEFT_OPEN.search(line):
            yield Finding(path, number, "something is left open here: do it, or open an issue")


def lint(tree):
    """Files stay small and say what they are."""
    findings = []
    for path in tree.files():
        findings += check_name(path)
        if path.endswith(TEXT) or "." not in path.split("/")[-1]:
            try:
                findings += check_text(tree, path)
            except UnicodeDecodeError:
                continue
    return findings


OPEN = "// TO" + "DO: more\n"
SAMPLES = [
    Sample({"daemon/base/string_utils.h": "\n"}, "says nothing"),
    Sample({"daemon/jobs/job_manager.cpp": "\n"}, "says nothing"),
    Sample({"tests/common/a.py": "\n"}, "says nothing"),
    Sample({"daemon/jobs/jobQueue.cpp": "\n"}, "snake_case"),
    Sample({"daemon/jobs/queue.cpp": "\n" * (LONGEST + 1)}, "lines; a file has at most"),
    Sample({"daemon/jobs/queue.cpp": OPEN}, "left open"),
    Sample({"daemon/jobs/queue.cpp": "\n" * LONGEST, "daemon/graph/managers.h": "\n"}),
]

if __name__ == "__main__":
    run(lint, SAMPLES)
