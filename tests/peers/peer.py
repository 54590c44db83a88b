"""An independent implementation of Cognito's API, and user pools in it, set up through boto3."""

from __future__ import annotations

import itertools
import os
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import boto3
from botocore.config import Config

from support import MARK, Program, Refusal, ServerTest

REGION = "us-east-1"
PASSWORD = f"{MARK}-Passw0rd!"

# What Cognito answers to a token, as the server tells it.
TOKEN_INVALID = Refusal(
    "UNAUTHENTICATED", "ACCESS_TOKEN_INVALID", "not_applied", "NotAuthorizedException"
)
TOKEN_EXPIRED = TOKEN_INVALID._replace(reason="ACCESS_TOKEN_EXPIRED")
TOKEN_REVOKED = TOKEN_INVALID._replace(reason="ACCESS_TOKEN_REVOKED")
USER_DISABLED = TOKEN_INVALID._replace(reason="USER_DISABLED")
USER_NOT_FOUND = Refusal("NOT_FOUND", "USER_NOT_FOUND", "not_applied", "UserNotFoundException")


class SignedIn(NamedTuple):
    """A user, and the tokens of a sign-in."""

    username: str
    token: str
    id_token: str

    @property
    def forged_token(self) -> str:
        """The token with another signature."""
        signed, _, signature = self.token.rpartition(".")
        return f"{signed}.{signature[::-1]}"


class Pool:
    """A user pool with an app client, and with the custom attributes department and badge.

    A badge can't be changed.
    """

    def __init__(self, cognito: Any, **settings: Any) -> None:
        self.cognito = cognito
        self.numbers = itertools.count(1)
        pool = cognito.create_user_pool(
            PoolName="pool",
            Schema=[
                {"Name": "department", "AttributeDataType": "String", "Mutable": True},
                {"Name": "badge", "AttributeDataType": "String", "Mutable": False},
            ],
            AutoVerifiedAttributes=["email"],
            **settings,
        )
        self.id = pool["UserPool"]["Id"]
        self.app_client = self.create_app_client()

    def create_app_client(self, **settings: Any) -> str:
        answer = self.cognito.create_user_pool_client(
            UserPoolId=self.id,
            ClientName="client",
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            **settings,
        )
        return answer["UserPoolClient"]["ClientId"]

    def sign_in(self, app_client: str | None = None) -> SignedIn:
        """A new user, signed in, with a verified e-mail address and a nickname."""
        username = f"{MARK}-{next(self.numbers)}@example.com"
        attributes = {"email": username, "email_verified": "true", "nickname": f"{MARK} nick"}
        self.cognito.admin_create_user(
            UserPoolId=self.id,
            Username=username,
            UserAttributes=[{"Name": it, "Value": value} for it, value in attributes.items()],
            MessageAction="SUPPRESS",
        )
        self.cognito.admin_set_user_password(
            UserPoolId=self.id, Username=username, Password=PASSWORD, Permanent=True
        )
        answer = self.cognito.initiate_auth(
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": username, "PASSWORD": PASSWORD},
            ClientId=app_client or self.app_client,
        )
        tokens = answer["AuthenticationResult"]
        return SignedIn(username, tokens["AccessToken"], tokens["IdToken"])


class PeerTest(ServerTest):
    """The server in front of a peer, whose program is in PEER_BIN.

    A module that has this class under a name of its own runs its test in front of no peer.
    """

    options: Sequence[str] = ()
    environment: Mapping[str, str] = {}
    # Where the peer says that it listens, "stdout" or "stderr".
    says_on: str

    peer: Program
    cognito: Any
    pool: Pool

    @classmethod
    def setUpClass(cls) -> None:
        cls.peer = Program(os.environ["PEER_BIN"], *cls.options, **cls.environment)
        cls.addClassCleanup(cls.peer.stop)
        url = getattr(cls.peer, cls.says_on).wait_for(r"[Rr]unning on (http://127\.0\.0\.1:\d+)")[1]
        cls.cognito = boto3.client(
            "cognito-idp",
            endpoint_url=url,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            # A token that has expired before it is issued needs a validity that boto3 refuses.
            config=Config(parameter_validation=False, retries={"total_max_attempts": 1}),
        )
        cls.addClassCleanup(cls.cognito.close)
        cls.pool = Pool(cls.cognito)
        cls.serve("--endpoint-url", url, "--region", REGION)

    def test_an_update_is_visible_to_every_reader(self) -> None:
        user = self.pool.sign_in()
        nickname, department = f"{MARK} Dån ✓", f'{MARK} "R&D"'

        self.assertEqual(
            self.client.update(user.token, nickname=nickname, custom_department=department), []
        )

        self.assert_seen(user, nickname=nickname, custom_department=department, email=user.username)

    def assert_seen(self, user: SignedIn, **expected: str | None) -> None:
        """The user's attributes, read through the server and without it. None is no such one."""
        read = self.client.get_user(user.token)
        direct = self.cognito.get_user(AccessToken=user.token)

        self.assertEqual(read.username, direct["Username"])
        attributes = {it["Name"]: it["Value"] for it in direct["UserAttributes"]}
        self.assertEqual(read.attributes, attributes)
        for name, value in expected.items():
            self.assertEqual(attributes.get(name.replace("custom_", "custom:")), value, name)
