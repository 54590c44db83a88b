"""boto3 drives the local pool: sets up pools and users, and changes one's own attributes."""

from __future__ import annotations

import datetime

import local_pool
from local_pool import ADDRESS, NEW_ADDRESS, PASSWORD, SIGNED, UNSIGNED
from support import MARK

DAY = 24 * 3600


class SignedTest(local_pool.Boto3Test):
    settings = SIGNED

    def test_a_pool_is_described_as_it_was_created(self) -> None:
        for wait_for in ([], ["email", "phone_number"]):
            with self.subTest(wait_for=wait_for):
                settings = {"AttributesRequireVerificationBeforeUpdate": wait_for}
                created = self.cognito.create_user_pool(
                    PoolName="described",
                    AutoVerifiedAttributes=["email", "phone_number"],
                    AliasAttributes=["email"],
                    UsernameConfiguration={"CaseSensitive": False},
                    Schema=[{"Name": "level", "AttributeDataType": "Number", "Mutable": True}],
                    LambdaConfig={"CustomMessage": "arn:aws:lambda:eu-west-1:1:function:texts"},
                    UserPoolTags={"team": MARK},
                    **({"UserAttributeUpdateSettings": settings} if wait_for else {}),
                )["UserPool"]
                described = self.cognito.describe_user_pool(UserPoolId=created["Id"])["UserPool"]

                self.assertEqual(described, created)
                self.assertEqual(created["Name"], "described")
                self.assertIsInstance(created["CreationDate"], datetime.datetime)
                self.assertIsInstance(created["LastModifiedDate"], datetime.datetime)
                self.assertEqual(created["AutoVerifiedAttributes"], ["email", "phone_number"])
                schema = {it["Name"]: it["AttributeDataType"] for it in created["SchemaAttributes"]}
                self.assertEqual((schema["email"], schema["custom:level"]), ("String", "Number"))
                kept = created.get("UserAttributeUpdateSettings", settings)
                self.assertEqual(kept, settings)

    def test_an_app_client_is_described_as_it_was_created(self) -> None:
        created = self.cognito.create_user_pool_client(
            UserPoolId=self.pool.id,
            ClientName="described",
            GenerateSecret=True,
            ReadAttributes=["email", "nickname"],
            WriteAttributes=["nickname"],
            AccessTokenValidity=10,
            TokenValidityUnits={"AccessToken": "minutes"},
            PreventUserExistenceErrors="ENABLED",
        )["UserPoolClient"]
        described = self.cognito.describe_user_pool_client(
            UserPoolId=self.pool.id, ClientId=created["ClientId"]
        )["UserPoolClient"]

        self.assertEqual(described, created)
        self.assertGreater(len(created["ClientSecret"]), 40)
        self.assertIsInstance(created["CreationDate"], datetime.datetime)
        self.assertEqual(set(created["ReadAttributes"]), {"email", "nickname"})
        self.assertEqual(created["AccessTokenValidity"], 10)

    def test_who_signs_up_confirms_it_with_the_code_and_signs_in(self) -> None:
        username = self.sign_up(self.pool)
        with self.refused("UserNotConfirmedException"):
            self.sign_in(self.pool, username)

        self.cognito.confirm_sign_up(
            ClientId=self.pool.app_client, Username=username, ConfirmationCode=self.code(username)
        )

        token = self.sign_in(self.pool, username)["AccessToken"]
        self.assert_user(token, email=ADDRESS, email_verified="true")

    def test_an_administrator_confirms_who_has_signed_up(self) -> None:
        username = self.sign_up(self.pool)

        self.cognito.admin_confirm_sign_up(UserPoolId=self.pool.id, Username=username)

        user = self.cognito.admin_get_user(UserPoolId=self.pool.id, Username=username)
        self.assertEqual(user["UserStatus"], "CONFIRMED")
        self.assertIs(user["Enabled"], True)
        self.assertIsInstance(user["UserCreateDate"], datetime.datetime)
        self.assertIsInstance(user["UserLastModifiedDate"], datetime.datetime)

    def test_whom_an_administrator_creates_has_to_change_the_password(self) -> None:
        username = self.new_name()
        created = self.cognito.admin_create_user(
            UserPoolId=self.pool.id, Username=username, TemporaryPassword=PASSWORD
        )["User"]
        self.assertEqual(created["UserStatus"], "FORCE_CHANGE_PASSWORD")
        self.assertIsInstance(created["UserCreateDate"], datetime.datetime)

        answer = self.initiate_auth(self.pool, username)

        self.assertEqual(answer["ChallengeName"], "NEW_PASSWORD_REQUIRED")
        self.assertTrue(answer["Session"])

    def test_every_way_to_sign_in_gives_a_token_that_reads_the_user(self) -> None:
        username, first = self.new_user(self.pool)
        by_administrator = self.cognito.admin_initiate_auth(
            UserPoolId=self.pool.id,
            ClientId=self.pool.app_client,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": username, "PASSWORD": PASSWORD},
        )
        for result in (
            first,
            by_administrator["AuthenticationResult"],
            self.refresh(first["RefreshToken"]),
        ):
            self.assertEqual((result["TokenType"], result["ExpiresIn"]), ("Bearer", 3600))
            self.assert_user(result["AccessToken"], email=ADDRESS)

    def test_a_new_address_is_stored_at_once_or_once_it_is_verified(self) -> None:
        for pool, meanwhile in (
            (self.pool, {"email": NEW_ADDRESS, "email_verified": "false"}),
            (self.waiting_pool, {"email": ADDRESS, "email_verified": "true"}),
        ):
            with self.subTest(meanwhile):
                username, tokens = self.new_user(pool)
                token = tokens["AccessToken"]

                answer = self.update(token, email=NEW_ADDRESS)
                self.assertEqual(
                    answer["CodeDeliveryDetailsList"],
                    [
                        {
                            "Destination": "m***@e***",
                            "DeliveryMedium": "EMAIL",
                            "AttributeName": "email",
                        }
                    ],
                )
                self.assert_user(token, **meanwhile)

                self.verify(token, self.code(username))
                self.assert_user(token, email=NEW_ADDRESS, email_verified="true")

    def test_an_update_without_a_delivery_and_a_deletion_change_the_user(self) -> None:
        for pool in (self.pool, self.waiting_pool):
            _, tokens = self.new_user(pool)
            token = tokens["AccessToken"]

            answer = self.update(token, nickname=MARK, locale="de")
            self.assertNotIn("CodeDeliveryDetailsList", answer)
            self.assert_user(token, nickname=MARK, locale="de")

            self.cognito.delete_user_attributes(AccessToken=token, UserAttributeNames=["nickname"])
            self.assert_user(token, nickname=None, locale="de")

    def test_a_code_that_was_asked_for_verifies_once_and_for_a_day(self) -> None:
        for pool in (self.pool, self.waiting_pool):
            username, tokens = self.new_user(pool, email_verified="false")
            token = tokens["AccessToken"]
            details = self.get_code(token)["CodeDeliveryDetails"]
            self.assertEqual(details["AttributeName"], "email")
            code = self.code(username)
            with self.refused("CodeMismatchException"):
                self.verify(token, str((int(code) + 1) % 1_000_000).zfill(6))
            self.verify(token, code)
            self.assert_user(token, email_verified="true")
            with self.refused("ExpiredCodeException"):
                self.verify(token, code)

            self.get_code(token)
            code = self.code(username)
            self.order("clock", advance_seconds=DAY)
            token = self.sign_in(pool, username)["AccessToken"]
            with self.refused("ExpiredCodeException"):
                self.verify(token, code)


class UnsignedTest(SignedTest):
    settings = UNSIGNED
