"""Who gets to whom: Services, routes, and what policies leave open."""

import urllib.parse

from objects import PREFIX, at, duration, find, has_port, matches, selector

DNS = ((53, "UDP"), (53, "TCP"))
# The first of these that is set names the proxy that is called in Cognito's stead.
PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")


def service(it, pods):
    spec = it["spec"]
    if spec.get("type") == "ExternalName":
        return
    # An empty one selects nothing, unlike everywhere else.
    wanted = {"matchLabels": spec["selector"]} if spec.get("selector") else None
    yield from selector(wanted, pods)
    behind = [pod for pod in pods if wanted and matches(wanted, pod.labels)]
    for port in spec.get("ports", []):
        target = port.get("targetPort", port["port"])
        # Every one, as each gets a share of the calls.
        if not all(has_port(pod.containers(), target, port.get("protocol")) for pod in behind):
            yield f"no container behind it has the port {target}"


def policy(it, pods):
    wanted = it["spec"].get("podSelector")
    yield from selector(wanted, pods)
    inside = [pod for pod in pods if wanted is not None and matches(wanted, pod.labels)]
    containers = [container for pod in inside for container in pod.containers()]
    for rule in it["spec"].get("ingress") or []:
        for port in rule.get("ports", []):
            number, last = port.get("port"), port.get("endPort")
            if number is not None and not has_port(containers, number, port.get("protocol"), last):
                yield f"no container of its pods has the port {number}"


def pod_monitor(it, pods):
    wanted = it["spec"].get("selector")
    yield from selector(wanted, pods)
    inside = [pod for pod in pods if wanted is not None and matches(wanted, pod.labels)]
    containers = [container for pod in inside for container in pod.containers()]
    for endpoint in it["spec"].get("podMetricsEndpoints", []):
        if not has_port(containers, endpoint.get("port")):
            yield f"no container of its pods has the port {endpoint.get('port')}"


def route(it, neighbours):
    for rule in it["spec"].get("rules", []):
        for backend in rule.get("backendRefs", []):
            found = find("Service", backend["name"], neighbours)
            ports = [port["port"] for port in at(found, "spec", "ports") or []]
            if not found:
                yield f"there is no Service {backend['name']}"
            elif backend.get("port") not in ports:
                yield f"Service {backend['name']} has no port {backend.get('port')}"


def certificate(it, neighbours):
    """A caller refuses a certificate without the name by which it called, or for another use."""
    spec = it["spec"]
    if "server auth" not in spec.get("usages", []):
        yield "it isn't one for a server"
    # cert-manager's defaults: 90 days, of which the last third is for the renewal.
    whole, before = spec.get("duration", "2160h"), spec.get("renewBefore", "0s")
    if (duration(before) or 0) >= (duration(whole) or 0):
        yield f"it would be renewed {before} before the end of its {whole}"
    names = it["spec"].get("dnsNames", [])
    for service in (other for other in neighbours if other["kind"] == "Service"):
        if service["metadata"]["name"] not in names:
            yield f"it has no name for Service {service['metadata']['name']}"


def reach(pod, settings, neighbours):
    """A server has to be called, and to call Cognito, whatever the policies deny besides."""
    policies = [
        other["spec"]
        for other in neighbours
        if other["kind"] == "NetworkPolicy" and matches(other["spec"]["podSelector"], pod.labels)
    ]
    ingress = [spec for spec in policies if "Ingress" in directions(spec)]
    rules = [rule for spec in ingress for rule in spec.get("ingress") or []]
    containers = pod.spec["containers"]
    ports = [port for container in containers for port in container.get("ports", [])]
    for port in ports if ingress else []:
        if not any(opens_to(rule, port["name"], port["containerPort"]) for rule in rules):
            yield f"no NetworkPolicy lets anybody to its port {port['name']}"

    egress = [spec for spec in policies if "Egress" in directions(spec)]
    rules = [rule for spec in egress for rule in spec.get("egress") or []]
    # The development pool is in the same process.
    if not egress or settings.get(PREFIX + "LOCAL_POOL") == "true":
        return
    for number, protocol in (*DNS, (way_out(settings), "TCP")):
        if not any(opens_to(rule, None, number, protocol) for rule in rules):
            yield f"no NetworkPolicy lets it out to port {number} of {protocol}"


def way_out(settings):
    """The port by which Cognito is reached."""
    proxy = next((settings[name] for name in PROXIES if name in settings), None)
    if proxy is None:
        return 443
    url = urllib.parse.urlsplit(proxy)
    return url.port or {"http": 80, "https": 443}[url.scheme]


def directions(spec):
    """What it is about. One that doesn't say is about egress only if it has such rules."""
    return spec.get("policyTypes", ["Ingress", *(["Egress"] if spec.get("egress") else [])])


def opens_to(rule, name, number, protocol="TCP"):
    # No ports are all ports.
    return "ports" not in rule or any(
        port.get("protocol", "TCP") == protocol and port.get("port") in (None, name, number)
        for port in rule["ports"]
    )
