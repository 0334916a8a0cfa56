#!/usr/bin/env python3
"""Graph away, slow, or answering nonsense: the daemon starts, waits, says so, and loses nothing."""

import socket
import time

import harness
from harness import RESTORE_ALL


def closed_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Unreachable(harness.Case):
    def test_the_daemon_starts_and_says_that_graph_cannot_be_reached(self):
        w = self.world()
        w.daemon.graph = f"http://127.0.0.1:{closed_port()}"
        w.daemon.start()
        w.ctl.ok("status")
        check = w.ctl.run("--json", "tenants", "check")
        self.assertIs(check.json()["ok"], False)
        job = w.ctl.json("backup", "--no-wait")["id"]
        ended = w.ctl.job_ended(job, 180)
        self.assertEqual(ended["state"], "failed")
        self.assertEqual(ended["failure"]["kind"], "graphUnavailable", str(ended))
        self.assertTrue(ended["failure"]["hint"])
        self.assertEqual(w.ctl.run("jobs", "watch", job).code, 9)

    def test_a_backup_carries_on_over_dropped_connections_and_server_errors(self):
        w = self.world("users=120,seed=7")
        w.daemon.start()
        w.simulator.faults(
            {"match": {"probability": 0.01}, "action": "drop", "when": "before"},
            {"match": {"probability": 0.05, "method": "GET"}, "action": "status", "status": 503},
            {"match": {"probability": 0.02, "method": "GET"}, "action": "html"})
        w.ctl.ok("backup")
        w.simulator.no_faults()
        self.assertEqual(w.ctl.json("snapshots", "show", "1")["counts"]["user"], 120)

    def test_a_restore_ends_right_though_answers_to_its_writes_are_lost(self):
        w = self.world("users=150,seed=7")
        before = w.simulator.dump()
        w.daemon.start()
        w.ctl.ok("backup")
        w.simulator.disaster(delete=25, purge=15, scramble=10, removeMemberships=40)
        # A fault is drawn for each request in a batch, and a dropped one takes its batch along.
        w.simulator.faults(
            {"match": {"probability": 0.01}, "action": "drop", "when": "after"},
            {"match": {"probability": 0.05, "method": "POST", "inBatch": True}, "action": "status",
             "status": 504, "when": "after"},
            {"match": {"probability": 0.05, "inBatch": True}, "action": "status", "status": 503})
        w.ctl.restore("--all", *RESTORE_ALL)
        w.simulator.no_faults()
        self.assert_same_tenant(before, w.simulator.dump())
        self.assertEqual(w.simulator.counters()["duplicateUserPrincipalNames"], 0)

    def test_a_throttled_restore_waits_and_says_so(self):
        w = self.world("users=100,seed=7", time_scale=10)
        before = w.simulator.dump()
        w.daemon.start()
        w.ctl.ok("backup")
        w.simulator.disaster(delete=10)
        w.simulator.faults({"match": {"path": "/directory/deletedItems/{id}/restore", "count": 1},
                            "action": "status", "status": 429, "headers": {"Retry-After": "40"}})
        started = time.monotonic()
        job = w.ctl.submit_restore("--all")
        seen = harness.wait_until(
            lambda: [j for j in [w.ctl.job(job)] if j["state"] == "waiting"], "the job to wait")
        self.assertIn("until", seen[0])
        self.assertTrue(seen[0]["reason"])
        w.ctl.restore_ended(job)
        self.assertGreaterEqual(time.monotonic() - started, 4)
        self.assert_same_tenant(before, w.simulator.dump())


if __name__ == "__main__":
    harness.main()
