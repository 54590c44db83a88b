"""boto3 drives the local pool: users and their attributes in an administrator's hands."""

from __future__ import annotations

import local_pool
from local_pool import ADDRESS, NEW_ADDRESS, PASSWORD, SIGNED, UNSIGNED, pairs
from support import MARK


class SignedTest(local_pool.Boto3Test):
    settings = SIGNED

    def test_an_administrator_changes_and_deletes_attributes(self) -> None:
        for pool in (self.pool, self.waiting_pool):
            username, tokens = self.new_user(pool, nickname=MARK)
            user = {"UserPoolId": pool.id, "Username": username}
            self.cognito.admin_update_user_attributes(
                **user, UserAttributes=pairs({"email": NEW_ADDRESS, "email_verified": "True"})
            )
            self.cognito.admin_delete_user_attributes(**user, UserAttributeNames=["nickname"])
            token = tokens["AccessToken"]
            self.assert_user(token, email=NEW_ADDRESS, email_verified="True", nickname=None)

            self.cognito.admin_update_user_attributes(
                **user, UserAttributes=pairs({"email": ADDRESS})
            )
            self.verify(token, self.code(username))
            self.assert_user(token, email=ADDRESS, email_verified="true")
            with self.refused("UserNotFoundException"):
                self.cognito.admin_update_user_attributes(
                    **{**user, "Username": self.new_name()}, UserAttributes=[]
                )

    def test_users_are_found_page_by_page(self) -> None:
        pool = self.create_pool()
        names = sorted(self.new_user(pool, given_name=MARK)[0] for _ in range(5))
        pages = self.cognito.get_paginator("list_users").paginate(
            UserPoolId=pool.id,
            Filter=f'given_name ^= "{MARK[:3]}"',
            PaginationConfig={"PageSize": 2},
        )
        found = [[user["Username"] for user in page["Users"]] for page in pages]
        self.assertEqual(found, [names[:2], names[2:4], names[4:]])
        with self.refused("InvalidParameterException"):
            self.cognito.list_users(UserPoolId=pool.id, Filter="nonsense")

    def test_who_has_signed_up_gets_another_code(self) -> None:
        username = self.sign_up(self.pool)
        details = self.cognito.resend_confirmation_code(
            ClientId=self.pool.app_client, Username=username
        )["CodeDeliveryDetails"]
        self.assertEqual(details["AttributeName"], "email")
        self.cognito.confirm_sign_up(
            ClientId=self.pool.app_client, Username=username, ConfirmationCode=self.code(username)
        )
        with self.refused("InvalidParameterException"):
            self.cognito.resend_confirmation_code(
                ClientId=self.pool.app_client, Username=username
            )

    def test_a_custom_attribute_that_was_added_is_the_users_own_to_change(self) -> None:
        pool = self.create_pool()
        largest = str(2**1023)
        self.cognito.add_custom_attributes(
            UserPoolId=pool.id,
            CustomAttributes=[
                {
                    "Name": "stars",
                    "AttributeDataType": "Number",
                    "NumberAttributeConstraints": {"MaxValue": largest},
                }
            ],
        )
        _, tokens = self.new_user(pool)
        # The app client has no lists.
        self.update(tokens["AccessToken"], **{"custom:stars": largest})
        self.assert_user(tokens["AccessToken"], **{"custom:stars": largest})
        with self.refused("InvalidParameterException"):
            self.update(tokens["AccessToken"], **{"custom:stars": str(2**1023 + 1)})

    def test_a_new_password_takes_the_place_of_a_temporary_one(self) -> None:
        username = self.new_name()
        self.cognito.admin_create_user(
            UserPoolId=self.pool.id, Username=username, TemporaryPassword=PASSWORD
        )
        challenge = self.initiate_auth(self.pool, username)
        answer = {
            "ClientId": self.pool.app_client,
            "ChallengeName": challenge["ChallengeName"],
            "Session": challenge["Session"],
        }
        with self.refused("InvalidPasswordException"):
            self.cognito.respond_to_auth_challenge(
                **answer, ChallengeResponses={"USERNAME": username, "NEW_PASSWORD": MARK}
            )
        self.cognito.respond_to_auth_challenge(
            **answer,
            ChallengeResponses={
                "USERNAME": username,
                "NEW_PASSWORD": f"{PASSWORD}2",
                "userAttributes.nickname": MARK,
            },
        )
        token = self.initiate_auth(self.pool, username, f"{PASSWORD}2")["AuthenticationResult"]
        self.assert_user(token["AccessToken"], nickname=MARK)


class UnsignedTest(SignedTest):
    settings = UNSIGNED
