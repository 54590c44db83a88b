"""Sees that each alert has a runbook and tests: `runbooks.py DEPLOY TESTS`.

Its link leads to a heading of DEPLOY/README.md, under which it says what the alert means, what to
look at and what to do. Of the tests, one fires it and one doesn't. Each fault is a line; with one
or more of them it ends with 1.
"""

import re
import sys
from pathlib import Path

import yaml

from sources import alerts

PARTS = ("**Means**", "**Look at**", "**Do**")


def main():
    deploy, tests = map(Path, sys.argv[1:])
    runbooks = sections((deploy / "README.md").read_text())
    expected = expectations(tests)
    known = {alert["alert"] for alert in alerts(deploy)}
    found = [fault for alert in alerts(deploy) for fault in faults(alert, runbooks, expected)]
    found += [f"{name}: a test, and no such alert" for name in sorted(expected.keys() - known)]
    found += [
        f"{name}: a runbook, and no such alert"
        for name in sorted(runbooks)
        if name.startswith("UserAttributes") and name not in known
    ]
    print("\n".join(found) or f"{len(known)} alerts have runbooks and tests")
    sys.exit(1 if found else 0)


def sections(text):
    """The text under each heading."""
    parts = re.split(r"^#+ +(.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


def expectations(folder):
    """Of each alert, whether its tests have it fire."""
    expected = {}
    for file in sorted(folder.glob("*.yaml")):
        for test in yaml.safe_load(file.read_text())["tests"]:
            for it in test["alert_rule_test"]:
                expected.setdefault(it["alertname"], set()).add(bool(it["exp_alerts"]))
    return expected


def faults(alert, runbooks, expected):
    name = alert["alert"]
    if not alert["annotations"]["runbook_url"].endswith(f"/deploy/README.md#{name.lower()}"):
        yield f"{name}: its link doesn't lead to its runbook"
    if name not in runbooks:
        yield f"{name}: it has no runbook"
    else:
        missing = [part for part in PARTS if part not in runbooks[name]]
        yield from (f"{name}: its runbook has no {part}" for part in missing)
    for fires, what in ((True, "fires it"), (False, "doesn't fire it")):
        if fires not in expected.get(name, ()):
            yield f"{name}: no test {what}"


if __name__ == "__main__":
    main()
