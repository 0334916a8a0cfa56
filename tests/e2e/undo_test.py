#!/usr/bin/env python3
"""Many users who are gone for good: brought back with the least writes, and taken back again.

300 of them here, 10,000 with ENTRAD_LONG=1.
"""

import re
import subprocess

import harness
from harness import RESTORE_ALL

GONE = 10_000 if harness.LONG else 300
USERS = GONE * 12 // 10 + 100
SECONDS = 3000 if harness.LONG else 300
EVERYTHING = (*RESTORE_ALL, "--with-licenses", "--with-app-roles")
# Of the least that Graph's rules allow, which is what the plan says.
MOST = 1.03


class Undo(harness.Case):
    def setUp(self):
        self.w = self.world(f"users={USERS},seed=7,groups={max(40, GONE // 25)}", time_scale=200)
        self.w.daemon.start()
        self.w.ctl.ok("backup", seconds=SECONDS)

    def people_and_groups(self):
        """Who is in the recycle bin besides is not compared: an app may not empty it."""
        dump = self.w.simulator.dump()
        return {"users": dump["users"], "groups": dump["groups"]}

    def same(self, wanted, only=False):
        found = self.people_and_groups()
        for kind, objects in wanted.items():
            if not only:
                self.assertEqual(set(objects), set(found[kind]), kind)
            for name, value in objects.items():
                self.assertEqual(value, found[kind][name], name)

    def job(self, *arguments):
        client = self.w.ctl
        job = client.json(*arguments, "--yes", "--no-wait", seconds=SECONDS)["id"]
        return client.job_ended(job, SECONDS, every=0.1)

    def test_the_gone_come_back_with_the_least_writes_and_an_undo_takes_them_back(self):
        whole = self.people_and_groups()
        self.w.simulator.disaster(purge=GONE)
        before = self.people_and_groups()
        self.assertEqual(len(before["users"]), USERS - GONE)
        self.w.simulator.reset_counters()

        restored = self.job("restore", "--deleted-since", "1", *EVERYTHING)

        self.assertIn(restored["state"], ("succeeded", "partial"), restored)
        self.assertEqual(sum(restored["outcomes"].values()), GONE)
        self.same({"users": {name: whole["users"][name] for name in whole["users"]
                             if name not in before["users"]}, "groups": {}}, only=True)
        # Sign-in methods have a quota of their own, and are not in these numbers.
        plan = self.w.daemon.get(f"/v1/jobs/{restored['id']}/plan")
        least = plan["writes"]["directory.write"]
        sent = self.w.simulator.counters()["writes"]
        print(f"{GONE} users gone for good: {sent} writes, the plan says {least}: "
              f"{sent / least:.4f}", flush=True)
        self.assertLessEqual(sent / least, MOST)

        undone = self.job("jobs", "undo", restored["id"])

        self.assertIn(undone["state"], ("succeeded", "partial"), undone)
        self.same(before)

    def test_where_most_is_right_only_the_rest_is_written(self):
        whole = self.people_and_groups()
        part = GONE // 100
        self.w.simulator.disaster(scramble=part)
        self.w.simulator.reset_counters()
        restored = self.job("restore", "--all", *EVERYTHING)
        self.assertIn(restored["state"], ("succeeded", "partial"), restored)
        self.same(whole)
        writes = self.w.simulator.counters()["writes"]
        print(f"{part} of {USERS} users were wrong: {writes} writes", flush=True)
        self.assertEqual(writes, part)

    def test_what_is_sealed_is_read_with_the_key_here_and_by_openssl(self):
        folder = self.w.folder
        key, certificate = folder / "key.pem", folder / "certificate.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1",
                        "-subj", "/CN=helpdesk", "-keyout", key, "-out", certificate],
                       check=True, capture_output=True)
        self.w.simulator.disaster(purge=3)
        restored = self.job("restore", "--deleted-since", "1", "--with-object",
                            "--temporary-access-pass", "--seal-to", str(certificate))
        self.assertIn(restored["state"], ("succeeded", "partial"), restored)
        sealed = self.w.ctl.json("jobs", "secrets", restored["id"])["secrets"]
        opened = self.w.ctl.json("jobs", "secrets", restored["id"], "--key", str(key))["secrets"]
        self.assertEqual(len(opened), 6)
        for one, secret in zip(sealed, opened):
            by_openssl = subprocess.run(
                ["openssl", "cms", "-decrypt", "-inform", "PEM", "-inkey", key],
                input=one["sealed"].encode(), check=True, capture_output=True).stdout.decode()
            self.assertEqual(by_openssl, secret["secret"])
        # Neither the store nor the log, nor anything that the daemon says, has one in clear.
        job = restored["id"]
        said = "".join(self.w.ctl.ok(*words).out for words in (
            ("--json", "jobs", "show", job), ("--json", "jobs", "items", job),
            ("--json", "jobs", "report", job), ("jobs", "secrets", job)))
        kept = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file()
                        and file not in (key, certificate))
        for secret in opened:
            self.assertNotIn(secret["secret"], said)
            self.assertNotIn(secret["secret"].encode(), kept)
        self.assertIsNone(re.search("PRIVATE KEY", said))


if __name__ == "__main__":
    harness.main()
