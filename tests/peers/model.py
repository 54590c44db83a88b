"""What AWS's own model of the API has to say about an answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from botocore.model import OperationModel, Shape

# What stands for a value in JSON.
TYPES = {
    "blob": str,
    "boolean": bool,
    "double": (int, float),
    "float": (int, float),
    "integer": int,
    "list": list,
    "long": int,
    "map": dict,
    "string": str,
    "structure": dict,
    "timestamp": (int, float),
}


def watch(cognito: Any) -> None:
    """From now on each answer to this client is checked, as it was before it was parsed: a parser
    passes over what it doesn't know."""
    service = cognito.meta.service_model.service_id.hyphenize()
    cognito.meta.events.register(f"after-call.{service}", check_answer)


def check_answer(
    http_response: Any, parsed: Mapping[str, Any], model: OperationModel, **_: Any
) -> None:
    if http_response.status_code == 200:
        check(model.name, json.loads(http_response.content or b"{}"), model.output_shape)
        return
    code = parsed["Error"]["Code"]
    if code not in {shape.name for shape in model.error_shapes}:
        raise AssertionError(f"{model.name} has no {code}")


def check(path: str, value: Any, shape: Shape | None) -> None:
    """A value of a type that the model has, with its members, required ones and values."""
    kind = shape.type_name if shape else "structure"
    # To Python a flag is a number.
    if not isinstance(value, TYPES[kind]) or isinstance(value, bool) != (kind == "boolean"):
        raise AssertionError(f"{path} is {value!r}, no {kind}")
    if kind == "structure":
        members = shape.members if shape else {}
        for name in value.keys() - members.keys():
            raise AssertionError(f"{path}.{name} is not in the model")
        for name in set(shape.required_members if shape else ()) - value.keys():
            raise AssertionError(f"{path}.{name} is missing")
        for name, member in value.items():
            check(f"{path}.{name}", member, members[name])
    elif kind == "list":
        for number, item in enumerate(value):
            check(f"{path}[{number}]", item, shape.member)
    elif kind == "map":
        for name, item in value.items():
            check(f"{path}[{name}]", item, shape.value)
    elif kind == "string" and shape.enum and value not in shape.enum:
        raise AssertionError(f"{path} is {value!r}, none of {shape.enum}")
