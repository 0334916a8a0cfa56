"""One client's restore for restore_bench: a tenant of its own, the disaster, the client, and what the
simulator has seen.

Before the disaster nothing is limited: a backup is not what is measured. After it Graph's published
quotas hold, and every answer takes `latency` seconds of Graph's time.
"""

import contextlib
import json
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

import harness
import restore_bench_export as export

WINDOW_SECONDS, WINDOW_WRITES = 150.0, 3000  # config/quotas.json, directory.write
RATE = WINDOW_WRITES / WINDOW_SECONDS
METHOD_RATE = 5 / 10.0  # authMethods
MEMBERSHIPS = 10  # at least, of each user
SCRIPT = pathlib.Path(__file__).with_name("restore_bench_script.mjs")
PATIENCE = 7200


class Measured:
    """Times are Graph's, in seconds."""

    def __init__(self, lost, simulator, methods):
        counters = simulator.counters()
        times = sorted(counters["writeTimesMs"])
        self.writes = counters["writes"]
        self.throttled = counters["throttled"]
        self.requests = counters["requests"]
        self.least = lost.least_writes()
        self.seconds = (times[-1] - times[0]) / 1000
        self.created = counters["usersCreated"]
        self.whole = lost.whole(export.people(simulator))
        self.given_up, self.why = 0, ""
        self.planned = None
        self.methods = lost.methods
        self.method_times = []
        if methods:
            self.method_times = [at for at in method_times(simulator.exchanges) if at >= times[0] / 1000]

    def over_bound(self):
        return self.writes / self.least

    def over_quota(self):
        return self.seconds / (self.least / RATE)

    def methods_over_bound(self):
        return len(self.method_times) / self.methods

    def method_seconds(self):
        return self.method_times[-1] - self.method_times[0]

    def methods_over_quota(self):
        return self.method_seconds() / (self.methods / METHOD_RATE)


def is_method(method, url):
    return method != "GET" and "/authentication/" in url


def method_times(exchanges):
    """When Graph accepted a write of a sign-in method, alone or in a batch."""
    times = []
    for line in exchanges.read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        asked = [(None, one["method"], one["url"], one["status"])]
        if one["url"].endswith("/$batch"):
            status = {answer["id"]: answer["status"] for answer in one["responseBody"]["responses"]}
            asked = [(item["id"], item["method"], item["url"], status[item["id"]])
                     for item in one["requestBody"]["requests"]]
        times += [one["timeMs"] / 1000 for _, method, url, code in asked
                  if is_method(method, url) and code // 100 == 2]
    return sorted(times)


class Setup:
    def __init__(self, users, seed, time_scale, latency, at_once, modules, methods):
        self.users, self.seed, self.time_scale, self.latency = users, seed, time_scale, latency
        self.at_once, self.modules, self.methods = at_once, modules, methods


@contextlib.contextmanager
def world_of(setup):
    # Some of a tenant are guests or synchronised, and are not purged.
    world = harness.World([f"aurora:users={setup.users * 13 // 10 + 20},seed={setup.seed}"],
                          time_scale=setup.time_scale, https=True, log=setup.methods)
    world.daemon.https = True
    try:
        yield world
    except BaseException:
        world.close(True)
        raise
    world.close(False)


def strike(world, setup):
    """The users who are gone now, as they were."""
    before = export.people(world.simulator)
    purged = world.simulator.disaster(seed=setup.seed, purge=setup.users)["purged"]
    if len(purged) != setup.users:
        raise AssertionError("the tenant is too small")
    return {one["userPrincipalName"]: before[one["userPrincipalName"]] for one in purged}


def make_tenant(world, setup):
    """Without the measured part: reading everybody's methods takes hours at Graph's rate."""
    export.give_memberships(world.simulator, MEMBERSHIPS, setup.seed)
    if setup.methods:
        export.give_two_phones(world.simulator)
    else:
        roles = world.simulator.app("backup")["roles"]
        world.simulator.change_app(
            "backup", roles=[r for r in roles if "AuthenticationMethod" not in r])


def begin_measuring(world, setup):
    simulator = world.simulator
    simulator.settle()
    simulator.set_quotas(harness.published_quotas())
    simulator.quotas = True  # for the daemon's configuration
    if setup.latency > 0:
        simulator.faults({"match": {}, "action": "delay", "seconds": setup.latency})
    simulator.reset_counters()


def without_methods(users):
    return {name: {**user, "methods": []} for name, user in users.items()}


def run_entrad(setup):
    with world_of(setup) as world:
        make_tenant(world, setup)
        world.daemon.start()
        backup = world.ctl.run("backup", seconds=PATIENCE)
        if backup.code not in (0, 3):
            raise AssertionError(f"no backup:\n{backup}")
        users = strike(world, setup)
        world.daemon.end()
        begin_measuring(world, setup)
        world.daemon.start()
        what = ["--with-object", "--with-memberships", "--with-roles"]
        what += ["--with-auth-methods"] if setup.methods else []
        job = world.ctl.json("restore", "--deleted-since", 1, *what, "--yes", "--no-wait")["id"]
        ended = world.ctl.restore_ended(job, PATIENCE, every=0.2)
        lost = export.Lost(users if setup.methods else without_methods(users))
        measured = Measured(lost, world.simulator, setup.methods)
        measured.given_up = sum(ended["outcomes"].get(name, 0) for name in ("failed", "impossible"))
        measured.planned = world.daemon.get(f"/v1/jobs/{job}/plan")["writes"]["directory.write"]
        return lost, measured


def run_script(setup):
    with world_of(setup) as world:
        make_tenant(world, setup)
        users = strike(world, setup)
        if not setup.methods:
            users = without_methods(users)
        job = export.write_job(users, world.simulator, world.folder,
                               {"modules": str(setup.modules), "timeScale": setup.time_scale,
                                "scriptAtOnce": setup.at_once})
        begin_measuring(world, setup)
        environment = dict(os.environ, NODE_EXTRA_CA_CERTS=str(world.simulator.ca_file))
        done = subprocess.run(["node", SCRIPT, job], stdout=subprocess.PIPE, text=True, check=True,
                              env=environment, timeout=PATIENCE)
        said = json.loads(done.stdout)
        measured = Measured(export.Lost(users), world.simulator, setup.methods)
        measured.given_up, measured.why = said["failed"], said["why"]
        return measured
