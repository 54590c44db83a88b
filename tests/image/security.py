"""Sees what a process is held to, as the kernel tells."""

from pathlib import Path


def held_to(security, pid):
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    status = {name: value.split() for name, value in (line.split(":", 1) for line in lines)}
    nothing = ["0000000000000000"]
    expected = {
        "Uid": [str(security.user.uid)] * 4,
        "Gid": [str(security.user.gid)] * 4,
        "CapInh": nothing,
        "CapPrm": nothing,
        "CapEff": nothing,
        "CapBnd": nothing,
        "CapAmb": nothing,
        "NoNewPrivs": ["0" if security.may_gain_privileges else "1"],
        "Seccomp": ["2"],
    }
    for name, value in expected.items():
        assert status[name] == value, f"{name} is {status[name]}, and not {value}"
    # Some engines put the group into the list of groups, too.
    assert set(status["Groups"]) <= {str(security.user.gid)}, f"it is in {status['Groups']}"
    mounts = [line.split() for line in Path(f"/proc/{pid}/mountinfo").read_text().splitlines()]
    (root,) = [options.split(",") for _, _, _, _, place, options, *_ in mounts if place == "/"]
    assert ("ro" in root) == security.read_only, f"/ is mounted {root}"
    memory = limit_of_memory(pid)
    assert memory == security.memory, f"the limit of memory is {memory}"


def limit_of_memory(pid):
    groups = [line.split(":") for line in Path(f"/proc/{pid}/cgroup").read_text().splitlines()]
    own = {name: path for _, name, path in groups}
    if "memory" in own:
        file = f"/sys/fs/cgroup/memory{own['memory']}/memory.limit_in_bytes"
    else:
        file = f"/sys/fs/cgroup{own['']}/memory.max"
    return int(Path(file).read_text())
