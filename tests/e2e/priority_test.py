#!/usr/bin/env python3
"""A restore of one user goes out at once while a restore of thousands waits for Graph's quota.

The big restore uses up Graph's 3,000 writes in 150 s and waits. Then one user is restored: its
first write must be accepted within two seconds, in real time, which is the quota's here.
"""

import time

import harness

PROMISED_SECONDS = 2.0


def is_plain(user):
    """Nobody else's to change."""
    return not user["object"].get("onPremisesSyncEnabled") and not user.get("roles")


class Priority(harness.Case):
    def writes(self):
        return len(self.w.simulator.counters()["writeTimesMs"])

    def waits_for_quota(self, job):
        for bucket in self.w.ctl.json("queue", "status")["buckets"]:
            if bucket["bucket"] == "directory.write" and bucket["waiting"]["normal"]:
                return self.w.ctl.job(job)["state"] == "waiting"
        return False

    def test_one_user_does_not_wait_for_thousands(self):
        self.w = w = self.world("users=2600,seed=11,groups=1500", quotas=True, time_scale=1)
        w.daemon.start()
        # The methods' own quota (5 requests in 10 s) would take an hour and is not the question.
        roles = w.simulator.app("backup")["roles"]
        w.simulator.change_app("backup", roles=[r for r in roles if "AuthenticationMethod" not in r])
        w.ctl.run("backup", seconds=600)
        w.simulator.disaster(purge=2000)
        users = w.simulator.dump(ids=True)["users"]
        name, user = next((n, u) for n, u in sorted(users.items()) if is_plain(u))
        big = w.ctl.json("restore", "--all", "--with-object", "--with-memberships", "--yes",
                         "--no-wait")["id"]
        harness.wait_until(lambda: self.waits_for_quota(big), "the big restore to wait", 300)

        was = user["object"].get("city")
        w.simulator.control("POST", f"/tenants/aurora/users/{user['object']['id']}/patch",
                            {"city": "Elsewhere"})
        before = self.writes()
        began = time.monotonic()
        small = w.ctl.json("restore", name, "--with-object", "--yes", "--no-wait")["id"]
        harness.wait_until(lambda: self.writes() > before, "the first write", 60)
        took = time.monotonic() - began
        print(f"{before} writes of the big restore before it; first write after {took:.2f} s")
        w.ctl.restore_ended(small)
        self.assertEqual(w.simulator.dump()["users"][name]["object"].get("city"), was)
        self.assertEqual(w.ctl.job(big)["state"], "waiting")
        self.assertEqual(w.simulator.counters()["throttled"], 0)
        self.assertLessEqual(took, PROMISED_SECONDS)


if __name__ == "__main__":
    harness.main()
