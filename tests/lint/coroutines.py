#!/usr/bin/env python3
"""co_await stands alone. g++ 12 destroys some temporaries in an awaited expression twice, so
`co_await` is a statement of its own or the whole right-hand side of a declaration or assignment,
its arguments are named objects (no lambda, no braces), and it is in no condition."""

import re

from rules import Finding, Sample, run, without_comments_and_strings

AWAIT = re.compile(r"\bco_await\b")
# What may stand before co_await in its statement: nothing, or `type name =`, or `name =`.
ALONE = re.compile(r"\s*(?:[\w:<>,&*\s]+(?:\[[\w,\s]*\])?\s*=\s*)?", re.DOTALL)
KEYWORDS = re.compile(r"\b(return|co_return|co_yield|if|while|for|switch|throw|else|do|case)\b")
LAMBDA = re.compile(r"(?<![\w)\]\s])\s*\[|[(,=]\s*\[|^\s*\[")


def statement_start(code, position):
    """Where the statement starts that holds `position`: after ; { } at the same depth, or after an
    opening parenthesis that is not closed before it."""
    depth = 0
    for index in range(position - 1, -1, -1):
        char = code[index]
        if char in ")]":
            depth += 1
        elif char in "([":
            if depth == 0:
                return index + 1, char
            depth -= 1
        elif char in ";{}" and depth == 0:
            return index + 1, char
    return 0, ""


def expression_end(code, position):
    depth = 0
    for index in range(position, len(code)):
        if code[index] in "([{":
            depth += 1
        elif code[index] in ")]}":
            depth -= 1
            if depth < 0:
                return index
        elif code[index] == ";" and depth == 0:
            return index
    return len(code)


def complaint(code, position):
    start, opener = statement_start(code, position)
    before = code[start:position]
    if opener in ("(", "["):
        return "co_await inside another expression or a condition: give its value a name first"
    if KEYWORDS.search(before) or not ALONE.fullmatch(before):
        return "co_await does not stand alone: make it a statement or a declaration's right side"
    awaited = code[position + len("co_await") : expression_end(code, position)]
    if "{" in awaited:
        return "braces in an awaited expression: name the object before it"
    if LAMBDA.search(awaited):
        return "a lambda in an awaited expression: name it before"
    if AWAIT.search(awaited):
        return "two co_await in one statement"
    return None


def lint(tree):
    """co_await stands alone."""
    findings = []
    for path in tree.files(".h", ".cpp"):
        code = without_comments_and_strings(tree.text(path))
        allowed = path.startswith(("daemon/control/", "ctl/client", "tests/"))
        for match in AWAIT.finditer(code):
            line = code[: match.start()].count("\n") + 1
            if not allowed:
                findings.append(Finding(path, line, "coroutines belong to the control edge only"))
            message = complaint(code, match.start())
            if message:
                findings.append(Finding(path, line, message))
    return findings


def bad(body, expect):
    return Sample({"daemon/control/a.cpp": "awaitable<void> f() {\n" + body + "\n}\n"}, expect)


SAMPLES = [
    bad("if (co_await ready()) stop();", "inside another expression"),
    bad("use(co_await read(stream));", "inside another expression"),
    bad("co_return co_await read(stream);", "does not stand alone"),
    bad("auto n = 1 + co_await read(stream);", "does not stand alone"),
    bad("if (open) co_await read(stream);", "does not stand alone"),
    bad("co_await post(executor, [&] { go(); });", "in an awaited expression"),
    bad("co_await read(stream, Options{1, 2});", "braces"),
    Sample({"daemon/jobs/a.cpp": "void f() {\nco_await g();\n}\n"}, "control edge only"),
    Sample(
        {
            "daemon/control/a.cpp": "awaitable<void> f() {\n"
            "  // if (co_await x) is how it breaks\n"
            '  log("co_await {}");\n'
            "  co_await read(stream, buffers[1], use_awaitable);\n"
            "  const std::size_t n = co_await read(stream, buffer, use_awaitable);\n"
            "  auto [error, m] = co_await write(stream, buffer, as_tuple);\n"
            "  if (open) {\n    error = co_await wait(timer);\n  }\n}\n"
        }
    ),
]

if __name__ == "__main__":
    run(lint, SAMPLES)
