#!/usr/bin/env python3
"""graph_bench runs and says all that it has to: a short run, of which no time counts.

Both clients must have done the whole work, for a client that fails is quick; so must the figures
that do not depend on the machine be right.
"""

import json
import os
import pathlib
import subprocess
import sys

BINARIES = pathlib.Path(os.environ.get("ENTRAD_BINARY_DIR", "build/release")).resolve()
USERS = 3200
FIGURES = {"windows", "writesAWindow", "shareOfQuota", "writes", "requests", "throttled",
           "shareThrottled", "cpuMicrosecondsAWrite", "usersCreated", "givenUp", "why", "seconds"}
GOALS = ["graph_share_of_write_quota", "graph_share_throttled", "graph_cpu_over_script"]


def main():
    done = subprocess.run([BINARIES / "graph_bench", "--quick", "--json"], stdout=subprocess.PIPE,
                          text=True)
    if done.returncode == 77:
        sys.exit(77)
    assert done.returncode in (0, 1), f"exit code {done.returncode}"
    said = json.loads(done.stdout)
    print(done.stdout)
    for name in ("entrad", "script"):
        client = said[name]
        assert set(client) == FIGURES, client
        assert client["cpuMicrosecondsAWrite"] > 0, client
        assert client["seconds"] > 150, f"{name} made more writes in a window than the quota has"
        assert client["windows"] >= 1 and 0 < client["shareOfQuota"] <= 1, client
        assert client["usersCreated"] + client["givenUp"] >= USERS, client
    ours = said["entrad"]
    assert ours["usersCreated"] == USERS and ours["writes"] == 2 * USERS, ours
    assert ours["givenUp"] == 0, ours
    assert [goal["name"] for goal in said["goals"]] == GOALS, said["goals"]
    reached = all(goal["reached"] for goal in said["goals"])
    assert reached == (done.returncode == 0), "the exit code does not tell what the goals say"


if __name__ == "__main__":
    main()
