"""The server in front of moto, which has UpdateUserAttributes and GetUser alone.

It answers the other operations, and what it fails over, with HTTP 500 and a page of HTML. It takes
attributes that the pool lacks, sends no codes and lets no token expire: none of that is asked here.
"""

from __future__ import annotations

import peer
from peer import TOKEN_INVALID, USER_NOT_FOUND, Pool
from support import MARK, Refusal

# An answer without an AWS code, of which nothing says whether anything was done.
INTERNAL_ERROR = Refusal("INTERNAL", "INTERNAL_ERROR", "unknown", None)
ALIAS_EXISTS = Refusal("ALREADY_EXISTS", "ALIAS_EXISTS", "not_applied", "AliasExistsException")


class MotoTest(peer.PeerTest):
    options = ("--host", "127.0.0.1", "--port", "0")
    says_on = "stderr"

    def test_a_blank_value_arrives_as_a_blank_one(self) -> None:
        # The peer stores it, where Cognito deletes the attribute.
        user = self.pool.sign_in()

        self.client.update(user.token, nickname="")

        self.assert_seen(user, nickname="", email=user.username)

    def test_a_page_of_html_is_an_internal_error_with_an_unknown_outcome(self) -> None:
        user = self.pool.sign_in()
        calls = dict(self.client.each(user.token))
        for operation in (
            "VerifyUserAttribute",
            "GetUserAttributeVerificationCode",
            "DeleteUserAttributes",
        ):
            with self.subTest(operation):
                error = self.assert_refused(INTERNAL_ERROR, calls[operation])

                self.assertTrue(error.message.startswith("Cognito failed"), error.message)
                self.assertNotIn("<", error.message)
                self.assertEqual(
                    dict(error.metadata), {"operation": operation, "outcome": "unknown"}
                )

    def test_a_missing_value_arrives_as_missing(self) -> None:
        # The peer fails over it, where Cognito says InvalidParameterException.
        user = self.pool.sign_in()

        self.assert_refused(INTERNAL_ERROR, self.client.update, user.token, nickname=None)

        self.assert_seen(user, nickname=f"{MARK} nick")

    def test_an_email_of_another_user_is_refused(self) -> None:
        pool = Pool(self.cognito, UsernameAttributes=["email"])
        user, other = pool.sign_in(), pool.sign_in()

        error = self.assert_refused(
            ALIAS_EXISTS, self.client.update, user.token, email=other.username
        )

        self.assertEqual(error.message, "An account with the given email already exists.")
        self.assert_seen(user, email=user.username)

    def test_garbage_for_a_token_is_refused(self) -> None:
        for token in (MARK, f"{MARK}.not.a-token"):
            self.check_token(token)

    def test_a_forged_signature_is_refused(self) -> None:
        self.check_token(self.pool.sign_in().forged_token)

    def test_an_id_token_is_refused(self) -> None:
        self.check_token(self.pool.sign_in().id_token)

    def test_a_token_is_refused_after_its_user_has_signed_out_everywhere(self) -> None:
        # Cognito says that it has been revoked. For the peer it is like any other that it lacks.
        user = self.pool.sign_in()
        self.client.get_user(user.token)
        self.cognito.global_sign_out(AccessToken=user.token)

        self.check_token(user.token)

    def test_a_disabled_user_cannot_be_read(self) -> None:
        # For Cognito the user is disabled. The peer's text is `username`, and it lets a disabled
        # user write.
        user = self.pool.sign_in()
        self.cognito.admin_disable_user(UserPoolId=self.pool.id, Username=user.username)

        error = self.assert_refused(TOKEN_INVALID, self.client.get_user, user.token)
        self.assertEqual(error.message, "username")

    def test_a_token_of_a_deleted_user_is_refused(self) -> None:
        user = self.pool.sign_in()
        self.cognito.admin_delete_user(UserPoolId=self.pool.id, Username=user.username)

        self.assert_refused(USER_NOT_FOUND, self.client.get_user, user.token)
        self.assert_refused(USER_NOT_FOUND, self.client.update, user.token, nickname=MARK)

    def check_token(self, token: str) -> None:
        """Both operations that the peer has refuse the token, and don't tell it."""
        error = self.assert_refused(TOKEN_INVALID, self.client.get_user, token)
        self.assertEqual(error.message, "Invalid token")

        # Here the peer's text is the token itself.
        error = self.assert_refused(TOKEN_INVALID, self.client.update, token, nickname=MARK)
        self.assertNotIn(token, error.message)
        self.assertIn("access token", error.message)
