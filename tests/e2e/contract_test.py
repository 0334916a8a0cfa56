#!/usr/bin/env python3
"""Everything that daemon and simulator say to each other is what Microsoft's own description of
Graph v1.0 allows. The checker lives beside the checkout (../shared/contract); where it is not, or
node is not, the test is skipped (exit 77) and says so."""

import shutil
import subprocess
import sys

import harness
from harness import RESTORE_ALL

CHECKER = harness.TOP.parent / "shared" / "contract" / "check"
# Rules of the checker that are stricter than Graph, and why they are off.
TOO_STRICT = {}
# Paths that the description, a part of Graph's, does not have, and who asks for them.
NOT_DESCRIBED = {
    "/policies/authenticationMethodsPolicy/": "tenants check, for the policy of passes",
    "/directoryObjects/getAvailableExtensionProperties": "a backup, for directory extensions",
    "/v1.0/applications?": "a backup, for what users own",
}


def reason_to_skip():
    if not CHECKER.exists():
        return f"{CHECKER} is not there"
    if not shutil.which("node") or not shutil.which("npm"):
        return "node and npm are not installed"
    return ""


def described(exchanges):
    """A copy of the log without what the description does not have."""
    lines = exchanges.read_text().splitlines(keepends=True)
    kept = exchanges.with_suffix(".described.jsonl")
    kept.write_text("".join(
        line for line in lines if not any(path in line for path in NOT_DESCRIBED)))
    return kept


class Contract(harness.Case):
    def test_a_backup_and_a_restore_keep_to_the_contract(self):
        w = self.world("users=300,seed=7,groups=40", log=True)
        before = w.simulator.dump()
        w.daemon.start()
        w.ctl.ok("tenants", "check")
        w.ctl.ok("backup")
        w.simulator.disaster(delete=60, purge=15, scramble=12, removeMemberships=120, removeRoles=6)
        w.ctl.restore("--all", *RESTORE_ALL)
        self.assert_same_tenant(before, w.simulator.dump())
        w.simulator.end()

        off = [word for rule in TOO_STRICT for word in ("--off", rule)]
        result = subprocess.run([str(CHECKER), *off, str(described(w.simulator.exchanges))],
                                capture_output=True, text=True)
        tail = "\n".join(result.stdout.splitlines()[-40:])
        self.assertEqual(result.returncode, 0, tail + result.stderr[-2000:])
        self.assertRegex(tail, r"\b0 failed")


if __name__ == "__main__":
    why_not = reason_to_skip()
    if why_not:
        print(f"skipped: {why_not}")
        sys.exit(77)
    harness.main()
