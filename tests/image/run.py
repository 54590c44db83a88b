"""Runs an image as the production overlay's pod is run, and sees what it does:

    run.py CHECK ARCHIVE [FOLDER-OF-THE-CA]

It belongs into a network of its own, where every port is free and nobody else is reached.
"""

import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import cognito
import pod
from archive import Image
from container import Container, answers, serves, wait_for
from security import held_to

SETTINGS = pod.environment("production")
POOLS_SETTINGS = pod.environment("local")
COGNITO = f"cognito-idp.{SETTINGS['AWS_REGION']}.amazonaws.com"
# As the kubelet writes it: with five dots and fewer, the cluster's names come first.
RESOLVER = f"""nameserver {cognito.ADDRESS}
search user-attributes.svc.cluster.local svc.cluster.local cluster.local
options ndots:5
"""
TOKEN = "header.payload.signature"


def runs_as_the_pod_says(run, _):
    """Ready by every probe, held as the manifest says, and ended with 0 by SIGTERM."""
    security = pod.security()
    with run() as container:
        container.wait_until_ready(pod.admin_port())
        for port, service in pod.probes():
            assert serves(port, service), f"{service!r} isn't healthy"
        path = pod.liveness_path()
        assert answers(f"http://127.0.0.1:{pod.admin_port()}{path}"), f"{path} isn't answered"
        held_to(security, container.pid())
        ended = container.end()
        assert ended == 0, f"after SIGTERM it ends with {ended}"


def writes_nowhere(run, _):
    """The server has one setting that makes it write a file. The memory of /dev/shm is each pod's."""
    for place in ("/", "/etc/", "/etc/ssl/certs/", "/dev/", "/proc/", "/sys/"):
        with run(arguments=[f"--audit-file={place}audit"]) as container:
            ended = container.exit()
            said = container.log.read_text()
            assert ended == 64, f"it writes to {place}: {ended}\n{said}"
            wanted = "Read-only file system" if place in ("/", "/etc/") else f"{place}audit"
            assert wanted in said, said


def refuses_the_pool(run, _):
    with run(arguments=["--local-pool"]) as container:
        wait_for(lambda: container.has_ended() or is_ready(), container.log.read_text)
        assert container.has_ended(), "it runs"
        ended, said = container.exit(), container.log.read_text()
        assert ended == 64 and "'--local-pool'" in said, f"{ended}: {said}"


def says_what_is_missing(run, _):
    """Without a bundle it doesn't start."""
    with run() as container:
        ended, said = container.exit(), container.log.read_text()
        assert ended == 64 and "no certificates to trust" in said, f"{ended}: {said}"


def calls_cognito(run, folder):
    """By its name and over TLS, with the image's own bundle."""
    with cognito.in_place(folder, COGNITO) as requests, run() as container:
        container.wait_until_ready(pod.admin_port())
        said = get_user()
        assert said.returncode == 0 and '"Dan"' in said.stdout, said.stderr + container.log.read_text()
    ((headers, body),) = requests
    headers = {name.lower(): value for name, value in headers.items()}
    assert headers["host"] == COGNITO and headers["x-amz-target"].endswith(".GetUser"), headers
    assert body == {"AccessToken": TOKEN}


def trusts_nobody_else(run, folder):
    """Whoever isn't in the bundle gets no request, and the log says why."""
    with cognito.in_place(folder, COGNITO) as requests, run() as container:
        container.wait_until_ready(pod.admin_port())
        said = get_user()
        assert said.returncode != 0 and "UPSTREAM_UNREACHABLE" in said.stderr, said
        log = container.log.read_text
        wait_for(lambda: "UnknownIssuer" in log(), log)
    assert requests == []


def is_ready():
    return answers(f"http://127.0.0.1:{pod.admin_port()}/readyz")


def get_user():
    environment = {"USER_ATTRIBUTES_ACCESS_TOKEN": TOKEN}
    return subprocess.run(
        [os.environ["CLIENT_BIN"], "get-user"],
        env=environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )


def serves_the_pool(run, _):
    """It has users of its own, and says what it is. That others are let in is a matter of compose.py."""
    with run(environment=POOLS_SETTINGS) as container:
        said = container.log.read_text
        container.wait_until_ready(pod.admin_port())
        # What it tells a person, some lines before the end.
        wait_for(lambda: "\nexport USER_ATTRIBUTES_ACCESS_TOKEN=eyJ" in said(), said)
        assert "The local pool listens on http://127.0.0.1:9229" in said(), said()
        ended = container.end()
        assert ended == 0, f"after SIGTERM it ends with {ended}"


@contextmanager
def runner(archive):
    """A function that runs the image."""
    files = {"/etc/resolv.conf": RESOLVER, "/etc/hosts": "127.0.0.1 localhost\n"}
    with tempfile.TemporaryDirectory() as folder:
        image, security = Image(archive), pod.security()
        yield partial(Container, image, Path(folder), security, environment=SETTINGS, files=files)


CHECKS = [
    runs_as_the_pod_says,
    writes_nowhere,
    refuses_the_pool,
    says_what_is_missing,
    calls_cognito,
    trusts_nobody_else,
    serves_the_pool,
]


def main(check, archive, folder=None):
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    (chosen,) = [it for it in CHECKS if it.__name__ == check]
    with runner(archive) as run:
        chosen(run, folder and Path(folder))


if __name__ == "__main__":
    main(*sys.argv[1:])
