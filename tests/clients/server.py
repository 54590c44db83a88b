"""The real server, whose path is in SERVER_BIN, in front of its own development pool."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any

# In seconds.
LIMIT = 60


class Server:
    """It runs on free ports, with these flags besides."""

    def __init__(self, *flags: str) -> None:
        self.flags = flags

    def __enter__(self) -> Server:
        local = "127.0.0.1:0"
        self.process = subprocess.Popen(
            [
                os.environ["SERVER_BIN"],
                "--local-pool",
                *("--grpc-addr", local),
                *("--admin-addr", local),
                *("--local-pool-addr", local),
                *("--log-format", "json"),
                *self.flags,
            ],
            env={},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        limit = threading.Timer(LIMIT, self.process.kill)
        limit.start()
        try:
            listening = self._said("listening")
            self.address = listening["grpc_addr"]
            self.pool_url = listening["upstream"].rstrip("/")
            self.admin_url = f"http://{listening['admin_addr']}"
            # Until then, health says NOT_SERVING.
            self._said("ready")
            self.access_token = self._access_token()
        except BaseException:
            self.process.kill()
            self.process.communicate()
            raise
        finally:
            limit.cancel()
        # A full pipe would block the server.
        self.drains = [
            threading.Thread(target=pipe.read, daemon=True)
            for pipe in (self.process.stdout, self.process.stderr)
        ]
        for drain in self.drains:
            drain.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.terminate()
        try:
            self.code = self.process.wait(timeout=LIMIT)
        finally:
            self.process.kill()
            for drain in self.drains:
                drain.join()
            self.process.stdout.close()
            self.process.stderr.close()

    def drain(self) -> None:
        """Returns once the server has said that it ends. A second signal would end it at once."""
        self.process.send_signal(signal.SIGTERM)
        while self._is_ready():
            pass

    def attributes(self) -> dict[str, str]:
        """The user's attributes, as the pool itself has them."""
        headers = {
            "content-type": "application/x-amz-json-1.1",
            "x-amz-target": "AWSCognitoIdentityProviderService.GetUser",
        }
        user = self._pool("", {"AccessToken": self.access_token}, headers)
        return {it["Name"]: it["Value"] for it in user["UserAttributes"]}

    def codes(self) -> list[str]:
        """The verification codes that the pool has sent, the oldest first."""
        return [it["code"] for it in self._pool("/_local/outbox")["messages"]]

    def fail(self, operation: str, fault: str, times: int) -> None:
        """Makes the pool fail, the next times that it is asked for the operation."""
        order = {"operation": operation, "fault": fault, "times": times}
        self._pool("/_local/faults", order, {"content-type": "application/json"})

    def _pool(self, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        request = urllib.request.Request(
            self.pool_url + path,
            None if body is None else json.dumps(body).encode(),
            headers or {},
        )
        with urllib.request.urlopen(request, timeout=LIMIT) as answer:
            return json.load(answer)

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.admin_url}/readyz", timeout=LIMIT):
                return True
        except urllib.error.HTTPError as refused:
            refused.close()
            return False

    def _said(self, message: str) -> dict[str, Any]:
        for line in self.process.stderr:
            event = json.loads(line)
            if event.get("message") == message:
                return event
        raise AssertionError(f"the server ended before it was {message}")

    def _access_token(self) -> str:
        for line in self.process.stdout:
            _, found, token = line.partition("export USER_ATTRIBUTES_ACCESS_TOKEN=")
            if found:
                return token.strip().strip("'\"")
        raise AssertionError("the server printed no access token")


def certificate(
    folder: Path, name: str, *, is_ca: bool = False, issuer: Path | None = None
) -> Path:
    """Makes a certificate, NAME.crt, and its key, NAME.key. Without an issuer it signs itself."""
    path = folder / name
    signer = ("-CA", f"{issuer}.crt", "-CAkey", f"{issuer}.key") if issuer else ()
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-nodes", "-days", "1"),
            *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
            *("-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"),
            *("-addext", f"basicConstraints=critical,CA:{str(is_ca).upper()}", *signer),
            *("-keyout", f"{path}.key", "-out", f"{path}.crt"),
        ],
        check=True,
        capture_output=True,
    )
    return path
