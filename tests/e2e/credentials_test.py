#!/usr/bin/env python3
"""Signing in to the tenant: the ways that work, and what is said when one does not."""

import json
import subprocess

import harness


def self_signed_certificate(folder, name):
    """A key and a certificate in one PEM file, and the certificate alone."""
    key, certificate, both = (folder / f"{name}.{kind}" for kind in ("key", "crt", "pem"))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30",
                    "-subj", f"/CN={name}", "-keyout", key, "-out", certificate],
                   check=True, capture_output=True)
    both.write_text(certificate.read_text() + key.read_text())
    both.chmod(0o600)
    return both, certificate.read_text()


class Credentials(harness.Case):
    def text_of(self, answer):
        return answer.out + answer.err

    def test_a_wrong_secret_is_said_and_nothing_is_lost(self):
        w = self.world()
        w.daemon.start()
        w.ctl.ok("backup")
        w.daemon.secret_file("backup").write_text("not the secret\n")
        w.daemon.end()
        w.daemon.launch("--config", w.daemon.config, "--time-scale", "60")
        harness.wait_until(w.daemon.answers, "entrad to answer")
        answer = w.ctl.expect(5, "backup")
        self.assertIn("secret", self.text_of(answer))
        self.assertNotIn("not the secret", self.text_of(answer) + w.daemon.output(1000))
        self.assertEqual(len(w.ctl.json("snapshots", "list")["snapshots"]), 1)
        check = w.ctl.run("--json", "tenants", "check")
        self.assertIs(check.json()["ok"], False)
        bad = [line for line in check.json()["lines"] if not line["ok"]]
        self.assertTrue(all(line["remedy"] for line in bad), str(check))

    def test_a_secret_changed_in_its_file_works_without_a_restart(self):
        w = self.world()
        w.daemon.start()
        w.simulator.change_app("backup", secret="a new secret")
        w.daemon.secret_file("backup").write_text("a new secret\n")
        w.ctl.ok("backup")

    def test_a_missing_permission_is_named_by_the_check(self):
        w = self.world()
        roles = w.simulator.app("restore")["roles"]
        w.simulator.change_app("restore", roles=[r for r in roles if "RoleManagement" not in r])
        w.daemon.start()
        check = w.ctl.run("--json", "tenants", "check").json()
        self.assertIs(check["ok"], False)
        remedies = json.dumps([line for line in check["lines"] if not line["ok"]])
        self.assertIn("RoleManagement", remedies)

    def test_a_restore_credential_that_may_only_read_is_said_plainly(self):
        w = self.world()
        w.simulator.change_app("restore", roles=w.simulator.app("backup")["roles"])
        w.daemon.start()
        words = " ".join(w.ctl.expect(5, "tenants", "check").out.split())
        self.assertIn("it may only read", words)
        self.assertIn("lacks User.ReadWrite.All", words)
        self.assertIn("ok section object permitted, and a request worked", words)

    def test_a_cloud_without_some_properties_is_limited_and_backed_up_without_them(self):
        w = self.world()
        w.simulator.control("PUT", "/tenants/aurora/settings",
                            {"unknownProperties": ["user.employeeType"]})
        w.daemon.start()
        check = w.ctl.json("tenants", "check")
        self.assertIs(check["ok"], True)
        self.assertEqual(check["unknownProperties"]["users"], ["employeeType"])
        w.ctl.ok("backup")
        section = w.ctl.json("snapshots", "show", "1")["sections"]["object"]
        self.assertEqual(section["completeness"], "complete")
        self.assertIn("employeeType", section["reason"])

    def test_a_section_that_may_not_be_read_is_absent_and_never_restored_as_empty(self):
        w = self.world("users=80,seed=7")
        roles = w.simulator.app("backup")["roles"]
        w.simulator.change_app(
            "backup", roles=[r for r in roles if "AuthenticationMethod" not in r])
        w.daemon.start()
        w.ctl.run("backup")
        snapshot = w.ctl.json("snapshots", "show", "1")
        section = snapshot["sections"]["authMethods"]
        self.assertNotEqual(section["completeness"], "complete")
        self.assertIn("UserAuthenticationMethod.Read.All", section["reason"])
        self.assertEqual(snapshot["sections"]["memberships"]["completeness"], "complete")
        before = w.simulator.dump()
        w.ctl.restore("--all", *harness.RESTORE_ALL)
        self.assert_same_tenant(before, w.simulator.dump())

    def test_a_restore_without_write_permission_fails_in_words_and_changes_nothing(self):
        w = self.world()
        w.daemon.start()
        w.ctl.ok("backup")
        w.simulator.disaster(delete=3)
        damaged = w.simulator.dump()
        backup_roles = w.simulator.app("backup")["roles"]
        w.simulator.change_app("restore", roles=backup_roles)
        answer = w.ctl.run("restore", "--all", "--with-object", "--yes")
        self.assertIn(answer.code, (1, 3, 5), str(answer))
        self.assertIn("permission", self.text_of(answer).lower())
        self.assertEqual(w.simulator.dump(), damaged)

    def test_certificates_in_place_of_secrets(self):
        w = self.world()
        for purpose in ("backup", "restore"):
            both, certificate = self_signed_certificate(w.folder, purpose)
            w.simulator.change_app(purpose, certificatePem=certificate)
            w.daemon.certificates[purpose] = both
        w.daemon.start()
        w.ctl.ok("tenants", "check")
        w.ctl.ok("backup")

    def test_a_certificate_that_is_not_registered_is_refused_in_words(self):
        w = self.world()
        both, _ = self_signed_certificate(w.folder, "stranger")
        w.daemon.certificates["backup"] = both
        w.daemon.start()
        answer = w.ctl.expect(5, "backup")
        self.assertIn("certificate", self.text_of(answer))

    def test_https_with_a_private_certificate_authority(self):
        w = self.world(https=True)
        w.daemon.https = True
        w.daemon.start()
        w.ctl.ok("tenants", "check")
        w.ctl.ok("backup")

    def test_https_with_an_unknown_certificate_authority_is_refused_in_words(self):
        w = self.world(https=True)
        w.daemon.https = True
        w.daemon.write_config()
        text = w.daemon.config.read_text()
        w.daemon.config.write_text(text.replace("ca_file", "# ca_file"))
        w.daemon.start(rewrite=False)
        check = w.ctl.run("--json", "tenants", "check")
        self.assertIs(check.json()["ok"], False)
        self.assertIn("certificate", check.out.lower())


if __name__ == "__main__":
    harness.main()
