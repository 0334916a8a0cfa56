"""What every lint shares: the source tree, findings, and the self-test that each lint must pass.

A lint is a function from a Tree to Findings. run() gives it its command line: `LINT.py [--root DIR]`
prints findings and exits 1 when there are any; `LINT.py --self-test` writes each sample into an
empty tree and fails unless every bad sample is found, for the reason expected, and every good one
passes.
"""

import argparse
import pathlib
import re
import sys
import tempfile
from dataclasses import dataclass

SOURCE_FOLDERS = ("daemon", "ctl", "man", "completion", "tests", "config", "systemd", "cmake", ".ci")


@dataclass(frozen=True)
class Finding:
    path: str
    line: int
    message: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.message}"


class Tree:
    """The files of one checkout, by path relative to its root."""

    def __init__(self, root):
        self.root = pathlib.Path(root)

    def files(self, *suffixes, under=SOURCE_FOLDERS):
        """Paths with one of the suffixes (none: all) below the folders, sorted."""
        found = []
        for folder in under:
            for path in (self.root / folder).rglob("*"):
                if "__pycache__" in path.parts or not path.is_file():
                    continue
                if not suffixes or path.suffix in suffixes:
                    found.append(path.relative_to(self.root).as_posix())
        return sorted(found)

    def text(self, path):
        return (self.root / path).read_text(encoding="utf-8")

    def lines(self, path):
        return list(enumerate(self.text(path).splitlines(), start=1))


_BLANKED = re.compile(
    r"""//[^\n]*|/\*.*?\*/|R"(?P<mark>[^()\s\\]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""",
    re.DOTALL,
)


def without_comments_and_strings(text):
    """C++ with comments and literals replaced by blanks, so that offsets and lines stay. A quote
    that separates digits, as in 10'000, is no literal."""

    def blank(match):
        before = text[match.start() - 1] if match.start() else " "
        if match.group().startswith("'") and before.isalnum():
            return match.group()
        return re.sub(r"[^\n]", " ", match.group())

    return _BLANKED.sub(blank, text)


@dataclass(frozen=True)
class Sample:
    """Files of a small tree, and a part of the message that the lint must give (empty: none)."""

    files: dict
    expect: str = ""


def _self_test(lint, samples):
    failures = []
    for number, sample in enumerate(samples, start=1):
        with tempfile.TemporaryDirectory() as folder:
            for path, text in sample.files.items():
                target = pathlib.Path(folder, path)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text, encoding="utf-8")
            findings = lint(Tree(folder))
        if sample.expect and not any(sample.expect in f.message for f in findings):
            failures.append(f"sample {number}: expected '{sample.expect}', found {findings}")
        if not sample.expect and findings:
            failures.append(f"sample {number}: is good, but the lint says {findings}")
    bad = sum(1 for sample in samples if sample.expect)
    if not bad or bad == len(samples):
        failures.append("a lint needs bad samples and good ones")
    for failure in failures:
        print(failure)
    print(f"{len(samples)} samples, {len(failures)} failures")
    return 1 if failures else 0


def run(lint, samples):
    parser = argparse.ArgumentParser(description=lint.__doc__)
    parser.add_argument("--root", default=str(pathlib.Path(__file__).resolve().parents[2]))
    parser.add_argument("--self-test", action="store_true")
    arguments = parser.parse_args()
    if arguments.self_test:
        sys.exit(_self_test(lint, samples))
    findings = sorted(lint(Tree(arguments.root)), key=lambda f: (f.path, f.line))
    for finding in findings:
        print(finding)
    print(f"{len(findings)} findings")
    sys.exit(1 if findings else 0)
