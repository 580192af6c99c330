#!/bin/sh
# Makes every password and key of one installation, as files:
#   make-secrets.sh [FOLDER [MONGODB_MEMBERS]]
# Without arguments those of overlays/dev. Nothing is ever overwritten. AUTH names a built auth binary, if there is one.
set -eu
umask 077
k8s=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
folder=${1:-$k8s/overlays/dev/secrets}
members=${2:-mongodb-0.mongodb:27017}

if [ -e "$folder" ]; then
    echo "$folder exists already; remove it for new secrets" >&2
    exit 1
fi
# Made aside, so that a failure halfway leaves no half of it.
draft=$folder.draft
rm -rf "$draft"
mkdir -p "$draft"

random() { od -An -v -N "$1" -tx1 /dev/urandom | tr -d ' \n'; }
# Begins with a letter: NATS would read some others as numbers.
password() { echo "p$(random 24)"; }

random 256 >"$draft/keyfile"
for service in auth tickets orders expiration payments; do
    mongodb=$(password)
    nats=$(password)
    echo "$service=$mongodb" >>"$draft/mongodb-users.env"
    echo "$service=$nats" >>"$draft/nats-users.env"
    {
        echo "MONGODB_URI=mongodb://$service:$mongodb@$members/?replicaSet=market&authSource=$service"
        echo "NATS_URL=nats://$service:$nats@nats:4222"
    } >"$draft/$service.env"
done
redis=$(password)
echo "password=$redis" >"$draft/redis.env"
echo "REDIS_URL=redis://:$redis@redis:6379/0" >>"$draft/expiration.env"

if [ -n "${AUTH:-}" ]; then
    set -- "$AUTH"
else
    set -- cargo run --quiet --manifest-path "$k8s/../../Cargo.toml" --package auth --
fi
"$@" generate-key --private-key-file "$draft/private.pem" --jwks-file "$draft/jwks.json" >/dev/null

mv "$draft" "$folder"
echo "made $folder"
