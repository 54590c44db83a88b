"""What a pod with the server in it has to be like, by what the README says of the server."""

import pathlib
import re
from ipaddress import ip_address

from objects import PREFIX, at

# The ports of the container, with the settings and their defaults.
ADDRESSES = {
    "grpc": (PREFIX + "GRPC_ADDR", "127.0.0.1:50051"),
    "admin": (PREFIX + "ADMIN_ADDR", "127.0.0.1:9464"),
}
POOL = PREFIX + "LOCAL_POOL"
# What a server needs while callers do their worst, in MiB.
BOUND = re.compile(r"stays within (\d+) MiB")
UNITS = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30}


def memory(pod):
    needed = BOUND.search(pathlib.Path("README.md").read_text(encoding="utf-8"))
    for container in of_server(pod):
        limit = at(container, "resources", "limits", "memory")
        if limit is not None and size(limit) < int(needed[1]) * UNITS["Mi"]:
            yield f"the memory limit of {limit} is less than the {needed[1]} MiB that it needs"


def size(quantity):
    number, unit = re.fullmatch(r"([\d.]+)(\w*)", str(quantity)).groups()
    return float(number) * UNITS[unit]


def life(pod):
    """What asks whether a server lives has it killed: not for a drain, nor for what callers do."""
    for container in of_server(pod):
        alive, ready = (container.get(f"{name}Probe", {}) for name in ("liveness", "readiness"))
        if alive and asked(alive) == asked(ready):
            yield "livenessProbe: it asks what readinessProbe asks"
        if at(alive, "httpGet", "path") == "/readyz":
            yield "livenessProbe: a server that drains isn't ready, and lives"
        if "grpc" in alive:
            yield "livenessProbe: callers can fill the port that it asks"


def asked(probe):
    return {way: probe[way] for way in ("grpc", "httpGet", "tcpSocket", "exec") if way in probe}


def addresses(pod, settings):
    """Whoever listens on a loopback address is reached by nobody outside the pod."""
    for container in of_server(pod):
        for port in container.get("ports", []):
            name, default = ADDRESSES.get(port.get("name"), (None, None))
            if name is None:
                continue
            address = settings.get(name, default)
            if is_loopback(address):
                yield f"{name} is {address}, where nobody gets to the port {port['name']}"
            elif not address.endswith(f":{port['containerPort']}"):
                yield f"{name} is {address}, and not the port {port['containerPort']}"


def local_pool(settings):
    address = settings.get(POOL + "_ADDR")
    if address and not is_loopback(address) and not settings.get(POOL + "_ALLOW_HOST"):
        yield f"{POOL}_ADDR is {address}: the server takes it with {POOL}_ALLOW_HOST alone"


def is_loopback(address):
    return ip_address(address.rpartition(":")[0].strip("[]")).is_loopback


def rollout(pod):
    """A pod that goes before the next one is ready leaves the others its calls."""
    if pod.owner["kind"] != "Deployment":
        return
    strategy = at(pod.owner, "spec", "strategy") or {}
    if at(strategy, "rollingUpdate", "maxUnavailable") not in (0, "0%"):
        yield "a rollout takes pods away before others are ready"


def of_server(pod):
    """By its ports: a sidecar has none of these."""
    for container in pod.spec["containers"]:
        if any(port.get("name") in ADDRESSES for port in container.get("ports", [])):
            yield container
