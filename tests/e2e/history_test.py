#!/usr/bin/env python3
"""A tenant changes between backups, and every question about the past is answered."""

import harness


class History(harness.Case):
    @classmethod
    def setUpClass(cls):
        cls.w = harness.World(["aurora:users=120,seed=7,groups=12"])
        cls.addClassCleanup(lambda: cls.w.close(False))
        cls.w.daemon.start()
        cls.ctl = cls.w.ctl
        cls.tell_the_story()

    @classmethod
    def tell_the_story(cls):
        """1: as it began. 2: one user renamed and moved, links lost. 3: two gone. 4: moved back."""
        simulator = cls.w.simulator
        cls.ctl.ok("backup")
        names = sorted(simulator.dump()["users"])
        cls.mover = next(n for n in names if cls.department(n))
        cls.paper = cls.department(cls.mover)
        cls.links_lost = simulator.disaster(seed=3, removeMemberships=15, removeRoles=2)
        cls.patch(department="Pulp", jobTitle=None)
        simulator.settle()
        cls.ctl.ok("backup", "--full")
        gone = [n for n in names if n != cls.mover][:2]
        cls.gone = gone[0]
        simulator.control("POST", "/tenants/aurora/users/delete", {"ids": gone})
        simulator.settle()
        cls.ctl.ok("backup")
        cls.patch(department=cls.paper)
        simulator.settle()
        cls.ctl.ok("backup")

    @classmethod
    def department(cls, name):
        return cls.w.simulator.dump()["users"][name]["object"].get("department")

    @classmethod
    def patch(cls, **attributes):
        cls.w.simulator.control("POST", f"/tenants/aurora/users/{cls.mover}/patch", attributes)

    def test_a_users_difference_names_values_and_links(self):
        found = self.ctl.json("users", "diff", self.mover, "--from", "1", "--to", "2")
        self.assertEqual(found["change"], "changed")
        values = {value["attribute"]: value for value in found["values"]}
        self.assertEqual((values["department"]["from"], values["department"]["to"]),
                         (self.paper, "Pulp"))
        text = self.ctl.ok("users", "diff", self.mover, "--from", "1", "--to", "2").out
        self.assertIn(f"- {self.paper}", text)
        self.assertIn("+ Pulp", text)

    def test_a_difference_gives_exit_code_8_only_when_asked(self):
        self.ctl.expect(8, "users", "diff", self.mover, "--from", "1", "--to", "2", "--exit-code")
        self.ctl.expect(0, "users", "diff", self.mover, "--from", "1", "--to", "2")
        self.ctl.expect(0, "users", "diff", self.mover, "--from", "2", "--to", "2", "--exit-code")

    def test_a_user_who_is_gone_is_told_as_gone(self):
        found = self.ctl.json("users", "diff", self.gone, "--from", "2", "--to", "3")
        self.assertEqual(found["change"], "removed")

    def test_lists_and_details_say_how_somebody_is_gone(self):
        rows = self.ctl.json("users", "list", "--deleted")["users"]
        gone = next(r for r in rows if r["userPrincipalName"] == self.gone)
        self.assertFalse(gone["deletion"]["hard"])
        self.assertIn("in recycle bin", self.ctl.ok("users", "list", "--deleted").out)
        lines = self.ctl.ok("users", "show", self.gone).out.splitlines()
        self.assertIn("deleted, in the recycle bin", lines[1])
        self.assertIn("last backed up", lines[2])

    def test_a_check_says_what_it_read(self):
        self.assertRegex(self.ctl.ok("snapshots", "check", "1").out,
                         r"snapshot 1 is as it was sealed: \d+ sections")

    def test_the_live_state_is_compared_too(self):
        same = self.ctl.json("users", "diff", self.mover, "--to", "live")
        self.assertEqual(same["change"], "unchanged", same)
        self.assertTrue(same["to"]["live"])
        since = self.ctl.json("users", "diff", self.mover, "--from", "2", "--to", "live")
        values = {value["attribute"]: value["to"] for value in since["values"]}
        self.assertEqual(values["department"], self.paper)
        gone = self.ctl.json("users", "diff", self.gone, "--from", "1", "--to", "live")
        self.assertEqual(gone["change"], "removed")

    def test_nobody_differs_from_the_live_tenant_after_a_backup(self):
        for user in self.ctl.json("users", "list", "--limit", "12")["users"]:
            found = self.ctl.json("users", "diff", user["id"], "--to", "live")
            self.assertEqual((found["change"], found["unknown"]), ("unchanged", {}), found)

    def test_an_attributes_history_says_when_it_changed(self):
        changes = self.ctl.json("users", "history", self.mover, "DEPARTMENT")["changes"]
        self.assertEqual([(c["snapshot"], c["value"]["to"]) for c in changes],
                         [(1, self.paper), (2, "Pulp"), (4, self.paper)])
        error = self.ctl.expect(4, "users", "history", self.mover, "departmnt").err
        self.assertIn("did you mean department?", error)

    def test_versions_come_with_their_contents(self):
        versions = self.ctl.json("users", "versions", self.mover, "--contents")["versions"]
        self.assertEqual(versions[0]["contents"]["object"]["department"], self.paper)
        self.assertEqual(versions[1]["contents"]["object"]["department"], "Pulp")

    def test_whole_snapshots_are_compared(self):
        found = self.ctl.json("snapshots", "diff", "2", "3")
        self.assertEqual(found["counts"]["user"]["removed"], 2)
        removed = [o["userPrincipalName"] for o in found["objects"] if o["change"] == "removed"]
        self.assertIn(self.gone, removed)
        self.assertEqual(self.ctl.json("snapshots", "diff", "3", "3")["objects"], [])
        paged = self.ctl.json("snapshots", "diff", "1", "3", "--all")["objects"]
        one = self.ctl.json("snapshots", "diff", "1", "3", "--limit", "1")
        self.assertEqual(one["objects"], paged[:1])
        self.assertIn("cursor", one)
        self.ctl.expect(2, "snapshots", "diff", "1", "live")

    def test_members_then_and_now_agree_with_the_groups_history(self):
        groups = self.ctl.json("groups", "list", "--at", "1", "--all")["groups"]
        left = 0
        for group in groups:
            before = self.members(group["id"], 1)
            after = self.members(group["id"], 4)
            self.assertEqual(len(before), group["members"], group)
            events = self.ctl.json("groups", "history", group["id"], "--all")["events"]
            for event in events:
                (before.add if event["change"] == "joined" else before.discard)(event["userId"])
                left += event["change"] == "left"
            self.assertEqual(before, after, group)
        self.assertGreaterEqual(left, 10)

    def members(self, group, at):
        page = self.ctl.json("groups", "members", group, "--at", at, "--all")
        return {user["id"] for user in page["users"]}

    def test_roles_that_were_lost_are_told(self):
        events = self.ctl.json("roles", "history", "--from", "1", "--to", "2")["events"]
        lost = [event for event in events if event["change"] == "lost"]
        self.assertEqual(len(lost), 2, events)
        held = self.ctl.json("roles", "list", "--at", "1", "--all")["holders"]
        still = self.ctl.json("roles", "list", "--at", "2", "--all")["holders"]
        self.assertEqual(len(held) - len(still), 2)

    def test_the_calendar_and_a_check(self):
        self.assertIn("d", self.ctl.ok("snapshots", "calendar").out)
        self.assertEqual(self.ctl.json("snapshots", "check", "2")["state"], "succeeded")
        self.ctl.expect(4, "snapshots", "check", "77")

    def test_messages_name_what_there_is(self):
        missing = self.ctl.expect(4, "users", "diff", self.mover, "--from", "77").err
        self.assertIn("there are snapshots 1", missing)
        self.assertIn("did you mean", self.ctl.expect(2, "users", "shw", self.mover).err)
        self.ctl.expect(4, "groups", "members", "no such group")
        self.ctl.expect(4, "users", "history", "nobody@aurora.example", "department")

    def test_the_store_tells_what_it_takes(self):
        tables = {t["name"]: t for t in self.ctl.json("store", "stat")["tables"]}
        self.assertEqual(tables["snapshot"]["rows"], 4)


if __name__ == "__main__":
    harness.main()
