"""Looks at an image without running it, and says what is wrong with it:

    contents.py ARCHIVE STAGE CONTEXT REVISION

CONTEXT is the folder that its files were copied from.
"""

import os
import re
import sys
import tomllib
from datetime import datetime
from pathlib import Path

import binary
import pod
from archive import Image

SERVER, BUNDLE = "user-attributes-server", "etc/ssl/certs/ca-certificates.crt"
MOST_BYTES = int(os.environ["MOST_BYTES"])
PREFIX = "org.opencontainers.image."
# Every builder gives an image this one, or none.
PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
TEXTS = {
    "runtime": ("user-attributes", "A typed gRPC service"),
    "local-pool": ("user-attributes-local-pool", "FOR DEVELOPMENT"),
}
POOL_PORT = 9229


def main(archive, stage, context, revision):
    image = Image(archive)
    faults = [
        *settings(image.config, stage),
        *labels(image.config.get("Labels") or {}, stage, revision),
        *files(image, Path(context)),
        *binary.faults((Path(context) / SERVER).read_bytes(), has_pool=stage == "local-pool"),
    ]
    for fault in faults:
        print(fault)
    return 1 if faults else 0


def settings(config, stage):
    container = pod.container()
    user = pod.user()
    ports = {port["containerPort"] for port in container["ports"]}
    if stage == "local-pool":
        ports.add(POOL_PORT)
    expected = {
        "User": f"{user.uid}:{user.gid}",
        "Entrypoint": [f"/{SERVER}"],
        "Cmd": ["--local-pool"] if stage == "local-pool" else None,
        "ExposedPorts": {f"{port}/tcp": {} for port in ports},
        "Env": [PATH],
        "Volumes": None,
    }
    for name, value in expected.items():
        if (is_now := config.get(name)) != value:
            yield f"{name} is {is_now}, and not {value}"
    if config.get("WorkingDir") not in (None, "", "/"):
        yield "it has a WorkingDir"


def labels(found, stage, revision):
    title, description = TEXTS[stage]
    cargo = tomllib.loads(Path("Cargo.toml").read_text())["package"]
    expected = {
        "title": title,
        "licenses": cargo["license"],
        "version": cargo["version"],
        "revision": revision,
    }
    for name, value in expected.items():
        if (is_now := found.get(PREFIX + name)) != value:
            yield f"the label {name} is {is_now}, and not {value}"
    if not found.get(PREFIX + "description", "").startswith(description):
        yield f"the label description doesn't begin with {description}"
    if not re.fullmatch(r"https://\S+", found.get(PREFIX + "source", "")):
        yield "the label source is no address"
    try:
        datetime.fromisoformat(found.get(PREFIX + "created", ""))
    except ValueError:
        yield "the label created is no time"


def files(image, context):
    """The server and the bundle, as they were in the context, and nothing else."""
    expected = {SERVER: 0o755, BUNDLE: 0o644}
    folders = {str(parent) for name in expected for parent in Path(name).parents}
    size = 0
    for file, read in image.files():
        name = file.name.strip("/")
        size += file.size
        if (file.uid, file.gid) != (0, 0):
            yield f"{name} is {file.uid}:{file.gid}'s"
        if file.isdir() and name in folders:
            if file.mode & 0o7777 != 0o755:
                yield f"{name} has the mode {file.mode:o}"
        elif not file.isreg() or name not in expected:
            yield f"there is {name}"
        elif file.mode & 0o7777 != expected.pop(name):
            yield f"{name} has the mode {file.mode:o}"
        elif read() != (context / name).read_bytes():
            yield f"{name} is another one"
    for name in expected:
        yield f"there is no {name}"
    if size > MOST_BYTES:
        yield f"it has {size:,} bytes, more than {MOST_BYTES:,}"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
