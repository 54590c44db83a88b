"""What a pod says of itself, and of what it needs."""

from objects import at, duration, find, has_port, namespace, selector

# The default of the server's --drain-timeout, and the name that sets it.
DRAIN_TIMEOUT = "25s"
DRAIN_TIMEOUT_SETTING = "USER_ATTRIBUTES_DRAIN_TIMEOUT"
# What Kubernetes gives a pod that doesn't say terminationGracePeriodSeconds.
GRACE_PERIOD = 30


def owner_selector(pod):
    """Of a Deployment, a StatefulSet or a DaemonSet. A job's is made for it."""
    if pod.owner["kind"] not in ("Pod", "Job", "CronJob"):
        yield from selector(at(pod.owner, "spec", "selector"), [pod])


def spread(pod):
    for constraint in pod.spec.get("topologySpreadConstraints", []):
        key = constraint["topologyKey"]
        for fault in selector(constraint.get("labelSelector"), [pod]):
            yield f"the spread by {key}: {fault}"
        for label in constraint.get("matchLabelKeys", []):
            # The Deployment's controller adds this one.
            if label not in pod.labels and label != "pod-template-hash":
                yield f"the spread by {key}: its pods have no label {label}"


def probes(pod):
    for container in pod.containers():
        asked = {name: container.get(name, {}) for name in container if name.endswith("Probe")}
        asked.update(container.get("lifecycle", {}))
        for name, handler in asked.items():
            for port in (at(handler, way, "port") for way in ("grpc", "httpGet", "tcpSocket")):
                if port is not None and not has_port([container], port):
                    yield f"{name}: the container {container['name']} has no port {port}"


def security(it, pods):
    """What Pod Security of the level `restricted` refuses in pods of this namespace.

    https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
    """
    labels = it["metadata"].get("labels", {})
    if labels.get("pod-security.kubernetes.io/enforce") != "restricted":
        yield "it lets in pods that aren't restricted"
    name = it["metadata"]["name"]
    # Without a namespace of their own they go to this one.
    for pod in (pod for pod in pods if namespace(pod.owner) in (None, name)):
        common = pod.spec.get("securityContext", {})
        host = ("hostNetwork", "hostPID", "hostIPC")
        yield from (f"its pods have {field}" for field in host if pod.spec.get(field))
        volumes = pod.spec.get("volumes", [])
        yield from ("its pods have a hostPath" for volume in volumes if "hostPath" in volume)
        for container in pod.containers():
            context = common | container.get("securityContext", {})
            for freedom in freedoms(context):
                yield f"its container {container['name']} {freedom}"


def freedoms(context):
    """What a container may do and must not."""
    if context.get("runAsNonRoot") is not True or context.get("runAsUser") == 0:
        yield "may be root"
    if context.get("allowPrivilegeEscalation") is not False or context.get("privileged"):
        yield "may gain privileges"
    if at(context, "seccompProfile", "type") not in ("RuntimeDefault", "Localhost"):
        yield "may make any system call"
    capabilities = context.get("capabilities", {})
    added = set(capabilities.get("add", [])) - {"NET_BIND_SERVICE"}
    if "ALL" not in capabilities.get("drop", []) or added:
        yield "has capabilities"


KINDS = {
    "configMap": "ConfigMap",
    "configMapKeyRef": "ConfigMap",
    "configMapRef": "ConfigMap",
    "imagePullSecrets": "Secret",
    "secret": "Secret",
    "secretKeyRef": "Secret",
    "secretRef": "Secret",
}


def references(pod, neighbours):
    account = pod.spec.get("serviceAccountName", "default")
    # Every namespace has one of that name.
    if account != "default" and not find("ServiceAccount", account, neighbours):
        yield f"there is no ServiceAccount {account}"
    for kind, reference in referred(pod.spec):
        name = reference.get("name", reference.get("secretName"))
        found = find(kind, name, neighbours)
        # An optional one is one that may come later: it has to be named all the same.
        if not found:
            yield f"there is no {kind} {name}"
            continue
        has = [key for part in ("data", "binaryData", "stringData") for key in found.get(part, {})]
        keys = [it["key"] for it in [reference, *reference.get("items", [])] if "key" in it]
        yield from (f"{kind} {name} has no key {key}" for key in keys if key not in has)


def referred(value):
    """Each reference to a ConfigMap or a Secret, wherever it stands, with its kind."""
    if isinstance(value, list):
        for it in value:
            yield from referred(it)
    elif isinstance(value, dict):
        for name, it in value.items():
            if name in KINDS:
                references = it if isinstance(it, list) else [it]
                yield from ((KINDS[name], one) for one in references if isinstance(one, dict))
            else:
                yield from referred(it)


def last_words(pod):
    """A server that can't start says why on stderr, which a pod's status has only if it is asked."""
    for container in pod.spec["containers"]:
        if container.get("terminationMessagePolicy") != "FallbackToLogsOnError":
            yield f"the status of the container {container['name']} doesn't say why it ended"


def drain(pod, settings):
    """A server that is killed amid its drain loses calls, and nobody learns what became of them."""
    grace = pod.spec.get("terminationGracePeriodSeconds", GRACE_PERIOD)
    timeout = settings.get(DRAIN_TIMEOUT_SETTING, DRAIN_TIMEOUT)
    for container in pod.spec["containers"]:
        before = at(container, "lifecycle", "preStop") or {}
        sleep = at(before, "sleep", "seconds") or 0
        if before.keys() - {"sleep"}:
            yield "nobody can tell how long its preStop takes: only a sleep says so"
        elif (seconds := duration(timeout)) is None:
            yield f"{DRAIN_TIMEOUT_SETTING} is no duration: {timeout}"
        elif grace <= sleep + seconds:
            yield (
                f"terminationGracePeriodSeconds of {grace} is no more than"
                f" {sleep} s of preStop and {timeout} of drain"
            )
