"""What the tests have in common: programs to run, the server and its client, the verdicts."""

from __future__ import annotations

import atexit
import functools
import itertools
import json
import os
import re
import subprocess
import tempfile
import threading
import unittest
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import IO, Any, NamedTuple

import grpc

from client import CallFailed, CodeDelivery, medium
from cognito.userattributes.v1 import user_attributes_service_pb2 as messages
from cognito.userattributes.v1.user_attributes_service_pb2_grpc import UserAttributesServiceStub

# In seconds. The server itself gives up a call after 20.
START_LIMIT = 60
STOP_LIMIT = 30
DEADLINE = 25

# In every value, code and user name of the tests, and in nothing that a log may show.
MARK = "marked"


class Output(threading.Thread):
    """Reads what a program says to its end, as a full pipe would block the program."""

    def __init__(self, pipe: IO[str]) -> None:
        super().__init__(daemon=True)
        self.pipe, self.text, self.ended = pipe, "", False
        self.changed = threading.Condition()
        self.start()

    def run(self) -> None:
        with self.pipe:
            for line in self.pipe:
                with self.changed:
                    self.text += line
                    self.changed.notify_all()
        with self.changed:
            self.ended = True
            self.changed.notify_all()

    def wait_for(self, pattern: str) -> re.Match[str]:
        """The first match in a line, once there is one."""

        def match() -> re.Match[str] | None:
            return re.search(pattern, self.text, re.MULTILINE)

        with self.changed:
            self.changed.wait_for(lambda: match() or self.ended, START_LIMIT)
            found = match()
        if not found:
            raise AssertionError(f"the program didn't say {pattern!r}, but: {self.text}")
        return found


class Program:
    """A program that runs until `stop`, in an empty folder of its own."""

    def __init__(self, *command: str, **environment: str) -> None:
        self.folder = tempfile.TemporaryDirectory()
        home = {"HOME": self.folder.name, "TMPDIR": self.folder.name}
        self.process = subprocess.Popen(
            command,
            # Not the caller's: a setting of theirs must not become the program's.
            env={"PATH": os.environ["PATH"], **home, **environment},
            cwd=self.folder.name,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        self.stdout, self.stderr = Output(self.process.stdout), Output(self.process.stderr)
        # If the tests are interrupted, nothing else does.
        atexit.register(self.stop)

    def stop(self) -> None:
        """Stops it, unless it has stopped."""
        self.process.terminate()
        try:
            self.process.wait(STOP_LIMIT)
        finally:
            self.process.kill()
            self.process.wait()
            self.stdout.join()
            self.stderr.join()
            self.folder.cleanup()


class Server(Program):
    """The server, whose path is in SERVER_BIN, at its most talkative and on free ports.

    The options choose what it is in front of.
    """

    def __init__(self, *options: str) -> None:
        local = "127.0.0.1:0"
        super().__init__(
            os.environ["SERVER_BIN"],
            *("--grpc-addr", local, "--admin-addr", local),
            *("--log-format", "json", "--log-filter", "trace"),
            *options,
        )

    @functools.cached_property
    def listening(self) -> Mapping[str, str]:
        """`grpc_addr`, `admin_addr` and `upstream`, once the server tells them."""
        return json.loads(self.stderr.wait_for('^.*"message":"listening".*$')[0])

    def calls(self) -> Sequence[Mapping[str, Any]]:
        """The log's lines about calls."""
        events = map(json.loads, self.stderr.text.splitlines())
        return [event for event in events if event["message"] == "call"]


class User(NamedTuple):
    username: str
    attributes: dict[str, str]


class Client:
    """Calls the server, and remembers the secrets that it has sent. Raises CallFailed."""

    def __init__(self, address: str) -> None:
        self.channel = grpc.insecure_channel(address)
        self.stub = UserAttributesServiceStub(self.channel)
        self.secrets = {MARK}
        self.calls = 0
        # Of the last call that succeeded.
        self.aws_request_id: str | None = None

    def update(self, token: str, **attributes: str | None) -> list[CodeDelivery]:
        """Sets attributes. A name's first `custom_` stands for `custom:`."""
        reply = self._call(
            "UpdateUserAttributes",
            access_token=token,
            user_attributes=[
                messages.AttributeType(name=re.sub("^custom_", "custom:", name), value=value)
                for name, value in attributes.items()
            ],
        )
        return [delivery(it) for it in reply.code_delivery_details_list]

    def verify(self, token: str, name: str, code: str) -> None:
        self.secrets.add(code)
        self._call("VerifyUserAttribute", access_token=token, attribute_name=name, code=code)

    def get_code(self, token: str, name: str) -> CodeDelivery:
        method = "GetUserAttributeVerificationCode"
        reply = self._call(method, access_token=token, attribute_name=name)
        return delivery(reply.code_delivery_details)

    def delete(self, token: str, *names: str) -> None:
        self._call("DeleteUserAttributes", access_token=token, user_attribute_names=names)

    def get_user(self, token: str) -> User:
        reply = self._call("GetUser", access_token=token)
        return User(reply.username, {it.name: it.value for it in reply.user_attributes})

    def each(self, token: str) -> Iterator[tuple[str, Callable[[], Any]]]:
        """Each operation, with nothing wrong but perhaps the token."""
        yield "UpdateUserAttributes", lambda: self.update(token, nickname=MARK)
        yield "VerifyUserAttribute", lambda: self.verify(token, "email", MARK)
        yield "GetUserAttributeVerificationCode", lambda: self.get_code(token, "email")
        yield "DeleteUserAttributes", lambda: self.delete(token, "nickname")
        yield "GetUser", lambda: self.get_user(token)

    def _call(self, method: str, *, access_token: str, **fields: Any) -> Any:
        # A long part of a token is a secret, too: its claims, and its signature.
        parts = access_token.split(".")[1:]
        self.secrets.update([access_token, *(it for it in parts if len(it) > 16)])
        self.calls += 1
        request = getattr(messages, f"{method}Request")(access_token=access_token, **fields)
        try:
            reply, call = getattr(self.stub, method).with_call(request, timeout=DEADLINE)
        except grpc.RpcError as error:
            # Not the cause of what is raised: a traceback has no use for it.
            raise CallFailed.from_call(error) from None
        self.aws_request_id = dict(call.initial_metadata()).get("x-amzn-requestid")
        return reply


def delivery(details: messages.CodeDeliveryDetailsType) -> CodeDelivery:
    return CodeDelivery(
        details.attribute_name, medium(details.delivery_medium), details.destination
    )


class Refusal(NamedTuple):
    """What a caller is told: the status' code, and what is in ErrorInfo."""

    code: str
    reason: str
    outcome: str
    aws_error_code: str | None


class ServerTest(unittest.TestCase):
    """The server in front of something that speaks Cognito's protocol.

    After the last test of a class, the server's log has a line for each call and no secret.
    """

    server: Server
    client: Client

    @classmethod
    def serve(cls, *options: str) -> None:
        cls.server = Server(*options)
        cls.addClassCleanup(cls.server.stop)
        cls.client = Client(cls.server.listening["grpc_addr"])
        cls.addClassCleanup(cls._check_log)

    @classmethod
    def _check_log(cls) -> None:
        cls.client.channel.close()
        # Then the log is whole.
        cls.server.stop()
        sent, logged = cls.client.calls, len(cls.server.calls())
        if sent != logged:
            raise AssertionError(f"{sent} calls, and {logged} in the log")
        # Nothing is quoted, as this text ends in a log, too.
        found = sum(secret in cls.server.stderr.text for secret in cls.client.secrets)
        if found:
            raise AssertionError(f"{found} secrets in the log")

    def assert_refused(
        self, expected: Refusal, call: Callable[..., Any], *arguments: Any, **named: Any
    ) -> CallFailed:
        with self.assertRaises(CallFailed) as caught:
            call(*arguments, **named)
        error = caught.exception
        refusal = Refusal(error.code.name, error.reason, error.outcome, error.aws_error_code)
        self.assertEqual(refusal, expected, error.message)
        return error


class LocalPoolTest(ServerTest):
    """The server in front of its own local pool, which listens on `url`."""

    numbers = itertools.count(1)
    url: str

    @classmethod
    def setUpClass(cls) -> None:
        cls.serve("--local-pool", "--local-pool-addr", "127.0.0.1:0")
        cls.url = cls.server.listening["upstream"].rstrip("/")

    def new_name(self) -> str:
        """A user name that nobody has."""
        return f"{MARK}-{next(self.numbers)}"

    def code(self, username: str) -> str:
        """The code of the newest message to this user."""
        path = f"/_local/outbox?username={urllib.parse.quote(username)}"
        with urllib.request.urlopen(self.url + path, timeout=DEADLINE) as answer:
            code = json.load(answer)["messages"][-1]["code"]
        self.client.secrets.add(code)
        return code

    def order(self, what: str, **order: Any) -> None:
        """Orders the pool's next `faults`, or time to go by on its `clock`."""
        request = urllib.request.Request(
            f"{self.url}/_local/{what}",
            data=json.dumps(order).encode(),
            headers={"Content-Type": "application/json"},
        )
        urllib.request.urlopen(request, timeout=DEADLINE).close()
