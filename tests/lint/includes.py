#!/usr/bin/env python3
"""The include rule: includes go down only, and some libraries stay in one room (see rooms.txt)."""

import pathlib
import re

from rules import Finding, Sample, run

TABLE = pathlib.Path(__file__).with_name("rooms.txt")
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')
MAY_USE = re.compile(r"entrad_room\(\s*(\w+)[^)]*?MAY_USE\s+([\w\s]*?)(?:USES|USES_PRIVATELY|\))")


def read_table():
    rooms, libraries = {}, {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        name, _, rest = line.partition(":")
        if name.startswith("library "):
            libraries[name.removeprefix("library ")] = rest.split()
        else:
            rooms[name] = set(rest.split())
    return rooms, libraries


def room_of(path):
    parts = path.split("/")
    if parts[0] == "ctl":
        return "ctl"
    return parts[1] if parts[0] == "daemon" and len(parts) > 2 else None


def room_included(path, header, rooms):
    """The room that an include in quotes leads to, or None for the includer's own."""
    first = header.split("/")[0]
    if first == "daemon":
        first = header.split("/")[1]
    if first in rooms and "/" in header:
        return first
    if header.startswith(".."):
        return "(a relative path)"
    return None


def check_source(tree, path, rooms, libraries):
    room = room_of(path)
    for number, line in tree.lines(path):
        match = INCLUDE.match(line)
        if not match:
            continue
        header = match.group(2)
        for library, places in libraries.items():
            if header.startswith(library) and not any(path.startswith(p) for p in places):
                yield Finding(path, number, f"only {', '.join(places)} may include {header}")
        if room is None or match.group(1) == "<":
            continue
        other = room_included(path, header, rooms)
        if other and other != room and other not in rooms.get(room, set()):
            allowed = " ".join(sorted(rooms.get(room, ()))) or "no other room"
            yield Finding(path, number, f"{room} may not include {header}: it may use {allowed}")


def check_simulator(tree):
    """graphsim is an independent witness: it shares no code with the daemon."""
    for path in tree.files(".h", ".cpp", under=("tests/graphsim",)):
        for number, line in tree.lines(path):
            match = INCLUDE.match(line)
            if match and match.group(1) == '"' and "/" in match.group(2):
                if not match.group(2).startswith(("graphsim/", "tests/graphsim/")):
                    yield Finding(path, number, "graphsim may not include the daemon's code")


def check_build_files(tree, rooms):
    for path in tree.files(".txt", under=("daemon",)):
        for match in MAY_USE.finditer(tree.text(path)):
            extra = set(match.group(2).split()) - rooms.get(match.group(1), set())
            if extra:
                line = tree.text(path)[: match.start()].count("\n") + 1
                names = " ".join(sorted(extra))
                yield Finding(path, line, f"{match.group(1)} may not be linked to {names}")


def lint(tree):
    """Includes go down only."""
    rooms, libraries = read_table()
    findings = []
    for path in tree.files(".h", ".cpp"):
        if room_of(path) is not None and room_of(path) not in rooms:
            findings.append(Finding(path, 1, f"no room {room_of(path)} in tests/lint/rooms.txt"))
        findings += check_source(tree, path, rooms, libraries)
    return findings + list(check_simulator(tree)) + list(check_build_files(tree, rooms))


SAMPLES = [
    Sample({"daemon/store/a.h": '#include "graph/session.h"\n'}, "store may not include"),
    Sample({"daemon/graph/a.h": '#include "store/store.h"\n'}, "graph may not include"),
    Sample({"daemon/backup/a.h": '#include "restore/restore.h"\n'}, "backup may not include"),
    Sample({"daemon/base/a.h": '#include "api/jobs.h"\n'}, "base may not include"),
    Sample({"daemon/jobs/a.h": '#include "../control/server.h"\n'}, "jobs may not include"),
    Sample({"ctl/a.cpp": '#include "daemon/store/store.h"\n'}, "ctl may not include"),
    Sample({"daemon/jobs/a.cpp": "#include <lmdb.h>\n"}, "only daemon/store"),
    Sample({"daemon/backup/a.cpp": "#include <Poco/Net/HTTPClientSession.h>\n"}, "only daemon/graph"),
    Sample({"ctl/users.cpp": "#include <boost/beast/http.hpp>\n"}, "only daemon/control"),
    Sample({"daemon/attic/a.h": "\n"}, "no room attic"),
    Sample({"tests/graphsim/a.cpp": '#include "base/clock.h"\n'}, "may not include the daemon"),
    Sample(
        {"daemon/store/CMakeLists.txt": "entrad_room(store MAY_USE graph base USES x)"},
        "store may not be linked to graph",
    ),
    Sample(
        {
            "daemon/store/a.cpp": '#include <lmdb.h>\n#include "store/a.h"\n#include "base/ids.h"\n',
            "daemon/graph/a.cpp": "#include <Poco/Net/HTTPClientSession.h>\n",
            "ctl/client.cpp": "#include <boost/beast/http.hpp>\n",
            "daemon/store/CMakeLists.txt": "entrad_room(store MAY_USE directory base USES x)",
        }
    ),
]

if __name__ == "__main__":
    run(lint, SAMPLES)
