#!/usr/bin/env python3
"""Renders the base and every overlay with every combination of components, and checks each.

    .ci/manifests/combinations.py all.yaml objects.json kubectl kustomize

What is checked is what `across.py` and `schemas.py` check. A way out and the policies that deny go
together, and there is one way out: other combinations aren't meant. Production with all
components, both ways among them, is left in all.yaml. Every object that one of them has is left in
objects.json, once, with the name of the first that has it.
"""

import concurrent.futures
import itertools
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import across
import schemas
import yaml
from objects import load

# Policies that deny go with a way out, which does nothing without them.
POLICY = "network-policy"
WAYS_OUT = ("egress-internet", "egress-vpc-endpoint")
# The number of replicas is an overlay's, or the autoscaler's.
AUTOSCALING = "autoscaling"


def main():
    everything, distinct, *command = sys.argv[1:]
    with tempfile.TemporaryDirectory() as scratch:
        copy = pathlib.Path(scratch, "deploy")
        shutil.copytree("deploy", copy)
        names = sorted(it.name for it in (copy / "components").iterdir())
        roots = [copy / "base", *sorted((copy / "overlays").iterdir())]
        combined = {
            prepare(root, chosen): f"{root.name} with {', '.join(chosen) or 'no component'}"
            for root in roots
            for chosen in combinations(names)
        }
        combined |= {root: f"{root.name} as it stands" for root in roots}
        seen = {}
        faults = list(check_all(combined, command, seen))
        complete = prepare(copy / "overlays" / "production", names)
        pathlib.Path(everything).write_text(render(complete, command), encoding="utf-8")
    objects = [{"in": name, "object": json.loads(text)} for text, name in seen.items()]
    pathlib.Path(distinct).write_text(json.dumps(objects, indent=2), encoding="utf-8")
    print("\n".join(faults) or f"{len(combined)} combinations")
    sys.exit(1 if faults else 0)


def combinations(names):
    free = [name for name in names if name not in (POLICY, *WAYS_OUT)]
    for chosen in subsets(free):
        yield list(chosen)
        yield from (sorted([*chosen, POLICY, way]) for way in WAYS_OUT)


def subsets(names):
    sizes = range(len(names) + 1)
    return itertools.chain.from_iterable(itertools.combinations(names, size) for size in sizes)


def prepare(root, components):
    """A folder beside the root that has what the root has, but for these components."""
    kustomization = yaml.safe_load((root / "kustomization.yaml").read_text(encoding="utf-8"))
    if root.name == "base":
        kustomization = {"resources": ["../../base"]}
        root = root.parent / "overlays" / "base"
    kustomization["components"] = [f"../../components/{name}" for name in components]
    if AUTOSCALING in components:
        kustomization.pop("replicas", None)
    folder = pathlib.Path(tempfile.mkdtemp(dir=root.parent))
    text = yaml.safe_dump(kustomization)
    (folder / "kustomization.yaml").write_text(text, encoding="utf-8")
    return folder


def check_all(combined, command, seen):
    """The faults of all. In `seen` it leaves each object, as JSON, and the first that has it."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        rendered = pool.map(lambda folder: render(folder, command), combined)
        for name, text in zip(combined.values(), rendered, strict=True):
            objects = objects_of(text)
            for it in objects:
                seen.setdefault(json.dumps(it, sort_keys=True), name)
            yield from (f"{name}: {fault}" for fault in faults_of(text, objects))


def objects_of(text):
    return [it for it in yaml.load_all(text, yaml.CSafeLoader) if it]


def faults_of(text, objects):
    return [
        *(fault for it in objects for fault in schemas.faults_of(it)),
        *across.faults_of(load(text)),
    ]


def render(folder, command):
    ran = subprocess.run([*command, folder], capture_output=True, text=True, check=False)
    # Such as a warning that a field is deprecated.
    if ran.returncode != 0 or ran.stderr:
        sys.exit(f"{' '.join(command)}: {ran.stderr}")
    return ran.stdout


if __name__ == "__main__":
    main()
