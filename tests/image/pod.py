"""What the manifests say of the pod."""

from pathlib import Path
from typing import NamedTuple

import yaml

DEPLOY = Path("deploy")
MEBI = 1024 * 1024


class User(NamedTuple):
    """A user and a group, by number."""

    uid: int
    gid: int


class Security(NamedTuple):
    """What the container is held to."""

    user: User
    may_gain_privileges: bool
    read_only: bool
    memory: int


def _read(path):
    return yaml.safe_load((DEPLOY / path).read_text())


def _pod():
    return _read("base/deployment.yaml")["spec"]["template"]["spec"]


def container():
    (only,) = _pod()["containers"]
    return only


def user():
    """Whose the pod is."""
    context = _pod()["securityContext"]
    return User(context["runAsUser"], context["runAsGroup"])


def security():
    """What there is to hold the container to, and nothing that is passed over here."""
    of_pod, of_container = _pod()["securityContext"], container()["securityContext"]
    assert of_pod == {
        "runAsNonRoot": True,
        "runAsUser": of_pod["runAsUser"],
        "runAsGroup": of_pod["runAsGroup"],
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    assert of_container == {
        "allowPrivilegeEscalation": of_container["allowPrivilegeEscalation"],
        "readOnlyRootFilesystem": of_container["readOnlyRootFilesystem"],
        "capabilities": {"drop": ["ALL"]},
    }
    memory = container()["resources"]["limits"]["memory"]
    assert memory.endswith("Mi")
    return Security(
        user(),
        of_container["allowPrivilegeEscalation"],
        of_container["readOnlyRootFilesystem"],
        int(memory.removesuffix("Mi")) * MEBI,
    )


def environment(overlay):
    """What its ConfigMap has in this overlay."""
    settings = {}
    for path in ("base", f"overlays/{overlay}"):
        (generator,) = _read(f"{path}/kustomization.yaml")["configMapGenerator"]
        settings.update(literal.split("=", 1) for literal in generator["literals"])
    return settings


def probes():
    """What the kubelet asks for by gRPC: port and service."""
    asked = [container()[f"{kind}Probe"]["grpc"] for kind in ("startup", "readiness")]
    return {(probe["port"], probe.get("service", "")) for probe in asked}


def liveness_path():
    """What the kubelet asks the admin port for."""
    asked = container()["livenessProbe"]["httpGet"]
    assert asked["port"] == "admin"
    return asked["path"]


def admin_port():
    (port,) = [port for port in container()["ports"] if port["name"] == "admin"]
    return port["containerPort"]
