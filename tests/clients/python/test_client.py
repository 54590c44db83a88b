"""What the client's functions give to a program, and what only grpcio does.

test_programs.py, in the folder above, has what every language's program does.
"""

from __future__ import annotations

import time
import unittest
from datetime import timedelta

import grpc

from client import (
    CallFailed,
    CodeDelivery,
    Violation,
    connect,
    get_user,
    health,
    update_user_attributes,
)
from server import LIMIT, Server


class CallsTest(unittest.TestCase):
    def setUp(self) -> None:
        self.server = self.enterContext(Server())
        self.channel = self.enterContext(connect(self.server.address))

    def update(self, **attributes: str) -> list[CodeDelivery]:
        return update_user_attributes(
            self.channel, self.server.access_token, attributes, "change", {"source": "test"}
        )

    def test_an_update_gives_where_its_codes_went(self) -> None:
        self.assertEqual(
            self.update(email="new@example.org", nickname="Dan"),
            [CodeDelivery("email", "EMAIL", "n***@e***")],
        )
        user = get_user(self.channel, self.server.access_token)
        self.assertEqual((user["nickname"], user["email_verified"]), ("Dan", "false"))

    def test_an_error_has_what_the_server_says_of_it(self) -> None:
        with self.assertRaises(CallFailed) as caught:
            self.update(sub="x", shoe_size="44")
        error = caught.exception
        self.assertEqual(error.code, grpc.StatusCode.INVALID_ARGUMENT)
        self.assertEqual((error.reason, error.outcome), ("INVALID_PARAMETER", "not_applied"))
        self.assertIsNone(error.aws_error_code)
        self.assertEqual(error.metadata["operation"], "UpdateUserAttributes")
        self.assertEqual(
            error.violations,
            (Violation("user_attributes[0].name", "sub can't be changed by the user"),),
        )
        self.assertIsNone(error.retry_delay)

    def test_a_throttled_call_has_a_time_to_come_back(self) -> None:
        self.server.fail("UpdateUserAttributes", "TooManyRequestsException", 3)
        with self.assertRaises(CallFailed) as caught:
            self.update(nickname="Dan")
        error = caught.exception
        self.assertEqual(error.code, grpc.StatusCode.RESOURCE_EXHAUSTED)
        self.assertEqual(error.aws_error_code, "TooManyRequestsException")
        self.assertGreater(error.retry_delay, timedelta())


class AddressesTest(unittest.TestCase):
    def test_a_list_of_addresses_is_called_under_an_authority_that_is_given(self) -> None:
        first, second = (self.enterContext(Server()) for _ in range(2))
        target = f"ipv4:{first.address},{second.address}"

        # grpcio sends the list as `:authority`. As that holds two ports, it isn't an authority
        # (RFC 3986, section 3.2), and a request with such a pseudo-header is malformed, which is a
        # stream error (RFC 9113, sections 8.1.1 and 8.3.1).
        unaware = [("grpc.inhibit_health_checking", True)]
        with connect(target, options=unaware) as channel:
            with self.assertRaises(CallFailed) as caught:
                health(channel)
        self.assertIsNone(caught.exception.reason)
        # PROTOCOL_ERROR
        self.assertIn("RST_STREAM with error code 1", caught.exception.message)

        options = [("grpc.default_authority", "user-attributes.test")]
        limit, reached = time.monotonic() + LIMIT, set()
        with connect(target, options=options) as channel:
            # In turn, once both are connected.
            while len(reached) < 2:
                self.assertLess(time.monotonic(), limit, f"only {reached} is called")
                try:
                    get_user(channel, first.access_token)
                    reached.add("the first")
                except CallFailed as error:
                    # The token isn't one of the second one's pool.
                    self.assertEqual(error.reason, "ACCESS_TOKEN_INVALID")
                    reached.add("the second")


class LifecycleTest(unittest.TestCase):
    def test_the_server_drains_and_exits_with_success(self) -> None:
        with Server() as server:
            pass
        self.assertEqual(server.code, 0)


if __name__ == "__main__":
    unittest.main()
