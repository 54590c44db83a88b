"""boto3 drives the local pool: what ends a session or a user, and what is refused."""

from __future__ import annotations

import local_pool
import model
from local_pool import ADDRESS, NEW_ADDRESS, SIGNED, UNSIGNED
from support import MARK


class SignedTest(local_pool.Boto3Test):
    settings = SIGNED

    def test_a_wrong_parameter_is_refused(self) -> None:
        _, tokens = self.new_user(self.pool)
        with self.refused("InvalidParameterException") as caught:
            self.update(tokens["AccessToken"], no_such_attribute=MARK)
        self.assertIn("no_such_attribute", caught.exception.response["Error"]["Message"])
        self.assertEqual(caught.exception.operation_name, "UpdateUserAttributes")
        self.assertTrue(caught.exception.response["ResponseMetadata"]["RequestId"])

    def test_a_wrong_password_and_a_wrong_token_are_not_authorized(self) -> None:
        username, tokens = self.new_user(self.pool)
        with self.refused("NotAuthorizedException"):
            self.initiate_auth(self.pool, username, f"{MARK}-Other0!")
        with self.refused("NotAuthorizedException"):
            self.cognito.get_user(AccessToken=tokens["IdToken"])

    def test_a_verified_address_of_another_user_is_refused_where_it_is_an_alias(self) -> None:
        pool = self.create_pool(AliasAttributes=["email"])
        self.new_user(pool)
        username, tokens = self.new_user(pool, email=NEW_ADDRESS)
        self.update(tokens["AccessToken"], email=ADDRESS)
        with self.refused("AliasExistsException"):
            self.verify(tokens["AccessToken"], self.code(username))

    def test_a_sixth_code_within_an_hour_is_refused(self) -> None:
        _, tokens = self.new_user(self.pool)
        for _ in range(5):
            self.get_code(tokens["AccessToken"])
        with self.refused("LimitExceededException"):
            self.get_code(tokens["AccessToken"])

    def test_a_user_whose_password_was_reset_has_to_set_another(self) -> None:
        username, _ = self.new_user(self.pool)
        self.cognito.admin_reset_user_password(UserPoolId=self.pool.id, Username=username)
        with self.refused("PasswordResetRequiredException"):
            self.sign_in(self.pool, username)

    def test_a_disabled_user_is_refused_until_enabled(self) -> None:
        username, tokens = self.new_user(self.pool)
        user = {"UserPoolId": self.pool.id, "Username": username}
        self.cognito.admin_disable_user(**user)
        self.assertIs(self.cognito.admin_get_user(**user)["Enabled"], False)
        with self.refused("NotAuthorizedException"):
            self.cognito.get_user(AccessToken=tokens["AccessToken"])

        self.cognito.admin_enable_user(**user)
        self.assert_user(self.sign_in(self.pool, username)["AccessToken"], email=ADDRESS)

    def test_a_deleted_user_is_not_found(self) -> None:
        username, tokens = self.new_user(self.pool)
        user = {"UserPoolId": self.pool.id, "Username": username}
        self.cognito.admin_delete_user(**user)
        with self.refused("UserNotFoundException"):
            self.cognito.get_user(AccessToken=tokens["AccessToken"])
        with self.refused("UserNotFoundException"):
            self.cognito.admin_get_user(**user)

    def test_who_is_signed_out_everywhere_has_no_token_left(self) -> None:
        for by_administrator in (False, True):
            with self.subTest(by_administrator=by_administrator):
                username, tokens = self.new_user(self.pool)
                if by_administrator:
                    self.cognito.admin_user_global_sign_out(
                        UserPoolId=self.pool.id, Username=username
                    )
                else:
                    self.cognito.global_sign_out(AccessToken=tokens["AccessToken"])
                self.assert_ended(tokens)

    def test_a_revoked_token_ends_what_came_of_it(self) -> None:
        _, tokens = self.new_user(self.pool)
        self.cognito.revoke_token(Token=tokens["RefreshToken"], ClientId=self.pool.app_client)
        self.assert_ended(tokens)

    def test_a_deleted_pool_is_not_found(self) -> None:
        pool = self.create_pool()
        self.cognito.delete_user_pool(UserPoolId=pool.id)
        with self.refused("ResourceNotFoundException"):
            self.cognito.describe_user_pool(UserPoolId=pool.id)
        with self.refused("ResourceNotFoundException"):
            self.sign_in(pool, MARK)

    def test_the_model_has_to_know_every_answer(self) -> None:
        # What the other tests rest on.
        self.order("faults", operation="GetUser", fault="MadeUpException")
        with self.assertRaisesRegex(AssertionError, "GetUser has no MadeUpException"):
            self.cognito.get_user(AccessToken=MARK)

        shape = self.cognito.meta.service_model.operation_model("GetUser").output_shape
        answer = {"Username": MARK, "UserAttributes": [{"Name": "email", "value": ADDRESS}]}
        with self.assertRaisesRegex(AssertionError, r"GetUser\.UserAttributes\[0\]\.value is not"):
            model.check("GetUser", answer, shape)

    def assert_ended(self, tokens: dict[str, str]) -> None:
        with self.refused("NotAuthorizedException"):
            self.cognito.get_user(AccessToken=tokens["AccessToken"])
        with self.refused("NotAuthorizedException"):
            self.refresh(tokens["RefreshToken"])


class UnsignedTest(SignedTest):
    settings = UNSIGNED
