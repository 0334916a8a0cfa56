#!/usr/bin/env python3
"""Runs clang-tidy over the product's sources and knows which were found clean.

`tidy.py BUILD_DIR` reads BUILD_DIR/compile_commands.json. A source takes clang-tidy ten seconds, and
two things save them:

- Results are remembered in ~/.cache/entrad-tidy (or $ENTRAD_TIDY_CACHE), an empty file for each clean
  key: the hash of the source, our headers below it, the checks, the compile command and clang-tidy.
- `tidy_clean.txt` beside this file says of each source with which contents it was clean, so that a
  new machine need not look again. There the key is narrower: the source with its own headers (that of
  its name, and those without a source that it is the first to include). What a change of another
  header brings about in a source is seen with ENTRAD_LONG=1, which does not read that file.

`tidy.py BUILD_DIR --record` checks, and writes that file. `tidy.py --self-test` shows that a bad source
is found and that a result counts no longer than it is true.
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

    def __init__(self, root, cache, entries, record):
        self.root = pathlib.Path(root).resolve()
        self.cache = pathlib.Path(cache)
        self.program = shutil.which("clang-tidy-14") or shutil.which("clang-tidy")
        if not self.program:
            sys.exit("clang-tidy 14 is not installed: run config/install-packages.sh build test")
        version = subprocess.run([self.program, "--version"], capture_output=True, text=True)
        self.version = version.stdout
        self.checks = (self.root / ".clang-tidy").read_text(encoding="utf-8")
        self.record = record
        self.own_headers = self.share_out_headers(entries)

    def share_out_headers(self, entries):
        """Source -> the headers that are checked with it: each header belongs to one source."""
        own, taken = {}, set()
        sources = sorted(pathlib.Path(entry["file"]) for entry in entries)
        for source in sources:
            twin = source.with_suffix(".h")
            own[source] = [twin] if twin.is_file() else []
            taken.update(own[source])
        for source in sources:
            others = [header for header in self.headers(source) if header not in taken]
            own[source] += others
            taken.update(others)
        return own

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
        digest = hashlib.sha256((self.version + self.checks).encode())
        # The checkout's own place does not matter: a clone may use the results of another.
        digest.update(entry["command"].replace(str(self.root), "").encode())
        for path in (source, *self.headers(source)):
            digest.update(path.read_bytes())
        return digest.hexdigest()

    def line(self, entry):
        """What the record says of the source when it is clean."""
        source = pathlib.Path(entry["file"])
        words = " ".join(arguments(entry)).replace(str(self.root), "")
        digest = hashlib.sha256((self.checks + words).encode())
        for path in (source, *self.own_headers[source]):
            digest.update(path.read_bytes())
        return f"{source.relative_to(self.root)} {digest.hexdigest()[:16]}"

    def check(self, entry):
        """The complaints about one source; empty when it is clean."""
        remembered = self.cache / self.key(entry)
        if remembered.exists():
            remembered.touch()
            return ""
        if self.line(entry) in self.record:
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


def check_all(root, build, cache, record=None, write=False):
    entries = product_sources(root, build)
    if not entries:
        print(f"no product sources in {build}/compile_commands.json")
        return 1
    known = set()
    if record and record.exists() and os.environ.get("ENTRAD_LONG", "0") != "1":
        known = set(record.read_text(encoding="utf-8").splitlines())
    checker = Checker(root, cache, entries, known)
    clean = []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for entry, output in zip(entries, pool.map(checker.check, entries)):
            if output:
                print(output)
            else:
                clean.append(checker.line(entry))
    if write:
        record.write_text("".join(line + "\n" for line in sorted(clean)), encoding="utf-8")
    print(f"{len(entries)} sources, {len(entries) - len(clean)} with complaints")
    return 0 if len(clean) == len(entries) else 1


def self_test(root):
    with tempfile.TemporaryDirectory() as folder:
        tree = pathlib.Path(folder).resolve()
        (tree / "daemon").mkdir()
        shutil.copy(pathlib.Path(root) / ".clang-tidy", tree)
        source, header, lone = (tree / "daemon" / name for name in ("a.cpp", "a.h", "lone.h"))
        entry = {"directory": str(tree), "file": str(source), "command": f"g++ -std=c++20 -c {source}"}
        (tree / "compile_commands.json").write_text(json.dumps([entry]))
        source.write_text('#include "a.h"\n#include "lone.h"\nint* p = nothing();\n')
        bad = "inline int* NAME() { return 0; }\n"
        good = "inline int* NAME() { return nullptr; }\n"

        def outcome(header_text, lone_text, cache="cache", **options):
            header.write_text(header_text.replace("NAME", "nothing"))
            lone.write_text(lone_text.replace("NAME", "none"))
            return check_all(tree, tree, tree / cache, **options)

        outcomes = [outcome(bad, good), outcome(good, good), outcome(good, good), outcome(bad, good),
                    outcome(good, bad)]
        recorded = {"record": tree / "clean.txt"}
        outcomes += [outcome(good, good, write=True, **recorded)]
        outcomes += [outcome(good, good, "new", **recorded), int((tree / "new").exists()),
                     outcome(bad, good, "new", **recorded), outcome(good, bad, "new", **recorded)]
    expected = [1, 0, 0, 1, 1, 0, 0, 0, 1, 1]
    print(f"outcomes {outcomes}, expected {expected}")
    return 0 if outcomes == expected else 1


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    if sys.argv[1:] == ["--self-test"]:
        return self_test(root)
    write = sys.argv[2:] == ["--record"]
    if len(sys.argv) != 2 and not write:
        print("usage: tidy.py BUILD_DIR [--record] | --self-test")
        return 2
    default = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache"))
    cache = os.environ.get("ENTRAD_TIDY_CACHE", default / "entrad-tidy")
    record = pathlib.Path(__file__).resolve().with_name("tidy_clean.txt")
    return check_all(root, sys.argv[1], cache, record, write)


if __name__ == "__main__":
    sys.exit(main())
