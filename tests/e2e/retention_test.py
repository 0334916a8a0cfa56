#!/usr/bin/env python3
"""Snapshots are pinned, pruned by hand and by the configured retention; the store is checked and
copied, and a copy is served by a second daemon."""

import harness


class Retention(harness.Case):
    def begin(self, backups, *, retention=()):
        self.w = self.world("users=40,seed=7,groups=4")
        self.ctl = self.w.ctl
        self.w.daemon.write_config()
        with open(self.w.daemon.config, "a", encoding="utf-8") as config:
            config.write("\n".join(retention) + "\n")
        self.w.daemon.start(rewrite=False)
        self.user = sorted(self.w.simulator.dump()["users"])[0]
        for number in range(1, backups + 1):
            self.back_up(number)

    def back_up(self, number):
        self.w.simulator.control("POST", f"/tenants/aurora/users/{self.user}/patch",
                                 {"department": f"Number {number}"})
        self.w.simulator.settle()
        self.ctl.ok("backup")

    def there(self):
        return [s["number"] for s in self.ctl.json("snapshots", "list")["snapshots"]]

    def department(self, at):
        return self.ctl.json("users", "show", self.user, "--at", at)["object"]["department"]

    def digests(self):
        return {s["number"]: s["digest"] for s in self.ctl.json("snapshots", "list")["snapshots"]}

    def test_what_no_rule_keeps_goes_and_the_rest_is_as_it_was(self):
        self.begin(5)
        before = self.digests()
        self.assertEqual(self.ctl.json("snapshots", "prune", "--dry-run")["plan"]["removed"], 0)
        self.ctl.ok("snapshots", "pin", "2", "--note", "for the auditors")
        self.assertIn("snapshot 2 is pinned", self.ctl.ok("snapshots", "list").out)
        plan = self.ctl.ok("snapshots", "prune", "--last", "2", "--dry-run").out
        self.assertIn("2 snapshots of 5 would go", plan)
        self.assertIn("for the auditors", plan)
        self.ctl.expect(7, "snapshots", "prune", "--last", "2")
        self.assertEqual(self.there(), [1, 2, 3, 4, 5])
        done = self.ctl.json("snapshots", "prune", "--last", "2", "--yes")
        self.assertEqual((done["job"]["state"], done["result"]["removed"]), ("succeeded", [1, 3]))
        self.assertEqual(self.there(), [2, 4, 5])
        for number in (2, 4, 5):
            self.ctl.ok("snapshots", "check", number)
            self.assertEqual(self.department(number), f"Number {number}")
            self.assertEqual(self.digests()[number], before[number])
        self.ctl.expect(4, "snapshots", "show", "3")
        self.ctl.ok("snapshots", "unpin", "2")
        self.ctl.expect(3, "snapshots", "prune", "2", "5", "--yes")  # the newest stays
        self.assertEqual(self.there(), [4, 5])
        checked = self.ctl.json("store", "check")
        self.assertEqual((checked["result"]["findings"], checked["result"]["snapshots"]), ([], 2))
        self.back_up(6)
        self.assertEqual(self.there(), [4, 5, 6])

    def test_a_backup_prunes_by_the_configured_retention(self):
        self.begin(1, retention=["[tenant.aurora.retention]", "last = 2"])
        self.ctl.ok("snapshots", "pin", "1")
        for number in (2, 3, 4):
            self.back_up(number)
        harness.wait_until(lambda: self.there() == [1, 3, 4], "the prune after the backup")
        jobs = self.ctl.json("jobs", "list")["jobs"]
        prunes = [job for job in jobs if job["kind"] == "prune"]
        self.assertEqual([job["request"]["snapshots"] for job in prunes], [[2]])
        self.assertEqual(prunes[0]["requestedBy"], "retention")
        harness.wait_until(
            lambda: self.ctl.job(prunes[0]["id"])["state"] == "succeeded", "the prune to end")
        self.ctl.ok("snapshots", "check")

    def test_a_second_daemon_serves_a_copy(self):
        self.begin(2)
        copy = self.ctl.json("store", "backup", "--name", "before")
        self.assertGreater(copy["bytes"], 0)
        self.ctl.expect(7, "store", "backup", "--name", "before")
        self.back_up(3)
        other = harness.Daemon(self.w.folder / "second", self.w.simulator, 60)
        other.folder.mkdir()
        other.state = copy["path"]
        self.addCleanup(other.make_sure_it_is_gone)
        other.start()
        ctl = harness.Client(other.folder, other.socket)
        self.assertEqual([s["number"] for s in ctl.json("snapshots", "list")["snapshots"]], [1, 2])
        ctl.ok("store", "check")
        self.assertEqual(self.there(), [1, 2, 3])


if __name__ == "__main__":
    harness.main()
