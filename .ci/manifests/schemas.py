#!/usr/bin/env python3
"""Validates rendered objects against the schemas of the oldest and the newest Kubernetes meant.

    CRDS=folder:folder .ci/manifests/schemas.py rendered.yaml

No field may be there that a schema doesn't know. Kinds that Kubernetes doesn't have are validated
against the CustomResourceDefinitions in the folders of CRDS. A kind without a schema is a fault.
Rules in CEL, which these definitions have too, aren't evaluated, nor are limits that Kubernetes'
schemas leave out, such as the values of an enumeration: that takes a server. It needs PyYAML and
kubernetes-validate, whose jsonschema it uses.
"""

import functools
import json
import os
import pathlib
import sys

import jsonschema
import kubernetes_validate
import yaml

VERSIONS = ("1.30", "1.37")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        objects = [it for it in yaml.load_all(file, yaml.CSafeLoader) if it]
    faults = [fault for it in objects for fault in faults_of(it)]
    print("\n".join(faults) or f"{len(objects)} objects are valid")
    sys.exit(1 if faults else 0)


def faults_of(it):
    """Why the object is not valid, if it isn't."""
    return faults_of_text(json.dumps(it, sort_keys=True))


# The same objects come in many combinations.
@functools.cache
def faults_of_text(text):
    it = json.loads(text)
    name = f"{it['kind']} {it['metadata']['name']}"
    custom = custom_schema(it["apiVersion"], it["kind"])
    if custom:
        found = custom.iter_errors(it)
        return [f"{name}: {error.json_path}: {error.message}" for error in found]
    faults = []
    for version in VERSIONS:
        try:
            kubernetes_validate.validate(it, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            faults.append(f"{name}: {error.json_path}: {error.message} (Kubernetes {version})")
        except kubernetes_validate.SchemaNotFoundError as error:
            faults.append(f"{name}: {error.message}")
    return faults


@functools.cache
def custom_schema(api_version, kind):
    """Validates a kind that isn't Kubernetes' own, if there is a definition of it."""
    group, _, version = api_version.rpartition("/")
    for folder in filter(None, os.environ.get("CRDS", "").split(":")):
        # By the names that controller-gen gives such files: there are many, and some are large.
        for path in pathlib.Path(folder).glob(f"{group}_{kind.lower()}*.yaml"):
            spec = yaml.load(path.read_text(encoding="utf-8"), Loader)["spec"]
            for served in spec["versions"] if spec["names"]["kind"] == kind else []:
                if served["name"] == version and served["served"]:
                    schema = strict(served["schema"]["openAPIV3Schema"])
                    return jsonschema.Draft202012Validator(schema)
    return None


class Loader(yaml.CSafeLoader):
    """Takes `=` for a text, as YAML 1.2 does."""


Loader.add_constructor("tag:yaml.org,2002:value", Loader.construct_yaml_str)


def strict(schema):
    """The schema with no other fields than those it names, unless it says so."""
    if isinstance(schema, list):
        return [strict(it) for it in schema]
    if not isinstance(schema, dict):
        return schema
    schema = {name: strict(it) for name, it in schema.items()}
    # The metadata is Kubernetes' own and has no fields here. Nor do branches of anyOf and the like
    # have a type: what they name isn't all there is.
    closed = schema.get("type") == "object" and isinstance(schema.get("properties"), dict)
    if closed and not schema.get("x-kubernetes-preserve-unknown-fields"):
        schema.setdefault("additionalProperties", False)
    return schema


if __name__ == "__main__":
    main()
