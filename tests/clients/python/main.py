"""Changes, verifies and reads attributes of a signed-in user of Amazon Cognito, through the gRPC
service. ../README.md has its variables.

    main.py update nickname=Dan custom:department=
"""

from __future__ import annotations

import os
import sys
import uuid
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import grpc

from client import (
    DEADLINE,
    CallFailed,
    connect,
    get_user,
    health,
    update_user_attributes,
    verify_user_attribute,
)


def pair(word: str) -> tuple[str, str]:
    name, middle, value = word.partition("=")
    if not middle:
        raise ArgumentTypeError(f"{word} isn't NAME=VALUE")
    return name, value


def parser() -> ArgumentParser:
    timed = ArgumentParser(add_help=False)
    timed.add_argument("--timeout", type=float, default=DEADLINE, metavar="SECONDS")
    change = ArgumentParser(add_help=False, parents=[timed])
    change.add_argument("--request-id", default=str(uuid.uuid4()), metavar="ID")

    whole = ArgumentParser()
    commands = whole.add_subparsers(dest="command", required=True)
    update = commands.add_parser("update", parents=[change])
    update.add_argument("attributes", type=pair, nargs="+", metavar="NAME=VALUE")
    verify = commands.add_parser("verify", parents=[change])
    verify.add_argument("attribute_name", metavar="NAME")
    verify.add_argument("code", metavar="CODE")
    commands.add_parser("get", parents=[timed])
    commands.add_parser("health", parents=[timed])
    return whole


def channel_of(environment: Mapping[str, str], options: Sequence[tuple[str, Any]]) -> grpc.Channel:
    """A channel to the service that the variables name.

    Raises OSError for a file that can't be read, and ValueError for what makes no sense.
    """
    endpoint = urlsplit(environment.get("USER_ATTRIBUTES_ENDPOINT") or "http://127.0.0.1:50051")
    prefix = "USER_ATTRIBUTES_ENDPOINT_TLS_"
    ca, cert, key, name = (
        environment.get(prefix + it) for it in ("CA", "CERT", "KEY", "SERVER_NAME")
    )
    target = f"dns:///{endpoint.netloc}"
    if endpoint.scheme == "http":
        if ca or cert or key or name:
            raise ValueError("TLS is set up, and USER_ATTRIBUTES_ENDPOINT isn't https://")
        return connect(target, None, options)
    if endpoint.scheme != "https":
        raise ValueError("USER_ATTRIBUTES_ENDPOINT must begin with http:// or https://")
    if bool(cert) != bool(key):
        raise ValueError(f"{prefix}CERT and {prefix}KEY go together")
    root, chain, private = (Path(it).read_bytes() if it else None for it in (ca, cert, key))
    return connect(
        target,
        grpc.ssl_channel_credentials(root, private, chain),
        [*options, *([("grpc.ssl_target_name_override", name)] if name else [])],
    )


def call(channel: grpc.Channel, access_token: str, given: Namespace) -> None:
    match given.command:
        case "update":
            for it in update_user_attributes(
                channel,
                access_token,
                dict(given.attributes),
                given.request_id,
                timeout=given.timeout,
            ):
                print(f"{it.attribute_name}: code sent by {it.medium} to {it.destination}")
        case "verify":
            verify_user_attribute(
                channel,
                access_token,
                given.attribute_name,
                given.code,
                given.request_id,
                given.timeout,
            )
        case "get":
            for name, value in get_user(channel, access_token, given.timeout).items():
                print(f"{name}={value}")
        case "health":
            print(health(channel, given.timeout))


def main(words: Sequence[str]) -> int:
    given = parser().parse_args(words)
    try:
        # By the service config, a server that isn't SERVING gets no call, so it couldn't say so.
        asks_health = ("grpc.inhibit_health_checking", given.command == "health")
        connection = channel_of(os.environ, [asks_health])
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    with connection as channel:
        try:
            call(channel, os.environ.get("USER_ATTRIBUTES_ACCESS_TOKEN", ""), given)
        except CallFailed as error:
            print(error, file=sys.stderr)
            if "request_id" in given:
                print(f"request id: {given.request_id}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
