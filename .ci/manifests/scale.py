"""How many pods there are, and how many may go."""

from objects import at, matches, selector


def budget(it, pods):
    wanted = at(it, "spec", "selector")
    yield from selector(wanted, pods)
    most, least = at(it, "spec", "maxUnavailable"), at(it, "spec", "minAvailable")
    inside = [pod for pod in pods if wanted is not None and matches(wanted, pod.labels)]
    replicas = sum(at(pod.owner, "spec", "replicas") or 1 for pod in inside)
    if most in (0, "0%") or least == "100%" or (isinstance(least, int) and least >= replicas):
        yield "it lets no pod go, so no node can be drained"
    # With one pod alone it is that or none.
    all_at_once = isinstance(most, int) and 1 < replicas <= most
    if most == "100%" or least in (0, "0%") or all_at_once:
        yield "it lets all pods go at once"


def autoscaler(it, neighbours, pods):
    target = it["spec"]["scaleTargetRef"]
    found = [
        other
        for other in neighbours
        if other["kind"] == target["kind"]
        and other["apiVersion"] == target.get("apiVersion")
        and other["metadata"]["name"] == target["name"]
    ]
    if not found:
        yield f"there is no {target['kind']} {target['name']} of {target.get('apiVersion')}"
    if it["spec"].get("minReplicas", 1) > it["spec"]["maxReplicas"]:
        yield "its minReplicas are more than its maxReplicas"
    for owner in found:
        # Each apply would set them back.
        if "replicas" in owner["spec"]:
            yield f"{target['kind']} {target['name']} has replicas of its own"
        for pod in (pod for pod in pods if pod.owner is owner):
            for metric in it["spec"].get("metrics", []):
                yield from measured(metric, pod)


def measured(metric, pod):
    """A share of a request that isn't there is never known, and the autoscaler does nothing."""
    source = metric.get("containerResource") or metric.get("resource") or {}
    name = source.get("container")
    measured = [it for it in pod.spec["containers"] if name in (None, it["name"])]
    if not measured:
        yield f"its pods have no container {name}"
    for container in measured:
        requests = at(container, "resources", "requests") or {}
        if at(source, "target", "type") == "Utilization" and source["name"] not in requests:
            yield f"the container {container['name']} requests no {source['name']}"
