#!/usr/bin/env python3
"""Every C++ file is as clang-format 14 (Debian 12's) writes it, so that a diff shows only meaning."""

import re
import shutil
import subprocess
import sys

from rules import Finding, Sample, run

STYLE = "{BasedOnStyle: Google, ColumnLimit: 100, DerivePointerAlignment: false}"
WARNING = re.compile(r"^(.*?):(\d+):\d+: (?:error|warning): ")


def program():
    for name in ("clang-format-14", "clang-format"):
        if shutil.which(name):
            return name
    sys.exit("clang-format 14 is not installed: run config/install-packages.sh build test")


def lint(tree):
    """C++ files are formatted."""
    paths = tree.files(".h", ".cpp")
    if not paths:
        return []
    style = "file" if (tree.root / ".clang-format").exists() else STYLE
    command = [program(), "--dry-run", f"--style={style}", "--ferror-limit=1", "-Werror"]
    result = subprocess.run(command + paths, cwd=tree.root, capture_output=True, text=True)
    matches = [WARNING.match(line) for line in result.stderr.splitlines()]
    lines = {m.group(1): int(m.group(2)) for m in matches if m}
    if result.returncode != 0 and not lines:
        sys.exit(f"clang-format failed: {result.stderr}")
    return [Finding(path, line, "not as clang-format writes it") for path, line in lines.items()]


SAMPLES = [
    Sample({"daemon/base/a.cpp": "int  f( ){return 1;}\n"}, "not as clang-format"),
    Sample({"daemon/base/a.cpp": "int f() { return 1; }\n"}),
]

if __name__ == "__main__":
    run(lint, SAMPLES)
