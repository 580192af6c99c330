#!/bin/sh
# Applies an overlay and waits until all that it changed runs; takes back the deployments it changed if something does not.
#   infra/deploy/rollout.sh infra/k8s/overlays/prod [TIMEOUT]      from the checkout's root; TIMEOUT as 10m
# Only deployments are taken back. Two versions of a service stand side by side during every rollout, so what else was
# applied is meant to suit both; and what a store has written is not always for the version before.
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
    selector=app.kubernetes.io/name=${1#*/}
    case $1 in
        # All five replica sets have one name.
        */mongodb-*) selector=app.kubernetes.io/name=mongodb,app.kubernetes.io/instance=${1#*/mongodb-} ;;
    esac
    k get pods --selector "$selector" --output wide || true
    k logs --selector "$selector" --tail 30 --prefix || true
}

# Each of them, also one that seems to be where it was: the controller may not have seen yet what was applied, and with
# what is there already kubectl changes nothing.
take_back() {
    for entry in $before; do
        name=${entry%%=*}
        to=${entry#*=}
        [ -n "$to" ] || continue
        echo "taking $name back to revision $to" >&2
        k rollout undo "deployment/$name" --to-revision "$to" || echo "$name could not be taken back" >&2
    done
    for entry in $before; do
        [ -z "${entry#*=}" ] || k rollout status "deployment/${entry%%=*}" --timeout "$timeout" || true
    done
}

give_up() {
    echo "$1" >&2
    take_back
    exit 1
}

wait_for() {
    if ! k rollout status "$1" --timeout "$timeout"; then
        explain "$1"
        give_up "${1#*/} did not come up"
    fi
}

# It goes on after an object that is refused, so some may be applied and others not.
kubectl apply --kustomize "$overlay" || give_up "not all of $overlay could be applied"

# The stores first: without them no service gets ready, and would be blamed.
applied=$(kubectl get --kustomize "$overlay" --output name) || give_up "what $overlay consists of could not be read"
for store in $(printf '%s\n' "$applied" | sed -n '/^statefulset/p'); do wait_for "$store"; done
for name in $deployments; do wait_for "deployment/$name"; done
