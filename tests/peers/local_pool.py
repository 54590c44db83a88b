"""The local pool as boto3 sees it, set up from nothing. AWS's model judges each answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

import boto3
import botocore
from botocore.config import Config

import model
from support import MARK, LocalPoolTest

PASSWORD = f"{MARK}-Passw0rd!"
ADDRESS, NEW_ADDRESS = f"{MARK}@example.com", f"{MARK}@example.org"

# The pool looks at no signature, so that any credentials will do, and none.
SIGNED = {
    "aws_access_key_id": "test",
    "aws_secret_access_key": "test",
    "config": Config(retries={"total_max_attempts": 1}),
}
UNSIGNED = {
    "config": Config(signature_version=botocore.UNSIGNED, retries={"total_max_attempts": 1})
}


class Pool(NamedTuple):
    id: str
    app_client: str


class Boto3Test(LocalPoolTest):
    """The local pool, and user pools in it: one that stores a new e-mail address at once, and one
    that waits until it is verified.
    """

    settings: Mapping[str, Any]
    cognito: Any
    pool: Pool
    waiting_pool: Pool

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.cognito = boto3.client(
            "cognito-idp",
            endpoint_url=cls.url,
            region_name="eu-west-1",
            **cls.settings,
        )
        cls.addClassCleanup(cls.cognito.close)
        model.watch(cls.cognito)
        cls.pool = cls.create_pool()
        cls.waiting_pool = cls.create_pool(
            UserAttributeUpdateSettings={"AttributesRequireVerificationBeforeUpdate": ["email"]}
        )

    @classmethod
    def create_pool(cls, **settings: Any) -> Pool:
        created = cls.cognito.create_user_pool(
            PoolName="pool", AutoVerifiedAttributes=["email"], **settings
        )
        pool_id = created["UserPool"]["Id"]
        client = cls.cognito.create_user_pool_client(
            UserPoolId=pool_id,
            ClientName="client",
            ExplicitAuthFlows=[
                "ALLOW_USER_PASSWORD_AUTH",
                "ALLOW_ADMIN_USER_PASSWORD_AUTH",
                "ALLOW_REFRESH_TOKEN_AUTH",
            ],
        )
        return Pool(pool_id, client["UserPoolClient"]["ClientId"])

    def sign_up(self, pool: Pool) -> str:
        username = self.new_name()
        answer = self.cognito.sign_up(
            ClientId=pool.app_client,
            Username=username,
            Password=PASSWORD,
            UserAttributes=[{"Name": "email", "Value": ADDRESS}],
        )
        self.assertIs(answer["UserConfirmed"], False)
        self.assertEqual(answer["CodeDeliveryDetails"]["DeliveryMedium"], "EMAIL")
        return username

    def new_user(self, pool: Pool, **attributes: str) -> tuple[str, Mapping[str, Any]]:
        """A user with a verified address, and the tokens of a sign-in."""
        username = self.new_name()
        self.cognito.admin_create_user(
            UserPoolId=pool.id,
            Username=username,
            UserAttributes=pairs({"email": ADDRESS, "email_verified": "true", **attributes}),
            MessageAction="SUPPRESS",
        )
        self.cognito.admin_set_user_password(
            UserPoolId=pool.id, Username=username, Password=PASSWORD, Permanent=True
        )
        return username, self.sign_in(pool, username)

    def initiate_auth(self, pool: Pool, username: str, password: str = PASSWORD) -> Any:
        return self.cognito.initiate_auth(
            ClientId=pool.app_client,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": username, "PASSWORD": password},
        )

    def sign_in(self, pool: Pool, username: str) -> Mapping[str, Any]:
        return self.initiate_auth(pool, username)["AuthenticationResult"]

    def refresh(self, refresh_token: str) -> Mapping[str, Any]:
        return self.cognito.initiate_auth(
            ClientId=self.pool.app_client,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": refresh_token},
        )["AuthenticationResult"]

    def update(self, token: str, **attributes: str) -> Any:
        return self.cognito.update_user_attributes(
            AccessToken=token, UserAttributes=pairs(attributes)
        )

    def get_code(self, token: str) -> Any:
        return self.cognito.get_user_attribute_verification_code(
            AccessToken=token, AttributeName="email"
        )

    def verify(self, token: str, code: str) -> None:
        self.cognito.verify_user_attribute(AccessToken=token, AttributeName="email", Code=code)

    def assert_user(self, token: str, **expected: str | None) -> None:
        """The user has these attributes. None is no such one."""
        user = self.cognito.get_user(AccessToken=token)
        attributes = {it["Name"]: it["Value"] for it in user["UserAttributes"]}
        self.assertEqual({name: attributes.get(name) for name in expected}, expected)

    def refused(self, exception: str) -> AbstractContextManager[Any]:
        """Where a call meets the class that the model has for this exception."""
        return self.assertRaises(getattr(self.cognito.exceptions, exception))


def pairs(attributes: Mapping[str, str]) -> Sequence[Mapping[str, str]]:
    return [{"Name": name, "Value": value} for name, value in attributes.items()]
