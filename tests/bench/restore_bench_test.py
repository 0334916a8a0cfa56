#!/usr/bin/env python3
"""restore_bench runs and says all that it has to: a short run, of which no time counts.

What does not depend on the machine must be right: what entrad writes, that it brings everybody back,
and that its plan has the bound that the benchmark counts by itself.
"""

import json
import os
import pathlib
import subprocess
import sys

BENCH = pathlib.Path(__file__).with_name("restore_bench.py")
GOALS = ["restore_writes_over_bound", "restore_time_over_quota"]


def main():
    done = subprocess.run([sys.executable, "-B", BENCH, "--quick", "--json"], stdout=subprocess.PIPE,
                          text=True, env=os.environ)
    if done.returncode == 77:
        sys.exit(77)
    assert done.returncode in (0, 1), f"exit code {done.returncode}"
    print(done.stdout)
    said = json.loads(done.stdout)
    for kind in (said, said["withMethods"]):
        ours, script = kind["entrad"], kind["script"]
        # Admins are made with sign-in blocked, which takes a write more than the least.
        assert ours["leastWrites"] <= ours["planned"] <= ours["writes"], ours
        assert ours["planned"] <= 1.01 * ours["leastWrites"], ours
        assert ours["overBound"] == ours["writes"] / ours["leastWrites"], ours
        assert ours["usersWhole"] == ours["usersCreated"] == kind["users"], ours
        assert ours["givenUp"] == 0, ours
        # Or it has not done the work that the ratios are about.
        assert script["usersCreated"] + script["givenUp"] >= kind["users"], script
        assert script["writes"] + script["givenUp"] > 2 * script["leastWrites"], script
    ours = said["withMethods"]["entrad"]
    assert ours["methodWrites"] == ours["methods"] >= 2 * said["withMethods"]["users"], ours
    assert said["entrad"]["overBound"] <= 1.03, said["entrad"]
    assert [goal["name"] for goal in said["goals"]] == GOALS, said["goals"]
    reached = all(goal["reached"] for goal in said["goals"])
    assert reached == (done.returncode == 0), "the exit code does not tell what the goals say"


if __name__ == "__main__":
    main()
