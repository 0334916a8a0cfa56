#!/usr/bin/env python3
"""A full disk: writes stop, the socket keeps answering and says why, and nothing kept is lost.

Needs a small file system of its own, and so root; as another user it is skipped (exit 77)."""

import os
import subprocess
import sys

import harness

SIZE = 24 << 20


def mount(folder):
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0700", "tmpfs", str(folder)]
    return subprocess.run(command, capture_output=True).returncode == 0


class FullDisk(harness.Case):
    USERS = 6000

    def setUp(self):
        self.w = self.world(f"users={self.USERS},seed=7")
        self.state = self.w.daemon.state
        self.state.mkdir(mode=0o700)
        if not mount(self.state):
            print("skipped: mounting a tmpfs is not allowed here")
            sys.stdout.flush()
            os._exit(77)
        self.addCleanup(subprocess.run, ["umount", "-l", str(self.state)], check=False)
        self.addCleanup(self.w.daemon.make_sure_it_is_gone)

    def fill(self):
        filler = self.state / "filler"
        file = os.open(filler, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            while True:
                os.write(file, bytes(4096))
        except OSError:
            return filler
        finally:
            os.close(file)

    def test_a_full_disk_stops_writes_but_not_answers(self):
        self.w.daemon.start()
        filler = self.fill()

        answer = self.w.ctl.run("backup")

        self.assertEqual(answer.code, 1, str(answer))
        self.assertRegex(answer.out + answer.err, "(?i)room|space|full")
        status = self.w.ctl.json("status")
        self.assertTrue(status["store"]["trouble"], str(status))
        self.assertEqual(self.w.ctl.json("snapshots", "list")["snapshots"], [])

        filler.unlink()
        self.w.ctl.ok("backup")
        self.w.daemon.end()
        self.w.daemon.start()
        self.assertEqual(self.w.ctl.json("snapshots", "list")["snapshots"][0]["counts"]["user"], self.USERS)
        self.assertEqual(self.w.ctl.json("users", "list", "--at", "1")["total"], self.USERS)

    def meet_a_full_disk(self):
        """A backup that waits for room, and what takes it."""
        self.w.daemon.start()
        job = self.w.ctl.json("backup", "--no-wait")["id"]
        harness.wait_until(lambda: self.w.ctl.json("jobs", "show", str(job))["progress"]["done"] > 0,
                           "a user that was read")
        filler = self.fill()
        harness.wait_until(lambda: self.w.ctl.json("status")["store"]["trouble"], "a full disk")
        harness.wait_until(lambda: "room" in self.w.ctl.ok("jobs", "show", str(job)).out,
                           "a job that says what it waits for")
        self.assertEqual(self.w.ctl.json("snapshots", "list")["snapshots"], [])
        return str(job), filler

    def ends(self, job, state):
        harness.wait_until(lambda: self.w.ctl.json("jobs", "show", job)["state"] == state,
                           f"a backup that is {state}", 120)

    def test_a_backup_that_meets_a_full_disk_goes_on_when_there_is_room(self):
        job, filler = self.meet_a_full_disk()

        filler.unlink()
        self.ends(job, "succeeded")
        self.assertEqual(self.w.ctl.json("snapshots", "list")["snapshots"][0]["counts"]["user"],
                         self.USERS)
        self.w.ctl.ok("snapshots", "check", "1")

    def test_a_backup_that_waits_for_room_is_cancelled_or_stays(self):
        job, filler = self.meet_a_full_disk()

        answer = self.w.ctl.run("jobs", "cancel", job)

        if answer.code == 0:
            self.ends(job, "cancelled")
        else:  # there was no room to write that down either
            self.assertRegex(answer.err, "(?i)room")
            filler.unlink()
            self.ends(job, "succeeded")

    def test_a_daemon_that_starts_on_a_full_disk_says_so_or_answers(self):
        self.w.daemon.start()
        self.w.ctl.ok("backup")
        self.w.daemon.end()
        self.fill()
        self.w.daemon.launch("--config", self.w.daemon.config)
        harness.wait_until(lambda: self.w.daemon.answers() or not self.w.daemon.running(),
                           "an answer or an end")
        if self.w.daemon.running():
            self.assertEqual(self.w.ctl.json("users", "list", "--at", "1")["total"], self.USERS)
        else:
            self.assertRegex(self.w.daemon.output(), "(?i)room|space|full")


if __name__ == "__main__":
    harness.main()
