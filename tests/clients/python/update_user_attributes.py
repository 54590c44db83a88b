"""Updates attributes of a signed-in user of Amazon Cognito, through the gRPC service.

    update_user_attributes.py nickname=Dan custom:department=

A blank value deletes its attribute. The access token comes from USER_ATTRIBUTES_ACCESS_TOKEN,
where no other user of the machine can read it, and the service's URL from
USER_ATTRIBUTES_ENDPOINT. An https URL is called over TLS, for which these may be set:

    USER_ATTRIBUTES_ENDPOINT_TLS_CA           PEM file of the certificates to trust
    USER_ATTRIBUTES_ENDPOINT_TLS_CERT         PEM file of the client's own certificate
    USER_ATTRIBUTES_ENDPOINT_TLS_KEY          PEM file of its key
    USER_ATTRIBUTES_ENDPOINT_TLS_SERVER_NAME  the name that the server's certificate must have,
                                              instead of the URL's host

It needs the packages in requirements.txt, and the code that this makes out of the contract:

    python -m grpc_tools.protoc -Iproto --python_out=. --grpc_python_out=. \\
        proto/cognito/userattributes/v1/*.proto
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import grpc
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo
from grpc_status import rpc_status

from cognito.userattributes.v1.user_attributes_service_pb2 import (
    AttributeType,
    DeliveryMedium,
    UpdateUserAttributesRequest,
)
from cognito.userattributes.v1.user_attributes_service_pb2_grpc import UserAttributesServiceStub

# In seconds. The service itself gives up after 20 and then says what it knows.
DEADLINE = 25


@dataclass(frozen=True)
class CodeDelivery:
    """A verification code that the update made Cognito send."""

    attribute_name: str
    # "EMAIL" or "SMS", or None for a medium that this program doesn't know.
    medium: str | None
    # Masked, and personal data all the same.
    destination: str


@dataclass(frozen=True)
class Violation:
    """A field of the request, such as `user_attributes[0].name`, and what is wrong with it."""

    field: str
    description: str


@dataclass(eq=False)
class UpdateFailed(Exception):
    """The service's answer is an error. What to do depends on `reason` and `outcome`."""

    code: grpc.StatusCode
    message: str
    # A value of the contract's ErrorReason without its prefix, or None if no answer came.
    reason: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    violations: Sequence[Violation] = ()

    @property
    def outcome(self) -> str:
        """`not_applied` or `unknown`. Where nothing is known, `unknown`."""
        return self.metadata.get("outcome", "unknown")

    @property
    def aws_error_code(self) -> str | None:
        return self.metadata.get("awsErrorCode")

    def __str__(self) -> str:
        lines = [f"{self.reason or self.code.name}: {self.message} (outcome: {self.outcome})"]
        lines += [f"  {it.field}: {it.description}" for it in self.violations]
        return "\n".join(lines)

    @classmethod
    def from_call(cls, error: grpc.RpcError) -> UpdateFailed:
        """Decodes the google.rpc details of an error."""
        info, bad_request = ErrorInfo(), BadRequest()
        status = rpc_status.from_call(error)
        for detail in status.details if status else ():
            # Each fills its message if the detail is of that type, and else does nothing.
            detail.Unpack(info)
            detail.Unpack(bad_request)
        return cls(
            code=error.code(),
            message=error.details(),
            reason=info.reason or None,
            metadata=dict(info.metadata),
            violations=tuple(
                Violation(it.field, it.description) for it in bad_request.field_violations
            ),
        )


def update_user_attributes(
    channel: grpc.Channel,
    access_token: str,
    attributes: Mapping[str, str],
    client_metadata: Mapping[str, str] | None = None,
) -> list[CodeDelivery]:
    """Sets these attributes, all or none, and returns where verification codes went.

    Raises UpdateFailed.
    """
    request = UpdateUserAttributesRequest(
        user_attributes=[AttributeType(name=name, value=it) for name, it in attributes.items()],
        access_token=access_token,
        client_metadata=client_metadata,
    )
    try:
        reply = UserAttributesServiceStub(channel).UpdateUserAttributes(request, timeout=DEADLINE)
    except grpc.RpcError as error:
        # Not the cause of what is raised: a traceback has no use for it.
        raise UpdateFailed.from_call(error) from None
    return [
        CodeDelivery(it.attribute_name, medium(it.delivery_medium), it.destination)
        for it in reply.code_delivery_details_list
    ]


def medium(value: int) -> str | None:
    """Cognito's name of a medium. A newer server may send a number that has none here."""
    known = {
        DeliveryMedium.DELIVERY_MEDIUM_EMAIL: "EMAIL",
        DeliveryMedium.DELIVERY_MEDIUM_SMS: "SMS",
    }
    return known.get(value)


def connect(environment: Mapping[str, str]) -> grpc.Channel:
    """A channel to the service that the variables name.

    Raises OSError for a file that can't be read, and ValueError for what makes no sense.
    """
    endpoint = urlsplit(environment.get("USER_ATTRIBUTES_ENDPOINT") or "http://127.0.0.1:50051")
    prefix = "USER_ATTRIBUTES_ENDPOINT_TLS_"
    ca, cert, key, name = (
        environment.get(prefix + it) for it in ("CA", "CERT", "KEY", "SERVER_NAME")
    )
    if endpoint.scheme == "http":
        if ca or cert or key or name:
            raise ValueError("TLS is set up, and USER_ATTRIBUTES_ENDPOINT isn't https://")
        return grpc.insecure_channel(endpoint.netloc)
    if endpoint.scheme != "https":
        raise ValueError("USER_ATTRIBUTES_ENDPOINT must begin with http:// or https://")
    if bool(cert) != bool(key):
        raise ValueError(f"{prefix}CERT and {prefix}KEY go together")
    root, chain, private = (Path(it).read_bytes() if it else None for it in (ca, cert, key))
    return grpc.secure_channel(
        endpoint.netloc,
        grpc.ssl_channel_credentials(root, private, chain),
        options=[("grpc.ssl_target_name_override", name)] if name else None,
    )


def main(words: Sequence[str]) -> int:
    access_token = os.environ.get("USER_ATTRIBUTES_ACCESS_TOKEN")
    if not access_token or not words or not all("=" in word for word in words):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        connection = connect(os.environ)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    with connection as channel:
        try:
            deliveries = update_user_attributes(
                channel, access_token, dict(word.split("=", 1) for word in words)
            )
        except UpdateFailed as error:
            print(error, file=sys.stderr)
            return 1
    for delivery in deliveries:
        print(f"{delivery.attribute_name}: code sent by {delivery.medium} to {delivery.destination}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
