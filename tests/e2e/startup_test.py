#!/usr/bin/env python3
"""Starting the daemon where it cannot start: it says what is in the way and how to clear it."""

import socket

import harness


class Startup(harness.Case):
    def setUp(self):
        self.w = self.world()
        self.w.daemon.write_config()

    def refuses(self, *mentions, config=None):
        answer = self.w.entrad("--config", config or self.w.daemon.config)
        self.assertNotEqual(answer.code, 0, str(answer))
        for text in mentions:
            self.assertIn(str(text), answer.err)
        return answer

    def config_with(self, old, new):
        text = self.w.daemon.config.read_text()
        self.assertIn(old, text)
        changed = self.w.folder / "changed.toml"
        changed.write_text(text.replace(old, new, 1))
        return changed

    def line_of(self, config, text):
        lines = config.read_text().splitlines()
        return next(n for n, line in enumerate(lines, start=1) if text in line)

    def test_a_second_daemon_on_the_same_store(self):
        self.w.daemon.start()
        other = self.config_with("entrad.sock", "other.sock")
        self.refuses("another", self.w.daemon.state, config=other)
        self.assertTrue(self.w.daemon.answers())

    def test_a_socket_that_another_daemon_answers_on(self):
        self.w.daemon.start()
        other = self.config_with(str(self.w.daemon.state), str(self.w.folder / "other-state"))
        self.refuses("another daemon", self.w.daemon.socket, config=other)
        self.assertTrue(self.w.daemon.answers())

    def test_a_stale_socket_is_replaced(self):
        stale = socket.socket(socket.AF_UNIX)
        stale.bind(str(self.w.daemon.socket))
        stale.close()
        self.w.daemon.start()
        self.assertTrue(self.w.daemon.answers())

    def test_a_socket_path_that_is_too_long(self):
        self.refuses("107", config=self.config_with("entrad.sock", "x" * 120 + ".sock"))

    def test_an_unknown_key_names_file_line_and_column(self):
        config = self.config_with("[daemon]", '[daemon]\n  sockett = "/run/entrad.sock"')
        answer = self.refuses("sockett", config=config)
        self.assertIn(f"{config}:{self.line_of(config, 'sockett')}:3", answer.err)

    def test_a_wrong_type_names_file_line_and_column(self):
        config = self.config_with(f'socket = "{self.w.daemon.socket}"', "socket = 17")
        answer = self.refuses("socket", config=config)
        self.assertIn(f"{config}:{self.line_of(config, 'socket = 17')}:", answer.err)

    def test_a_syntax_error_names_file_line_and_column(self):
        config = self.config_with("[daemon]", "[daemon")
        answer = self.refuses(config=config)
        self.assertRegex(answer.err, rf"{config}:[12]:\d+")

    def test_a_missing_key_says_which_and_what_to_write(self):
        config = self.config_with("client_secret_file", "# client_secret_file")
        self.refuses("client_secret_file", config=config)

    def test_a_missing_configuration_says_where_it_was_looked_for(self):
        missing = self.w.folder / "missing.toml"
        self.refuses(missing, config=missing)

    def test_plain_http_to_another_machine_is_refused(self):
        config = self.config_with(self.w.simulator.http, "http://graph.aurora.example")
        self.refuses("http://graph.aurora.example", config=config)

    def test_check_config_accepts_a_good_one_and_refuses_a_bad_one(self):
        good = self.w.entrad("--config", self.w.daemon.config, "--check-config")
        self.assertEqual(good.code, 0, str(good))
        bad = self.w.entrad("--config", self.config_with("[daemon]", "[demon]"), "--check-config")
        self.assertNotEqual(bad.code, 0)
        self.assertIn("demon", bad.err)

    def test_the_commented_example_is_a_good_configuration(self):
        example = harness.TOP / "config" / "entrad.toml"
        answer = self.w.entrad("--config", example, "--check-config")
        self.assertEqual(answer.code, 0, str(answer))

    def test_version(self):
        answer = self.w.entrad("--version")
        self.assertEqual(answer.code, 0)
        self.assertRegex(answer.out, r"\d+\.\d+\.\d+")


if __name__ == "__main__":
    harness.main()
