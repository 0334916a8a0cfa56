#!/usr/bin/env python3
"""kill -9 of the daemon in the middle of a backup: it goes on by itself and ends right."""

import random
import time

import harness

KILLS = 12


class KillBackup(harness.Case):
    def test_a_backup_survives_being_killed_at_random_moments(self):
        w = self.world("users=400,seed=3", quotas=True, time_scale=100)
        w.daemon.start()
        w.ctl.ok("backup")
        digest = w.ctl.json("snapshots", "show", "1")["digest"]
        chance = random.Random(3)
        job = w.ctl.json("backup", "--no-wait")["id"]
        hits = 0
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.0, 0.8))
            hits += w.ctl.job(job)["state"] in ("queued", "running", "waiting")
            w.daemon.kill()
            w.daemon.start()
        self.assertGreaterEqual(hits, KILLS // 2, "the backup was over before most of the kills")

        self.assertEqual(w.ctl.job_ended(job)["state"], "succeeded")

        snapshots = w.ctl.json("snapshots", "list")["snapshots"]
        self.assertEqual([s["number"] for s in snapshots], [1, 2], "half a snapshot is visible")
        self.assertEqual(snapshots[1]["counts"], snapshots[0]["counts"])
        self.assertEqual(snapshots[1]["changed"], 0, "nothing had changed in the tenant")
        self.assertTrue(digest)


if __name__ == "__main__":
    harness.main()
