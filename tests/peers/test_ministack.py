"""The server in front of MiniStack, which judges tokens as Cognito does, by Cognito's texts.

It has UpdateUserAttributes and GetUser alone. It takes attributes that the pool lacks and sends no
codes, so neither is asked here.
"""

from __future__ import annotations

import peer
from peer import (
    TOKEN_EXPIRED,
    TOKEN_INVALID,
    TOKEN_REVOKED,
    USER_DISABLED,
    USER_NOT_FOUND,
)
from support import MARK, Refusal

# It says InvalidAction of an operation that it lacks.
NO_SUCH_ACTION = Refusal("UNKNOWN", "UNMODELED_UPSTREAM_ERROR", "unknown", "InvalidAction")
INTERNAL_ERROR = Refusal("INTERNAL", "INTERNAL_ERROR", "unknown", "InternalError")


class MiniStackTest(peer.PeerTest):
    environment = {
        # Looks at tokens, as Cognito does.
        "AUTH": "true",
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": "0",
        "SERVICES": "cognito-idp",
        "STATE_DIR": "state",
        # It would listen on every interface for these.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
    }
    says_on = "stderr"

    def test_a_blank_value_arrives_as_a_blank_one(self) -> None:
        # The peer stores it, where Cognito deletes the attribute.
        user = self.pool.sign_in()

        self.client.update(user.token, nickname="")

        self.assert_seen(user, nickname="", email=user.username)

    def test_a_missing_value_arrives_as_missing(self) -> None:
        # The peer fails over it, where Cognito says InvalidParameterException.
        user = self.pool.sign_in()

        self.assert_refused(INTERNAL_ERROR, self.client.update, user.token, nickname=None)

        self.assert_seen(user, nickname=f"{MARK} nick")

    def test_the_request_id_is_handed_on(self) -> None:
        user = self.pool.sign_in()

        self.client.get_user(user.token)
        self.assertRegex(self.client.aws_request_id, "^[0-9a-f-]{36}$")

        error = self.assert_refused(TOKEN_INVALID, self.client.get_user, MARK)
        self.assertRegex(error.metadata["awsRequestId"], "^[0-9a-f-]{36}$")

    def test_garbage_for_a_token_is_refused(self) -> None:
        for token in (MARK, f"{MARK}.not.a-token", "eyJhbGciOiJSUzI1NiJ9.e30.AAAA"):
            self.check_token(token, TOKEN_INVALID, "Invalid Access Token")

    def test_a_forged_signature_is_refused(self) -> None:
        token = self.pool.sign_in().forged_token
        self.check_token(token, TOKEN_INVALID, "Could not verify signature for Access Token")

    def test_an_id_token_is_refused(self) -> None:
        self.check_token(self.pool.sign_in().id_token, TOKEN_INVALID, "Invalid Access Token")

    def test_a_token_that_has_expired_is_refused(self) -> None:
        app_client = self.pool.create_app_client(
            AccessTokenValidity=-1, TokenValidityUnits={"AccessToken": "minutes"}
        )
        token = self.pool.sign_in(app_client).token
        self.check_token(token, TOKEN_EXPIRED, "Access Token has expired")

    def test_a_token_is_refused_after_its_user_has_signed_out_everywhere(self) -> None:
        user = self.pool.sign_in()
        self.client.get_user(user.token)
        self.cognito.global_sign_out(AccessToken=user.token)

        self.check_token(user.token, TOKEN_REVOKED, "Access Token has been revoked")

    def test_a_token_of_a_disabled_user_is_refused_and_stays_revoked(self) -> None:
        user = self.pool.sign_in()
        names = {"UserPoolId": self.pool.id, "Username": user.username}

        self.cognito.admin_disable_user(**names)
        self.check_token(user.token, USER_DISABLED, "User is disabled.")

        self.cognito.admin_enable_user(**names)
        self.check_token(user.token, TOKEN_REVOKED, "Access Token has been revoked")

    def test_a_token_of_a_deleted_user_is_refused(self) -> None:
        user = self.pool.sign_in()
        self.cognito.admin_delete_user(UserPoolId=self.pool.id, Username=user.username)

        self.check_token(user.token, USER_NOT_FOUND, "the user of the access token doesn't exist")

    def test_an_error_that_cognito_does_not_have_is_told_by_its_code(self) -> None:
        user = self.pool.sign_in()
        calls = dict(self.client.each(user.token))
        lacking = [it for it in calls if it not in ("UpdateUserAttributes", "GetUser")]

        for operation in lacking:
            with self.subTest(operation):
                error = self.assert_refused(NO_SUCH_ACTION, calls[operation])
                self.assertEqual(error.metadata["operation"], operation)

    def check_token(self, token: str, expected: Refusal, text: str) -> None:
        """Each operation that the peer has refuses the token, and says so by the text."""
        for operation, call in self.client.each(token):
            if operation in ("UpdateUserAttributes", "GetUser"):
                with self.subTest(operation):
                    error = self.assert_refused(expected, call)
                    self.assertIn(text, error.message)
