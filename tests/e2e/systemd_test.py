#!/usr/bin/env python3
"""The daemon under systemd, as far as that goes without booting: systemd's own tools look at the
units, pass on a socket, and hear what the daemon tells of itself."""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import unittest

import harness

PREFIX = "usr/local"  # where an unpackaged build goes
MOST_EXPOSED = 1.5  # of 10, as systemd-analyze counts


def run(*command, **options):
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=300,
                          check=False, **options)


class Units(harness.Case):
    @classmethod
    def setUpClass(cls):
        cls.root = pathlib.Path(tempfile.mkdtemp(prefix="entrad-units-"))
        done = run("cmake", "--install", harness.BINARIES, env=dict(os.environ, DESTDIR=str(cls.root)))
        assert done.returncode == 0, done.stderr
        cls.units = cls.root / PREFIX / "lib/systemd/system"
        shutil.copytree("/usr/lib/systemd/system", cls.root / "usr/lib/systemd/system", symlinks=True)
        for program in ("usr/bin/systemd-cat", "usr/bin/echo"):
            target = cls.root / program
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy("/" + program, target)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.root)

    def test_what_is_installed(self):
        installed = sorted(str(path.relative_to(self.root / PREFIX)) for path in
                           (self.root / PREFIX).rglob("*") if path.is_file())
        self.assertEqual(installed, [
            "bin/entractl", "bin/entrad", "lib/systemd/system/entra-backup@.service",
            "lib/systemd/system/entra-backup@.timer", "lib/systemd/system/entrad-failed@.service",
            "lib/systemd/system/entrad.service", "lib/systemd/system/entrad.socket",
            "lib/sysusers.d/entrad.conf", "lib/tmpfiles.d/entrad.conf",
            "share/bash-completion/completions/entractl", "share/doc/entrad/entrad.toml",
            "share/doc/entrad/quotas.json", "share/man/man1/entractl-restore.1",
            "share/man/man1/entractl.1", "share/man/man5/entrad.toml.5", "share/man/man8/entrad.8",
            "share/zsh/site-functions/_entractl"])

    def test_verify_has_nothing_to_say(self):
        names = ["entrad.service", "entrad.socket", "entra-backup@aurora.service",
                 "entra-backup@aurora.timer", "entrad-failed@entrad.service"]
        done = run("systemd-analyze", f"--root={self.root}", "--man=no", "verify", *names)
        ours = [line for line in (done.stdout + done.stderr).splitlines() if "entra" in line]
        self.assertEqual((done.returncode, ours), (0, []), done.stdout + done.stderr)

    def test_the_daemon_is_shut_in(self):
        done = run("systemd-analyze", "security", "--offline=true", "--no-pager",
                   f"--threshold={MOST_EXPOSED * 10:.0f}", self.units / "entrad.service")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_clients_keep_their_names(self):
        """In a user namespace of its own the daemon would take every client for nobody."""
        text = (self.units / "entrad.service").read_text(encoding="utf-8")
        self.assertNotIn("\nPrivateUsers=", text)

    @unittest.skipUnless(os.geteuid() == 0, "folders are given to a group, which root may do")
    def test_users_and_folders_are_what_systemd_takes(self):
        root = self.root / "machine"
        (root / "etc").mkdir(parents=True)
        done = run("systemd-sysusers", f"--root={root}", self.root / PREFIX / "lib/sysusers.d/entrad.conf")
        self.assertEqual(done.returncode, 0, done.stderr)
        groups = {line.split(":")[0] for line in (root / "etc/group").read_text().splitlines()}
        self.assertLessEqual({"entrad", "entrad-operator", "entrad-admin"}, groups)
        done = run("systemd-tmpfiles", "--create", f"--root={root}",
                   self.root / PREFIX / "lib/tmpfiles.d/entrad.conf")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue((root / "run/entrad").is_dir())
        self.assertEqual((root / "etc/entrad").stat().st_mode & 0o777, 0o750)


class Activation(harness.Case):
    def setUp(self):
        self.w = self.world()
        self.w.daemon.write_config()

    def activate(self, path):
        """Listens on `path` as entrad.socket does; the daemon comes with the first connection."""
        daemon = self.w.daemon
        return subprocess.Popen(
            ["systemd-socket-activate", "--listen", str(path), str(harness.BINARIES / "entrad"),
             "--config", str(daemon.config)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def test_a_socket_that_systemd_made_is_served_and_left(self):
        process = self.activate(self.w.daemon.socket)
        try:
            harness.wait_until(self.w.daemon.socket.exists, "the socket")
            before = self.w.daemon.socket.stat().st_ino
            self.assertEqual(self.w.ctl.json("status")["state"], "ready")
            self.assertEqual(self.w.daemon.socket.stat().st_ino, before)
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)
        self.assertEqual(process.returncode, 0)
        self.assertTrue(self.w.daemon.socket.exists(), "it is systemd's, which takes it away itself")

    def test_another_socket_is_refused_in_words(self):
        other = self.w.folder / "other.sock"
        process = self.activate(other)
        harness.wait_until(other.exists, "the socket")
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(other))
            _, err = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 7, err)
        self.assertIn(f"it is not {self.w.daemon.socket}", err)
        self.assertIn("ListenStream=", err)


class Notices(harness.Case):
    """What systemd hears: ready, a sign of life within each WatchdogSec, stopping."""

    def test_ready_alive_stopping(self):
        w = self.world()
        w.daemon.write_config()
        path = w.folder / "notify"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
            ear.bind(str(path))
            ear.settimeout(30)
            daemon = subprocess.Popen(
                [str(harness.BINARIES / "entrad"), "--config", str(w.daemon.config)],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                env=dict(os.environ, NOTIFY_SOCKET=str(path), WATCHDOG_USEC="300000"))
            try:
                self.assertIn("READY=1", ear.recv(4096).decode())
                for _ in range(5):
                    self.assertEqual(ear.recv(4096).decode(), "WATCHDOG=1")
            finally:
                daemon.send_signal(signal.SIGTERM)
            told = "WATCHDOG=1"
            while told == "WATCHDOG=1":
                told = ear.recv(4096).decode()
            self.assertIn("STOPPING=1", told)
            self.assertEqual(daemon.wait(timeout=30), 0)


if __name__ == "__main__":
    harness.main()
