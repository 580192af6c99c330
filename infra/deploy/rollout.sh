#!/bin/sh
# Applies an overlay and waits until all that it changed runs; takes back the deployments it changed if one does not.
#   infra/deploy/rollout.sh infra/k8s/overlays/prod [TIMEOUT]      from the checkout's root; TIMEOUT as 10m
# Only deployments are taken back. Two versions of a service stand side by side during every rollout, so what else was
# applied is meant to suit both.
set -eu
overlay=$1
timeout=${2:-10m}
deployments="auth tickets orders expiration payments client"
namespace=${NAMESPACE:-market}

k() { kubectl --namespace "$namespace" "$@"; }

# The revision that a deployment is at; nothing if there is none yet.
revision() {
    k get deployment "$1" --ignore-not-found \
        --output 'jsonpath={.metadata.annotations.deployment\.kubernetes\.io/revision}'
}

before=""
for name in $deployments; do
    before="$before $name=$(revision "$name")"
done

# Says why a rollout did not get on, while the pods that know it are still there.
explain() {
    k get pods --selector "app.kubernetes.io/name=$1" --output wide || true
    k logs --selector "app.kubernetes.io/name=$1" --tail 30 --prefix || true
}

take_back() {
    for entry in $before; do
        name=${entry%%=*}
        to=${entry#*=}
        if [ -n "$to" ] && [ "$(revision "$name")" != "$to" ]; then
            echo "taking $name back to revision $to" >&2
            k rollout undo "deployment/$name" --to-revision "$to"
        fi
    done
    for entry in $before; do
        [ -z "${entry#*=}" ] || k rollout status "deployment/${entry%%=*}" --timeout "$timeout"
    done
}

kubectl apply --kustomize "$overlay"

for name in $deployments; do
    if ! k rollout status "deployment/$name" --timeout "$timeout"; then
        echo "$name did not come up" >&2
        explain "$name"
        take_back
        exit 1
    fi
done
