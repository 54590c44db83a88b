"""What stands in for Cognito: its name in the DNS, its port, and a certificate of a CA of our own.

cognito.py FOLDER makes that CA.
"""

import json
import socket
import ssl
import struct
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ADDRESS = "127.0.0.1"


def make_ca(folder):
    folder.mkdir()
    subprocess.run(
        ["openssl", "req", "-x509", *_key(folder / "ca.key"), "-days", "2", "-subj", "/CN=test"]
        + ["-addext", "keyUsage=critical,keyCertSign", "-out", folder / "ca.crt"],
        check=True,
        capture_output=True,
    )


def _certify(folder, name):
    extensions = folder / "cognito.ext"
    extensions.write_text(f"subjectAltName=DNS:{name}\nextendedKeyUsage=serverAuth\n")
    request = ["openssl", "req", *_key(folder / "cognito.key"), "-subj", "/"]
    wanted = subprocess.run(request, check=True, capture_output=True).stdout
    subprocess.run(
        ["openssl", "x509", "-req", "-CA", folder / "ca.crt", "-CAkey", folder / "ca.key"]
        + ["-CAcreateserial", "-days", "2", "-extfile", extensions]
        + ["-out", folder / "cognito.crt"],
        input=wanted,
        check=True,
        capture_output=True,
    )


def _key(path):
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    return [*kind, "-keyout", path]


@contextmanager
def in_place(folder, name):
    """Until the block ends it answers under this name. It gives the requests that came."""
    _certify(folder, name)
    requests = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            requests.append((dict(self.headers.items()), json.loads(body)))
            user = {
                "Username": "dan",
                "UserAttributes": [{"Name": "nickname", "Value": "Dan"}],
            }
            answer = json.dumps(user).encode()
            self.send_response(200)
            self.send_header("content-type", "application/x-amz-json-1.1")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass

    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(folder / "cognito.crt", folder / "cognito.key")
    server = ThreadingHTTPServer((ADDRESS, 443), Handler)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as dns:
        dns.bind((ADDRESS, 53))
        threading.Thread(target=_resolve, args=(dns, name), daemon=True).start()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield requests
        finally:
            server.shutdown()
            server.server_close()


def _resolve(dns, known):
    """Answers with our address for the one name, and with none for others."""
    while True:
        query, client = dns.recvfrom(512)
        labels, position = [], 12
        while length := query[position]:
            labels.append(query[position + 1 : position + 1 + length].decode())
            position += 1 + length
        question = query[12 : position + 5]
        exists = ".".join(labels).lower() == known
        is_a = question[-4:-2] == b"\x00\x01"
        flags = 0x8180 if exists else 0x8183
        counts = (1, 1 if exists and is_a else 0, 0, 0)
        answer = query[:2] + struct.pack(">5H", flags, *counts) + question
        if counts[1]:
            answer += struct.pack(">HHHIH", 0xC00C, 1, 1, 5, 4) + socket.inet_aton(ADDRESS)
        dns.sendto(answer, client)


if __name__ == "__main__":
    make_ca(Path(sys.argv[1]))
