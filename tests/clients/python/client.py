"""A client of the service: the calls, the channel that they take, and what their errors say.

To have it outside of this repository:

    cp -r tests/clients/python proto my-client
    cd my-client/python
    cp ../proto/service_config.json .
    pip install -r requirements.txt
    python -m grpc_tools.protoc -I../proto --python_out=. --grpc_python_out=. \\
        ../proto/cognito/userattributes/v1/*.proto
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import grpc
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub
from grpc_status import rpc_status

from cognito.userattributes.v1.user_attributes_service_pb2 import (
    DESCRIPTOR,
    AttributeType,
    DeliveryMedium,
    GetUserRequest,
    UpdateUserAttributesRequest,
    VerifyUserAttributeRequest,
)
from cognito.userattributes.v1.user_attributes_service_pb2_grpc import UserAttributesServiceStub

# In seconds: a little more than the server takes. grpcio keeps the service config's time to itself,
# so the server is told this one.
DEADLINE = 21


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
class CallFailed(Exception):
    """The service's answer is an error. What to do depends on `reason` and `outcome`."""

    code: grpc.StatusCode
    message: str
    # A value of the contract's ErrorReason without its prefix, or None if no answer came.
    reason: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    violations: Sequence[Violation] = ()
    # When to come back, if the service says so.
    retry_delay: timedelta | None = None

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
        if self.retry_delay is not None:
            lines.append(f"come back after {self.retry_delay // timedelta(milliseconds=1)} ms")
        return "\n".join(lines)

    @classmethod
    def from_call(cls, error: grpc.RpcError) -> CallFailed:
        """Decodes the google.rpc details of an error."""
        info, bad_request, retry = ErrorInfo(), BadRequest(), RetryInfo()
        retry_delay = None
        status = rpc_status.from_call(error)
        for detail in status.details if status else ():
            # Each fills its message if the detail is of that type, and else does nothing.
            detail.Unpack(info)
            detail.Unpack(bad_request)
            if detail.Unpack(retry):
                retry_delay = retry.retry_delay.ToTimedelta()
        return cls(
            code=error.code(),
            message=error.details(),
            reason=info.reason or None,
            metadata=dict(info.metadata),
            violations=tuple(
                Violation(it.field, it.description) for it in bad_request.field_violations
            ),
            retry_delay=retry_delay,
        )


def connect(
    target: str,
    credentials: grpc.ChannelCredentials | None = None,
    options: Sequence[tuple[str, Any]] = (),
) -> grpc.Channel:
    """A channel that keeps to the contract's service config. Without credentials it is plaintext.

    The config says which calls gRPC repeats by itself, how long a call may take, and which servers
    are called. It is a copy of the contract's own proto/service_config.json.

    A target with several addresses, `ipv4:A,B`, needs the option `grpc.default_authority`: grpcio
    would send the whole list as `:authority`, which HTTP/2 doesn't allow.
    """
    config = Path(__file__).with_name("service_config.json").read_text(encoding="utf-8")
    options = [("grpc.service_config", config), *options]
    if credentials is None:
        return grpc.insecure_channel(target, options)
    return grpc.secure_channel(target, credentials, options)


def update_user_attributes(
    channel: grpc.Channel,
    access_token: str,
    attributes: Mapping[str, str],
    request_id: str,
    client_metadata: Mapping[str, str] | None = None,
    timeout: float = DEADLINE,
) -> list[CodeDelivery]:
    """Sets these attributes, all or none, and returns where verification codes went.

    A repeat under the same request id gets the first call's result. Raises CallFailed.
    """
    request = UpdateUserAttributesRequest(
        user_attributes=[AttributeType(name=name, value=it) for name, it in attributes.items()],
        access_token=access_token,
        client_metadata=client_metadata,
        request_id=request_id,
    )
    reply = called(UserAttributesServiceStub(channel).UpdateUserAttributes, request, timeout)
    return [
        CodeDelivery(it.attribute_name, medium(it.delivery_medium), it.destination)
        for it in reply.code_delivery_details_list
    ]


def verify_user_attribute(
    channel: grpc.Channel,
    access_token: str,
    attribute_name: str,
    code: str,
    request_id: str,
    timeout: float = DEADLINE,
) -> None:
    """Gives back the code that was sent to a new address, which verifies it. Raises CallFailed."""
    request = VerifyUserAttributeRequest(
        access_token=access_token, attribute_name=attribute_name, code=code, request_id=request_id
    )
    called(UserAttributesServiceStub(channel).VerifyUserAttribute, request, timeout)


def get_user(
    channel: grpc.Channel, access_token: str, timeout: float = DEADLINE
) -> dict[str, str]:
    """The attributes that the token's app client may read. Raises CallFailed."""
    request = GetUserRequest(access_token=access_token)
    reply = called(UserAttributesServiceStub(channel).GetUser, request, timeout)
    return {it.name: it.value for it in reply.user_attributes}


def health(channel: grpc.Channel, timeout: float = DEADLINE) -> str:
    """`SERVING`, or `NOT_SERVING` while the server starts or drains. Raises CallFailed."""
    service = DESCRIPTOR.services_by_name["UserAttributesService"].full_name
    reply = called(HealthStub(channel).Check, HealthCheckRequest(service=service), timeout)
    return HealthCheckResponse.ServingStatus.Name(reply.status)


def called(method: Callable[..., Any], request: Any, timeout: float) -> Any:
    try:
        return method(request, timeout=timeout)
    except grpc.RpcError as error:
        # Not the cause of what is raised: a traceback has no use for it.
        raise CallFailed.from_call(error) from None


def medium(value: int) -> str | None:
    """Cognito's name of a medium. A newer server may send a number that has none here."""
    known = {
        DeliveryMedium.DELIVERY_MEDIUM_EMAIL: "EMAIL",
        DeliveryMedium.DELIVERY_MEDIUM_SMS: "SMS",
    }
    return known.get(value)
