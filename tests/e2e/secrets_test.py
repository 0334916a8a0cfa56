#!/usr/bin/env python3
"""Passwords and passes are nowhere in clear but on the screen of who has the key.

Users that were purged come back with sealed first passwords, and each with a temporary access pass.
The key's owner reads them; then the store, everything else that the daemon has written, its log, and
what any process had among its arguments or in its environment meanwhile are searched for each.
"""

import pathlib
import subprocess
import threading

import harness

PURGED = 5


def arguments_and_environments():
    seen = set()
    for process in pathlib.Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        for name in ("cmdline", "environ"):
            try:
                seen.add((process / name).read_bytes())
            except OSError:
                pass
    return seen


class Watcher:
    """Gathers what processes are called with, until it is left."""

    def __enter__(self):
        self.seen, self.over = set(), threading.Event()
        self.thread = threading.Thread(target=self.watch)
        self.thread.start()
        return self

    def watch(self):
        while not self.over.wait(0.02):
            self.seen |= arguments_and_environments()

    def __exit__(self, *unused):
        self.over.set()
        self.thread.join()


class Secrets(harness.Case):
    def setUp(self):
        self.w = self.world("users=40,seed=5")
        self.key, self.certificate = self.w.folder / "key.pem", self.w.folder / "certificate.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=help desk",
                        "-keyout", self.key, "-out", self.certificate], check=True, capture_output=True)
        self.w.daemon.start()
        self.w.ctl.ok("backup")

    def places(self):
        """Every file that the daemon has written, and its log."""
        for path in self.w.daemon.state.rglob("*"):
            if path.is_file():
                yield str(path), path.read_bytes()
        yield "the log", self.w.daemon.log.read_bytes()

    def test_a_search_finds_none(self):
        names = self.w.simulator.disaster(seed=3, purge=PURGED)["purged"]
        with Watcher() as watcher:
            job = self.w.ctl.restore("--deleted-since", "1", "--with-object", "--temporary-access-pass",
                                     "--seal-to", self.certificate)["job"]["id"]
            answer = self.w.ctl.json("jobs", "secrets", job, "--key", self.key)
            self.w.ctl.ok("jobs", "report", job)
            self.w.ctl.ok("jobs", "items", job)
        secrets = [one["secret"] for one in answer["secrets"]]
        kinds = [one["kind"] for one in answer["secrets"]]
        self.assertEqual(kinds.count("password"), len(names))
        self.assertEqual(kinds.count("temporaryAccessPass"), len(names))
        self.w.daemon.end()
        for secret in map(str.encode, secrets):
            self.assertGreaterEqual(len(secret), 8)
            for where, content in self.places():
                self.assertNotIn(secret, content, where)
            for content in watcher.seen:
                self.assertNotIn(secret, content)
        # The search does find what is there.
        self.assertTrue(any(b"temporary-access-pass" in content for content in watcher.seen))
        self.assertTrue(any(b"kind=restore" in content for _, content in self.places()))


if __name__ == "__main__":
    harness.main()
