#!/usr/bin/env python3
"""restore_bench: what a restore costs, by entrad and by the plain script that an administrator would
write: Microsoft's JavaScript client with its retry middleware, from npm.

Both bring back the same users, who are gone for good, in turn, each in a simulated tenant of its own
(same seed) under Graph's published quotas, over TLS. Each user had ten group memberships or a few
more, most a manager, every third an administrative unit, and 1 in 100 admin roles. entrad has a
snapshot, the script an export of the same users as JSON; it creates them and then sends one write
for each link, eight requests at once. The simulator's time and both clients' waits run --time-scale
times as fast as real time; Graph answers after --latency seconds of its time.

How to read the table:
- bound: the least number of directory writes that Graph's rules allow for what was lost: one for
  each user, manager, administrative unit and role, and of each group one for twenty members. It is
  counted here from the simulator's dump, not by entrad; "planned" is what entrad's plan said.
- over the bound: accepted directory writes, over it. Where the script gave up, it wrote less than it
  should have: see "users wholly back".
- over the quota: Graph's time between the first and the last directory write, over the time that
  the bound takes at Graph's rate, 3,000 writes in 150 s, which is 20 a second. A window that is
  filled at once makes it less than 1.
- Sign-in methods have a quota of their own, 5 requests in 10 s: two phones of each of 10,000 users
  take eleven hours. So they are measured apart, with --method-users users who had two phones each and
  the same links: the second table. Their bound is one write a method, and its time that of this quota.
  "Directory done" says when the last directory write of that restore came, after the first.

Then one line a goal, NAME VALUE GOAL ok|short; the exit code is 1 when one falls short, and 77 where
npm's package cannot be had. With 10,000 users it takes twenty minutes; a smaller --time-scale
helps where the machine is busy with other things.
"""

import argparse
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "interop"))

import npm
import restore_bench_run as run

PACKAGE, VERSION = "@microsoft/microsoft-graph-client", "3.0.7"  # as graph_bench's
GOALS = (("restore_writes_over_bound", run.Measured.over_bound, 1.03),
         ("restore_time_over_quota", run.Measured.over_quota, 1.05))
LINKS = (("directory writes", "%.0f", lambda m: m.writes),
         ("  over the bound", "%.3f", run.Measured.over_bound),
         ("took, s of Graph", "%.0f", lambda m: m.seconds),
         ("  over the quota", "%.3f", run.Measured.over_quota))
REST = (("requests, reads too", "%.0f", lambda m: m.requests),
        ("answers 429", "%.0f", lambda m: m.throttled),
        ("users wholly back", "%.0f", lambda m: m.whole),
        ("given up", "%.0f", lambda m: m.given_up))
METHODS = (("method writes", "%.0f", lambda m: len(m.method_times)),
           ("  over the bound", "%.3f", run.Measured.methods_over_bound),
           ("took, s of Graph", "%.0f", run.Measured.method_seconds),
           ("  over the quota", "%.3f", run.Measured.methods_over_quota),
           ("directory done, s", "%.0f", lambda m: m.seconds))


def print_table(title, rows, ours, script):
    print(f"{title}\n{'':<20} {'entrad':>12} {'script':>12} {'ratio':>8}")
    for name, form, figure in rows:
        left, right = figure(ours), figure(script)
        ratio = f"{left / right:.2f}" if right else "-"
        print(f"{name:<20} {form % left:>12} {form % right:>12} {ratio:>8}")
    if script.why:
        print(f"script gave up first: {script.why}")
    print()


def counted(lost):
    return (f"{len(lost.users)} users with {lost.memberships} memberships, {lost.units} administrative"
            f" units, {lost.reporting} managers and {lost.roles} roles of {lost.admins} admins")


def reached(goal, ours):
    _, figure, bound = goal
    return figure(ours) <= bound


def print_all(lost, ours, script, methods):
    print_table(f"{counted(lost)}: bound {ours.least}, planned {ours.planned}", LINKS + REST, ours, script)
    if methods:
        lost_too, ours_too, script_too = methods
        print_table(f"{counted(lost_too)}, and {lost_too.methods} sign-in methods", METHODS + REST,
                    ours_too, script_too)
    for goal in GOALS:
        name, figure, bound = goal
        print(f"{name} {figure(ours):.4f} {bound:.4f} {'ok' if reached(goal, ours) else 'short'}")


def figures(measured):
    out = {"writes": measured.writes, "leastWrites": measured.least, "planned": measured.planned,
           "overBound": measured.over_bound(), "seconds": measured.seconds,
           "overQuota": measured.over_quota(), "requests": measured.requests,
           "throttled": measured.throttled, "usersCreated": measured.created,
           "usersWhole": measured.whole, "givenUp": measured.given_up, "why": measured.why}
    if measured.method_times:
        out.update(methodWrites=len(measured.method_times), methods=measured.methods,
                   methodsOverBound=measured.methods_over_bound(),
                   methodSeconds=measured.method_seconds(),
                   methodsOverQuota=measured.methods_over_quota())
    return out


def print_json(lost, ours, script, methods):
    out = {"users": len(lost.users), "entrad": figures(ours), "script": figures(script),
           "goals": [{"name": goal[0], "value": goal[1](ours), "goal": goal[2],
                      "reached": reached(goal, ours)} for goal in GOALS]}
    if methods:
        lost_too, ours_too, script_too = methods
        out["withMethods"] = {"users": len(lost_too.users), "entrad": figures(ours_too),
                              "script": figures(script_too)}
    print(json.dumps(out, indent=2))


def both(setup):
    lost, ours = run.run_entrad(setup)
    return lost, ours, run.run_script(setup)


def parsed(arguments):
    parser = argparse.ArgumentParser("restore_bench", description="What a restore costs, by entrad and "
                                     "by a plain script")
    parser.add_argument("--quick", action="store_true", help="few users: shows that it works")
    parser.add_argument("--json", action="store_true", help="JSON instead of the tables")
    parser.add_argument("--users", type=int, default=10000, help="to purge and to restore (%(default)s)")
    parser.add_argument("--method-users", type=int, default=100,
                        help="to restore with sign-in methods, 0 for none (%(default)s)")
    parser.add_argument("--seed", type=int, default=7, help="of the tenant (%(default)s)")
    parser.add_argument("--time-scale", type=float, default=10, help="how fast time runs (%(default)s)")
    parser.add_argument("--latency", type=float, default=0.2,
                        help="of Graph, in seconds of its time (%(default)s)")
    parser.add_argument("--at-once", type=int, default=8, help="requests of the script (%(default)s)")
    options = parser.parse_args(arguments)
    if options.quick:
        options.users, options.method_users, options.time_scale = 200, 8, 30
    return options


def main(arguments):
    options = parsed(arguments)
    npm.need_node()
    modules = run.harness.BINARIES / "bench" / "graph-client"
    npm.install(modules, PACKAGE, VERSION)

    def setup(users, methods):
        return run.Setup(users, options.seed, options.time_scale, options.latency, options.at_once,
                         modules, methods)

    lost, ours, script = both(setup(options.users, False))
    methods = both(setup(options.method_users, True)) if options.method_users else None
    if options.json:
        print_json(lost, ours, script, methods)
    else:
        print_all(lost, ours, script, methods)
    return 0 if all(reached(goal, ours) for goal in GOALS) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
