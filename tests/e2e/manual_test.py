#!/usr/bin/env python3
"""The manual pages and the shells' completions say what the programs say of themselves."""

import functools
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import harness

MAN = harness.TOP / "man"
COMPLETION = harness.TOP / "completion"
PAGES = sorted(MAN.glob("*.[1-8]"))
API = harness.TOP / "daemon" / "api"
ENVIRONMENT = dict(os.environ, PATH=f"{harness.BINARIES.resolve()}:{os.environ['PATH']}",
                   ENTRAD_SOCKET="/nobody/listens/here")


def run(*command, **options):
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=120,
                          check=False, **{"env": ENVIRONMENT, **options})


def help_of(*words):
    done = run(*words, "--help")
    assert (done.returncode, done.stderr) == (0, ""), done
    return done.stdout


def options_in(text):
    """Those that begin a line: "  -h,--help", "  -t, --tenant T", "  --at WHEN"."""
    heads = re.findall(r"^  (-[^\s,]+(?:, ?--\S+)?)", text, re.MULTILINE)
    return {option for head in heads for option in re.split(", ?", head)}


@functools.cache
class Entractl:
    """The help of every command, found by walking from the first one down."""

    def __init__(self):
        overview = help_of("entractl")
        self.everywhere = options_in(overview) | {"-h"}
        self.help = {}
        for word in re.findall(r"^  ([a-z]+) ", overview, re.MULTILINE):
            text = help_of("entractl", word)
            if "\nSubcommands:" not in text:
                self.help[word] = text
                continue
            verbs = re.findall(r"^  ([a-z]+) ", text.split("\nSubcommands:")[1], re.MULTILINE)
            self.help.update({f"{word} {verb}": help_of("entractl", word, verb) for verb in verbs})

    def options(self):
        return {command: options_in(text) - self.everywhere for command, text in self.help.items()}

    def choices(self):
        """What a value may be, where help says so: "  --sort BY:{name,id,modified}=name"."""
        return {f"{command} {option}": values.split(",") for command, text in self.help.items()
                for option, values in re.findall(r"^  (--\S+) [A-Z]+:\{(.*)\}", text, re.MULTILINE)}


def flags_in(text):
    """The options that mdoc source names: ".Fl -at", ".Fl t"."""
    return {f"-{name}" for name in re.findall(r"\bFl (\S+)", text)}


class Page:
    """The mdoc source of a manual page, in chapters that .Sh and .Ss begin."""

    def __init__(self, name):
        self.text = (MAN / name).read_text(encoding="utf-8")
        parts = re.split(r"^\.S[hs] (.*)\n", self.text, flags=re.MULTILINE)
        self.chapters = dict(zip(parts[1::2], parts[2::2]))

    def heads(self, chapter=None):
        """What begins each item of its lists, on one line."""
        text = self.text if chapter is None else self.chapters[chapter]
        found = re.findall(r"^\.It (Xo .*?\n\.Xc|[^\n]*)", text, re.MULTILINE | re.DOTALL)
        return [head.replace("\n.", " ") for head in found]

    def commands(self):
        """The options in the head of each command."""
        options = {}
        for head in self.heads():
            if command := re.match(r"(?:Xo )?Ic ([a-z]+(?: [a-z]+)?)", head):
                options.setdefault(command[1], set()).update(flags_in(head))
        return options


class Commands(harness.Case):
    @classmethod
    def setUpClass(cls):
        cls.entractl = Entractl()
        cls.page, cls.restore = Page("entractl.1"), Page("entractl-restore.1")

    def test_the_manual_has_every_command_with_its_options_and_no_others(self):
        told = self.page.commands()
        told["restore"] |= {flag for head in self.restore.heads() for flag in flags_in(head)}
        there = self.entractl.options()
        self.assertEqual(sorted(told), sorted(there))
        for command, options in there.items():
            with self.subTest(command):
                self.assertEqual(sorted(told[command]), sorted(options))

    def test_the_manual_has_the_options_of_every_command(self):
        told = {flag for head in self.page.heads("DESCRIPTION") for flag in flags_in(head)}
        self.assertEqual(sorted(told), sorted(self.entractl.everywhere))

    def test_the_manual_has_the_options_of_the_daemon(self):
        page = Page("entrad.8")
        told = {flag for head in page.heads() for flag in flags_in(head)}
        self.assertEqual(sorted(told), sorted(options_in(help_of("entrad"))))

    def test_no_page_speaks_of_an_option_that_is_none(self):
        entrad = options_in(help_of("entrad"))
        entractl = self.entractl.everywhere.union(*self.entractl.options().values())
        for path in PAGES:
            there = {"entrad.8": entrad, "entrad.toml.5": entrad}.get(path.name, entractl)
            with self.subTest(path.name):
                self.assertLessEqual(flags_in(path.read_text(encoding="utf-8")), there)

    def test_the_manual_has_every_exit_code_and_kind_of_error(self):
        codes = re.findall(r"exit_\w+ = (\d+)", (API / "error_table.h").read_text())
        self.assertEqual(self.page.heads("EXIT STATUS"), codes)
        kinds = re.findall(r'\{ErrorKind::\w+, "(\w+)"', (API / "error_table.cpp").read_text())
        words = set(re.findall(r"[a-z]\w+", self.page.chapters["EXIT STATUS"]))
        self.assertEqual([kind for kind in kinds if kind not in words], [])


class Configuration(harness.Case):
    VALID = {"daemon": [], "tenant.NAME": ['tenant_id = "aurora.example"'],
             "tenant.NAME.backup": ['client_id = "11111111-2222-3333-4444-555555555555"',
                                    'certificate_file = "aurora.pem"']}

    def told(self):
        """The keys of each table in the manual."""
        page = Page("entrad.toml.5")
        return {table: {key for head in page.heads(chapter)
                        for key in re.findall("[a-z_]+", head.removeprefix("Ic "))}
                for chapter in page.chapters if chapter.startswith("Table")
                for table in re.findall(r"\w+(?:\.\w+)+|daemon", chapter)}

    def known(self, table, folder):
        """The keys that the daemon knows in a table, as it says where there is an unknown one."""
        tables = {**self.VALID, table: [*self.VALID.get(table, []), "unknown = 1"]}
        file = pathlib.Path(folder, "entrad.toml")
        file.write_text("\n".join(line for name, lines in tables.items()
                                  for line in (f"[{name}]", *lines)))
        said = run("entrad", "--config", file, "--check-config").stderr
        self.assertIn('unknown key "unknown"', said)
        return set(re.search("known keys there: (.*)", said)[1].split(", "))

    def test_the_manual_has_the_keys_that_the_daemon_knows(self):
        with tempfile.TemporaryDirectory() as folder:
            for table, keys in self.told().items():
                with self.subTest(table):
                    self.assertEqual(sorted(keys), sorted(self.known(table, folder)))

    def test_the_manual_has_every_table_and_key_of_the_example(self):
        told = self.told()
        table = None
        for line in (harness.TOP / "config" / "entrad.toml").read_text().splitlines():
            line = line.removeprefix("# ")
            if head := re.fullmatch(r"\[+([\w.]+)\]+", line):
                table = head[1].replace("aurora", "NAME")
                self.assertIn(table, told)
            elif key := re.match(r"([a-z_]+) = ", line):
                self.assertIn(key[1], told[table], table)


class Typesetting(unittest.TestCase):
    @unittest.skipUnless(shutil.which("man"), "man-db is missing")
    def test_man_has_no_complaints(self):
        for path in PAGES:
            with self.subTest(path.name):
                done = run("man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", path)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertIn("NAME", done.stdout)

    @unittest.skipUnless(shutil.which("mandoc"), "mandoc is missing")
    def test_mandoc_has_no_complaints(self):
        for path in PAGES:
            said = run("mandoc", "-T", "lint", path).stdout
            # It looks for other pages among those that are installed.
            self.assertEqual([line for line in said.splitlines()
                              if "referenced manual not found" not in line], [])


# Reads command lines, and answers each with what their last word may become.
BASH = """source "$1"
while IFS= read -r line; do
  read -ra COMP_WORDS <<<"$line"
  if [[ $line == *' ' ]]; then COMP_WORDS+=(''); fi
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  _entractl
  echo "${COMPREPLY[*]}"
done"""

# The same with what it would hand to zsh's own functions, which work in its line editor only.
ZSH = """_arguments() { print -r -- ${${(M)@:#*\\[*}%%[=+]#\\[*} $(_entractl_words) }
_describe() { print -r -- ${${(P)@[-1]}%%:*} }
while IFS= read -r line; do
  words=(${=line})
  if [[ $line == *' ' ]]; then words+=(''); fi
  CURRENT=$#words
  source "$1"
done"""


class Completion(harness.Case):
    @classmethod
    def setUpClass(cls):
        cls.entractl = Entractl()

    def completed(self, command, lines, **options):
        done = run(*command, input="".join(f"{line}\n" for line in lines), **options)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        answers = done.stdout.splitlines()
        self.assertEqual(len(answers), len(lines), done.stdout)
        return dict(zip(lines, map(str.split, answers)))

    def bash(self, *lines, **options):
        return self.completed(["bash", "-c", BASH, "-", COMPLETION / "entractl.bash"], lines,
                              **options)

    def zsh(self, *lines):
        return self.completed(["zsh", "-f", "-o", "extendedglob", "-c", ZSH, "-",
                               COMPLETION / "_entractl"], lines)

    def words(self):
        """What may follow which words, up to a whole command."""
        follow = {}
        for command in self.entractl.help:
            group, _, verb = command.rpartition(" ")
            follow.setdefault(f"entractl {group} " if group else "entractl ", set()).add(verb)
            if group:
                follow["entractl "].add(group)
        return follow

    def test_bash_offers_every_word(self):
        follow = self.words()
        offered = self.bash(*follow)
        for line, words in follow.items():
            self.assertEqual(sorted(offered[line]), sorted(words), line)

    def test_bash_offers_every_option(self):
        offered = self.bash(*(f"entractl {command} -" for command in self.entractl.help))
        for command, options in self.entractl.options().items():
            there = options | self.entractl.everywhere - {"-h"}
            self.assertEqual(sorted(offered[f"entractl {command} -"]), sorted(there), command)

    def test_bash_offers_the_words_that_a_value_may_be(self):
        choices = self.entractl.choices()
        self.assertIn("users list --sort", choices)
        offered = self.bash(*(f"entractl {option} " for option in choices))
        for option, words in choices.items():
            self.assertEqual(offered[f"entractl {option} "], words)

    def test_words_that_help_does_not_list_are_those_of_the_tables(self):
        tables = (API / "words.h").read_text() + (API / "error_table.cpp").read_text()
        lines = [f"entractl {option} " for option in
                 ("snapshots diff --kind", "jobs retry 1 --outcome", "jobs retry 1 --kind",
                  "restore --attributes")]
        for line, words in self.bash(*lines).items():
            self.assertTrue(words, line)
            self.assertEqual([word for word in words if f'"{word}"' not in tables], [], line)

    def test_bash_offers_files_and_is_silent_without_a_daemon(self):
        folder = tempfile.mkdtemp(prefix="entrad-files-")
        self.addCleanup(shutil.rmtree, folder)
        pathlib.Path(folder, "people.csv").touch()
        offered = self.bash(f"entractl restore --from-file {folder}/peo",
                            f"entractl jobs report 7 --csv > {folder}/peo",
                            "entractl jobs show ", "entractl -t ", "entractl users list --at ")
        file = [f"{folder}/people.csv"]
        self.assertEqual(list(offered.values()), [file, file, [], [], []])

    @unittest.skipUnless(shutil.which("zsh"), "zsh is missing")
    def test_zsh_offers_every_word_and_option(self):
        follow = self.words()
        offered = self.zsh(*follow, *(f"entractl {command} -" for command in self.entractl.help))
        for line, words in follow.items():
            self.assertLessEqual(words, set(offered[line]), line)
        for command, options in self.entractl.options().items():
            self.assertLessEqual(options, set(offered[f"entractl {command} -"]), command)

    def test_bash_offers_what_the_daemon_has(self):
        w = self.world("users=20,seed=7")
        w.daemon.start()
        for _ in range(2):
            w.ctl.ok("backup")
        environment = dict(ENVIRONMENT, ENTRAD_SOCKET=str(w.daemon.socket))
        offered = self.bash("entractl -t ", "entractl jobs watch ", "entractl snapshots diff 1 ",
                            "entractl users list --at ", "entractl -t aurora users diff x --to ",
                            env=environment)
        self.assertEqual(list(offered.values()),
                         [["aurora"], ["2", "1"], ["2", "1"], ["2", "1"], ["live", "2", "1"]])


if __name__ == "__main__":
    harness.main()
