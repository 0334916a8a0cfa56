#!/usr/bin/env python3
"""A day of steady work, in simulated time, with everything that a day brings: tokens that expire and
tokens that are revoked, quotas that shrink and grow, a network that is gone, a Graph and a sign-in
service that answer 503. The daemon's memory, threads, files and connections stay as they are after
the first hours, and every job ends rightly, or says that Graph was away.

One and a half simulated hours; ENTRAD_LONG=1 makes it 24. ENTRAD_SOAK_CSV=FILE keeps the samples.
"""

import json
import os
import re
import statistics
import threading
import time

import harness

SCALE = 360
HOURS = 24.0 if harness.LONG else 1.5
MINUTE = 60.0 / SCALE  # of simulated time, in seconds
FINAL = ("succeeded", "partial", "failed", "cancelled")

# Two sessions (backup and restore), of eight threads each, and one connection to sign in.
MOST_CONNECTIONS = 2 * (8 + 1)
# A revoked token is refused to whoever has a request under way with it.
MOST_401_A_REVOCATION = 2 * 8
# What an allocator may keep more than it did before, beside 5 %.
SLACK_KIB = 6 * 1024


def process_sample(pid):
    """Private memory (KiB), threads, open files and connections of a process."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        status = dict(re.findall(r"^(\w+):\s+(\d+)", file.read(), re.MULTILINE))
    links = []
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            links.append(os.readlink(f"/proc/{pid}/fd/{name}"))
        except FileNotFoundError:  # closed meanwhile
            pass
    sockets = {link[8:-1] for link in links if link.startswith("socket:[")}
    with open(f"/proc/{pid}/net/tcp", encoding="ascii") as file:
        rows = [row.split() for row in file.read().splitlines()[1:]]
    return {"memory": int(status["RssAnon"]), "rss": int(status["VmRSS"]),
            "threads": int(status["Threads"]), "files": len(links),
            "connections": sum(row[9] in sockets for row in rows)}


class Day:
    """What happens to the tenant and to Graph, each at its simulated hour."""

    def __init__(self, world):
        self.world = world
        self.begin = time.monotonic()
        self.end = self.begin + HOURS * 60 * MINUTE
        self.outages = []  # begin and end, which nobody knows before
        self.revocations = 0
        self.samples = []
        self.counters = {"byStatus": {}, "tokensByStatus": {}}
        self.normal = harness.published_quotas()
        self.failure = None

    def over(self):
        return time.monotonic() > self.end or self.failure is not None

    def every(self, minutes, act):
        """Calls `act` again and again until the day is over, in a thread."""
        def run():
            number = 0
            due = self.begin + minutes * MINUTE
            while True:
                time.sleep(max(0.0, min(due, self.end) - time.monotonic()))
                if self.over():
                    return
                try:
                    act(number)
                except Exception as problem:  # pylint: disable=broad-except
                    self.failure = self.failure or problem
                    return
                number += 1
                due += minutes * MINUTE
        thread = threading.Thread(target=run)
        thread.start()
        return thread

    def sample(self, _):
        now = (time.monotonic() - self.begin) / MINUTE / 60
        self.samples.append(dict(process_sample(self.world.daemon.popen.pid), hour=now))

    def revoke(self, number):
        self.revocations += 1
        self.world.simulator.revoke_tokens("restore" if number % 2 else "backup")

    def change_quotas(self, number):
        """Every other time a fiftieth of what the daemon believes."""
        quotas = json.loads(json.dumps(self.normal))
        if number % 2 == 0:
            for bucket in quotas["buckets"].values():
                for limits in (bucket, bucket.get("limitBySize", {})):
                    for key in limits:
                        if key == "limit" or limits is not bucket:
                            limits[key] = max(5, limits[key] // 50)
        self.world.simulator.set_quotas(quotas)

    def go_out(self, number):
        """Five minutes of one trouble or another."""
        simulator = self.world.simulator
        self.outages.append([time.monotonic(), float("inf")])
        if number % 3 == 0:
            simulator.network(False)
        elif number % 3 == 1:
            away = {"action": "status", "status": 503, "headers": {"Retry-After": "30"}}
            simulator.faults(dict(away, match={}), dict(away, match={"path": "/$batch"}))
        else:
            simulator.faults({"match": {"path": "/{tenant}/oauth2/v2.0/token"}, "action": "status",
                              "status": 503})
            simulator.revoke_tokens("backup")
            simulator.revoke_tokens("restore")
            self.revocations += 2
        time.sleep(5 * MINUTE)
        simulator.network(True)
        simulator.no_faults()
        self.outages[-1][1] = time.monotonic()

    def add_counters(self, _=0):
        counters = self.world.simulator.counters()
        self.world.simulator.reset_counters()
        for name in ("byStatus", "tokensByStatus"):
            for status, count in counters[name].items():
                self.counters[name][status] = self.counters[name].get(status, 0) + count
        for name in ("requests", "writes", "throttled"):
            self.counters[name] = self.counters.get(name, 0) + counters[name]

    def was_away(self, begin, end):
        return any(gone < end and begin < back + MINUTE for gone, back in self.outages)


class Soak(harness.Case):
    def test_a_day_leaves_no_traces(self):
        w = self.world("users=150,seed=7,lag=1", quotas=True, https=True, time_scale=SCALE)
        w.daemon.https = True
        self.w, self.kinds, self.away = w, {}, 0
        before = w.simulator.dump()
        w.daemon.start()
        self.baseline = w.ctl.json("backup")["snapshot"]
        self.day = day = Day(w)
        threads = [day.every(1, day.sample), day.every(20, self.back_up),
                   day.every(13, self.break_and_mend), day.every(37, day.revoke),
                   day.every(25, day.change_quotas), day.every(47, day.go_out),
                   day.every(30, day.add_counters)]
        for thread in threads:
            thread.join()
        if day.failure:
            raise day.failure
        day.add_counters()
        self.report()
        w.simulator.set_quotas(day.normal)
        self.mend(self.baseline, patience=10)
        self.assert_same_tenant(before, w.simulator.dump())
        self.check_log()
        self.check_sign_ins()
        self.check_samples()

    # Work.

    def ended(self, job):
        def look():
            row = self.w.daemon.get(f"/v1/jobs/{job}")
            return row["state"] in FINAL and row
        while True:
            row = look()
            if row:
                return row
            time.sleep(0.05)

    def back_up(self, _):
        begin = time.monotonic()
        row = self.ended(self.w.ctl.json("backup", "--no-wait")["id"])
        self.judge(row, begin)

    def break_and_mend(self, number):
        self.w.simulator.disaster(seed=number + 2, delete=4, scramble=4, removeMemberships=8,
                                  removeRoles=1)
        self.mend(self.baseline)

    def mend(self, snapshot, patience=20):
        """Restores again for as long as Graph is away."""
        for _ in range(patience):
            begin = time.monotonic()
            submitted = self.w.ctl.json("restore", "--all", *harness.RESTORE_ALL, "--at", snapshot,
                                        "--yes", "--no-wait")
            if self.judge(self.ended(submitted["id"]), begin):
                return
            time.sleep(3 * MINUTE)
        raise AssertionError(f"{patience} restores have not put the tenant right")

    def judge(self, row, begin):
        """True: it did all that it should. Nothing else is right but that Graph was away."""
        name = f'{row["kind"]} {row["state"]} {row.get("reason") or ""}'.strip()
        self.kinds[name] = self.kinds.get(name, 0) + 1
        kinds = self.problems_of(row)
        if not kinds and row["state"] in ("succeeded", "partial"):
            return True
        self.assertTrue(kinds, str(row))
        self.assertEqual(kinds, {"graphUnavailable"}, str(row))
        self.assertTrue(self.day.was_away(begin, time.monotonic()), f"Graph was there: {row}")
        self.away += 1
        return False

    def problems_of(self, row):
        if row["state"] == "failed":
            return {row["failure"]["kind"]}
        if row["kind"] == "backup":
            return set()
        kinds = set()
        for outcome in ("failed", "partial"):
            if row["outcomes"].get(outcome):
                items = self.w.ctl.json("jobs", "items", row["id"], "--outcome", outcome)["items"]
                kinds |= {problem["kind"] for item in items for problem in item["problems"]}
        return kinds

    # Judgement.

    def report(self):
        print(f"{HOURS} simulated hours: {self.kinds}, {self.away} jobs met a Graph that was away in "
              f"{len(self.day.outages)} outages, {self.day.revocations} revocations")
        print(f"graph: {self.day.counters}")
        path = os.environ.get("ENTRAD_SOAK_CSV")
        if path:
            names = list(self.day.samples[0])
            rows = [",".join(names)] + [",".join(str(s[n]) for n in names) for s in self.day.samples]
            with open(path, "w", encoding="ascii") as file:
                file.write("\n".join(rows) + "\n")

    def check_log(self):
        lines = self.w.daemon.log.read_text(errors="replace").splitlines()
        self.assertEqual([line for line in lines if "critical" in line], [])

    def check_sign_ins(self):
        refused = self.day.counters["byStatus"].get("401", 0)
        self.assertLessEqual(refused, MOST_401_A_REVOCATION * self.day.revocations)
        granted = self.day.counters["tokensByStatus"].get("200", 0)
        # Each of two apps renews before the hour is over.
        expected = 2 * (HOURS * 3600 / (3599 - 300) + 1) + self.day.revocations
        self.assertLessEqual(granted, expected + 2)
        self.assertGreaterEqual(granted, HOURS, "no token has expired")

    def quarter(self, number, name):
        samples = self.day.samples
        part = samples[len(samples) * (number - 1) // 4:len(samples) * number // 4]
        return [sample[name] for sample in part]

    def check_samples(self):
        for name in ("memory", "rss", "threads", "files", "connections"):
            medians = [statistics.median(self.quarter(n, name)) for n in (1, 2, 3, 4)]
            most = max(sample[name] for sample in self.day.samples)
            print(f"{name}: median of each quarter {medians}, at most {most}")
        self.assertLessEqual(max(s["connections"] for s in self.day.samples), MOST_CONNECTIONS)
        for name, slack in (("memory", SLACK_KIB), ("threads", 0), ("files", 2)):
            second = statistics.median(self.quarter(2, name))
            last = statistics.median(self.quarter(4, name))
            self.assertLessEqual(last, 1.05 * second + slack, name)


if __name__ == "__main__":
    harness.main()
