#!/usr/bin/env python3
"""Renders what a guide has a team add to its overlay, and checks each addition.

    .ci/manifests/guide.py deploy/README.md kubectl kustomize

A block that begins with ```yaml overlay is a part of a kustomization. It is added, alone, to a copy
of production's, and what comes out is checked as by `combinations.py`. Each of its entries has to
change something: of a patch that finds nothing kustomize says nothing. The Secrets that are there
are those that the guide's own commands make.
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import yaml
from combinations import WAYS_OUT, faults_of, objects_of

BLOCK = re.compile(r"^```yaml overlay\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECRET = re.compile(r"^kubectl -n (\S+) create secret (?:generic|docker-registry) (\S+)(.*)$", re.MULTILINE)


def main():
    guide, *command = sys.argv[1:]
    text = pathlib.Path(guide).read_text(encoding="utf-8")
    blocks = BLOCK.findall(text)
    faults = [] if blocks else ["the guide has nothing to add"]
    with tempfile.TemporaryDirectory() as scratch:
        copy = pathlib.Path(scratch, "deploy")
        shutil.copytree("deploy", copy)
        overlay = Overlay(copy / "overlays" / "production", command)
        for block in blocks:
            faults += (f"{fault}, in:\n{block}" for fault in check(block, overlay, secrets(text)))
    print("\n".join(faults) or f"{len(blocks)} additions")
    sys.exit(1 if faults else 0)


class Overlay:
    """A folder whose kustomization gets additions."""

    def __init__(self, folder, command):
        self.folder, self.command = folder, command
        self.plain = (folder / "kustomization.yaml").read_text(encoding="utf-8")

    def render(self, additions):
        """What comes out with these entries, each with its list's name, or why nothing does."""
        kustomization = yaml.safe_load(self.plain)
        added = {pathlib.PurePath(entry).name for name, entry in additions if name == "components"}
        if added.intersection(WAYS_OUT):
            kept = kustomization["components"]
            kept = [it for it in kept if pathlib.PurePath(it).name not in WAYS_OUT]
            kustomization["components"] = kept
        for name, entry in additions:
            kustomization.setdefault(name, []).append(entry)
        text = yaml.safe_dump(kustomization)
        (self.folder / "kustomization.yaml").write_text(text, encoding="utf-8")
        ran = subprocess.run(
            [*self.command, self.folder], capture_output=True, text=True, check=False
        )
        # Such as a warning that a field is deprecated.
        return ran.stdout, ran.stderr or (ran.returncode and "it ended badly")


def check(block, overlay, made):
    entries = [(name, it) for name, entries in yaml.safe_load(block).items() for it in entries]
    whole, refused = overlay.render(entries)
    if refused:
        yield f"it doesn't render: {refused}"
        return
    complete = "---\n".join([whole, *made])
    yield from faults_of(complete, objects_of(complete))
    for entry in entries:
        without, _ = overlay.render([it for it in entries if it is not entry])
        if without == whole:
            yield f"without {entry} the same comes out"


def secrets(text):
    """What the commands make, as YAML."""
    for namespace, name, options in SECRET.findall(text):
        keys = re.findall(r"--from-file=(?:\S*/)?(\S+)", options)
        yield yaml.safe_dump(
            {
                "apiVersion": "v1",
                "kind": "Secret",
                "metadata": {"name": name, "namespace": namespace},
                "stringData": dict.fromkeys(keys, "secret"),
            }
        )


if __name__ == "__main__":
    main()
