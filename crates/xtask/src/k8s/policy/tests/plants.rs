//! One violation each, or several of a rule that can be broken in more than one way.

use std::sync::Arc;

use serde_json::json;

use super::{
    Plant::{self, Rendered, Written},
    market::{PRODUCTION, SKAFFOLD, add, drop_object, remove, set},
};
use crate::k8s::objects::Object;

const AUTH: &str = "Deployment/auth";
const REDIS: &str = "StatefulSet/redis";
const JOB: &str = "Job/task";
const POD: &str = "/spec/template/spec";
const FIRST: &str = "/spec/template/spec/containers/0";
const INIT: &str = "/spec/template/spec/initContainers/0";
const SECURITY: &str = "/spec/template/spec/containers/0/securityContext";

fn below(place: &str, rest: &str) -> String {
    format!("{place}/{rest}")
}

pub(super) const PLANTS: &[(&str, Plant)] = &[
    // Containers.
    ("requests", Rendered(|market| remove(market, JOB, &below(INIT, "resources/requests/cpu")))),
    ("requests", Rendered(|market| remove(market, AUTH, &below(FIRST, "resources/requests/memory")))),
    (
        "requests",
        Rendered(|market| set(market, AUTH, &below(FIRST, "resources/requests/cpu"), json!("some"))),
    ),
    ("memory-limit", Rendered(|market| remove(market, REDIS, &below(FIRST, "resources/limits")))),
    (
        "memory-limit",
        Rendered(|market| set(market, AUTH, &below(FIRST, "resources/limits/memory"), json!("63Mi"))),
    ),
    ("non-root", Rendered(|market| remove(market, AUTH, &below(POD, "securityContext/runAsNonRoot")))),
    ("non-root", Rendered(|market| set(market, AUTH, &below(SECURITY, "runAsNonRoot"), json!(false)))),
    ("non-root", Rendered(|market| set(market, AUTH, &below(SECURITY, "runAsUser"), json!(0)))),
    ("read-only-root", Rendered(|market| remove(market, JOB, &below(SECURITY, "readOnlyRootFilesystem")))),
    (
        "capabilities",
        Rendered(|market| set(market, AUTH, &below(SECURITY, "capabilities/drop"), json!(["KILL"]))),
    ),
    (
        "capabilities",
        Rendered(|market| set(market, AUTH, &below(SECURITY, "capabilities/add"), json!(["CHOWN"]))),
    ),
    (
        "privilege-escalation",
        Rendered(|market| remove(market, AUTH, &below(SECURITY, "allowPrivilegeEscalation"))),
    ),
    (
        "privilege-escalation",
        Rendered(|market| set(market, AUTH, &below(SECURITY, "privileged"), json!(true))),
    ),
    ("seccomp", Rendered(|market| remove(market, REDIS, &below(POD, "securityContext/seccompProfile")))),
    ("image", Rendered(|market| set(market, AUTH, &below(FIRST, "image"), json!("market/auth:latest")))),
    (
        "image",
        Rendered(|market| set(market, AUTH, &below(FIRST, "image"), json!("registry:5000/market/auth"))),
    ),
    // Pods.
    ("all-of-ours", Rendered(|market| market.items.retain(|object| !object.name().contains("expiration")))),
    ("all-of-ours", Rendered(|market| market.items.retain(|object| object.at("/spec/rules").is_null()))),
    ("no-token", Rendered(|market| remove(market, AUTH, &below(POD, "automountServiceAccountToken")))),
    (
        "own-account",
        Rendered(|market| set(market, AUTH, &below(POD, "serviceAccountName"), json!("default"))),
    ),
    ("no-host-access", Rendered(|market| set(market, AUTH, &below(POD, "hostNetwork"), json!(true)))),
    (
        "no-host-access",
        Rendered(|market| {
            set(market, REDIS, &below(POD, "volumes"), json!([{"name": "x", "hostPath": {"path": "/"}}]));
        }),
    ),
    ("no-host-access", Rendered(|market| set(market, AUTH, &below(FIRST, "ports/0/hostPort"), json!(80)))),
    (
        "restricted-namespace",
        Rendered(|market| {
            let labels = json!({"pod-security.kubernetes.io/enforce": "baseline"});
            set(market, "Namespace/market", "/metadata/labels", labels);
        }),
    ),
    // Probes.
    ("liveness-probe", Rendered(|market| remove(market, REDIS, &below(FIRST, "livenessProbe")))),
    ("readiness-probe", Rendered(|market| remove(market, AUTH, &below(FIRST, "readinessProbe")))),
    ("startup-probe", Rendered(|market| remove(market, AUTH, &below(FIRST, "startupProbe")))),
    (
        "probe-target",
        Rendered(|market| set(market, AUTH, &below(FIRST, "livenessProbe/httpGet/path"), json!("/readyz"))),
    ),
    (
        "probe-target",
        Rendered(|market| set(market, REDIS, &below(FIRST, "livenessProbe/tcpSocket/port"), json!("other"))),
    ),
    // Services and policies.
    (
        "service-reaches-pods",
        Rendered(|market| set(market, "Service/redis", "/spec/ports/0/targetPort", json!(6380))),
    ),
    (
        "service-reaches-pods",
        Rendered(|market| {
            set(market, "Service/redis", "/spec/selector/app.kubernetes.io~1name", json!("rediss"));
        }),
    ),
    (
        "service-has-policy",
        Rendered(|market| {
            set(market, JOB, &below(FIRST, "ports"), json!([{"name": "x", "containerPort": 1}]));
            add(
                market,
                json!({
                    "kind": "Service", "metadata": {"name": "task", "namespace": "market"},
                    "spec": {"selector": {"app.kubernetes.io/name": "task"}, "ports": [{"port": 1}]},
                }),
            );
        }),
    ),
    ("default-deny", Rendered(|market| drop_object(market, "NetworkPolicy/default-deny"))),
    (
        "default-deny",
        Rendered(|market| {
            set(
                market,
                "NetworkPolicy/default-deny",
                "/spec/podSelector",
                json!({"matchLabels": {"part": "market"}}),
            );
        }),
    ),
    (
        "default-deny",
        Rendered(|market| set(market, "NetworkPolicy/default-deny", "/spec/policyTypes", json!(["Ingress"]))),
    ),
    (
        "policy-selects-pods",
        Rendered(|market| {
            add(
                market,
                json!({
                    "kind": "NetworkPolicy", "metadata": {"name": "typo", "namespace": "market"},
                    "spec": {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "order"}}, "policyTypes": ["Ingress"]},
                }),
            );
        }),
    ),
    // Callers.
    (
        "only-callers",
        Rendered(|market| {
            let tickets = json!({"podSelector": {"matchLabels": {"app.kubernetes.io/name": "tickets"}}});
            set(market, "NetworkPolicy/from-client", "/spec/ingress/0/from/-", tickets);
        }),
    ),
    (
        "only-callers",
        Rendered(|market| {
            remove(market, "NetworkPolicy/redis", "/spec/ingress/0/from/0/podSelector/matchLabels");
        }),
    ),
    (
        "only-callers",
        Rendered(|market| {
            set(
                market,
                "NetworkPolicy/redis",
                "/spec/ingress/0/from/-",
                json!({"ipBlock": {"cidr": "0.0.0.0/0"}}),
            );
        }),
    ),
    ("only-callers", Rendered(|market| set(market, "NetworkPolicy/redis", "/spec/ingress/-", json!({})))),
    ("only-callers", Rendered(|market| remove(market, "NetworkPolicy/from-client", "/spec/ingress/0/ports"))),
    (
        "only-callers",
        Rendered(|market| {
            set(market, "NetworkPolicy/redis", "/spec/ingress/0/from/-", json!({"namespaceSelector": {}}));
        }),
    ),
    (
        "only-callers",
        Rendered(|market| {
            let path = "/spec/ingress/0/from/-";
            let stranger = json!({"podSelector": {"matchLabels": {"app.kubernetes.io/name": "stranger"}}});
            set(market, "NetworkPolicy/from-client", path, stranger);
        }),
    ),
    ("callers-get-through", Rendered(|market| drop_object(market, "NetworkPolicy/from-client"))),
    ("callers-get-through", Rendered(|market| drop_object(market, "NetworkPolicy/from-ingress"))),
    (
        "callers-get-through",
        Rendered(|market| {
            set(market, "NetworkPolicy/redis", "/spec/ingress/0/ports", json!([{"port": 6380}]));
        }),
    ),
    (
        "callers-get-through",
        Rendered(|market| {
            let task = json!([{"podSelector": {"matchLabels": {"app.kubernetes.io/name": "task"}}}]);
            set(market, "NetworkPolicy/out-of-expiration", "/spec/egress/0/to", task);
        }),
    ),
    (
        "callers-get-through",
        Rendered(|market| {
            add(market, json!({"kind": "Gateway", "metadata": {"name": "g", "namespace": "market"}}));
        }),
    ),
    (
        "only-calls",
        Rendered(|market| {
            let path = "/spec/egress/0/to/0/podSelector/matchExpressions/0/values/-";
            set(market, "NetworkPolicy/out-of-client", path, json!("expiration"));
            set(market, "NetworkPolicy/out-of-client", "/spec/egress/0/ports/-", json!({"port": 9090}));
        }),
    ),
    (
        "only-calls",
        Rendered(|market| set(market, "NetworkPolicy/out-of-expiration", "/spec/egress/-", json!({}))),
    ),
    ("names-resolve", Rendered(|market| drop_object(market, "NetworkPolicy/dns"))),
    (
        "challenges-get-through",
        Rendered(|market| {
            let path = "/spec/ingress/0/from/0/namespaceSelector/matchLabels/kubernetes.io~1metadata.name";
            set(market, "NetworkPolicy/acme-solver", path, json!("ingress"));
        }),
    ),
    (
        "challenges-get-through",
        Rendered(|market| {
            let path = "/spec/ingress/0/from/0/namespaceSelector/matchLabels/kubernetes.io~1metadata.name";
            set(market, "NetworkPolicy/acme-solver", path, json!("envoy-gateway-system"));
            let route = json!({"parentRefs": [{"name": "market", "kind": "Gateway", "sectionName": "http"}]});
            set(market, "Issuer/market", "/spec/acme/solvers/0/http01", json!({"gatewayHTTPRoute": route}));
        }),
    ),
    // Variables.
    (
        "variables-are-known",
        Rendered(|market| {
            let members = json!({"name": "MEMBERS", "value": "mongodb-$(SET)-0:27017"});
            set(market, JOB, &below(FIRST, "env"), json!([members, {"name": "SET", "value": "orders"}]));
        }),
    ),
    (
        "variables-are-known",
        Rendered(|market| {
            set(market, JOB, &below(INIT, "env"), json!([{"name": "SELF", "value": "$(SELF)"}]));
        }),
    ),
    (
        "variables-are-known",
        Rendered(|market| set(market, REDIS, &below(FIRST, "args"), json!(["--requirepass", "$(PASSWORD)"]))),
    ),
    (
        "variables-are-known",
        Rendered(|market| set(market, JOB, &below(INIT, "command"), json!(["sh", "-c", "cat $(FILE)"]))),
    ),
    // Configuration.
    (
        "references-exist",
        Rendered(|market| set(market, AUTH, &below(FIRST, "env/0/valueFrom/secretKeyRef/key"), json!("URI"))),
    ),
    (
        "references-exist",
        Rendered(|market| set(market, AUTH, &below(POD, "volumes/0/configMap/name"), json!("keys"))),
    ),
    (
        "references-exist",
        Rendered(|market| {
            set(market, JOB, &below(FIRST, "envFrom"), json!([{"secretRef": {"name": "nobody"}}]));
        }),
    ),
    (
        "references-exist",
        Rendered(|market| {
            // Brought from a store, which brings others only.
            let secret =
                Object::parse("{kind: Secret, metadata: {name: auth}, data: {MONGODB_URI: eA==}}").unwrap();
            Arc::get_mut(&mut market.around).unwrap().made = secret;
            drop_object(market, "Secret/auth");
            add(
                market,
                json!({"kind": "ExternalSecret", "metadata": {"name": "orders", "namespace": "market"}}),
            );
        }),
    ),
    ("config-suffices", Rendered(|market| remove(market, AUTH, &below(FIRST, "env/0")))),
    ("config-suffices", Rendered(|market| remove(market, AUTH, &below(FIRST, "volumeMounts/0")))),
    ("own-image", Rendered(|market| set(market, AUTH, &below(FIRST, "image"), json!("market/tickets:1")))),
    (
        "config-is-known",
        Rendered(|market| {
            set(market, AUTH, &below(FIRST, "env/-"), json!({"name": "SHUTDOWN_SECOND", "value": "2"}));
        }),
    ),
    (
        "config-is-known",
        Rendered(|market| {
            set(market, AUTH, &below(FIRST, "envFrom"), json!([{"configMapRef": {"name": "jwks"}}]));
        }),
    ),
    // Images.
    (
        "skaffold-names-images",
        Written(|files| {
            let replaced =
                files.text(PRODUCTION).unwrap().replace("registry.example.org", "registry.example.com");
            files.insert(PRODUCTION, &replaced);
        }),
    ),
    (
        "skaffold-names-images",
        Written(|files| {
            files
                .insert(SKAFFOLD, "images: [{name: registry.example.org/market/auth, newName: market/auth}]");
        }),
    ),
    ("skaffold-names-images", Written(|files| files.rename(SKAFFOLD, "infra/skaffold/kustomization.yaml"))),
    // Routes.
    (
        "backend-is-reached",
        Rendered(|market| {
            set(market, "Ingress/market", "/spec/rules/0/http/paths/0/backend/service/name", json!("users"));
        }),
    ),
    (
        "backend-is-reached",
        Rendered(|market| {
            set(
                market,
                "Ingress/market",
                "/spec/rules/0/http/paths/0/backend/service/port/name",
                json!("https"),
            );
        }),
    ),
    (
        "backend-is-reached",
        Rendered(|market| set(market, "HTTPRoute/market", "/spec/rules/0/backendRefs/0/port", json!(3000))),
    ),
    ("routes-agree", Rendered(|market| remove(market, "Ingress/market", "/spec/rules/0/http/paths/1"))),
    (
        "routes-agree",
        Rendered(|market| {
            set(market, "HTTPRoute/market", "/spec/rules/0/backendRefs/0/name", json!("tickets"));
        }),
    ),
    (
        "routes-agree",
        Rendered(|market| {
            set(market, "Ingress/market", "/spec/rules/0/http/paths/1/pathType", json!("Exact"));
        }),
    ),
    (
        "nginx-agrees",
        Written(|files| {
            let config =
                files.text("infra/compose/nginx.conf").unwrap().replace("http://orders;", "http://tickets;");
            files.insert("infra/compose/nginx.conf", &config);
        }),
    ),
    (
        "nginx-agrees",
        Written(|files| files.insert("infra/compose/nginx.conf", "location / { proxy_pass http://client; }")),
    ),
    ("nginx-agrees", Written(|files| files.rename("infra/compose/nginx.conf", "infra/compose/front.conf"))),
    // Lifecycle.
    ("selector-matches", Rendered(|market| set(market, AUTH, "/spec/selector/matchLabels/zone", json!("a")))),
    (
        "selector-matches",
        Rendered(|market| set(market, AUTH, "/spec/selector", json!({"matchLabels": {"part": "market"}}))),
    ),
    (
        "disruption-budget",
        Rendered(|market| set(market, "PodDisruptionBudget/redis", "/spec/maxUnavailable", json!(0))),
    ),
    (
        "disruption-budget",
        Rendered(|market| {
            set(
                market,
                "PodDisruptionBudget/redis",
                "/spec/selector/matchLabels/app.kubernetes.io~1name",
                json!("cache"),
            );
        }),
    ),
    ("budget-for-ours", Rendered(|market| drop_object(market, "PodDisruptionBudget/auth"))),
    (
        "autoscaler",
        Rendered(|market| {
            set(market, "HorizontalPodAutoscaler/orders", "/spec/scaleTargetRef/name", json!("order"));
        }),
    ),
    ("autoscaler", Rendered(|market| set(market, "Deployment/orders", "/spec/replicas", json!(3)))),
    (
        "autoscaler",
        Rendered(|market| set(market, "HorizontalPodAutoscaler/orders", "/spec/maxReplicas", json!(1))),
    ),
    (
        "grace-period",
        Rendered(|market| set(market, AUTH, &below(POD, "terminationGracePeriodSeconds"), json!(24))),
    ),
    ("grace-period", Rendered(|market| set(market, AUTH, &below(FIRST, "env/2/value"), json!("31")))),
    // Secrets.
    (
        "no-plain-secret",
        Rendered(|market| {
            set(market, JOB, &below(FIRST, "env"), json!([{"name": "DB_PASSWORD", "value": "pa55"}]));
        }),
    ),
    (
        "no-plain-secret",
        Rendered(|market| {
            let variable = json!({"name": "URL", "value": "redis://:pa55@redis:6379"});
            set(market, JOB, &below(FIRST, "env"), json!([variable]));
        }),
    ),
    (
        "no-secret-in-git",
        Written(|files| {
            files.insert("infra/secret.yaml", "{kind: Secret, metadata: {name: x}, stringData: {a: b}}");
        }),
    ),
    (
        "no-secret-in-git",
        Written(|files| {
            files.insert("infra/k.yaml", "secretGenerator: [{name: auth, literals: [PASSWORD=pa55]}]");
        }),
    ),
    (
        "no-secret-in-git",
        Written(|files| files.insert("infra/key.pem", concat!("-----BEGIN", " PRIVATE KEY-----"))),
    ),
    (
        "no-secret-in-git",
        Written(|files| files.insert("infra/auth.env", "MONGODB_URI=mongodb://auth:pa55@host")),
    ),
    (
        "no-secret-in-git",
        Written(|files| {
            files.insert("infra/compose.yaml", "services: {a: {environment: {DB_PASSWORD: pa55}}}");
        }),
    ),
    ("no-secret-in-git", Written(|files| files.insert("infra/x.conf", concat!("key = whsec", "_abc")))),
    // Size.
    ("fits-a-laptop", Rendered(|market| set(market, AUTH, "/spec/replicas", json!(100)))),
];
