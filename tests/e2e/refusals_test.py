#!/usr/bin/env python3
"""What a person gets who asks for something that cannot be: the exit code and a helpful word."""

import subprocess

import harness

NOBODY = "00000000-1111-2222-3333-444444444444"


class Refusals(harness.Case):
    @classmethod
    def setUpClass(cls):
        cls.w = harness.World(["aurora:users=60,seed=7"])
        cls.addClassCleanup(lambda: cls.w.close(False))
        cls.w.daemon.start()
        cls.w.ctl.ok("backup")

    def refused(self, code, kind, *arguments, mentions=()):
        """Both forms of the refusal: JSON with a kind and a hint, and words for people."""
        answer = self.w.ctl.expect(code, "--json", *arguments)
        error = answer.error()
        self.assertEqual(error["kind"], kind, str(answer))
        self.assertTrue(error.get("hint"), f"no hint: {answer}")
        self.assertEqual(answer.out, "")
        words = self.w.ctl.expect(code, *arguments)
        for text in (error["message"], *mentions):
            self.assertIn(text, words.out + words.err)
        return error

    def test_an_unknown_snapshot(self):
        self.refused(4, "notFound", "snapshots", "show", "99", mentions=["99"])
        self.refused(4, "notFound", "users", "list", "--at", "99", mentions=["99"])
        self.refused(4, "notFound", "restore", "--all", "--with-object", "--at", "99", "--yes",
                     mentions=["99"])

    def test_an_unknown_user(self):
        self.refused(4, "notFound", "users", "show", NOBODY, mentions=[NOBODY])
        self.refused(4, "notFound", "users", "show", "nobody@aurora.example",
                     mentions=["nobody@aurora.example"])

    def test_a_bad_time(self):
        self.refused(2, "invalidArgument", "users", "list", "--at", "the day before",
                     mentions=["the day before"])

    def test_an_empty_time_is_not_taken_for_the_newest(self):
        self.assertEqual(self.w.ctl.run("users", "list", "--at", "").code, 2)

    def test_a_limit_that_is_none(self):
        answer = self.w.ctl.expect(2, "users", "list", "--limit", "0")
        self.assertIn('"0" is no whole number, 1 or more', answer.err)

    def test_an_unknown_role_is_no_role_that_nobody_holds(self):
        held = self.w.ctl.json("roles", "list")["holders"][0]["roleName"]
        self.refused(4, "notFound", "roles", "list", "--role", held[:-1], mentions=[held])
        self.refused(4, "notFound", "roles", "history", "--role", held[:-1], mentions=[held])

    def test_an_answer_that_cannot_be_written_is_no_success(self):
        ctl = self.w.ctl
        with open("/dev/full", "w") as full:
            for words in (["users", "list"], ["--json", "users", "list", "--all"], ["snapshots", "list"]):
                ended = subprocess.run([str(harness.BINARIES / "entractl"), *words], stdout=full,
                                       stderr=subprocess.PIPE, text=True, env=ctl.environment)
                self.assertEqual(ended.returncode, 1, words)
                self.assertIn("could not be written", ended.stderr)

    def test_what_a_program_reads_is_not_cut(self):
        user = max(self.w.ctl.json("users", "list", "--all")["users"],
                   key=lambda one: len(one["userPrincipalName"]))
        self.assertIn(user["userPrincipalName"], self.w.ctl.ok("users", "list", "--all").out)

    def test_an_unknown_job(self):
        for verb in ("show", "items", "report", "cancel", "approve", "watch"):
            self.refused(4, "notFound", "jobs", verb, "4711", mentions=["4711"])

    def test_a_bad_job_id(self):
        self.assertEqual(self.w.ctl.run("jobs", "show", "seven").code, 2)

    def test_an_unknown_tenant(self):
        self.refused(4, "notFound", "-t", "borealis", "snapshots", "list", mentions=["borealis"])
        self.refused(4, "notFound", "-t", "borealis", "backup", mentions=["borealis", "aurora"])

    def test_a_restore_of_an_unknown_user_ends_and_names_it(self):
        answer = self.w.ctl.run("restore", NOBODY, "--with-object", "--yes")
        self.assertIn(answer.code, (1, 3, 4), str(answer))
        self.assertIn(NOBODY, answer.out + answer.err)

    def test_a_restore_that_does_not_say_what(self):
        answer = self.w.ctl.expect(2, "restore", "--all", "--yes")
        self.assertIn("--with-object", answer.out + answer.err)

    def test_a_restore_that_does_not_say_whom(self):
        self.w.ctl.expect(2, "restore", "--with-object", "--yes")
        self.w.ctl.expect(2, "restore", "--all", "--search", "a", "--with-object", "--yes")

    def test_a_command_that_does_not_exist(self):
        self.w.ctl.expect(2, "restart")
        self.w.ctl.expect(2, "jobs", "explode")
        self.w.ctl.expect(2, "users", "list", "--colour", "red")

    def test_approving_a_job_that_has_ended(self):
        job = self.w.ctl.json("jobs", "list")["jobs"][0]["id"]
        self.refused(7, "failedPrecondition", "jobs", "approve", job)
        self.refused(7, "failedPrecondition", "jobs", "cancel", job)

    def test_no_daemon_at_the_socket(self):
        answer = self.w.ctl.expect(6, "--socket", self.w.folder / "nothing.sock", "status")
        self.assertIn("entrad", answer.err)
        answer = self.w.ctl.expect(6, "--json", "--socket", self.w.folder / "nothing.sock", "status")
        self.assertTrue(answer.error()["hint"])


if __name__ == "__main__":
    harness.main()
