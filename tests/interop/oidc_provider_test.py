#!/usr/bin/env python3
"""Our certificate credential, checked by a program that knows nothing of ours: npm's oidc-provider.

It issues a token for our assertion, and refuses one that is signed with another key and one that is
meant for another audience. Exits 77 where node or npm are missing or npm's registry is out of
reach.
"""

import json
import os
import pathlib
import subprocess
import tempfile

import npm

# The last one that runs on Debian 12's node 18, and that takes the token endpoint as audience, as
# Entra does.
VERSION = "8.8.1"
BINARIES = pathlib.Path(os.environ.get("ENTRAD_BINARY_DIR", "build/release")).resolve()
HERE = pathlib.Path(__file__).resolve().parent
CLIENT = "11111111-2222-4333-8444-555555555555"
TENANT = "aurora.example"
PASSPHRASE = "open sesame"


def make_certificate(folder, name):
    """A certificate file, and a PEM file with its key too."""
    key, certificate, both = (folder / f"{name}.{kind}" for kind in ("key", "crt", "pem"))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                    "-subj", f"/CN={name}", "-keyout", key, "-out", certificate],
                   check=True, capture_output=True)
    both.write_text(certificate.read_text() + key.read_text())
    return certificate, both


class Provider:
    """oidc-provider as a child process."""

    def __init__(self, folder, certificate):
        self.process = subprocess.Popen(
            ["node", HERE / "oidc_provider.mjs", folder, certificate, CLIENT, TENANT],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.origin = self.next_line()["origin"]

    def next_line(self):
        """The next object that it says; its warnings are not JSON."""
        for line in self.process.stdout:
            if line.startswith("{"):
                return json.loads(line)
        raise AssertionError("oidc-provider ended")

    def end(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)

    @property
    def endpoint(self):
        return f"{self.origin}/{TENANT}/oauth2/v2.0/token"


def ask(provider, certificate, *more):
    done = subprocess.run(
        [BINARIES / "ask_for_token", "--login", provider.origin, "--tenant", TENANT, "--client",
         CLIENT, "--certificate", certificate, *more], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout.strip() + done.stderr.strip()


def expect_token(what, provider, *arguments):
    code, said = ask(provider, *arguments)
    assert code == 0 and len(said) > 20, f"{what}: no token: {said}"
    print(f"{what}: a token was issued")
    return said


def expect_refusal(what, reason, provider, *arguments):
    code, said = ask(provider, *arguments)
    assert code == 1 and "client authentication failed" in said, f"{what}: {said}"
    why = provider.next_line()["refused"]
    assert reason in why, f"{what}: refused, but because of: {why}"
    print(f"{what}: refused: {why}")


def check(provider, folder, own, encrypted):
    passphrase = folder / "passphrase"
    passphrase.write_text(PASSPHRASE + "\n")
    first = expect_token("the registered certificate", provider, own)
    second = expect_token("the same again", provider, own)
    assert first != second, "an assertion was used twice"
    expect_token("its key encrypted", provider, encrypted, "--passphrase", passphrase)
    _, stranger = make_certificate(folder, "stranger")
    # The registered certificate's thumbprint over another key's signature cannot be made with our
    # code: it refuses the pair. What is left is the stranger's own pair.
    expect_refusal("another key", "signature", provider, stranger)
    expect_token("the right audience, by hand", provider, own, "--audience", provider.endpoint)
    expect_refusal("another audience", "audience", provider, own, "--audience",
                   provider.endpoint.replace(TENANT, "other.example"))


def encrypted_copy(folder, certificate, own):
    """The same key, encrypted with PASSPHRASE."""
    key = subprocess.run(["openssl", "pkcs8", "-topk8", "-in", own, "-passout",
                          f"pass:{PASSPHRASE}"], check=True, capture_output=True, text=True)
    file = folder / "encrypted.pem"
    file.write_text(certificate.read_text() + key.stdout)
    return file


def main():
    npm.need_node()
    modules = BINARIES / "interop" / "oidc-provider"
    npm.install(modules, "oidc-provider", VERSION)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        certificate, own = make_certificate(folder, "entrad")
        provider = Provider(modules, certificate)
        try:
            check(provider, folder, own, encrypted_copy(folder, certificate, own))
        finally:
            provider.end()


if __name__ == "__main__":
    main()
