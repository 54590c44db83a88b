"""Runs the client against the real server, whose path is in SERVER_BIN."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.request
from pathlib import Path
from types import TracebackType

import grpc

from update_user_attributes import (
    CodeDelivery,
    UpdateFailed,
    Violation,
    update_user_attributes,
)

# In seconds.
START_LIMIT = 60


class Server:
    """The server in front of its own development pool, on free ports, with these flags besides."""

    def __init__(self, *flags: str) -> None:
        self.flags = flags

    def __enter__(self) -> Server:
        local = "127.0.0.1:0"
        self.process = subprocess.Popen(
            [
                os.environ["SERVER_BIN"],
                "--local-pool",
                *("--grpc-addr", local),
                *("--admin-addr", local),
                *("--local-pool-addr", local),
                *("--log-format", "json"),
                *self.flags,
            ],
            env={},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        limit = threading.Timer(START_LIMIT, self.process.kill)
        limit.start()
        try:
            self.address, self.pool_url = self._addresses()
            self.access_token = self._access_token()
        except BaseException:
            self.process.kill()
            self.process.communicate()
            raise
        finally:
            limit.cancel()
        # A full pipe would block the server.
        self.drains = [
            threading.Thread(target=pipe.read, daemon=True)
            for pipe in (self.process.stdout, self.process.stderr)
        ]
        for drain in self.drains:
            drain.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.terminate()
        try:
            self.code = self.process.wait(timeout=30)
        finally:
            self.process.kill()
            for drain in self.drains:
                drain.join()
            self.process.stdout.close()
            self.process.stderr.close()

    def attributes(self) -> dict[str, str]:
        """The user's attributes, as the pool itself has them."""
        request = urllib.request.Request(
            self.pool_url,
            json.dumps({"AccessToken": self.access_token}).encode(),
            {
                "content-type": "application/x-amz-json-1.1",
                "x-amz-target": "AWSCognitoIdentityProviderService.GetUser",
            },
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            user = json.load(answer)
        return {it["Name"]: it["Value"] for it in user["UserAttributes"]}

    def _addresses(self) -> tuple[str, str]:
        for line in self.process.stderr:
            event = json.loads(line)
            if event.get("message") == "listening":
                return event["grpc_addr"], event["upstream"]
        raise AssertionError("the server ended before it listened")

    def _access_token(self) -> str:
        for line in self.process.stdout:
            _, found, token = line.partition("export USER_ATTRIBUTES_ACCESS_TOKEN=")
            if found:
                return token.strip().strip("'\"")
        raise AssertionError("the server printed no access token")


class UpdateUserAttributesTest(unittest.TestCase):
    server: Server

    @classmethod
    def setUpClass(cls) -> None:
        server = Server()
        cls.server = server.__enter__()
        cls.addClassCleanup(server.__exit__, None, None, None)

    def setUp(self) -> None:
        self.channel = grpc.insecure_channel(self.server.address)
        self.addCleanup(self.channel.close)

    def update(self, token: str | None = None, **attributes: str) -> list[CodeDelivery]:
        names = {name.replace("custom_", "custom:"): it for name, it in attributes.items()}
        token = self.server.access_token if token is None else token
        return update_user_attributes(self.channel, token, names, {"source": "test"})

    def refused(self, token: str | None = None, **attributes: str) -> UpdateFailed:
        with self.assertRaises(UpdateFailed) as caught:
            self.update(token, **attributes)
        return caught.exception

    def test_an_attribute_is_updated(self) -> None:
        self.assertEqual(self.update(nickname="Dån ✓", custom_department="R&D"), [])
        attributes = self.server.attributes()
        self.assertEqual(attributes["nickname"], "Dån ✓")
        self.assertEqual(attributes["custom:department"], "R&D")

        self.assertEqual(self.update(nickname=""), [])
        self.assertNotIn("nickname", self.server.attributes())

    def test_a_changed_email_returns_where_its_code_went(self) -> None:
        self.assertEqual(
            self.update(email="new@example.org"),
            [CodeDelivery("email", "EMAIL", "n***@e***")],
        )

    def test_every_field_at_fault_is_decoded_from_bad_request(self) -> None:
        error = self.refused(sub="x", nickname="x" * 2049)

        self.assertEqual(error.code, grpc.StatusCode.INVALID_ARGUMENT)
        self.assertEqual(error.reason, "INVALID_PARAMETER")
        self.assertEqual(error.outcome, "not_applied")
        self.assertIsNone(error.aws_error_code)
        for violation in error.violations:
            self.assertIsInstance(violation, Violation)
        self.assertEqual(
            [it.field for it in error.violations],
            ["user_attributes[0].name", "user_attributes[1].value"],
        )

    def test_an_error_of_cognitos_is_decoded_from_error_info(self) -> None:
        error = self.refused(token="not.a.token", nickname="Dan")

        self.assertEqual(error.code, grpc.StatusCode.UNAUTHENTICATED)
        self.assertEqual(error.reason, "ACCESS_TOKEN_INVALID")
        self.assertEqual(error.outcome, "not_applied")
        self.assertEqual(error.aws_error_code, "NotAuthorizedException")
        self.assertEqual(error.metadata["operation"], "UpdateUserAttributes")
        self.assertEqual(error.violations, ())

    def test_an_attribute_that_the_pool_lacks_is_named_by_its_path(self) -> None:
        error = self.refused(nickname="Dan", shoe_size="44")

        self.assertEqual(error.aws_error_code, "InvalidParameterException")
        self.assertEqual([it.field for it in error.violations], ["user_attributes[1]"])

    def test_a_server_that_cannot_be_reached_gives_no_reason(self) -> None:
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            host, port = closed.getsockname()
        with grpc.insecure_channel(f"{host}:{port}") as channel:
            with self.assertRaises(UpdateFailed) as caught:
                update_user_attributes(channel, "token", {"nickname": "Dan"})

        self.assertEqual(caught.exception.code, grpc.StatusCode.UNAVAILABLE)
        self.assertIsNone(caught.exception.reason)
        self.assertEqual(caught.exception.outcome, "unknown")

    def test_the_program_prints_deliveries_and_errors(self) -> None:
        updated = self.program("phone_number=+15555550199")
        self.assertEqual(updated.returncode, 0, updated.stderr)
        self.assertEqual(updated.stdout, "phone_number: code sent by SMS to +*******0199\n")

        refused = self.program("sub=x")
        self.assertEqual(refused.returncode, 1)
        self.assertIn("INVALID_PARAMETER", refused.stderr)
        self.assertIn("  user_attributes[0].name: ", refused.stderr)

        self.assertEqual(self.program().returncode, 2)

    def test_an_https_url_is_called_over_tls_alone_and_http_without(self) -> None:
        https = {"ENDPOINT": f"https://{self.server.address}"}
        missing = "/nonexistent.pem"
        for variables, code, said in (
            # The server has no TLS.
            (https, 1, "UNAVAILABLE: "),
            ({"ENDPOINT": "ftp://127.0.0.1:1"}, 2, "USER_ATTRIBUTES_ENDPOINT"),
            ({"ENDPOINT_TLS_CA": missing}, 2, "https://"),
            ({**https, "ENDPOINT_TLS_CA": missing}, 2, missing),
            ({**https, "ENDPOINT_TLS_CERT": missing}, 2, "USER_ATTRIBUTES_ENDPOINT_TLS_KEY"),
        ):
            with self.subTest(variables):
                ended = self.program("nickname=Dan", **variables)
                self.assertEqual(ended.returncode, code, ended.stderr)
                self.assertIn(said, ended.stderr)

    def program(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        own = {"ENDPOINT": f"http://{self.server.address}", **variables}
        return program(self.server, *words, **own)


class MutualTLSTest(unittest.TestCase):
    def test_the_program_speaks_tls_and_has_a_certificate_of_its_own(self) -> None:
        folder = self.enterContext(tempfile.TemporaryDirectory())
        service, caller, stranger = (
            self_signed(Path(folder), name) for name in ("service.test", "caller", "stranger")
        )
        server = self.enterContext(
            Server(
                *("--tls-cert", f"{service}.crt", "--tls-key", f"{service}.key"),
                *("--tls-client-ca", f"{caller}.crt"),
            )
        )
        good = {
            "ENDPOINT": f"https://{server.address}",
            "ENDPOINT_TLS_CA": f"{service}.crt",
            "ENDPOINT_TLS_CERT": f"{caller}.crt",
            "ENDPOINT_TLS_KEY": f"{caller}.key",
            "ENDPOINT_TLS_SERVER_NAME": "service.test",
        }
        strangers = {
            "ENDPOINT_TLS_CERT": f"{stranger}.crt",
            "ENDPOINT_TLS_KEY": f"{stranger}.key",
        }
        for variables, code in (
            ({}, 0),
            ({"ENDPOINT_TLS_SERVER_NAME": ""}, 1),
            ({"ENDPOINT_TLS_CA": f"{stranger}.crt"}, 1),
            (strangers, 1),
            (dict.fromkeys(strangers, ""), 1),
        ):
            with self.subTest(variables):
                ended = program(server, f"nickname={code}", **{**good, **variables})
                self.assertEqual(ended.returncode, code, ended.stderr)
                self.assertEqual("UNAVAILABLE: " in ended.stderr, code == 1, ended.stderr)
        self.assertEqual(server.attributes()["nickname"], "0")


def program(server: Server, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs the client as a program, with this server's token."""
    path = Path(__file__).with_name("update_user_attributes.py")
    own = {"ACCESS_TOKEN": server.access_token, **variables}
    environment = {
        **os.environ,
        **{f"USER_ATTRIBUTES_{name}": value for name, value in own.items()},
    }
    return subprocess.run(
        [sys.executable, path, *words],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def self_signed(folder: Path, name: str) -> Path:
    """Makes a certificate, NAME.crt, that is its own authority, and its key, NAME.key."""
    path = folder / name
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-nodes", "-days", "1"),
            *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
            *("-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"),
            *("-addext", "basicConstraints=critical,CA:FALSE"),
            *("-keyout", f"{path}.key", "-out", f"{path}.crt"),
        ],
        check=True,
        capture_output=True,
    )
    return path


class LifecycleTest(unittest.TestCase):
    def test_the_server_drains_and_exits_with_success(self) -> None:
        with Server() as server:
            pass
        self.assertEqual(server.code, 0)


if __name__ == "__main__":
    unittest.main()
