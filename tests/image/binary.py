"""What a binary tells of itself."""

import json
import struct
import tomllib
import zlib
from pathlib import Path

# Where cargo-auditable has it from, and where scanners look for it.
SECTION = b".dep-v0"
INTERPRETER = 3
# A crate of the development pool's alone.
POOLS_CRATE = "jsonwebtoken"


def faults(binary, has_pool):
    if binary[:5] != b"\x7fELF\x02":
        yield "the server is no program"
        return
    if INTERPRETER in _segments(binary):
        yield "the server isn't static"
    listed = _sections(binary).get(SECTION)
    if not listed:
        yield "the server doesn't tell what it is made of"
        return
    made_of = json.loads(zlib.decompress(listed))["packages"]
    found = {(crate["name"], crate["version"]) for crate in made_of}
    locked = tomllib.loads(Path("Cargo.lock").read_text())["package"]
    for crate in sorted(found - {(crate["name"], crate["version"]) for crate in locked}):
        yield f"the server has the crate {crate}, which Cargo.lock hasn't"
    if has_pool != (POOLS_CRATE in {name for name, _ in found}):
        yield f"the server has {'no' if has_pool else 'a'} local pool"


def _segments(binary):
    """The kinds of its segments."""
    (start,) = struct.unpack_from("<Q", binary, 0x20)
    size, count = struct.unpack_from("<HH", binary, 0x36)
    return [struct.unpack_from("<I", binary, start + n * size)[0] for n in range(count)]


def _sections(binary):
    """Its sections, by name."""
    (start,) = struct.unpack_from("<Q", binary, 0x28)
    size, count, names = struct.unpack_from("<HHH", binary, 0x3A)
    headers = [struct.unpack_from("<I20xQQ", binary, start + n * size) for n in range(count)]
    _, names, _ = headers[names]
    return {
        binary[names + name : binary.index(b"\0", names + name)]: binary[offset : offset + length]
        for name, offset, length in headers
    }
