"""The clients of the world that sign in by SRP, each as its users have it.

Each is a small program in `srp`, which is given the pool's address, ids and a user, signs in,
changes the e-mail address, says whereto a code went, reads that and says what the user has then.
It says instead by which exception it was refused.
"""

from __future__ import annotations

import json
import os
import subprocess
import unittest
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from local_pool import ADDRESS, NEW_ADDRESS, PASSWORD, UNSIGNED, Boto3Test
from support import DEADLINE, MARK

PROGRAMS = Path(__file__).with_name("srp")
NEW_PASSWORD = f"{MARK}-Another0!"


class SrpClient:
    """A program that signs in and does the rest, or was refused."""

    def __init__(self, command: Sequence[str]) -> None:
        self.process = subprocess.Popen(
            command,
            env={"PATH": os.environ["PATH"], "PEER_BIN": os.environ["PEER_BIN"]},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def told(self) -> Mapping[str, Any]:
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(f"it ended: {self.process.stderr.read()}")
        return json.loads(line)

    def give(self, line: str) -> None:
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def stop(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=DEADLINE)


def tests_of(*command: str, destination: str | None) -> type[unittest.TestCase]:
    """The tests of a client that is started so, and says this of where a code went."""

    class SrpTest(Boto3Test):
        settings = UNSIGNED

        def setUp(self) -> None:
            # Without flows it has those of Cognito, of which SRP is one.
            created = self.cognito.create_user_pool_client(
                UserPoolId=self.pool.id, ClientName="srp"
            )
            self.app_client = created["UserPoolClient"]["ClientId"]

        def start(self, username: str, password: str) -> SrpClient:
            client = SrpClient(
                [
                    *command,
                    *(self.url, self.pool.id, self.app_client),
                    *(username, password, NEW_ADDRESS, NEW_PASSWORD),
                ]
            )
            self.addCleanup(client.stop)
            return client

        def assert_changes(self, client: SrpClient, username: str) -> None:
            self.assertEqual(client.told(), {"destination": destination})
            client.give(self.code(username))
            attributes = client.told()["attributes"]
            self.assertEqual(attributes["email"], NEW_ADDRESS)
            self.assertEqual(attributes["email_verified"], "true")

        def test_it_signs_in_changes_an_attribute_and_confirms_it(self) -> None:
            username, _ = self.new_user(self.pool)
            self.assert_changes(self.start(username, PASSWORD), username)

        def test_it_sets_a_new_password_first_where_the_old_one_is_temporary(self) -> None:
            username = self.new_name()
            self.cognito.admin_create_user(
                UserPoolId=self.pool.id,
                Username=username,
                TemporaryPassword=PASSWORD,
                UserAttributes=[{"Name": "email", "Value": ADDRESS}],
            )
            self.assert_changes(self.start(username, PASSWORD), username)
            self.initiate_auth(self.pool, username, NEW_PASSWORD)

        def test_a_wrong_password_is_refused(self) -> None:
            username, _ = self.new_user(self.pool)
            told = self.start(username, NEW_PASSWORD).told()
            message = "Incorrect username or password."
            self.assertEqual(told, {"refused": "NotAuthorizedException", "message": message})

    return SrpTest
