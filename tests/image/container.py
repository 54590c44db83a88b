"""Runs an image by runc as a pod's container would be run. It is in the caller's network."""

import json
import os
import platform
import subprocess
import time
import urllib.error
import urllib.request
from functools import partial
from pathlib import Path

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

# Podman's profile stands in for containerd's: both are Docker's with small changes.
PROFILE = Path("/usr/share/containers/seccomp.json")
# What root may do is what the image shouldn't need.
CAPABILITIES = ("bounding", "effective", "inheritable", "permitted", "ambient")
# Longest wait for what takes a second or two.
PATIENCE = 30


class Container:
    """A container that is gone after its block."""

    def __init__(self, image, folder, security, environment=None, arguments=None, files=None):
        self.name = f"user-attributes-{os.getpid()}-{time.monotonic_ns()}"
        self.folder = folder / self.name
        self.log = self.folder / "log"
        root = self.folder / "rootfs"
        root.mkdir(parents=True)
        image.unpack(root)
        self._runc("spec", "--bundle", self.folder)
        path = self.folder / "config.json"
        spec = json.loads(path.read_text())
        process = spec["process"]
        command = image.config.get("Cmd") or [] if arguments is None else arguments
        process["args"] = image.config["Entrypoint"] + command
        process["env"] = image.config["Env"] + [
            f"{name}={value}" for name, value in (environment or {}).items()
        ]
        process["terminal"] = False
        self._hold(spec, security)
        for place, text in (files or {}).items():
            self._give(spec, place, text)
        path.write_text(json.dumps(spec))

    def _hold(self, spec, security):
        process, linux = spec["process"], spec["linux"]
        process["user"] = {"uid": security.user.uid, "gid": security.user.gid}
        process["capabilities"] = {kind: [] for kind in CAPABILITIES}
        process["noNewPrivileges"] = not security.may_gain_privileges
        # The engine's own, as containerd leaves them.
        process["rlimits"] = []
        spec["root"]["readonly"] = security.read_only
        linux["namespaces"] = [it for it in linux["namespaces"] if it["type"] != "network"]
        linux["resources"]["memory"] = {"limit": security.memory}
        linux["cgroupsPath"] = f"/{os.environ['CGROUP']}/{self.name}"
        linux["seccomp"] = profile()

    def _give(self, spec, place, text):
        """A file that the kubelet makes."""
        source = self.folder / place.replace("/", "_")
        source.write_text(text)
        options = ["bind", "ro"]
        mount = {"destination": place, "type": "bind", "source": str(source), "options": options}
        spec["mounts"].append(mount)

    def __enter__(self):
        with self.log.open("wb") as log:
            command = self._command("run", "--bundle", self.folder, self.name)
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        return self

    def __exit__(self, *_):
        subprocess.run(self._command("delete", "--force", self.name), check=False)
        self.process.wait()

    def pid(self):
        """The server's, seen from here."""
        return json.loads(self._runc("state", self.name))["pid"]

    def end(self):
        """Ends it as the kubelet does, and returns how it has ended."""
        self._runc("kill", self.name, "TERM")
        return self.exit()

    def exit(self):
        """How it has ended by itself."""
        return self.process.wait(timeout=PATIENCE)

    def has_ended(self):
        return self.process.poll() is not None

    def wait_until_ready(self, port):
        wait_for(partial(self._is_ready, port), self.log.read_text)

    def _is_ready(self, port):
        assert not self.has_ended(), self.log.read_text()
        return answers(f"http://127.0.0.1:{port}/readyz")

    def _runc(self, *command):
        done = subprocess.run(self._command(*command), check=True, capture_output=True, text=True)
        return done.stdout

    def _command(self, *command):
        return ["runc", "--root", self.folder.parent / "runc", *command]


def wait_for(look, log):
    """Waits until what is looked for is there. If it doesn't come, it is told what the log has."""
    end = time.monotonic() + PATIENCE
    while not look():
        assert time.monotonic() < end, log()
        time.sleep(0.05)


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, ConnectionError):
        return False


def serves(port, service):
    """Whether the service is healthy."""
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        answer = stub.Check(health_pb2.HealthCheckRequest(service=service), timeout=10)
    return answer.status == health_pb2.HealthCheckResponse.SERVING


def profile():
    """The profile of system calls, for one that has no capability."""
    whole = json.loads(PROFILE.read_text())
    machine = {"x86_64": "amd64", "aarch64": "arm64"}[platform.machine()]
    kernel = {"amd64": "SCMP_ARCH_X86_64", "arm64": "SCMP_ARCH_AARCH64"}[machine]
    (known,) = [it for it in whole["archMap"] if it["architecture"] == kernel]
    return {
        "defaultAction": whole["defaultAction"],
        "defaultErrnoRet": whole["defaultErrnoRet"],
        "architectures": [known["architecture"], *known["subArchitectures"]],
        "syscalls": [
            {key: rule[key] for key in ("names", "action", "args", "errnoRet") if rule.get(key)}
            for rule in whole["syscalls"]
            if not rule["includes"].get("caps")
            and machine in rule["includes"].get("arches", [machine])
        ],
    }
