"""Starts what a compose file says, by Podman, and uses it as a developer would:

    compose.py FILE ARCHIVE

It belongs into a network and mounts of its own, so that nothing of Podman's is left behind.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import urllib.request
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pod
from container import PATIENCE, answers, wait_for
from security import held_to

SERVICE = "user-attributes"
GRPC, ADMIN, POOL = 50051, 9464, 9229
# This machine, as others in its network call it.
OUTSIDE = "192.0.2.1"
# Podman's, by the variables that name their files.
SETTINGS = {
    "CONTAINERS_CONF": """
        [engine]
        cgroup_manager = "cgroupfs"
        events_logger = "file"
        runtime = "runc"
        [network]
        network_backend = "netavark"
        network_config_dir = "{folder}/networks"
    """,
    "CONTAINERS_STORAGE_CONF": """
        [storage]
        driver = "vfs"
        graphroot = "{folder}/storage"
        runroot = "{folder}/run"
    """,
}


def main(file, archive):
    run("mount", "-t", "tmpfs", "none", "/run")
    run("ip", "link", "set", "lo", "up")
    run("ip", "address", "add", f"{OUTSIDE}/32", "dev", "lo")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for variable, text in SETTINGS.items():
            path = folder / variable
            path.write_text(text.format(folder=folder))
            os.environ[variable] = str(path)
        loaded = run("podman", "load", "--quiet", "--input", archive)
        os.environ["USER_ATTRIBUTES_IMAGE"] = loaded.split()[-1]
        with up(file) as container:
            look(container)


@contextmanager
def up(file):
    """What has been started, as Podman describes it."""
    compose = [Path(sys.executable).parent / "podman-compose", "--file", file]
    group = f"--cgroup-parent=/{os.environ['CGROUP']}"
    try:
        run(*compose, f"--podman-run-args={group}", "up", "--detach", "--no-build")
        (name,) = run("podman", "ps", "--quiet").split()
        (container,) = json.loads(run("podman", "container", "inspect", name))
        yield container
    finally:
        run("podman", "rm", "--all", "--force", "--time", "0")


def look(container):
    wait_for(partial(answers, f"http://127.0.0.1:{ADMIN}/readyz"), partial(logs, container))
    held_to(pod.security(), container["State"]["Pid"])
    for port in (GRPC, ADMIN, POOL):
        assert not is_open(OUTSIDE, port), f"others reach the port {port}"
    token = json.loads(ask(f"127.0.0.1:{POOL}", "_local/tokens", {}))["access_token"]
    call = ["update-user-attributes", "--user-attributes", "Name=email,Value=dan@example.org"]
    run(os.environ["CLIENT_BIN"], *call, env={"USER_ATTRIBUTES_ACCESS_TOKEN": token})
    outbox = ask(f"127.0.0.1:{POOL}", "_local/outbox")
    assert "dan@example.org" in outbox, outbox
    by_its_name(container)
    for said in ("lets others in", "export USER_ATTRIBUTES_ACCESS_TOKEN=eyJ"):
        wait_for(lambda said=said: said in logs(container), partial(logs, container))
    run("podman", "stop", container["Id"])
    ended = run("podman", "wait", container["Id"]).strip()
    assert ended == "0", f"stopped, it ends with {ended}"


def by_its_name(container):
    """What another container gets, which asks the network for the service."""
    (network,) = container["NetworkSettings"]["Networks"].values()
    assert SERVICE in network["Aliases"], network
    outbox = ask(f"{network['IPAddress']}:{POOL}", "_local/outbox", host=f"{SERVICE}:{POOL}")
    assert "dan@example.org" in outbox, outbox
    assert is_open(network["IPAddress"], GRPC)


def ask(address, what, sent=None, host=None):
    headers = {"content-type": "application/json", "host": host or address}
    body = None if sent is None else json.dumps(sent).encode()
    request = urllib.request.Request(f"http://{address}/{what}", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.read().decode()
    except OSError as error:
        raise AssertionError(f"{address} doesn't answer") from error


def is_open(address, port):
    try:
        socket.create_connection((address, port), timeout=5).close()
    except OSError:
        return False
    return True


def logs(container):
    return run("podman", "logs", container["Id"])


def run(*command, env=None):
    """What it prints. What goes wrong is told with what it says."""
    done = subprocess.run(
        command,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=env,
    )
    assert done.returncode == 0, f"{command}: {done.stdout}"
    return done.stdout


if __name__ == "__main__":
    main(*sys.argv[1:])
