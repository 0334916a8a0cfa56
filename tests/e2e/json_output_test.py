#!/usr/bin/env python3
"""`entractl --json`: every command prints exactly one JSON document and nothing else."""

import json

import harness


class JsonOutput(harness.Case):
    @classmethod
    def setUpClass(cls):
        cls.w = harness.World(["aurora:users=60,seed=7"])
        cls.addClassCleanup(lambda: cls.w.close(False))
        cls.w.daemon.start()

    def test_every_command_prints_one_document(self):
        ctl = self.w.ctl
        first = ctl.json("backup")
        self.assertEqual(first["state"], "succeeded")
        lost = self.w.simulator.disaster(delete=2, purge=1)
        user = self.w.ctl.json("users", "list", "--limit", "1")["users"][0]["id"]
        group = ctl.json("groups", "list", "--limit", "1")["groups"][0]["id"]
        ctl.ok("backup", "--full")
        restored = ctl.restore("--all", "--at", "1", *harness.RESTORE_ALL)
        self.assertEqual(set(restored), {"job", "plan", "report"})
        job = str(restored["job"]["id"])
        missing = self.w.simulator.disaster(seed=2, delete=1)["deleted"][0]["id"]
        held = ctl.expect(7, "--json", "restore", missing, "--at", "1", "--with-object")
        self.assertTrue(json.loads(held.out or held.err))
        self.assertEqual(len(restored["report"]["idChanged"]), len(lost["purged"]))
        for command in (
            ["status"], ["version"], ["tenants", "list"], ["tenants", "check"],
            ["snapshots", "list"], ["snapshots", "show", "1"],
            ["users", "list"], ["users", "list", "--all"], ["users", "list", "--deleted"],
            ["users", "list", "--search", "a", "--sort", "name", "--desc", "--at", "1"],
            ["users", "show", user], ["users", "versions", user], ["users", "memberships", user],
            ["users", "roles", user], ["users", "methods", user],
            ["users", "versions", user, "--contents"], ["users", "diff", user, "--from", "1"],
            ["users", "diff", user, "--to", "live"], ["users", "history", user, "department"],
            ["users", "log", user], ["snapshots", "calendar"], ["snapshots", "check", "1"],
            ["snapshots", "diff", "1", "1"], ["groups", "list"], ["groups", "list", "--no-counts"],
            ["groups", "members", group], ["groups", "history", group], ["roles", "list"],
            ["roles", "history"], ["store", "stat"],
            ["snapshots", "pin", "1", "--note", "x"], ["snapshots", "unpin", "1"],
            ["snapshots", "prune", "--dry-run"], ["snapshots", "check"], ["store", "check"],
            ["store", "backup"],
            ["jobs", "list"], ["jobs", "list", "--open"], ["jobs", "show", job],
            ["jobs", "watch", "1"], ["jobs", "items", job], ["jobs", "report", job],
        ):
            with self.subTest(" ".join(command)):
                answer = ctl.ok("--json", *command)
                self.assertIsInstance(answer.json(), dict)
                self.assertEqual(answer.err, "")


if __name__ == "__main__":
    harness.main()
