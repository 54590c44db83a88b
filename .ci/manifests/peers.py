"""Whom a NetworkPolicy names."""

from ipaddress import collapse_addresses, ip_network

from objects import at

# What peers are known by. Another key is a misspelt one, until it is added here.
NAMESPACE_KEYS = {"kubernetes.io/metadata.name", "user-attributes-caller"}
POD_KEYS = {"app.kubernetes.io/name", "k8s-app"}
# The cluster's DNS: its pods have this label, CoreDNS's too.
CLUSTERS_DNS = {
    "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
    "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
}
# Clusters and what is around them. A block that goes beyond one of these has to leave it out.
PRIVATE = [
    ip_network(it)
    for it in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
]
# A node's own, where its credentials are had: no block may have a part of these.
NODE = [ip_network(it) for it in ("169.254.0.0/16", "fe80::/10", "fd00:ec2::/32")]
METADATA = {
    ip_network(it)
    for it in (
        "169.254.169.254",
        "169.254.170.2",
        "169.254.170.23",
        "fd00:ec2::254",
        "fd00:ec2::23",
    )
}


def peers(it):
    """The faults of a policy's rules."""
    for rule in it["spec"].get("ingress") or []:
        yield from named(rule.get("from"), "lets everybody in")
    for rule in it["spec"].get("egress") or []:
        yield from named(rule.get("to"), "lets its pods out to everybody")
        for peer in rule.get("to") or []:
            yield from addresses(peer.get("ipBlock"))
        if any(port.get("port") == 53 for port in rule.get("ports", [])):
            yield from dns(rule.get("to") or [])


def named(peers, otherwise):
    """Nobody named is everybody."""
    if not peers:
        yield f"a rule {otherwise}"
    for peer in peers or []:
        namespaces, pods = keys(peer, "namespaceSelector"), keys(peer, "podSelector")
        if "namespaceSelector" in peer and not namespaces and not pods:
            yield f"a rule {otherwise}"
        unknown = (namespaces - NAMESPACE_KEYS) | (pods - POD_KEYS)
        yield from (f"nobody has a label {key}" for key in sorted(unknown))


def keys(peer, selector):
    expressions = at(peer, selector, "matchExpressions") or []
    return {*(at(peer, selector, "matchLabels") or {}), *(it["key"] for it in expressions)}


def dns(peers):
    """Both selectors in one peer: as two they are all of that namespace, and such pods here."""
    # A cache of DNS on the node has one address.
    known = [peer == CLUSTERS_DNS or one_address(peer.get("ipBlock")) for peer in peers]
    if CLUSTERS_DNS not in peers or not all(known):
        yield "port 53 isn't that of the cluster's DNS alone"


def one_address(block):
    return block is not None and ip_network(block["cidr"]).num_addresses == 1


def addresses(block):
    if block is None:
        return
    whole = ip_network(block["cidr"])
    if one_address(block):
        if whole in METADATA:
            yield f"{whole} hands out the node's credentials"
        return
    left_out = list(collapse_addresses(ip_network(it) for it in block.get("except", [])))
    for network in PRIVATE:
        if contains(whole, network) and whole != network and not within(network, left_out):
            yield f"{whole} has {network} in it, which isn't public"
    for network in NODE:
        # Of two networks that overlap one is in the other.
        inner = next((a for a, b in ((network, whole), (whole, network)) if contains(b, a)), None)
        if inner and not within(inner, left_out):
            yield f"{whole} has {inner} in it, which is the node's own"


def within(network, others):
    return any(contains(other, network) for other in others)


def contains(whole, part):
    return whole.version == part.version and part.subnet_of(whole)
