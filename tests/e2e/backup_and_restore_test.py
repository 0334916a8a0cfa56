#!/usr/bin/env python3
"""The story the product exists for: back a tenant up, lose users, get them back."""

import csv
import io

import harness
from harness import RESTORE_ALL


class BackupAndRestore(harness.Case):
    def setUp(self):
        self.w = self.world("users=300,seed=7,groups=40")
        self.w.daemon.start()
        self.before = self.w.simulator.dump()
        self.ids_before = self.w.simulator.user_ids()
        self.w.ctl.ok("backup")

    def test_a_restored_tenant_is_as_it_was_before_the_disaster(self):
        lost = self.w.simulator.disaster(delete=60, purge=15, scramble=12, removeMemberships=120,
                                         removeRoles=6)
        self.assertNotEqual(self.before, self.w.simulator.dump())

        result = self.w.ctl.restore("--all", *RESTORE_ALL)

        self.assert_same_tenant(self.before, self.w.simulator.dump())
        self.same_ids_but_for(lost["purged"])
        changed = {item["userPrincipalName"] for item in result["report"]["idChanged"]}
        self.assertEqual(changed, {user["userPrincipalName"] for user in lost["purged"]})
        self.assertEqual(self.w.simulator.counters()["duplicateUserPrincipalNames"], 0)
        self.report_tells_of(result["job"]["id"], lost)

    def report_tells_of(self, job, lost):
        text = self.w.ctl.ok("jobs", "report", job, "--csv").out
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        told = {change: {row["userPrincipalName"] for row in rows if row["change"] == change}
                for change in ("created", "restored", "set", "added")}
        self.assertEqual(told["created"], {user["userPrincipalName"] for user in lost["purged"]})
        self.assertEqual(told["restored"], {user["userPrincipalName"] for user in lost["deleted"]})
        self.assertEqual({row["userPrincipalName"] for row in rows}, set(self.before["users"]))
        self.assertTrue(told["set"] and told["added"])

    def same_ids_but_for(self, purged):
        names = {user["userPrincipalName"] for user in purged}
        after = self.w.simulator.user_ids()
        for upn, object_id in self.ids_before.items():
            if upn in names:
                self.assertNotEqual(after[upn], object_id, upn)
            else:
                self.assertEqual(after[upn], object_id, upn)

    def test_a_second_restore_finds_everything_right_and_writes_nothing(self):
        self.w.simulator.disaster(delete=20, purge=5)
        self.w.ctl.restore("--all", *RESTORE_ALL)
        self.w.simulator.reset_counters()

        result = self.w.ctl.restore("--all", *RESTORE_ALL)

        self.assertEqual(result["plan"]["actions"], {})
        self.assertEqual(self.w.simulator.counters()["writes"], 0)

    def test_one_user_comes_back_and_the_others_stay_lost(self):
        lost = self.w.simulator.disaster(delete=10, purge=4)
        in_bin, gone = lost["deleted"][0], lost["purged"][0]

        for user in (in_bin, gone):
            self.w.ctl.restore(user["userPrincipalName"], *RESTORE_ALL)

        after = self.w.simulator.dump()
        for user in (in_bin, gone):
            upn = user["userPrincipalName"]
            self.assertEqual(after["users"][upn], self.before["users"][upn])
        self.assertEqual(len(after["users"]), len(self.before["users"]) - 12)
        self.assertEqual(self.w.simulator.user_ids()[in_bin["userPrincipalName"]], in_bin["id"])

    def test_a_plan_writes_nothing_until_it_is_applied(self):
        self.w.simulator.disaster(delete=10)
        damaged = self.w.simulator.dump()
        self.w.simulator.reset_counters()

        planned = self.w.ctl.json("restore", "--all", *RESTORE_ALL, "--plan-only")

        self.assertEqual(self.w.simulator.counters()["writes"], 0)
        self.assertEqual(self.w.simulator.dump(), damaged)
        self.assertEqual(planned["plan"]["inRecycleBin"], 10)
        self.w.ctl.ok("restore", "--apply", planned["plan"]["job"])
        self.assert_same_tenant(self.before, self.w.simulator.dump())

    def test_without_a_terminal_or_yes_a_restore_is_held_and_says_how_to_go_on(self):
        self.w.simulator.disaster(delete=3)
        answer = self.w.ctl.expect(7, "restore", "--all", "--with-object")
        self.assertIn("entractl restore --apply", answer.out + answer.err)
        self.assertEqual(len(self.w.simulator.dump()["deleted"]), 3)

    def test_sign_in_stays_blocked_when_asked(self):
        lost = self.w.simulator.disaster(purge=2)["purged"]
        names = [user["userPrincipalName"] for user in lost]
        self.w.ctl.restore(*names, "--with-object", "--block-sign-in")
        users = self.w.simulator.dump()["users"]
        for name in names:
            self.assertIs(users[name]["object"]["accountEnabled"], False)

    def test_only_the_sections_that_were_asked_for_change(self):
        lost = self.w.simulator.disaster(scramble=5, removeMemberships=40)
        scrambled = {user["userPrincipalName"] for user in lost["scrambled"]}
        damaged = self.w.simulator.dump()

        self.w.ctl.restore("--all", "--with-memberships")

        after = self.w.simulator.dump()
        for upn, user in after["users"].items():
            self.assertEqual(user["object"], damaged["users"][upn]["object"], upn)
            if upn not in scrambled:
                self.assertEqual(user["memberships"], self.before["users"][upn]["memberships"], upn)

    def test_users_from_a_file_and_from_stdin(self):
        lost = [u["userPrincipalName"] for u in self.w.simulator.disaster(delete=4)["deleted"]]
        listed = self.w.folder / "users.txt"
        listed.write_text("\n".join(lost[:2]) + "\n", encoding="utf-8")
        self.w.ctl.ok("restore", "--from-file", listed, "--with-object", "--yes")
        self.w.ctl.ok("restore", "--from-file", "-", "--with-object", "--yes",
                      stdin="\n".join(lost[2:]) + "\n")
        self.assert_same_tenant(self.before, self.w.simulator.dump())

    def test_a_snapshot_remembers_what_a_later_one_has_lost(self):
        lost = self.w.simulator.disaster(delete=2)["deleted"][0]["userPrincipalName"]
        self.w.simulator.settle()
        self.w.ctl.ok("backup")
        old = self.w.ctl.json("users", "show", lost, "--at", "1")
        self.assertEqual(old["object"]["userPrincipalName"], lost)
        self.w.ctl.ok("restore", lost, "--at", "1", "--with-object", "--yes")
        self.assertIn(lost, self.w.simulator.dump()["users"])


if __name__ == "__main__":
    harness.main()
