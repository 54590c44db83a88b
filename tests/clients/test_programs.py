"""What each of the programs does, in whatever language, against the real server.

The command that runs the program is in PROGRAM; README.md says what it understands.
"""

from __future__ import annotations

import os
import shlex
import socket
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from server import LIMIT, Server, certificate


class ProgramTest(unittest.TestCase):
    """Runs the program with the address and the token of a server."""

    server: Server

    def program(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        own = {
            "ENDPOINT": f"http://{self.server.address}",
            "ACCESS_TOKEN": self.server.access_token,
            **variables,
        }
        return subprocess.run(
            [*shlex.split(os.environ["PROGRAM"]), *words],
            env={
                **os.environ,
                # The words are UTF-8, whatever the machine's own way.
                "LC_ALL": "C.UTF-8",
                **{f"USER_ATTRIBUTES_{name}": value for name, value in own.items()},
            },
            capture_output=True,
            encoding="utf-8",
            timeout=LIMIT,
        )

    def done(self, *words: str, **variables: str) -> list[str]:
        """The lines that the program prints, which has to succeed."""
        ended = self.program(*words, **variables)
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))
        return ended.stdout.splitlines()

    def failed(self, *words: str, **variables: str) -> list[str]:
        """The lines that the program says about a call that fails."""
        ended = self.program(*words, **variables)
        self.assertEqual((ended.returncode, ended.stdout), (1, ""), ended.stderr)
        return ended.stderr.splitlines()


class CallsTest(ProgramTest):
    def setUp(self) -> None:
        self.server = self.enterContext(Server())

    def test_attributes_are_updated(self) -> None:
        self.assertEqual(self.done("update", "nickname=Dån ✓", "custom:department=a=b"), [])
        attributes = self.server.attributes()
        self.assertEqual(attributes["nickname"], "Dån ✓")
        self.assertEqual(attributes["custom:department"], "a=b")
        self.assertIn("nickname=Dån ✓", self.done("get"))

        self.assertEqual(self.done("update", "nickname="), [])
        self.assertNotIn("nickname", self.server.attributes())

    def test_a_changed_email_is_verified_with_the_code_that_was_sent(self) -> None:
        sent = self.done("update", "--request-id=change", "email=new@example.org")
        self.assertEqual(sent, ["email: code sent by EMAIL to n***@e***"])
        self.assertIn("email_verified=false", self.done("get"))
        [code] = self.server.codes()

        # Cognito takes a code once. The second call gets the first one's result.
        for _ in range(2):
            self.assertEqual(self.done("verify", "--request-id=code", "email", code), [])

        self.assertEqual(self.server.attributes()["email_verified"], "true")

    def test_a_change_that_is_given_again_under_its_request_id_is_made_once(self) -> None:
        for _ in range(2):
            self.assertEqual(
                self.done("update", "--request-id=change", "phone_number=+15555550199"),
                ["phone_number: code sent by SMS to +*******0199"],
            )
        self.assertEqual(len(self.server.codes()), 1)

        refused, *_, last = self.failed("update", "--request-id=change", "nickname=Dan")
        self.assertTrue(refused.startswith("REQUEST_ID_REUSED: "), refused)
        self.assertEqual(last, "request id: change")

    def test_a_change_has_a_request_id_of_its_own(self) -> None:
        first, second = (self.failed("update", "sub=x")[-1] for _ in range(2))
        for line in (first, second):
            self.assertRegex(line, r"^request id: [!-~]{16,128}$")
        self.assertNotEqual(first, second)

    def test_each_field_at_fault_is_decoded_from_bad_request(self) -> None:
        first, *fields, _ = self.failed("update", "sub=x", f"nickname={'x' * 2049}")
        self.assertRegex(first, r"^INVALID_PARAMETER: .* \(outcome: not_applied\)$")
        self.assertEqual(
            [line.partition(": ")[0] for line in fields],
            ["  user_attributes[0].name", "  user_attributes[1].value"],
        )

    def test_an_error_of_cognitos_is_decoded_from_error_info(self) -> None:
        [refused] = self.failed("get", ACCESS_TOKEN="not.a.token")
        self.assertRegex(refused, r"^ACCESS_TOKEN_INVALID: .* \(outcome: not_applied\)$")
        refused, *_ = self.failed("verify", "email", "123456")
        self.assertRegex(refused, r"^CODE_(MISMATCH|EXPIRED): .* \(outcome: not_applied\)$")

    def test_when_to_come_back_is_decoded_from_retry_info(self) -> None:
        self.server.fail("UpdateUserAttributes", "TooManyRequestsException", 3)
        refused, delay, _ = self.failed("update", "nickname=Dan")
        self.assertRegex(refused, r"^TOO_MANY_REQUESTS: .* \(outcome: not_applied\)$")
        self.assertRegex(delay, r"^come back after [1-9]\d{0,4} ms$")
        self.assertEqual(self.done("update", "nickname=Dan"), [])

    def test_a_read_is_tried_again_as_the_service_config_says(self) -> None:
        # So often does the server itself try.
        self.server.fail("GetUser", "http_500", 3)
        self.assertIn("email=dan@example.com", self.done("get"))

        self.server.fail("UpdateUserAttributes", "http_500", 1)
        refused, _ = self.failed("update", "nickname=Dan")
        self.assertRegex(refused, r"^INTERNAL_ERROR: .* \(outcome: unknown\)$")

    def test_a_call_ends_by_its_deadline(self) -> None:
        self.server.fail("GetUser", "hang", 1)
        begun = time.monotonic()
        [refused] = self.failed("get", "--timeout=2")
        self.assertRegex(refused, r"^DEADLINE_EXCEEDED: .* \(outcome: not_applied\)$")
        self.assertLess(time.monotonic() - begun, 15)

    def test_a_call_ends_by_its_deadline_if_nobody_answers(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            host, port = silent.getsockname()
            begun = time.monotonic()
            [refused] = self.failed("get", "--timeout=1", ENDPOINT=f"http://{host}:{port}")
        self.assertRegex(refused, r" \(outcome: unknown\)$")
        self.assertLess(time.monotonic() - begun, 15)

    def test_where_nobody_listens_nothing_is_known(self) -> None:
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            host, port = closed.getsockname()
            refused = self.failed("update", "nickname=Dan", ENDPOINT=f"http://{host}:{port}")[0]
        self.assertRegex(refused, r" \(outcome: unknown\)$")

    def test_health_is_told(self) -> None:
        self.assertEqual(self.done("health"), ["SERVING"])

    def test_what_makes_no_sense_is_a_usage_error(self) -> None:
        https = {"ENDPOINT": f"https://{self.server.address}"}
        missing = "/nonexistent.pem"
        for words, variables in (
            ([], {}),
            (["update"], {}),
            (["update", "nickname"], {}),
            (["update", "--unknown", "nickname=Dan"], {}),
            (["verify", "email"], {}),
            (["get", "nickname"], {}),
            (["delete"], {}),
            (["get"], {"ENDPOINT": "ftp://127.0.0.1:1"}),
            (["get"], {"ENDPOINT_TLS_CA": missing}),
            (["get"], {**https, "ENDPOINT_TLS_CA": missing}),
            (["get"], {**https, "ENDPOINT_TLS_CERT": missing}),
        ):
            with self.subTest(words=words, variables=variables):
                ended = self.program(*words, **variables)
                self.assertEqual((ended.returncode, ended.stdout), (2, ""), ended.stderr)
                self.assertNotEqual(ended.stderr, "")


class ServersTest(ProgramTest):
    """In front of servers with flags of their own."""

    def test_a_server_that_drains_says_so(self) -> None:
        with Server("--drain-delay=10s", "--drain-timeout=40s") as self.server:
            self.server.drain()
            self.assertEqual(self.done("health"), ["NOT_SERVING"])

    def test_the_server_is_told_the_time_of_each_call(self) -> None:
        # It takes no call that has less time than a little over what the service config gives, and
        # any that doesn't say how much it has.
        flags = ("--min-deadline=26s", "--max-deadline=30s", "--drain-timeout=40s")
        with Server(*flags) as self.server:
            for words in (["update", "nickname=Dan"], ["verify", "email", "123456"], ["get"]):
                refused = self.failed(*words)[0]
                self.assertRegex(refused, r"^DEADLINE_EXCEEDED: .* \(outcome: not_applied\)$")

    def test_it_speaks_tls_and_has_a_certificate_of_its_own(self) -> None:
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        service = certificate(folder, "service.test")
        authority = certificate(folder, "authority", is_ca=True)
        caller = certificate(folder, "caller", issuer=authority)
        stranger = certificate(folder, "stranger")
        self.server = self.enterContext(
            Server(
                *("--tls-cert", f"{service}.crt", "--tls-key", f"{service}.key"),
                *("--tls-client-ca", f"{authority}.crt"),
            )
        )
        good = {
            "ENDPOINT": f"https://{self.server.address}",
            "ENDPOINT_TLS_CA": f"{service}.crt",
            "ENDPOINT_TLS_CERT": f"{caller}.crt",
            "ENDPOINT_TLS_KEY": f"{caller}.key",
            "ENDPOINT_TLS_SERVER_NAME": "service.test",
        }
        self.assertEqual(self.done("update", "nickname=good", **good), [])
        for bad in (
            {"ENDPOINT_TLS_SERVER_NAME": ""},
            {"ENDPOINT_TLS_CA": f"{stranger}.crt"},
            {"ENDPOINT_TLS_CERT": f"{stranger}.crt", "ENDPOINT_TLS_KEY": f"{stranger}.key"},
            {"ENDPOINT_TLS_CERT": "", "ENDPOINT_TLS_KEY": ""},
        ):
            with self.subTest(bad):
                refused = self.failed("update", "nickname=bad", **{**good, **bad})
                # Some libraries log what they think of the handshake before that.
                self.assertTrue(any(it.endswith(" (outcome: unknown)") for it in refused), refused)
        self.assertEqual(self.server.attributes()["nickname"], "good")


if __name__ == "__main__":
    unittest.main()
