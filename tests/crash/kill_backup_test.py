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
        w.ctl.ok("backup")

        snapshots = w.ctl.json("snapshots", "list")["snapshots"]
        self.assertEqual([s["number"] for s in snapshots], [1, 2], "half a snapshot is visible")
        self.assertEqual(snapshots[0]["counts"]["user"], 400)
        self.assertEqual(snapshots[1]["counts"], snapshots[0]["counts"])
        self.assertEqual(snapshots[1]["digest"], snapshots[0]["digest"],
                         "nothing had changed in the tenant")

    def test_what_was_read_before_the_kill_is_not_read_again(self):
        users, scale = (100_000, 2_000) if harness.LONG else (1_500, 100)
        w = self.world(f"users={users},seed=3,lag=0", quotas=True, time_scale=scale)
        w.daemon.start()
        job = w.ctl.json("backup", "--no-wait")["id"]

        def reads_methods():
            progress = w.ctl.job(job)["progress"]
            return progress["phase"] == "authentication methods" and \
                progress["done"] > users // 4 and progress

        progress = harness.wait_until(reads_methods, "the last of the steps", 3600)
        w.daemon.kill()
        before = w.simulator.counters()["byRoute"]
        w.simulator.reset_counters()
        w.daemon.start()
        self.assertEqual(w.ctl.job_ended(job, 3600)["state"], "succeeded")

        after = w.simulator.counters()["byRoute"]
        again = [route for route in ("GET /users/delta", "GET /groups/{id}/members",
                                     "GET /roleManagement/directory/roleAssignments")
                 if after.get(route)]
        self.assertEqual(again, [], "steps that were over are run again")
        methods = "GET /users/{id}/authentication/methods"
        self.assertLess(before[methods] + after[methods], users * 1.25 + 3_000,
                        f"killed at {progress['done']} of {users}")
        w.ctl.ok("backup")
        one, two = w.ctl.json("snapshots", "list")["snapshots"]
        self.assertEqual((one["kind"], two["kind"]), ("full", "delta"))
        self.assertEqual(one["digest"], two["digest"])
        self.assertEqual(one["counts"]["user"], users)


if __name__ == "__main__":
    harness.main()
