#!/usr/bin/env python3
"""Users of one tenant in another one, with other group ids and domains, a group that is missing, a
product that was not bought and a name that somebody has: it ends as the report says.

What the report says is held against what the two tenants are in the end, name by name: whatever a
user had at home is there too, or the report names it with what to do, and nothing else is named.
"""

import csv
import re

import harness

EVERYTHING = ["--with-object", "--with-memberships", "--with-roles", "--with-auth-methods",
              "--with-licenses", "--with-app-roles"]
HOME, AWAY = "aurora", "borealis"
NOT_BOUGHT, NOT_BOUGHT_ID = "FLOW_FREE", "5c5e1b10-3c1f-4f06-9d0b-5a0f5f1e0003"
# What a user's object has of its tenant, or of its making.
ITS_OWN = {"userPrincipalName", "mail", "proxyAddresses", "primarySmtpAddress", "identities",
           "imAddresses", "onPremisesImmutableId"}
NAMED = re.compile(r'"([^"]*)"')


def away(name):
    return name.split("@")[0] + "@borealis.example"


class OtherTenant(harness.Case):
    def setUp(self):
        self.w = harness.World([f"{HOME}:users=80,seed=7", f"{AWAY}:users=20,seed=99"])
        self.addCleanup(lambda: self.w.close(self.failed()))
        self.w.daemon.start()
        self.w.simulator.control("PUT", f"/tenants/{AWAY}/settings", {"notBought": [NOT_BOUGHT]})
        self.home = self.w.simulator.dump(HOME)
        self.members = [name for name, user in self.home["users"].items()
                        if user["object"]["userType"] == "Member"]
        self.taken = self.members[4]
        somebody = next(iter(self.w.simulator.dump(AWAY)["users"]))
        self.w.simulator.control("POST", f"/tenants/{AWAY}/users/{somebody}/patch",
                                 {"userPrincipalName": away(self.taken)})
        self.before = self.w.simulator.dump(AWAY)
        self.w.ctl.ok("-t", HOME, "backup", seconds=120)
        self.w.ctl.ok("-t", AWAY, "backup", seconds=120)
        listed = self.w.ctl.json("-t", AWAY, "groups", "list", "--limit", "1000")["groups"]
        by_rule = {group["displayName"] for group in listed if group["type"] == "dynamic"}
        self.dynamic = {key for key, name in self.groups(self.before).items() if name in by_rule}

    def restore(self, *more):
        listed = self.w.folder / "users.txt"
        listed.write_text("\n".join(self.members) + "\n", encoding="utf-8")
        return self.w.ctl.restore("-t", HOME, "--from-file", listed, "--to-tenant", AWAY, *EVERYTHING,
                                  *more, seconds=300)

    def items(self, job):
        return {item["userPrincipalName"]: item
                for item in self.w.ctl.json("jobs", "items", job, "--limit", "1000")["items"]}

    def map_of(self, source, target):
        path = self.w.folder / "map.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([["kind", "from", "to"], ["group", source, target]])
        return path

    def groups(self, dump):
        """mailNickname -> displayName"""
        return {key: group["displayName"] for key, group in dump["groups"].items()}

    def licences(self, tenant):
        users = self.w.simulator.dump(tenant, ids=True)["users"]
        return {name: {one["skuId"] for one in user["licenses"]} for name, user in users.items()}

    def counterpart(self, key, mapped):
        """The mailNickname of a group of home there, as the README says; None: it has none."""
        home, there = self.groups(self.home)[key], self.groups(self.before)
        if home in mapped:
            return mapped[home]
        if key in there:
            return key
        same = [one for one, name in there.items() if name == home]
        return same[0] if len(same) == 1 else None

    def test_it_ends_as_the_report_says(self):
        names, there = self.groups(self.home), self.groups(self.before)
        missing = sorted({names[key] for name in self.members if name != self.taken
                          for key in self.home["users"][name]["memberships"]
                          if not self.counterpart(key, {})})
        self.assertGreater(len(missing), 1)
        stands_for = next(key for user in self.before["users"].values()
                          for key in user["memberships"]
                          if list(there.values()).count(there[key]) == 1)
        mapped = {missing[0]: stands_for}
        result = self.restore("--map", self.map_of(missing[0], there[stands_for]))
        self.assertEqual(result["plan"]["toTenant"], AWAY)
        self.assertEqual(result["plan"]["domain"], "borealis.example")
        now, items = self.w.simulator.dump(AWAY), self.items(result["job"]["id"])
        self.assertEqual(set(items), {away(name) for name in self.members})
        for name in self.members:
            with self.subTest(user=name):
                if name == self.taken:
                    self.is_left_to_its_holder(items[away(name)], now)
                else:
                    self.is_there(name, items[away(name)], now, mapped)
        self.nobody_else_has_changed(now)
        told = " ".join(problem["message"] for item in result["report"]["notRestored"]
                        for problem in item["problems"])
        for name in missing[1:]:
            self.assertIn(f'"{name}"', told)

    def is_left_to_its_holder(self, item, now):
        self.assertEqual(item["outcome"], "impossible")
        self.assertEqual([problem["kind"] for problem in item["problems"]], ["conflict"])
        self.assertEqual(now["users"][away(self.taken)], self.before["users"][away(self.taken)])

    def is_there(self, name, item, now, mapped):
        home, there = self.home["users"][name], now["users"][away(name)]
        words = [problem["message"] for problem in item["problems"]]
        self.assertTrue(all(problem["hint"] for problem in item["problems"]))
        self.attributes_are_there(home["object"], there["object"], words)
        self.groups_are_there(home, there, words, mapped)
        missing = {role["role"] for role in home["roles"]} - {role["role"] for role in there["roles"]}
        self.assertEqual(missing, self.named("role", words))
        had, has = self.licences(HOME)[name], self.licences(AWAY)[away(name)]
        self.assertEqual(had - has, had & {NOT_BOUGHT_ID})
        self.assertEqual(f"tenant {AWAY} has no licence {NOT_BOUGHT}" in words, had != has, words)

    def named(self, thing, words):
        return {name for one in words if f"the {thing} " in one or f" {thing} " in one
                for name in NAMED.findall(one)}

    def groups_are_there(self, home, there, words, mapped):
        at_home, away_names = self.groups(self.home), self.groups(self.before)
        named = self.named("group", words)
        for key in home["memberships"]:
            counterpart = self.counterpart(key, mapped)
            if counterpart is None:
                self.assertIn(at_home[key], named)
            elif counterpart not in there["memberships"] and not self.is_dynamic(counterpart):
                self.assertIn(away_names[counterpart], named)
        wanted = {self.counterpart(key, mapped) for key in home["memberships"]}
        extra = {key for key in there["memberships"] if key not in wanted}
        self.assertEqual({key for key in extra if not self.is_dynamic(key)}, set())
        right = {away_names[key] for key in there["memberships"] if key in wanted}
        self.assertEqual(named & right, set(), "what is said to be missing is there")

    def is_dynamic(self, key):
        """Such a group takes its members by itself."""
        return key in self.dynamic

    def attributes_are_there(self, home, there, words):
        told = " ".join(words)
        for attribute, value in home.items():
            if attribute in ITS_OWN or value in (None, [], {}) or attribute.startswith("extension_"):
                continue
            if there.get(attribute) != value:
                self.assertIn(attribute, told, f"{value} is {there.get(attribute)} there")

    def nobody_else_has_changed(self, now):
        made = {away(name) for name in self.members if name != self.taken}
        self.assertEqual(set(now["users"]) - set(self.before["users"]), made)
        for name, user in self.before["users"].items():
            self.assertEqual(now["users"][name], user)
        self.assertEqual(self.groups(now), self.groups(self.before))
        self.assertEqual(self.w.simulator.dump(HOME), self.home)

    def test_missing_groups_are_made_when_asked_for_and_the_rehearsal_writes_nothing(self):
        answer = self.w.ctl.json("-t", HOME, "restore", *self.members[:4], "--to-tenant", AWAY,
                                 *EVERYTHING, "--create-missing-groups", "--plan-only")
        planned = answer["plan"]["groupsToCreate"]
        self.assertTrue(planned)
        self.assertEqual(self.w.simulator.dump(AWAY), self.before)
        applied = self.w.ctl.run("restore", "--apply", answer["job"]["id"], "--yes", seconds=120)
        self.assertIn(applied.code, (0, 3), applied)
        now = self.w.simulator.dump(AWAY)
        made = [group["displayName"] for key, group in now["groups"].items()
                if key not in self.before["groups"]]
        self.assertEqual(sorted(made), sorted(planned))


if __name__ == "__main__":
    harness.main()
