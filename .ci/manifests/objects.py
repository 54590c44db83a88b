"""What rendered objects look like: their pods, labels, ports and settings."""

import re
from typing import NamedTuple

import yaml

# Every setting of the server's own begins with it.
PREFIX = "USER_ATTRIBUTES_"


class Pod(NamedTuple):
    """The pods of one object: they are all alike."""

    owner: dict
    labels: dict
    spec: dict

    def containers(self):
        return self.spec.get("initContainers", []) + self.spec["containers"]


def load(text):
    """The objects of a rendered folder, with those that a controller will make of them."""
    objects = [it for it in yaml.load_all(text, yaml.CSafeLoader) if it]
    return objects + [secret_of(it) for it in objects if it["kind"] == "Certificate"]


def secret_of(certificate):
    """The Secret that cert-manager makes of a Certificate."""
    metadata = certificate["metadata"] | {"name": certificate["spec"]["secretName"]}
    data = dict.fromkeys(("tls.crt", "tls.key", "ca.crt"))
    return {"kind": "Secret", "metadata": metadata, "data": data}


def pods_of(owner):
    if owner["kind"] == "Pod":
        yield Pod(owner, at(owner, "metadata", "labels") or {}, owner["spec"])
    # A CronJob has its template one level deeper.
    template = at(owner, "spec", "template") or at(owner, "spec", "jobTemplate", "spec", "template")
    if at(template, "spec", "containers"):
        yield Pod(owner, at(template, "metadata", "labels") or {}, template["spec"])


def selector(wanted, pods):
    """The faults of a selector that is to match one of these pods."""
    if wanted is None:
        yield "it has no selector"
    elif not any(matches(wanted, pod.labels) for pod in pods):
        yield "its selector matches no pod"


def matches(wanted, labels):
    def holds(expression):
        key, values = expression["key"], expression.get("values", [])
        return {
            "In": labels.get(key) in values,
            "NotIn": labels.get(key) not in values,
            "Exists": key in labels,
            "DoesNotExist": key not in labels,
        }[expression["operator"]]

    return wanted.get("matchLabels", {}).items() <= labels.items() and all(
        holds(expression) for expression in wanted.get("matchExpressions", [])
    )


def has_port(containers, wanted, protocol=None, last=None):
    """Whether one of them has it: by its name, by its number, or in a range of numbers."""
    for port in (port for container in containers for port in container.get("ports", [])):
        if port.get("protocol", "TCP") != (protocol or "TCP"):
            continue
        if isinstance(wanted, str):
            if port.get("name") == wanted:
                return True
        elif wanted <= port["containerPort"] <= (last or wanted):
            return True
    return False


def settings_of(container, neighbours):
    settings = {}
    for source in container.get("envFrom", []):
        found = find("ConfigMap", at(source, "configMapRef", "name"), neighbours)
        settings.update((found or {}).get("data", {}))
    settings.update((it["name"], it.get("value")) for it in container.get("env", []))
    return settings


def servers_of(pods, objects):
    """The pods with the server in them, which is known by its settings, and these."""
    for pod in pods:
        neighbours = [other for other in objects if namespace(other) == namespace(pod.owner)]
        for container in pod.spec["containers"]:
            settings = settings_of(container, neighbours)
            if any(name.startswith(PREFIX) for name in settings):
                yield pod, settings


def duration(text):
    """The seconds of a duration, as the server's settings and cert-manager write them."""
    units = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}
    parts = re.findall(r"(\d+)(ms|s|m|h)", str(text))
    if "".join(number + unit for number, unit in parts) != str(text).replace(" ", ""):
        return None
    return sum(int(number) * units[unit] for number, unit in parts)


def find(kind, name, neighbours):
    for it in neighbours:
        if it["kind"] == kind and it["metadata"]["name"] == name:
            return it
    return None


def namespace(it):
    return it["metadata"].get("namespace")


def at(value, *path):
    """What stands there, or None."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value
