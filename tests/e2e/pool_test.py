#!/usr/bin/env python3
"""Two app registrations for restores write almost twice as much as Graph lets one, unless the limit
that all apps of the tenant share comes first. Real programs, small quotas, faster clocks.
"""

import harness

SCALE = 20
WINDOW = 150.0
ONE_APP = 400  # writes in a window


def quotas(tenant_writes):
    """Write limits that a few hundred users reach; `tenant_writes` in 300 s for all apps."""
    table = harness.published_quotas()
    table["buckets"]["directory.write"]["limit"] = ONE_APP
    table["buckets"]["directory.write.tenant"]["limit"] = tenant_writes
    return table


def most_in(times, seconds):
    """The most writes in any window of so many seconds."""
    most = oldest = 0
    for newest, time in enumerate(times):
        while times[oldest] <= time - seconds * 1000:
            oldest += 1
        most = max(most, newest - oldest + 1)
    return most


class Pool(harness.Case):
    def restore_of_many(self, **limits):
        """Returns the simulated times of the writes and the use of quota buckets at the end."""
        w = self.world("users=750,seed=11,groups=60", quotas=quotas(**limits),
                       time_scale=SCALE)
        for purpose in ("backup", "restore"):
            w.simulator.add_app(f"{purpose}-2", purpose)
        w.daemon.start()
        # The methods' own quota (5 requests in 10 s) would take an hour and is not the question.
        for app in ("backup", "backup-2"):
            roles = w.simulator.app(app)["roles"]
            w.simulator.change_app(app, roles=[r for r in roles if "AuthenticationMethod" not in r])
        before = w.simulator.dump()
        w.ctl.run("backup", seconds=300)
        w.simulator.disaster(purge=600)
        w.simulator.reset_counters()
        w.ctl.restore("--all", "--with-object", "--with-memberships", "--with-roles", seconds=300)
        self.assertEqual(sorted(before["users"]), sorted(w.simulator.dump()["users"]))
        counters = w.simulator.counters()
        self.assertEqual(counters["duplicateUserPrincipalNames"], 0)
        self.assertLessEqual(counters["throttled"], 5)
        # The backup's apps ask for extension properties, which is a POST.
        restorers = {w.simulator.app(name)["clientId"] for name in ("restore", "restore-2")}
        buckets = w.ctl.json("queue", "status")["buckets"]
        return sorted(counters["writeTimesMs"]), [b for b in buckets if b["app"] in restorers]

    def test_two_apps_write_almost_twice_as_much_as_one(self):
        times, buckets = self.restore_of_many(tenant_writes=18000)
        taken = (times[-1] - times[0]) / 1000
        least = {apps: (-(-len(times) // (apps * ONE_APP)) - 1) * WINDOW for apps in (1, 2)}
        print(f"{len(times)} writes in {taken:.0f} s; one app needs {least[1]:.0f} s at least, two "
              f"{least[2]:.0f} s; at most {most_in(times, WINDOW)} in {WINDOW:.0f} s")
        self.assertGreater(len(times), 3 * ONE_APP, "too few writes to tell one app from two")
        self.assertLess(taken, least[1] / 1.6)
        self.assertGreater(most_in(times, WINDOW), 1.9 * ONE_APP)
        writers = {b["app"] for b in buckets if b["bucket"] == "directory.write"}
        self.assertEqual(len(writers), 2, "each app has a bucket of its own in queue status")

    def test_the_limit_of_the_tenant_holds_for_both_together(self):
        times, _ = self.restore_of_many(tenant_writes=900)
        print(f"{len(times)} writes, at most {most_in(times, 300)} in 300 s")
        self.assertGreater(len(times), 900)
        self.assertLessEqual(most_in(times, 300), 900)
        self.assertGreater(most_in(times, 300), 0.97 * 900)


if __name__ == "__main__":
    harness.main()
