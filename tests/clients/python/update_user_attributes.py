"""Updates attributes of a signed-in user of Amazon Cognito, through the gRPC service.

    update_user_attributes.py nickname=Dan custom:department=

A blank value deletes its attribute. The access token comes from USER_ATTRIBUTES_ACCESS_TOKEN,
where no other user of the machine can read it, and the service's URL from
USER_ATTRIBUTES_ENDPOINT.

It needs the packages in requirements.txt, and the code that this makes out of the contract:

    python -m grpc_tools.protoc -Iproto --python_out=. --grpc_python_out=. \\
        proto/cognito/userattributes/v1/*.proto
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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


def main(words: Sequence[str]) -> int:
    access_token = os.environ.get("USER_ATTRIBUTES_ACCESS_TOKEN")
    endpoint = urlsplit(os.environ.get("USER_ATTRIBUTES_ENDPOINT") or "http://127.0.0.1:50051")
    if not access_token or not words or not all("=" in word for word in words):
        print(__doc__, file=sys.stderr)
        return 2
    with grpc.insecure_channel(endpoint.netloc) as channel:
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
