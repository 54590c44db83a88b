"""The server in front of cognito-local, which has all five operations."""

from __future__ import annotations

import secrets

import peer
from peer import TOKEN_INVALID, USER_NOT_FOUND, Pool
from support import MARK, CodeDelivery, Refusal

CODE = f"{MARK}-{secrets.token_hex(8)}"

PARAMETER = Refusal(
    "INVALID_ARGUMENT", "INVALID_PARAMETER", "not_applied", "InvalidParameterException"
)
CODE_MISMATCH = Refusal("INVALID_ARGUMENT", "CODE_MISMATCH", "not_applied", "CodeMismatchException")
RESOURCE_NOT_FOUND = Refusal(
    "NOT_FOUND", "RESOURCE_NOT_FOUND", "not_applied", "ResourceNotFoundException"
)
ANSWER_LOST = Refusal("UNKNOWN", "UPSTREAM_OUTCOME_UNKNOWN", "unknown", None)


class CognitoLocalTest(peer.PeerTest):
    # Every code that it sends is CODE.
    environment = {"HOST": "127.0.0.1", "PORT": "0", "CODE": CODE}
    says_on = "stdout"

    def test_a_blank_value_deletes_its_attribute(self) -> None:
        user = self.pool.sign_in()
        self.client.update(user.token, custom_department=MARK)

        self.client.update(user.token, nickname="", custom_department="")

        self.assert_seen(user, nickname=None, custom_department=None, email=user.username)

    def test_deleted_attributes_are_gone_and_can_be_deleted_again(self) -> None:
        user = self.pool.sign_in()
        self.client.update(user.token, custom_department=MARK)

        for _ in range(2):
            self.client.delete(user.token, "nickname", "custom:department")
            self.assert_seen(user, nickname=None, custom_department=None, email=user.username)

    def test_a_changed_email_is_verified_by_its_code_alone(self) -> None:
        user, address = self.pool.sign_in(), f"{MARK}-new@example.org"

        # The peer doesn't mask the destination as Cognito does. The log must hold neither.
        sent = [CodeDelivery("email", "EMAIL", address)]
        self.assertEqual(self.client.update(user.token, email=address), sent)
        self.peer.stdout.wait_for(f"Code: +{CODE}")
        self.assert_seen(user, email=address, email_verified="false")

        self.assert_refused(CODE_MISMATCH, self.client.verify, user.token, "email", f"{CODE}0")
        self.assert_seen(user, email=address, email_verified="false")

        self.client.verify(user.token, "email", CODE)
        self.assert_seen(user, email=address, email_verified="true")

        # Cognito says ExpiredCodeException of a code that is used; the peer, that it is wrong.
        self.assert_refused(CODE_MISMATCH, self.client.verify, user.token, "email", CODE)

    def test_a_pending_change_is_made_when_it_is_verified(self) -> None:
        pool = Pool(
            self.cognito,
            UserAttributeUpdateSettings={"AttributesRequireVerificationBeforeUpdate": ["email"]},
        )
        user, address = pool.sign_in(), f"{MARK}-pending@example.org"

        sent = self.client.update(user.token, email=address, nickname=f"{MARK} now")
        self.assertEqual(sent, [CodeDelivery("email", "EMAIL", address)])
        self.assert_seen(user, email=user.username, email_verified="true", nickname=f"{MARK} now")

        self.client.verify(user.token, "email", CODE)
        self.assert_seen(user, email=address, email_verified="true")

    def test_an_answer_without_where_the_code_went_counts_as_lost(self) -> None:
        # The peer sends the code and answers `{}`, where Cognito has CodeDeliveryDetails.
        user = self.pool.sign_in()

        self.assert_refused(ANSWER_LOST, self.client.get_code, user.token, "email")

        # So `unknown` is the truth: the code is out, and good.
        self.client.verify(user.token, "email", CODE)

    def test_an_attribute_that_the_pool_lacks_is_named_by_its_path(self) -> None:
        user = self.pool.sign_in()

        error = self.assert_refused(
            PARAMETER, self.client.update, user.token, nickname=f"{MARK} new", shoe_size=MARK
        )

        self.assertIn("Attribute does not exist in the schema.", error.message)
        self.assertEqual([it.field for it in error.violations], ["user_attributes[1]"])
        self.assert_seen(user, nickname=f"{MARK} nick")

    def test_an_immutable_attribute_is_named_by_its_path(self) -> None:
        user = self.pool.sign_in()

        error = self.assert_refused(
            PARAMETER, self.client.update, user.token, nickname=f"{MARK} new", custom_badge=MARK
        )

        self.assertIn("Attribute cannot be updated.", error.message)
        self.assertEqual([it.field for it in error.violations], ["user_attributes[1]"])
        self.assert_seen(user, nickname=f"{MARK} nick", custom_badge=None)

    def test_garbage_for_a_token_is_the_fault_of_a_parameter_if_the_peer_says_so(self) -> None:
        # Cognito says NotAuthorizedException; the peer, InvalidParameterException of no attribute.
        for operation, call in self.client.each(f"{MARK}.not.a-token"):
            with self.subTest(operation):
                error = self.assert_refused(PARAMETER, call)
                self.assertEqual(error.message, "Invalid parameter")
                # GetUser has no other parameter.
                fields = ["access_token"] if operation == "GetUser" else []
                self.assertEqual([it.field for it in error.violations], fields)

    def test_an_id_token_is_refused(self) -> None:
        # Cognito says NotAuthorizedException. The peer finds no `client_id` in it, so no client.
        for operation, call in self.client.each(self.pool.sign_in().id_token):
            with self.subTest(operation):
                self.assert_refused(RESOURCE_NOT_FOUND, call)

    def test_a_token_of_a_deleted_user_is_refused(self) -> None:
        user = self.pool.sign_in()
        self.cognito.admin_delete_user(UserPoolId=self.pool.id, Username=user.username)

        for operation, call in self.client.each(user.token):
            with self.subTest(operation):
                # For Cognito the user isn't found. The peer says so to two operations, and to the
                # others NotAuthorizedException with a text that Cognito doesn't have.
                if operation in ("GetUser", "GetUserAttributeVerificationCode"):
                    self.assert_refused(USER_NOT_FOUND, call)
                else:
                    error = self.assert_refused(TOKEN_INVALID, call)
                    self.assertEqual(error.message, "User not authorized")

    def test_a_token_of_a_deleted_app_client_is_refused(self) -> None:
        app_client = self.pool.create_app_client()
        user = self.pool.sign_in(app_client)
        self.cognito.delete_user_pool_client(UserPoolId=self.pool.id, ClientId=app_client)

        for operation, call in self.client.each(user.token):
            with self.subTest(operation):
                self.assert_refused(RESOURCE_NOT_FOUND, call)

    def test_whether_a_token_is_good_is_left_to_the_peer(self) -> None:
        # The peer doesn't look at signatures, so it takes this. A check of the server's own, of
        # less than Cognito's, would only refuse what Cognito might take.
        user = self.pool.sign_in()

        self.client.update(user.forged_token, nickname=f"{MARK} forged")

        self.assert_seen(user, nickname=f"{MARK} forged")
