#!/usr/bin/env python3
"""Delta backups with the real programs: what they cost, and that they are what full ones are."""

import harness

USERS = 100_000 if harness.LONG else 3_000
# At 100,000 users the issue asks for 2 %. What does not depend on how much has changed (units,
# roles, counts, the registration report) weighs more in a small tenant.
MOST = 0.02 if harness.LONG else 0.04
PATIENCE = 3600 if harness.LONG else harness.PATIENCE


class DeltaBackup(harness.Case):
    def backup(self, client):
        job = client.json("backup", "--no-wait")["id"]
        ended = client.job_ended(job, PATIENCE, every=0.1)
        self.assertIn(ended["state"], ("succeeded",), ended)
        return client.json("snapshots", "show", ended["snapshot"])

    def second_daemon(self, world):
        folder = world.folder / "second"
        folder.mkdir()
        daemon = harness.Daemon(folder, world.simulator, world.daemon.time_scale)
        self.addCleanup(daemon.make_sure_it_is_gone)
        daemon.start()
        return harness.Client(folder, daemon.socket)

    def counted(self, simulator):
        """Requests, a $batch counted with what is in it, and as one."""
        routes = simulator.counters()["byRoute"]
        simulator.reset_counters()
        inner = sum(n for route, n in routes.items() if "$batch" not in route)
        batches = sum(n for route, n in routes.items() if "$batch" in route)
        batched = sum(n for route, n in routes.items()
                      if "/authentication/methods" in route or route.endswith("/members"))
        return inner, inner - batched + batches

    def change_one_percent(self, simulator):
        """1 % of the users, in every way that a day brings."""
        part = USERS // 100
        simulator.disaster(scramble=part - part // 10 * 2, delete=part // 10, purge=part // 10,
                           removeMemberships=part, removeRoles=2)

    def test_it_costs_what_changed_and_is_what_a_full_one_is(self):
        world = self.world(f"users={USERS},seed=7,lag=0")
        world.daemon.start()
        world.simulator.reset_counters()
        first = self.backup(world.ctl)
        self.assertEqual(first["kind"], "full")
        full, full_http = self.counted(world.simulator)

        self.change_one_percent(world.simulator)
        world.simulator.reset_counters()
        second = self.backup(world.ctl)
        self.assertEqual(second["kind"], "delta")
        delta, delta_http = self.counted(world.simulator)

        print(f"{USERS} users: a full backup takes {full} requests ({full_http} with each batch as "
              f"one), a delta after 1 % takes {delta} ({delta_http}): {delta / full:.2%} "
              f"({delta_http / full_http:.2%})", flush=True)
        self.assertLessEqual(delta / full, MOST)

        beside = self.backup(self.second_daemon(world))
        self.assertEqual(beside["kind"], "full")
        self.assertEqual(second["digest"], beside["digest"])
        self.assertEqual(second["counts"], beside["counts"])
        self.assertNotEqual(first["digest"], second["digest"])

    def test_two_daemons_seal_the_same_digest(self):
        world = self.world("users=300,seed=5,lag=0")
        world.daemon.start()
        other = self.second_daemon(world)
        one = self.backup(world.ctl)
        two = self.backup(other)
        self.assertEqual(one["digest"], two["digest"])
        world.simulator.disaster(scramble=9, delete=3, purge=2, removeMemberships=20)
        self.assertEqual(self.backup(world.ctl)["digest"], self.backup(other)["digest"])


if __name__ == "__main__":
    harness.main()
