#!/usr/bin/env python3
"""Every public header says what it is: `#pragma once` after a comment of two lines or more that
tells what it is and its thread safety."""

from rules import Finding, Sample, run


def leading_comment(text):
    lines = []
    for line in text.splitlines():
        if not line.startswith("//"):
            break
        lines.append(line.lstrip("/ "))
    return lines


def lint(tree):
    """Headers introduce themselves."""
    findings = []
    for path in tree.files(".h", under=("daemon", "ctl")):
        text = tree.text(path)
        comment = leading_comment(text)
        if "#pragma once" not in text.splitlines():
            findings.append(Finding(path, 1, "no #pragma once"))
        if len(comment) < 2 or comment[0].lower().startswith("thread safety"):
            findings.append(Finding(path, 1, "no comment at the top that tells what this is"))
        elif "thread safety:" not in " ".join(comment).lower():
            findings.append(Finding(path, 1, "the comment at the top does not tell thread safety"))
        if "using namespace" in text:
            findings.append(Finding(path, 1, "using namespace in a header"))
    return findings


GOOD = "// Clock: time.\n//\n// Thread safety: any thread.\n#pragma once\n"
SAMPLES = [
    Sample({"daemon/base/a.h": GOOD.replace("#pragma once\n", "")}, "no #pragma once"),
    Sample({"daemon/base/a.h": "#pragma once\n"}, "tells what this is"),
    Sample({"daemon/base/a.h": "// Thread safety: any.\n// Really.\n"}, "tells what this is"),
    Sample({"ctl/a.h": "// One.\n// Two.\n// Three.\n#pragma once\n"}, "thread safety"),
    Sample({"ctl/a.h": GOOD + "using namespace std;\n"}, "using namespace"),
    Sample({"daemon/base/a.h": GOOD}),
]

if __name__ == "__main__":
    run(lint, SAMPLES)
