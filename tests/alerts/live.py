"""Asks a Prometheus what deploy/ asks, while it scrapes two servers under load.

Each query of the dashboard gets an answer; each metric and each value of a label that is named in
rules and dashboard is there; the alerts fire that Cognito's errors are to fire, and no others. Run
it as `live.py DEPLOY RESULTS`. It needs SERVER_BIN, with the client beside it, prometheus in the
PATH, and openssl.
"""

import json
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from servers import Prometheus, Server, certificate, under_load
from sources import queries, rule_file, rules, selectors

# Metrics of others: kube-state-metrics isn't here.
FOREIGN = "kube_"
# What the faults of the load are to fire.
FIRE = {
    "UserAttributesCodeDeliveryFails",
    "UserAttributesDailyEmailLimit",
    "UserAttributesEmailRoleMisconfigured",
    "UserAttributesLambdaFails",
    "UserAttributesSmsRoleMisconfigured",
}
# How much of the load the dashboard is asked about, and how long that may take to be there.
SECONDS = 30
PATIENCE = 180


def main():
    deploy, results = map(Path, sys.argv[1:])
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        tls = certificate(scratch)
        servers = [stack.enter_context(Server(scratch, tls, pod)) for pod in ("a-1", "a-2")]
        (scratch / "rules.yaml").write_text(rule_file(deploy))
        prometheus = stack.enter_context(Prometheus(scratch, servers))
        begun = time.time()
        stack.enter_context(under_load(servers))
        ask = Asked(prometheus, deploy, begun)
        ask.until("every query has an answer", lambda: ask.unanswered(results))
        ask.until("every metric and label that is named is there", ask.missing)
        ask.until("Cognito's errors fire their alerts, and no others", ask.wrong_alerts)
        ask.until("a misspelt metric is noticed", lambda: not ask.absent("user_attributes_x", ()))
        ask.until(
            "a misspelt code is noticed",
            lambda: not ask.absent("user_attributes_upstream_attempts_total", (("code", "Ok"),)),
        )


class Asked:
    """What is asked of a Prometheus, until it is so."""

    def __init__(self, prometheus, deploy, begun):
        self.prometheus, self.deploy, self.begun = prometheus, deploy, begun

    def until(self, what, faults):
        """Says that it is so, when there are no faults any more."""
        end = time.monotonic() + PATIENCE
        while found := faults():
            if time.monotonic() > end:
                print(found, file=sys.stderr)
                sys.exit(f"alerts: {what}: no")
            time.sleep(0.5)
        print(f"{what}: yes", flush=True)

    def unanswered(self, results):
        now = time.time()
        if now < self.begun + SECONDS:
            return "too early"
        answers, faults = [], []
        for title, legend, expression in queries(self.deploy):
            answer = self.prometheus.get(
                "query_range", query=expression, start=self.begun, end=now, step=1
            )["result"]
            answers.append({"title": title, "legend": legend, "series": answer})
            if not any(number(value) for series in answer for _, value in series["values"]):
                faults.append(f"{title}: {expression}")
        results.write_text(json.dumps(answers))
        return faults

    def missing(self):
        expressions = [rule["expr"] for rule in rules(self.deploy)]
        expressions += [expression for _, _, expression in queries(self.deploy)]
        named = {it for expression in expressions for it in selectors(expression)}
        wanted = {(it.metric, ()) for it in named}
        wanted |= {(it.metric, (pair,)) for it in named for pair in it.values()}
        return [
            it for it in sorted(wanted) if not it[0].startswith(FOREIGN) and self.absent(*it)
        ]

    def absent(self, metric, pairs):
        matchers = ",".join(f'{label}="{value}"' for label, value in pairs)
        return not self.prometheus.get("query", query=f"{metric}{{{matchers}}}")["result"]

    def wrong_alerts(self):
        alerts = self.prometheus.get("alerts")["alerts"]
        firing = {it["labels"]["alertname"] for it in alerts if it["state"] == "firing"}
        return firing ^ FIRE


def number(text):
    return text not in ("NaN", "+Inf", "-Inf")


if __name__ == "__main__":
    main()
