#!/usr/bin/env python3
"""kill -9 of the daemon at 50 random moments of one restore of 500 users.

After each kill the daemon starts again, and the job goes on by itself. In the end the tenant is
exactly as the snapshot, every item has an outcome, and no user was created twice.
ENTRAD_KILLS and ENTRAD_SEED choose another number and other moments; ENTRAD_LONG=1 does it with
twenty seeds, 1,000 kills, while 5 % of all requests meet a fault.
"""

import os
import random
import time

import harness

KILLS = int(os.environ.get("ENTRAD_KILLS", "50"))
SEEDS = list(range(1, 21)) if harness.LONG else [1]
if "ENTRAD_SEED" in os.environ:
    SEEDS = [int(os.environ["ENTRAD_SEED"])]
FAULTS = 0.05 if harness.LONG else 0.0
# What a re-created user had that only another tool can set makes its item partial.
DONE = ("restored", "alreadyRight", "partial")


class KillRestore(harness.Case):
    def test_a_restore_survives_being_killed_at_random_moments(self):
        for seed in SEEDS:
            with self.subTest(seed=seed):
                self.campaign(seed)

    def campaign(self, seed):
        w = self.world(f"users=900,seed={seed},groups=60", time_scale=50, quotas=True)
        before = w.simulator.dump()
        w.daemon.start()
        w.ctl.ok("backup", seconds=600)
        lost = w.simulator.disaster(seed=seed, delete=200, purge=200, scramble=100)
        # With the 500 come those whose manager was purged: they too lost something.
        names = self.names_of_the_damaged(before, w.simulator.dump())
        self.assertGreaterEqual(len(names), 500)
        w.simulator.reset_counters()
        listed = w.folder / "users.txt"
        listed.write_text("\n".join(names) + "\n", encoding="utf-8")
        if FAULTS:
            w.simulator.begin_mix(seed, FAULTS)
        job = w.ctl.submit_restore("--from-file", listed)

        hits = self.kill_at_random_moments(w, job, random.Random(seed))

        self.assertEqual(hits, KILLS, f"the restore ended before the last kill: slow it down\n{w.ctl.job(job)}")
        w.simulator.no_faults()
        w.ctl.restore_ended(job, seconds=600)
        self.everything_is_right(w, job, before, lost, len(names))

    def names_of_the_damaged(self, before, after):
        return [upn for upn, user in before["users"].items() if user != after["users"].get(upn)]

    def kill_at_random_moments(self, w, job, chance):
        """Kills only while the job is open; returns how many kills hit it."""
        hits = 0
        while hits < KILLS:
            time.sleep(chance.uniform(0.0, 0.5))
            if w.ctl.job(job)["state"] in ("succeeded", "partial", "failed", "cancelled"):
                return hits
            w.daemon.kill()
            hits += 1
            w.daemon.start()
        return hits

    def everything_is_right(self, w, job, before, lost, users):
        items = w.ctl.json("jobs", "items", job, "--limit", "1000")
        self.assertEqual(items["total"], users, "an item was lost")
        wrong = [item for item in items["items"] if item["outcome"] not in DONE]
        self.assertEqual(wrong, [])
        counters = w.simulator.counters()
        print(f"{counters['usersCreated']} users created for {len(lost['purged'])} purged ones")
        self.assertEqual(counters["usersCreated"], len(lost["purged"]), "a user was created twice")
        self.assertEqual(counters["duplicateUserPrincipalNames"], 0)
        self.assert_same_tenant(before, w.simulator.dump())


if __name__ == "__main__":
    harness.main()
