"""What deploy/ asks of Prometheus: the rules, and the dashboard's queries.

As a program it writes either as a file of rules: `sources.py rules|queries DEPLOY FILE`.
"""

import json
import re
import sys
from pathlib import Path
from typing import NamedTuple

import yaml

RULES = "components/prometheus-operator"
DASHBOARD = "components/grafana-dashboard/dashboard.json"

# What Grafana puts in for its variables: here all namespaces, and a time with many scrapes in it.
VARIABLES = {"$namespace": ".*", "$__rate_interval": "10s"}

KEYWORDS = set(
    "and or unless by without on ignoring group_left group_right offset bool atan2 inf nan".split()
)


class Selector(NamedTuple):
    """A name of a metric with what its labels must be, as (label, operator, value)."""

    metric: str
    matchers: tuple

    def values(self):
        """Each value of a label that is written out, alone, and as one that is wanted."""
        for label, operator, value in self.matchers:
            # A pattern with more in it than alternatives isn't a list of values.
            if "=" in operator and re.fullmatch(r"[\w|]+", value):
                yield from ((label, alternative) for alternative in value.split("|"))


def groups(deploy):
    """The groups of every PrometheusRule."""
    objects = (yaml.safe_load(file.read_text()) for file in sorted((deploy / RULES).glob("*.yaml")))
    return [
        group
        for it in objects
        if it["kind"] == "PrometheusRule"
        for group in it["spec"]["groups"]
    ]


def rules(deploy):
    return [rule for group in groups(deploy) for rule in group["rules"]]


def alerts(deploy):
    return [rule for rule in rules(deploy) if "alert" in rule]


def panels(deploy):
    """Each panel that asks something."""
    dashboard = json.loads((deploy / DASHBOARD).read_text())
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def queries(deploy):
    """Of each query of the dashboard the panel's title, the legend and the expression."""
    for panel in panels(deploy):
        for target in panel["targets"]:
            expression = target["expr"]
            for variable, value in VARIABLES.items():
                expression = expression.replace(variable, value)
            yield panel["title"], target["legendFormat"], expression


def selectors(expression):
    """The selectors in an expression that has been parsed by promtool."""
    # Labels that are grouped or matched by are no metrics.
    by = r"\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)"
    rest = re.sub(r"\[[^\]]*\]|\boffset\s+\w+", " ", re.sub(by, " ", expression))
    for name, call, labels in re.findall(
        r'([a-zA-Z_:][\w:]*)\s*(\()?(\{(?:[^"}]|"[^"]*")*\})?', re.sub(r"\b[\d.]+\w*", " ", rest)
    ):
        if not call and name not in KEYWORDS:
            matchers = re.findall(r'(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"', labels)
            yield Selector(name, tuple(matchers))


def rule_file(deploy):
    """The rules for promtool and Prometheus, without what the tests would only repeat."""
    written = groups(deploy)
    for group in written:
        for rule in group["rules"]:
            rule.get("annotations", {}).pop("runbook_url", None)
    return yaml.safe_dump({"groups": written})


def query_file(deploy):
    """The dashboard's queries as rules, which promtool parses."""
    rules = [
        {"record": f"query_{number}", "expr": expression}
        for number, (_, _, expression) in enumerate(queries(deploy))
    ]
    return yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]})


if __name__ == "__main__":
    write = {"rules": rule_file, "queries": query_file}[sys.argv[1]]
    Path(sys.argv[3]).write_text(write(Path(sys.argv[2])))
