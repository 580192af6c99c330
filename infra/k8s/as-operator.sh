#!/bin/sh
# Runs a command of a service in the cluster, as the broker's operator: what its own user may not, such as
#   as-operator.sh orders dead-letters replay --sequence 17
# in a Job like the service's own pods, whose log is shown at its end. Needs kubectl and jq. NAMESPACE is "market" unless set.
set -eu
service=$1
shift
namespace=${NAMESPACE:-market}
# In production the secret's name is as it is here; in dev the newest with this name and a hash.
secret=$(kubectl -n "$namespace" get secret --sort-by=.metadata.creationTimestamp -o name |
    sed -n 's#^secret/\(operator\(-[a-z0-9]\{10\}\)\{0,1\}\)$#\1#p' | tail -n 1)
# Of a name of its own, or the Service would send it requests. Without probes: it ends when it is done.
job=$(kubectl -n "$namespace" get deployment "$service" -o json | jq --arg secret "$secret" '
    .metadata.name as $service | .spec.template
    | .metadata = {labels: {"app.kubernetes.io/name": "operator", "app.kubernetes.io/part-of": "market"}}
    | .spec.restartPolicy = "Never"
    | del(.spec.topologySpreadConstraints, .spec.affinity)
    | .spec.containers[0] |= (del(.startupProbe, .livenessProbe, .readinessProbe, .lifecycle, .ports)
        | .args = $ARGS.positional
        | .env |= map(if .name == "NATS_URL" then .valueFrom.secretKeyRef.name = $secret else . end))
    | {apiVersion: "batch/v1", kind: "Job", metadata: {generateName: "operator-\($service)-"},
       spec: {backoffLimit: 0, activeDeadlineSeconds: 3600, ttlSecondsAfterFinished: 86400, template: .}}
    ' --args -- "$@" | kubectl -n "$namespace" create -o name -f -)
until [ -n "$(kubectl -n "$namespace" get "$job" -o jsonpath='{.status.succeeded}{.status.failed}')" ]; do sleep 1; done
kubectl -n "$namespace" logs "$job"
[ "$(kubectl -n "$namespace" get "$job" -o jsonpath='{.status.succeeded}')" = 1 ]
