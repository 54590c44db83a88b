"""The AWS CLI drives the local pool, and the service's own client prints the very same."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from support import DEADLINE, MARK, LocalPoolTest

AWS_CLI = os.environ["PEER_BIN"]
OWN_CLIENT = Path(os.environ["SERVER_BIN"]).with_name("user-attributes")
PASSWORD = f"{MARK}-Passw0rd!"

DELIVERY = {"Destination": "m***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}


class UnsignedTest(LocalPoolTest):
    """Without credentials: the pool asks for none, not even for what an administrator does."""

    options: Sequence[str] = ("--no-sign-request",)
    credentials: Mapping[str, str] = {}

    pool_id: str
    app_client: str

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        created = cls.aws(
            "create-user-pool", "--pool-name", "pool", "--auto-verified-attributes", "email"
        )
        cls.pool_id = json.loads(created)["UserPool"]["Id"]
        created = cls.aws(
            "create-user-pool-client",
            *("--user-pool-id", cls.pool_id, "--client-name", "client"),
            *("--explicit-auth-flows", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"),
        )
        cls.app_client = json.loads(created)["UserPoolClient"]["ClientId"]

    def test_a_user_signs_up_with_the_code_that_was_sent(self) -> None:
        username = self.new_name()
        answer = self.aws(
            "sign-up",
            *("--client-id", self.app_client, "--username", username, "--password", PASSWORD),
            *("--user-attributes", f"Name=email,Value={MARK}@example.com"),
        )
        self.assertEqual(json.loads(answer)["CodeDeliveryDetails"], DELIVERY)

        confirmed = self.aws(
            "confirm-sign-up",
            *("--client-id", self.app_client, "--username", username),
            *("--confirmation-code", self.code(username)),
        )

        self.assertEqual(confirmed, "")
        user = json.loads(self.aws("get-user", "--access-token", self.sign_in(username)))
        self.assertEqual(user["Username"], username)

    def test_both_clients_print_the_same(self) -> None:
        username, token = self.new_user()
        address = ("--attribute-name", "email")
        update = ("update-user-attributes", "--user-attributes")

        nothing = self.assert_same(
            token, [*update, f"Name=nickname,Value={MARK} Dån ✓", "Name=locale,Value=de"]
        )
        self.assertEqual(nothing, "")
        user = self.assert_same(token, ["get-user"])
        self.assertIn(f'"{MARK} Dån ✓"', user)

        # Not the very same address, as that is stored by then.
        delivered = self.assert_same(
            token, *([*update, f"Name=email,Value={MARK}@example.{it}"] for it in ("org", "net"))
        )
        self.assertEqual(json.loads(delivered), {"CodeDeliveryDetailsList": [DELIVERY]})

        sent = self.assert_same(token, ["get-user-attribute-verification-code", *address])
        self.assertEqual(json.loads(sent), {"CodeDeliveryDetails": DELIVERY})

        verify = ("verify-user-attribute", *address, "--code")
        verified = self.run_aws([*verify, self.code(username)], token)
        self.own("get-user-attribute-verification-code", *address, token=token)
        self.assertEqual(self.own(*verify, self.code(username), token=token), verified)
        self.assertEqual(verified, "")
        user = json.loads(self.run_aws(["get-user"], token))
        self.assertIn({"Name": "email_verified", "Value": "true"}, user["UserAttributes"])

        delete = ("delete-user-attributes", "--user-attribute-names")
        deleted = self.assert_same(token, [*delete, "nickname"], [*delete, "locale"])
        self.assertEqual(deleted, "")
        self.assertNotIn("nickname", self.assert_same(token, ["get-user"]))

    def test_a_wrong_code_is_told_as_the_exception(self) -> None:
        _, token = self.new_user()
        with self.assertRaises(subprocess.CalledProcessError) as caught:
            self.run_aws(
                ["verify-user-attribute", "--attribute-name", "email", "--code", MARK], token
            )
        self.assertEqual(caught.exception.returncode, 255)
        self.assertEqual(
            caught.exception.stderr.strip(),
            "An error occurred (ExpiredCodeException) when calling the VerifyUserAttribute "
            "operation: Invalid code provided, please request a code again.",
        )

    def new_user(self) -> tuple[str, str]:
        """A user's name, and the access token of a sign-in."""
        username = self.new_name()
        user = ("--user-pool-id", self.pool_id, "--username", username)
        self.aws(
            "admin-create-user",
            *user,
            *("--message-action", "SUPPRESS"),
            *("--user-attributes", f"Name=email,Value={MARK}@example.com"),
        )
        self.aws("admin-set-user-password", *user, "--password", PASSWORD, "--permanent")
        return username, self.sign_in(username)

    def sign_in(self, username: str) -> str:
        answer = self.aws(
            "initiate-auth",
            *("--client-id", self.app_client, "--auth-flow", "USER_PASSWORD_AUTH"),
            *("--auth-parameters", f"USERNAME={username},PASSWORD={PASSWORD}"),
        )
        return json.loads(answer)["AuthenticationResult"]["AccessToken"]

    def assert_same(self, token: str, *commands: Sequence[str]) -> str:
        """What the AWS CLI prints for the first command, and the client for the last."""
        printed = self.run_aws(commands[0], token)
        self.assertEqual(self.own(*commands[-1], token=token), printed)
        return printed

    def run_aws(self, command: Sequence[str], token: str) -> str:
        return self.aws(*command, "--access-token", token)

    @classmethod
    def aws(cls, *command: str) -> str:
        endpoint = ("--endpoint-url", cls.url, "--region", "eu-west-1")
        return run(AWS_CLI, "cognito-idp", *command, *endpoint, *cls.options, **cls.credentials)

    @classmethod
    def own(cls, *command: str, token: str) -> str:
        cls.client.secrets.add(token)
        cls.client.calls += 1
        endpoint = ("--endpoint", f"http://{cls.server.listening['grpc_addr']}")
        return run(str(OWN_CLIENT), *command, "--access-token", token, *endpoint)


class SignedTest(UnsignedTest):
    """With made-up credentials."""

    options = ()
    credentials = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


def run(*command: str, **environment: str) -> str:
    """What it prints, to the byte but for its encoding."""
    nothing = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    done = subprocess.run(
        command,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **nothing, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=2 * DEADLINE,
    )
    out, err = done.stdout.decode(), done.stderr.decode()
    if done.returncode:
        raise subprocess.CalledProcessError(done.returncode, command[:3], out, err)
    return out
