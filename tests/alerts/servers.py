"""Two servers with their own local pools, a load on them, and a Prometheus that scrapes them."""

import json
import os
import re
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager
from pathlib import Path

SERVER = Path(os.environ["SERVER_BIN"]).resolve()
CLIENT = SERVER.parent / "user-attributes"

# The faults that the load meets, each more than once, by the operation.
FAULTS = {
    "UpdateUserAttributes": [
        "CodeDeliveryFailureException",
        "InvalidEmailRoleAccessPolicyException",
        "InvalidLambdaResponseException",
        "InvalidSmsRoleAccessPolicyException",
        "InvalidSmsRoleTrustRelationshipException",
        "ThrottlingException",
        "TooManyRequestsException",
        "UnexpectedLambdaException",
        "close_after_read",
    ],
    "GetUserAttributeVerificationCode": ["LimitExceededException", "daily_email_limit"],
    "GetUser": ["http_500", "hang"],
}
# What the clients call, one after the other.
CALLS = [
    "update-user-attributes --user-attributes Name=nickname,Value=Dan",
    "get-user --timeout 1s",
    "get-user-attribute-verification-code --attribute-name email",
    "update-user-attributes --user-attributes Name=email,Value=dan@example.org",
    "get-user --timeout 1s",
    "verify-user-attribute --attribute-name email --code 000000",
    "update-user-attributes --user-attributes Name=nickname,Value=Dan --request-id same",
    "delete-user-attributes --user-attribute-names nickname",
]


def certificate(folder):
    """A certificate for 127.0.0.1, that is trusted itself, and its key."""
    cert, key = folder / "tls.crt", folder / "tls.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        + ["-nodes", "-days", "2", "-subj", "/CN=user-attributes", "-out", cert, "-keyout", key]
        + ["-addext", "basicConstraints=critical,CA:FALSE"]
        + ["-addext", "subjectAltName=IP:127.0.0.1"],
        check=True,
        capture_output=True,
    )
    return cert, key


class Process:
    """A program that ends with its block."""

    def __init__(self, command, log):
        self.log = log
        with open(log, "wb") as output:
            # A setting of the caller's must not become the program's.
            self.process = subprocess.Popen(command, stdout=output, stderr=output, env={})

    def wait_for(self, look, what):
        """What this returns, once that is something."""
        end = time.monotonic() + 30
        while not (found := look()):
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"no {what}:\n{self.log.read_text()}")
            time.sleep(0.05)
        return found

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


class Server(Process):
    """A server in front of a local pool."""

    def __init__(self, scratch, tls, pod):
        local, (cert, key) = "127.0.0.1:0", tls
        command = [SERVER, "--local-pool", "--local-pool-addr", local, "--grpc-addr", local]
        command += ["--admin-addr", local, "--log-format", "json"]
        command += ["--tls-cert", cert, "--tls-key", key]
        super().__init__(command, scratch / f"{pod}.log")
        self.pod, self.cert = pod, cert
        line = self.wait_for(self.listening, "server")
        self.grpc, self.admin, self.pool = line["grpc_addr"], line["admin_addr"], line["upstream"]
        token = self.pool_has("tokens", {})
        self.environment = {
            "USER_ATTRIBUTES_ACCESS_TOKEN": token["access_token"],
            "USER_ATTRIBUTES_ENDPOINT": f"https://{self.grpc}",
            "USER_ATTRIBUTES_ENDPOINT_TLS_CA": str(cert),
        }

    def listening(self):
        lines = re.findall(r'^\{.*"listening".*\}$', self.log.read_text(), re.MULTILINE)
        return json.loads(lines[0]) if lines else None

    def pool_has(self, what, wanted):
        request = urllib.request.Request(
            f"{self.pool}/_local/{what}",
            json.dumps(wanted).encode(),
            {"content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read() or "null")

    def call(self, command):
        subprocess.run(
            [CLIENT, *command.split()],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )


class Prometheus(Process):
    """It has scraped each server once, and does so every second, and judges the rules as often."""

    def __init__(self, scratch, servers):
        targets = [
            {"targets": [it.admin], "labels": {"namespace": "a", "pod": it.pod}} for it in servers
        ]
        config = {
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": [str(scratch / "rules.yaml")],
            "scrape_configs": [{"job_name": "a/user-attributes", "static_configs": targets}],
        }
        # JSON is YAML.
        (scratch / "prometheus.yaml").write_text(json.dumps(config))
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.address = "%s:%d" % free.getsockname()
        command = ["prometheus", f"--config.file={scratch}/prometheus.yaml"]
        command += [f"--storage.tsdb.path={scratch}/data", f"--web.listen-address={self.address}"]
        path = os.environ["PATH"]
        super().__init__(["env", f"PATH={path}", *command], scratch / "prometheus.log")
        self.wait_for(lambda: self.ready() and self.scraped() == len(servers), "Prometheus")

    def ready(self):
        try:
            with urllib.request.urlopen(f"http://{self.address}/-/ready", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, ConnectionError):
            return False

    def scraped(self):
        return len(self.get("query", query="up == 1")["result"])

    def get(self, what, **parameters):
        query = urllib.parse.urlencode(parameters)
        url = f"http://{self.address}/api/v1/{what}?{query}"
        with urllib.request.urlopen(url, timeout=10) as answer:
            return json.load(answer)["data"]


@contextmanager
def under_load(servers):
    """Clients call each server until the block ends, and meet the faults."""
    over = threading.Event()

    def call(server, turn):
        while not over.is_set():
            server.call(CALLS[turn % len(CALLS)])
            turn += 1

    for server in servers:
        for operation, faults in FAULTS.items():
            for fault in faults:
                order = {"operation": operation, "fault": fault, "times": 6}
                server.pool_has("faults", order)
    threads = [
        threading.Thread(target=call, args=(server, turn))
        for server in servers
        for turn in (0, 3, 6)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()
