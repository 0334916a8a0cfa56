#!/usr/bin/env python3
"""A restore of 2,000 users uses the write quota that Graph grants and is hardly ever throttled.

Graph lets an app make 3,000 directory writes in any 150 s, so N writes take at least
(ceil(N / 3000) - 1) * 150 s. The test compares that with the simulated time between the first and
the last write of the restore, from the simulator's own counters.
"""

import harness

# Not much faster than real time, so that what a small machine needs for the requests themselves
# stays small beside the quota's windows, as it is with Graph.
SCALE = 3
WINDOW_SECONDS, WINDOW_WRITES = 150.0, 3000


def least_seconds(writes):
    return (-(-writes // WINDOW_WRITES) - 1) * WINDOW_SECONDS


class Utilisation(harness.Case):
    def test_the_write_quota_is_used_and_seldom_exceeded(self):
        w = self.world("users=2600,seed=11,groups=1500", quotas=True, time_scale=SCALE)
        before = w.simulator.dump()
        w.daemon.start()
        # The methods' own quota (5 requests in 10 s) would take an hour and is not the question.
        roles = w.simulator.app("backup")["roles"]
        w.simulator.change_app("backup", roles=[r for r in roles if "AuthenticationMethod" not in r])
        w.ctl.run("backup", seconds=600)
        lost = w.simulator.disaster(purge=2000)
        self.assertEqual(len(lost["purged"]), 2000)
        w.simulator.reset_counters()

        w.ctl.restore("--all", "--with-object", "--with-memberships", "--with-roles", seconds=600)

        counters = w.simulator.counters()
        times = sorted(counters["writeTimesMs"])
        first_window = (times[min(WINDOW_WRITES, len(times)) - 1] - times[0]) / 1000.0
        taken = (times[-1] - times[0]) / 1000.0
        used = least_seconds(len(times)) / taken
        print(f"{len(times)} writes in {taken:.0f} simulated s, at least {least_seconds(len(times)):.0f} s:"
              f" {used:.1%} of the write quota; {counters['throttled']} answers 429;"
              f" the first {WINDOW_WRITES} took {first_window:.0f} s")
        self.assertEqual(sorted(before["users"]), sorted(w.simulator.dump()["users"]))
        self.assertGreater(len(times), WINDOW_WRITES, "too few writes to fill one window")
        self.assertGreater(used, 0.9)
        self.assertLessEqual(counters["throttled"], 5)


if __name__ == "__main__":
    harness.main()
