#!/usr/bin/env python3
"""A file of people, as a spreadsheet writes it, says who comes back and how each of them does; and
who cannot have the old name or address comes back as the command says."""

import harness


class PeopleFile(harness.Case):
    def setUp(self):
        self.w = self.world("users=60,seed=7,lag=0")
        self.w.daemon.start()
        self.w.ctl.ok("backup", seconds=120)
        users = self.w.simulator.dump(ids=True)["users"]
        plain = [name for name, user in users.items()
                 if user["object"]["userType"] == "Member" and not user["roles"]
                 and not user["object"].get("onPremisesSyncEnabled")]
        self.anna, self.ben, self.cleo, self.thief = plain[:4]
        self.ids = {name: users[name]["object"]["id"] for name in plain[:4]}

    def patch(self, name, **values):
        self.w.simulator.control("POST", f"/tenants/aurora/users/{self.ids[name]}/patch", values)

    def delete(self, *names):
        self.w.simulator.control("POST", "/tenants/aurora/users/delete",
                                 {"ids": [self.ids[name] for name in names]})

    def live(self):
        return {user["object"]["id"]: user["object"]
                for user in self.w.simulator.dump(ids=True)["users"].values()}

    def file(self, text):
        path = self.w.folder / "people.csv"
        path.write_text(text, encoding="utf-8-sig", newline="\r\n")
        return path

    def test_says_how_each_of_them_comes_back(self):
        self.delete(self.anna, self.ben, self.cleo)
        self.patch(self.thief, userPrincipalName=self.ben)
        new_name = "ben.weber2@aurora.example"
        people = self.file("user;name;blockSignIn;withMemberships\n"
                           f"{self.anna};;yes;\n"
                           f"{self.ben};{new_name};;yes\n"
                           f"{self.ids[self.cleo]};;;\n")
        self.w.ctl.ok("restore", "--from-file", people, "--with-object", "--yes", seconds=120)
        live = self.live()
        self.assertFalse(live[self.ids[self.anna]]["accountEnabled"])
        self.assertEqual(live[self.ids[self.ben]]["userPrincipalName"], new_name)
        self.assertTrue(live[self.ids[self.cleo]]["accountEnabled"])
        items = self.w.ctl.json("jobs", "items", "2")["items"]
        self.assertEqual([item.get("newName") for item in items], [None, new_name, None])
        self.assertIn(new_name, self.w.ctl.ok("jobs", "report", "2").out)

    def test_a_slip_in_it_restores_nobody(self):
        people = self.file(f"user,blockSingIn,withRoles\n{self.anna},yes,yes\n")
        done = self.w.ctl.run("restore", "--from-file", people, "--with-object", "--yes")
        self.assertEqual(done.code, 2, done)
        self.assertIn("blockSingIn", done.err)
        self.assertEqual(len(self.w.ctl.json("jobs", "list")["jobs"]), 1)

    def test_an_export_with_other_columns_says_who(self):
        self.delete(self.anna)
        people = self.file(f'displayName,id,userPrincipalName\n"Berg, Anna",{self.ids[self.anna]},'
                           f"{self.anna}\n")
        done = self.w.ctl.ok("restore", "--from-file", people, "--with-object", "--yes", seconds=120)
        self.assertIn("displayName", done.err)
        self.assertIn(self.ids[self.anna], self.live())

    def test_a_taken_name_and_a_taken_address_are_told_with_the_way_out(self):
        self.delete(self.anna)
        mail = self.w.ctl.json("users", "show", self.anna)["object"]["mail"]
        self.patch(self.thief, userPrincipalName=self.anna, mail=mail)
        refused = self.w.ctl.run("restore", self.anna, "--with-object", "--yes", seconds=120)
        self.assertNotEqual(refused.code, 0)
        self.assertIn("--when-taken", refused.out)
        self.w.ctl.run("restore", self.anna, "--with-object", "--yes", "--when-taken",
                       "{local}.restored@{domain}", "--drop-taken-addresses", seconds=120)
        name = self.anna.replace("@", ".restored@")
        self.assertEqual(self.live()[self.ids[self.anna]]["userPrincipalName"], name)


if __name__ == "__main__":
    harness.main()
