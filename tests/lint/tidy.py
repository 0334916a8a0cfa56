#!/usr/bin/env python3
"""Runs clang-tidy over the product's sources and remembers which contents were clean.

`tidy.py BUILD_DIR` reads BUILD_DIR/compile_commands.json. A source is checked again only when it,
one of our headers below it, the checks, the compile command or clang-tidy itself has changed: the
key of a remembered result is the hash of them all. Results are kept in ~/.cache/entrad-tidy (or
$ENTRAD_TIDY_CACHE), an empty file for each clean key. `tidy.py --self-test` shows that a bad source
is found and that a result is remembered no longer than it is true.
"""

import concurrent.futures
import functools
import hashlib
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


class Checker:
    """Checks the sources of one checkout. Thread safety: check() may run on many threads."""

    def __init__(self, root, cache):
        self.root = pathlib.Path(root).resolve()
        self.cache = pathlib.Path(cache)
        self.program = shutil.which("clang-tidy-14") or shutil.which("clang-tidy")
        if not self.program:
            sys.exit("clang-tidy 14 is not installed: run config/install-packages.sh build test")
        version = subprocess.run([self.program, "--version"], capture_output=True, text=True)
        self.checks = version.stdout + (self.root / ".clang-tidy").read_text(encoding="utf-8")

    @functools.lru_cache(maxsize=None)
    def headers(self, path):
        """All headers of ours that `path` includes, directly or not."""
        found, waiting = set(), [path]
        while waiting:
            current = waiting.pop()
            text = current.read_text(encoding="utf-8")
            for name in INCLUDE.findall(text):
                for folder in (self.root / "daemon", self.root, self.root / "tests", current.parent):
                    header = (folder / name).resolve()
                    if header.is_file() and header not in found:
                        found.add(header)
                        waiting.append(header)
        return tuple(sorted(found))

    def key(self, entry):
        source = pathlib.Path(entry["file"])
        digest = hashlib.sha256(self.checks.encode())
        # The checkout's own place does not matter: a clone may use the results of another.
        digest.update(entry["command"].replace(str(self.root), "").encode())
        for path in (source, *self.headers(source)):
            digest.update(path.read_bytes())
        return digest.hexdigest()

    def check(self, entry):
        """The complaints about one source; empty when it is clean."""
        remembered = self.cache / self.key(entry)
        if remembered.exists():
            remembered.touch()
            return ""
        # -w: the compiler's own warnings are the compiler's business (gcc's flags differ).
        command = [self.program, "--quiet", entry["file"], "--", *arguments(entry), "-w"]
        result = subprocess.run(command, capture_output=True, text=True, cwd=entry["directory"])
        if result.returncode != 0:
            return result.stdout + result.stderr
        self.cache.mkdir(parents=True, exist_ok=True)
        remembered.touch()
        return ""


def arguments(entry):
    """What clang needs of gcc's command line: where headers are and what is defined."""
    words = iter(shlex.split(entry["command"]))
    kept = []
    for word in words:
        if word in ("-I", "-isystem"):
            kept += [word, next(words)]
        elif word.startswith(("-I", "-D", "-std")):
            kept.append(word)
    return kept


def product_sources(root, build):
    entries = json.loads((pathlib.Path(build) / "compile_commands.json").read_text())
    folders = tuple(str(pathlib.Path(root).resolve() / name) + "/" for name in ("daemon", "ctl"))
    return [entry for entry in entries if entry["file"].startswith(folders)]


def check_all(root, build, cache):
    checker = Checker(root, cache)
    entries = product_sources(root, build)
    if not entries:
        print(f"no product sources in {build}/compile_commands.json")
        return 1
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for output in pool.map(checker.check, entries):
            if output:
                failed += 1
                print(output)
    print(f"{len(entries)} sources, {failed} with complaints")
    return 1 if failed else 0


def self_test(root):
    with tempfile.TemporaryDirectory() as folder:
        tree = pathlib.Path(folder).resolve()
        (tree / "daemon").mkdir()
        shutil.copy(pathlib.Path(root) / ".clang-tidy", tree)
        source, header = tree / "daemon/a.cpp", tree / "daemon/a.h"
        entry = {"directory": str(tree), "file": str(source), "command": f"g++ -std=c++20 -c {source}"}
        (tree / "compile_commands.json").write_text(json.dumps([entry]))
        source.write_text('#include "a.h"\nint* p = nothing();\n')

        def outcome(header_text):
            header.write_text(header_text)
            return check_all(tree, tree, tree / "cache")

        bad = "inline int* nothing() { return 0; }\n"
        good = "inline int* nothing() { return nullptr; }\n"
        outcomes = [outcome(bad), outcome(good), outcome(good), outcome(bad)]
    print(f"outcomes {outcomes}, expected [1, 0, 0, 1]")
    return 0 if outcomes == [1, 0, 0, 1] else 1


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    if sys.argv[1:] == ["--self-test"]:
        return self_test(root)
    if len(sys.argv) != 2:
        print("usage: tidy.py BUILD_DIR | --self-test")
        return 2
    default = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache"))
    cache = os.environ.get("ENTRAD_TIDY_CACHE", default / "entrad-tidy")
    return check_all(root, sys.argv[1], cache)


if __name__ == "__main__":
    sys.exit(main())
