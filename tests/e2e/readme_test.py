#!/usr/bin/env python3
"""What the README tells somebody to type whose colleagues are gone brings them back, as printed."""

import os
import re
import subprocess

import harness

CHAPTER = "## People are gone"


def typed():
    """The lines to type of the README's first chapter, step by step."""
    text = (harness.TOP / "README.md").read_text()
    chapter = text[text.index(CHAPTER):]
    chapter = chapter[:chapter.index("\n## ", 1)]
    steps = re.split(r"^\d\. ", chapter, flags=re.MULTILINE)[1:]
    return [re.findall(r"^ {7}(\S.*)$", step, flags=re.MULTILINE) for step in steps]


class Readme(harness.Case):
    def bash(self, lines):
        environment = dict(self.w.ctl.environment,
                           PATH=f"{harness.BINARIES.resolve()}:{os.environ['PATH']}")
        done = subprocess.run(["bash", "-ec", "\n".join(lines)], cwd=self.w.folder, text=True,
                              env=environment, capture_output=True, timeout=300)
        return done.returncode, done.stdout + done.stderr

    def test_the_lost_come_back_and_nobody_else_is_touched(self):
        self.w = w = self.world("users=300,seed=5,groups=40")
        w.daemon.start()
        w.ctl.ok("backup")
        # One leaves in good order before the disaster, and one is promoted after it.
        leaver = sorted(w.simulator.user_ids().values())[3]
        w.simulator.control("POST", "/tenants/aurora/users/delete", {"ids": [leaver]})
        w.simulator.settle()
        w.ctl.ok("backup")
        before = w.simulator.dump()["users"]
        w.simulator.disaster(delete=40)
        left = w.simulator.dump()["users"]
        lost = set(before) - set(left)
        self.assertEqual(len(lost), 40)
        promoted = min(left)
        w.simulator.control("POST", f"/tenants/aurora/users/{promoted}/patch",
                            {"jobTitle": "Promoted since"})

        steps = typed()
        self.assertEqual(len(steps), 3, steps)
        for step in steps[:2]:
            code, printed = self.bash([line.replace("since 41", "since 2") for line in step])
            # A plan that stays held ends with 7, which says so.
            self.assertIn(code, (0, 7) if step is steps[1] else (0,), printed)
        self.assertIn("40 users", printed)
        job = re.search(r"--apply (\d+)", printed).group(1)
        for line in steps[2]:
            code, printed = self.bash([line.replace("JOB", job)])
            self.assertIn(code, (0, 3), printed)

        back = w.simulator.dump()["users"]
        self.assertEqual(set(back), set(before))
        self.assertEqual(back[promoted]["object"]["jobTitle"], "Promoted since")
        for name in lost:
            self.assertEqual(back[name], before[name])


if __name__ == "__main__":
    harness.main()
