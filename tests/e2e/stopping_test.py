#!/usr/bin/env python3
"""SIGTERM at any moment: the daemon ends cleanly and soon, and the next start carries on."""

import random
import signal
import time

import harness
from harness import RESTORE_ALL


class Stopping(harness.Case):
    def test_an_idle_daemon_ends_at_once_and_removes_its_socket(self):
        w = self.world()
        w.daemon.start()
        started = time.monotonic()
        self.assertEqual(w.daemon.end(signal.SIGTERM), 0)
        self.assertLess(time.monotonic() - started, 5)
        self.assertFalse(w.daemon.socket.exists())

    def test_interrupt_ends_it_too(self):
        w = self.world()
        w.daemon.start()
        self.assertEqual(w.daemon.end(signal.SIGINT), 0)

    def test_a_backup_that_was_stopped_goes_on_by_itself(self):
        w = self.world("users=400,seed=7", time_scale=200, quotas=True)
        w.daemon.start()
        job = w.ctl.json("backup", "--no-wait")["id"]
        time.sleep(0.5)
        self.assertEqual(w.daemon.end(signal.SIGTERM), 0)
        w.daemon.start()
        self.assertEqual(w.ctl.job_ended(job)["state"], "succeeded")
        self.assertEqual(w.ctl.json("snapshots", "show", "1")["counts"]["user"], 400)

    def test_a_restore_that_was_stopped_again_and_again_ends_right(self):
        w = self.world("users=300,seed=7")
        before = w.simulator.dump()
        w.daemon.start()
        w.ctl.ok("backup")
        w.simulator.disaster(delete=60, purge=30, scramble=20, removeMemberships=100)
        chance = random.Random(5)
        job = w.ctl.submit_restore("--all")
        for _ in range(8):
            time.sleep(chance.uniform(0.0, 0.4))
            self.assertEqual(w.daemon.end(signal.SIGTERM), 0, w.daemon.output())
            w.daemon.start()
        w.ctl.restore_ended(job)
        self.assert_same_tenant(before, w.simulator.dump())
        self.assertEqual(w.simulator.counters()["duplicateUserPrincipalNames"], 0)

    def test_a_client_that_waits_carries_on_with_the_next_daemon(self):
        w = self.world("users=100,seed=7", quotas=True)
        before = w.simulator.dump()
        w.daemon.start()
        w.ctl.ok("backup")
        w.simulator.disaster(delete=5)
        client = w.ctl.begin("restore", "--all", *RESTORE_ALL, "--yes")
        harness.wait_until(lambda: w.ctl.json("jobs", "list", "--open")["jobs"], "the restore")
        w.daemon.end(signal.SIGTERM)
        w.daemon.start()
        out, err = client.communicate(timeout=harness.PATIENCE)
        self.assertIn(client.returncode, (0, 3), out + err)
        self.assert_same_tenant(before, w.simulator.dump())

    def test_cancel_ends_a_restore_and_keeps_what_was_done(self):
        w = self.world("users=200,seed=7", quotas=True)
        w.daemon.start()
        w.ctl.ok("backup")
        w.simulator.disaster(delete=60, purge=40)
        job = w.ctl.submit_restore("--all")
        harness.wait_until(lambda: w.ctl.job(job)["progress"]["writes"] > 0, "the first write")
        w.ctl.ok("jobs", "cancel", job)
        self.assertEqual(w.ctl.job_ended(job)["state"], "cancelled")
        self.assertEqual(w.ctl.run("jobs", "watch", job).code, 1)
        w.ctl.restore("--all", "--with-object")
        self.assertEqual(w.simulator.dump()["deleted"], [])


if __name__ == "__main__":
    harness.main()
