#!/bin/sh
# Makes the passwords and keys of compose.yaml, in infra/compose/secrets: the cluster's, since the stores have the same names here.
# Takes cargo, or AUTH=path/to/auth, or else Docker, which builds the image of auth and has that make the keys.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

if [ -z "${AUTH:-}" ] && ! command -v cargo >/dev/null; then
    docker compose --file "$here/compose.yaml" build auth
    AUTH=$here/auth-in-docker.sh
    export AUTH
fi
"$here/../k8s/make-secrets.sh" "$here/secrets"

# Containers see only what they are given, as users who are nobody here; people are kept out by the folder (mode 700).
chmod -R a+rX "$here"/secrets/*
