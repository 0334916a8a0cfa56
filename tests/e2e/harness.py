"""Real programs for end-to-end tests: graphsim, entrad and entractl in a folder of their own.

    class Story(harness.Case):
        def test_something(self):
            world = self.world("users=300,seed=7")
            world.daemon.start()
            world.ctl.ok("backup")

A World is cleaned up when its test ends: every process is ended by its own id. When a test fails,
the daemon's last lines of log are printed. The programs come from $ENTRAD_BINARY_DIR, else from
build/release.
"""

import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
BINARIES = pathlib.Path(os.environ.get("ENTRAD_BINARY_DIR", TOP / "build" / "release"))
LONG = os.environ.get("ENTRAD_LONG", "0") == "1"
PATIENCE = 120  # seconds until something that should happen counts as not happening
RESTORE_ALL = ("--with-object", "--with-memberships", "--with-roles", "--with-auth-methods")


def wait_until(condition, what, seconds=PATIENCE, every=0.02):
    """Polls until `condition()` is true, and returns what it gave."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s in vain for {what}")
        time.sleep(every)


class Process:
    """A program that runs beside the test, its output in a file."""

    def __init__(self, name, folder):
        self.name = name
        self.log = folder / f"{name}.log"
        self.popen = None

    def launch(self, *arguments):
        with open(self.log, "ab") as log:
            self.popen = subprocess.Popen(
                [str(BINARIES / self.name), *map(str, arguments)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            )

    def running(self):
        return self.popen is not None and self.popen.poll() is None

    def end(self, number=signal.SIGTERM, seconds=30):
        """Sends the signal and returns the exit status (negative: the signal that ended it)."""
        if self.running():
            self.popen.send_signal(number)
        return self.popen.wait(timeout=seconds)

    def make_sure_it_is_gone(self):
        if self.running():
            self.popen.kill()
            self.popen.wait()

    def output(self, last=60):
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-last:])


SIGN_IN_FAILS = {"match": {"method": "POST", "path": "/{tenant}/oauth2/v2.0/token", "probability": 0.2},
                 "action": "status", "status": 503}


class Simulator(Process):
    """graphsim with one or more tenants, and its control interface."""

    def __init__(self, folder, tenants, *, time_scale, quotas, https):
        super().__init__("graphsim", folder)
        self.folder = folder
        self.exchanges = folder / "exchanges.jsonl"
        self.ca_file = folder / "ca.pem"
        self.arguments = ["--http", "0", "--time-scale", time_scale]
        for tenant in tenants:
            self.arguments += ["--tenant", tenant]
        self.quotas_file = TOP / "config" / "quotas.json"
        if isinstance(quotas, dict):
            self.quotas_file = folder / "graph-quotas.json"
            self.quotas_file.write_text(json.dumps(quotas))
        if https:
            self.arguments += ["--https", "0", "--ca-out", self.ca_file]
        self.quotas = False
        if quotas:
            self.take_quotas()

    def take_quotas(self):
        """From the next start on."""
        self.quotas = True
        self.arguments += ["--quotas", self.quotas_file]

    def start(self, *, log=False):
        ready = self.folder / "graphsim.ready"
        ready.unlink(missing_ok=True)
        more = ["--log", self.exchanges] if log else []
        self.launch(*self.arguments, "--ready-file", ready, *more)
        wait_until(lambda: ready.exists() or not self.running(), "graphsim to listen")
        if not self.running():
            raise AssertionError(f"graphsim ended:\n{self.output()}")
        addresses = json.loads(ready.read_text())
        self.http, self.https = addresses["http"], addresses.get("https", "")
        return self

    def control(self, method, path, body=None):
        connection = http.client.HTTPConnection(self.http.removeprefix("http://"), timeout=60)
        try:
            text = None if body is None else json.dumps(body)
            connection.request(method, "/_control" + path, text, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            content = answer.read()
            if answer.status // 100 != 2:
                raise AssertionError(f"{method} {path}: {answer.status} {content[:500]}")
            return json.loads(content) if content.strip() else {}
        finally:
            connection.close()

    def tenant(self, name="aurora"):
        return next(t for t in self.control("GET", "/tenants")["tenants"] if t["name"] == name)

    def app(self, purpose, name="aurora"):
        return next(app for app in self.tenant(name)["apps"] if app["name"] == purpose)

    def add_app(self, name, like, tenant="aurora"):
        self.control("POST", f"/tenants/{tenant}/apps", {"name": name, "like": like})

    def revoke_tokens(self, purpose, name="aurora"):
        self.control("POST", f"/tenants/{name}/apps/{purpose}/revoke", {})

    def set_quotas(self, quotas):
        self.control("PUT", "/quotas", quotas)

    def network(self, on):
        """Of the https port; the control interface is on the other."""
        self.control("PUT", "/network", {"https": on})

    def change_app(self, purpose, name="aurora", **changes):
        return self.control("PUT", f"/tenants/{name}/apps/{purpose}", changes)

    def dump(self, name="aurora", ids=False):
        suffix = "" if ids else "?ids=false"
        return self.control("GET", f"/tenants/{name}/dump{suffix}")

    def user_ids(self, name="aurora"):
        users = self.dump(name, ids=True)["users"]
        return {upn: user["object"]["id"] for upn, user in users.items()}

    def disaster(self, name="aurora", **what):
        return self.control("POST", f"/tenants/{name}/disaster", {"seed": 1, **what})

    def settle(self):
        """Lets what was changed until now reach every replica."""
        self.control("POST", "/clock", {"advance": 300})

    def counters(self):
        return self.control("GET", "/counters")

    def reset_counters(self):
        self.control("POST", "/counters/reset", {})

    def faults(self, *faults, seed=1):
        self.control("POST", "/faults", {"faults": list(faults), "seed": seed})

    def begin_mix(self, seed, share):
        """Every fault that a client can get over, each as often as any other, and all forms of 429
        together as one, since each closes the quota for two seconds; together `share` of all requests.
        The sign-in service fails now and then too."""
        self.control("POST", "/faults", {"mix": {"share": share}})
        names = list(self.control("GET", "/faults")["fired"]) + ["throttledDate", "unknownToPim"]
        throttled = [name for name in names if name.startswith("throttled")]
        others = [name for name in names if name not in throttled]
        one = share / (len(others) + 1)
        some = [{"name": name, "match": {"probability": one / len(throttled)}} for name in throttled]
        self.control("POST", "/faults", {"seed": seed, "faults": [SIGN_IN_FAILS] + some,
                                         "mix": {"share": share - one, "names": others}})

    def no_faults(self):
        self.control("DELETE", "/faults")


class Daemon(Process):
    """entrad with a configuration, store and socket below the test's folder."""

    def __init__(self, folder, simulator, time_scale):
        super().__init__("entrad", folder)
        self.folder = folder
        self.simulator = simulator
        self.time_scale = time_scale
        self.socket = folder / "entrad.sock"
        self.state = folder / "state"
        self.config = folder / "entrad.toml"
        self.https = False
        self.graph = None  # another address than the simulator's
        self.certificates = {}

    def quotas_file(self):
        """Graph's limits, or a thousand times as much where the simulator has none."""
        real = self.simulator.quotas_file
        if self.simulator.quotas:
            return real
        quotas = json.loads(real.read_text(encoding="utf-8"))
        for bucket in quotas["buckets"].values():
            if "limit" in bucket:
                bucket["limit"] *= 1000
            for size in bucket.get("limitBySize", {}):
                bucket["limitBySize"][size] *= 1000
        generous = self.folder / "quotas.json"
        generous.write_text(json.dumps(quotas))
        return generous

    def write_config(self):
        lines = ["[daemon]", f'state_directory = "{self.state}"', f'socket = "{self.socket}"',
                 f'quotas_file = "{self.quotas_file()}"']
        for tenant in self.simulator.control("GET", "/tenants")["tenants"]:
            lines += self.tenant_lines(tenant)
        self.config.write_text("\n".join(lines) + "\n")

    def tenant_lines(self, tenant):
        endpoint = self.graph or (self.simulator.https if self.https else self.simulator.http)
        lines = [f'[tenant.{tenant["name"]}]', f'tenant_id = "{tenant["tenantId"]}"',
                 f'login_endpoint = "{endpoint}"', f'graph_endpoint = "{endpoint}"']
        if self.https:
            lines.append(f'ca_file = "{self.simulator.ca_file}"')
        for app in tenant["apps"]:
            purpose = app["name"].split("-")[0]
            pooled = any(other["name"] == f"{purpose}-2" for other in tenant["apps"])
            table = f'tenant.{tenant["name"]}.{purpose}'
            lines += [f"[[{table}]]" if pooled else f"[{table}]", f'client_id = "{app["clientId"]}"']
            if app["name"] in self.certificates:
                lines.append(f'certificate_file = "{self.certificates[app["name"]]}"')
                continue
            secret = self.secret_file(app["name"], tenant["name"])
            secret.write_text(app["secret"] + "\n")
            secret.chmod(0o600)
            lines.append(f'client_secret_file = "{secret}"')
        return lines

    def secret_file(self, purpose, tenant="aurora"):
        return self.folder / f"{tenant}-{purpose}.secret"

    def start(self, *, rewrite=True):
        """Starts and waits until it answers."""
        if rewrite:
            self.write_config()
        self.launch("--config", self.config, "--time-scale", self.time_scale)
        wait_until(lambda: self.answers() or not self.running(), "entrad to answer")
        if not self.running():
            raise AssertionError(f"entrad ended with {self.popen.returncode}:\n{self.output()}")
        return self

    def answers(self):
        try:
            return self.get("/v1/status")["state"] == "ready"
        except (OSError, ValueError, KeyError, http.client.HTTPException):
            return False

    def get(self, path):
        connection = http.client.HTTPConnection("localhost", timeout=30)
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.settimeout(30)
        try:
            connection.sock.connect(str(self.socket))
            connection.request("GET", path)
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()

    def kill(self):
        return self.end(signal.SIGKILL)


class Answer:
    """What a run of a program gave."""

    def __init__(self, arguments, result):
        self.arguments = arguments
        self.code, self.out, self.err = result.returncode, result.stdout, result.stderr

    def json(self):
        return json.loads(self.out)

    def error(self):
        """The error of `--json`, from stderr."""
        return json.loads(self.err)["error"]

    def __str__(self):
        return f"$ {' '.join(self.arguments)}\nexit {self.code}\n{self.out}{self.err}"


class Client:
    """entractl, pointed at the test's daemon."""

    def __init__(self, folder, socket_path):
        self.folder = folder
        self.environment = dict(os.environ, ENTRAD_SOCKET=str(socket_path), NO_COLOR="1")
        self.environment.pop("ENTRAD_TENANT", None)

    def run(self, *arguments, stdin="", seconds=300):
        command = [str(BINARIES / "entractl"), *map(str, arguments)]
        return Answer(["entractl", *command[1:]], subprocess.run(
            command, input=stdin, capture_output=True, text=True, timeout=seconds,
            env=self.environment, cwd=self.folder))

    def begin(self, *arguments):
        """Starts a command and does not wait for it."""
        return subprocess.Popen([str(BINARIES / "entractl"), *map(str, arguments)],
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, env=self.environment)

    def expect(self, code, *arguments, **options):
        answer = self.run(*arguments, **options)
        if answer.code != code:
            raise AssertionError(f"expected exit {code}:\n{answer}")
        return answer

    def ok(self, *arguments, **options):
        return self.expect(0, *arguments, **options)

    def json(self, *arguments, **options):
        return self.ok("--json", *arguments, **options).json()

    def job(self, job):
        return self.json("jobs", "show", job)

    def job_ended(self, job, seconds=PATIENCE, every=0.02):
        """Waits for a final state and returns the job."""
        final = ("succeeded", "partial", "failed", "cancelled")

        def look():
            answer = self.run("--json", "jobs", "show", job)
            return answer.code == 0 and answer.json()["state"] in final and answer.json()

        return wait_until(look, f"job {job} to end", seconds, every)

    def restore(self, *arguments, **options):
        """Restores, and returns {"job","plan","report"}. Some parts may be another tool's to set
        (exit 3, items partial or impossible), but nothing may have failed."""
        answer = self.run("--json", "restore", *arguments, "--yes", **options)
        if answer.code not in (0, 3):
            raise AssertionError(f"a restore failed:\n{answer}")
        result = answer.json()
        check_nothing_failed(result["job"], self)
        return result

    def restore_ended(self, job, seconds=PATIENCE, every=0.02):
        """Waits for the end of a restore in which nothing may fail, and returns the job."""
        ended = self.job_ended(job, seconds, every)
        if ended["state"] not in ("succeeded", "partial"):
            raise AssertionError(f"job {job} {ended['state']}: {ended}")
        check_nothing_failed(ended, self)
        return ended

    def submit_restore(self, *selection):
        """Queues a restore of everything and returns the job's id."""
        return self.json("restore", *selection, *RESTORE_ALL, "--yes", "--no-wait")["id"]


def check_nothing_failed(job, ctl):
    """Every item has an outcome, and none is a failure."""
    bad = {name: count for name, count in job["outcomes"].items() if name in ("failed", "pending")}
    if not any(bad.values()):
        return
    items = [item for outcome in bad for item in
             ctl.json("jobs", "items", job["id"], "--outcome", outcome)["items"]]
    raise AssertionError(f"{bad}, the first: {json.dumps(items[:1], indent=1)}")


def published_quotas():
    return json.loads((TOP / "config" / "quotas.json").read_text(encoding="utf-8"))


class World:
    """One simulator, one daemon, one client, one folder. `quotas`: True for the published limits, or
    others in the same form; both programs get them."""

    def __init__(self, tenants, *, time_scale=60, quotas=False, https=False, log=False):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="entrad-e2e-"))
        self.simulator = Simulator(self.folder, tenants, time_scale=time_scale, quotas=quotas,
                                   https=https)
        self.daemon = Daemon(self.folder, self.simulator, time_scale)
        self.ctl = Client(self.folder, self.daemon.socket)
        self.others = []
        self.simulator.start(log=log)

    def entrad(self, *arguments, seconds=30):
        """Runs entrad to its end."""
        command = [str(BINARIES / "entrad"), *map(str, arguments)]
        return Answer(["entrad", *command[1:]], subprocess.run(
            command, capture_output=True, text=True, timeout=seconds, cwd=self.folder))

    def close(self, failed):
        for process in (self.daemon, self.simulator):
            process.make_sure_it_is_gone()
        if failed:
            print(f"--- the last lines of entrad's log\n{self.daemon.output()}", file=sys.stderr)
        if os.environ.get("ENTRAD_KEEP_FOLDERS") != "1":
            shutil.rmtree(self.folder, ignore_errors=True)


class Case(unittest.TestCase):
    """A test with worlds that are cleaned up."""

    maxDiff = 4000

    def world(self, *tenants, **options):
        described = [f"aurora:{keys}" for keys in tenants] or ["aurora:users=60,seed=7"]
        world = World(described, **options)
        self.addCleanup(lambda: world.close(self.failed()))
        return world

    def failed(self):
        outcome = self._outcome
        result = getattr(outcome, "result", None)
        problems = (getattr(result, "errors", []) + getattr(result, "failures", [])) if result else []
        return any(case is self for case, _ in problems) or not getattr(outcome, "success", True)

    def assert_same_tenant(self, before, after):
        """Compares two dumps user by user, so that a difference is readable."""
        self.assertEqual(sorted(before["users"]), sorted(after["users"]))
        different = [upn for upn, user in before["users"].items() if user != after["users"][upn]]
        if different:
            upn = different[0]
            self.assertEqual(before["users"][upn], after["users"][upn],
                             f"{len(different)} users differ, the first is {upn}")
        self.assertEqual(before, after)


def main():
    if not (BINARIES / "entrad").exists():
        print(f"no programs in {BINARIES}: build them first", file=sys.stderr)
        sys.exit(1)
    unittest.main(verbosity=2)
