#!/usr/bin/env python3
"""Checks what no schema can see: that the objects of a rendered folder fit each other.

    .ci/manifests/across.py rendered.yaml

Selectors match pods, ports are ones that a container has, what is referred to is there, policies
let the calls through that are meant, and a pod has the time that its server takes to drain. Each
fault is a line of the output; with one or more of them it ends with 1. It needs PyYAML.
"""

import sys

import network
import peers
import pods
import scale
import servers
from objects import load, namespace, pods_of, servers_of


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        objects = load(file.read())
    faults = faults_of(objects)
    print("\n".join(faults) or f"{len(objects)} objects fit each other")
    sys.exit(1 if faults else 0)


def faults_of(objects):
    """The faults of all of them."""
    everybody = [pod for it in objects for pod in pods_of(it)]
    return [fault for it in objects for fault in faults_of_one(it, objects, everybody)]


def faults_of_one(it, objects, everybody):
    """The faults of one object, each with the object's name before it."""
    neighbours = [other for other in objects if namespace(other) == namespace(it)]
    nearby = [pod for pod in everybody if namespace(pod.owner) == namespace(it)]
    checks = {
        "Certificate": lambda: network.certificate(it, neighbours),
        "GRPCRoute": lambda: network.route(it, neighbours),
        "HorizontalPodAutoscaler": lambda: scale.autoscaler(it, neighbours, nearby),
        "Namespace": lambda: pods.security(it, everybody),
        "NetworkPolicy": lambda: [*network.policy(it, nearby), *peers.peers(it)],
        "PodDisruptionBudget": lambda: scale.budget(it, nearby),
        "PodMonitor": lambda: network.pod_monitor(it, nearby),
        "Service": lambda: network.service(it, nearby),
    }
    faults = list(checks[it["kind"]]()) if it["kind"] in checks else []
    for pod in everybody:
        if pod.owner is it:
            faults += pods.owner_selector(pod)
            faults += pods.spread(pod)
            faults += pods.probes(pod)
            faults += pods.references(pod, neighbours)
    for pod, settings in servers_of(everybody, objects):
        if pod.owner is it:
            faults += pods.drain(pod, settings)
            faults += pods.last_words(pod)
            faults += network.reach(pod, settings, neighbours)
            faults += servers.memory(pod)
            faults += servers.life(pod)
            faults += servers.addresses(pod, settings)
            faults += servers.local_pool(settings)
            faults += servers.rollout(pod)
    return [f"{it['kind']} {it['metadata']['name']}: {fault}" for fault in faults]


if __name__ == "__main__":
    main()
