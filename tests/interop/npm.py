#!/usr/bin/env python3
"""Packages from npm's registry for the tests against programs of others: the only downloads of all
tests. They go into the build directory and are kept there.

As a program: npm.py FOLDER PACKAGE VERSION. Exits 77 where node or npm are missing or the registry
is out of reach.
"""

import json
import pathlib
import shutil
import subprocess
import sys

OLDEST_NODE = 18
OUT_OF_REACH = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH",
                "EHOSTUNREACH", "ERR_SOCKET_TIMEOUT", "network")


def skip(why):
    print(f"skipped: {why}", file=sys.stderr)
    sys.exit(77)


def need_node():
    if not shutil.which("node") or not shutil.which("npm"):
        skip("node and npm are not installed (Debian: apt-get install nodejs npm)")
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
    if int(version.stdout.strip().lstrip("v").split(".")[0]) < OLDEST_NODE:
        skip(f"node {version.stdout.strip()} is older than {OLDEST_NODE}")


def install(folder, package, version):
    """The package in folder/node_modules, once a build directory."""
    stamp = folder / f"installed-{version}"
    if stamp.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text(
        json.dumps({"private": True, "dependencies": {package: version}}))
    done = subprocess.run(
        ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=1"],
        cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        if any(word in done.stderr for word in OUT_OF_REACH):
            skip("npm's registry is out of reach: " + done.stderr.strip().splitlines()[0])
        sys.exit("npm install failed:\n" + done.stderr)
    stamp.touch()


if __name__ == "__main__":
    need_node()
    install(pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3])
