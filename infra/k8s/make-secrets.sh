#!/bin/sh
# Makes every password and key of one installation, as files:
#   make-secrets.sh [FOLDER [MEMBERS]]         those that are missing; MEMBERS is the size of each MongoDB replica set
#   make-secrets.sh --next-key [FOLDER]        a second JWT key: next.pem, and its public half in jwks.json
# Without FOLDER those of overlays/dev. What exists is never overwritten: to have something anew, remove its file, and with
# a password the SERVICE.env that repeats it. AUTH names a built auth binary, if there is one.
set -eu
umask 077
k8s=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
next=false
if [ "${1:-}" = --next-key ]; then
    next=true
    shift
fi
folder=${1:-$k8s/overlays/dev/secrets}
members=${2:-1}

random() { od -An -v -N "$1" -tx1 /dev/urandom | tr -d ' \n'; }
# Written aside, so that a failure halfway leaves no half of a file.
keep() {
    cat >"$1.draft"
    if [ -e "$1" ]; then rm "$1.draft"; else mv "$1.draft" "$1"; fi
}
# Begins with a letter: NATS would read some others as numbers.
password() { [ -e "$1" ] || printf 'p%s' "$(random 24)" | keep "$1"; }
generate_key() {
    if [ -n "${AUTH:-}" ]; then
        set -- "$AUTH" generate-key --private-key-file "$1" --jwks-file "$folder/jwks.json"
    else
        set -- cargo run --quiet --manifest-path "$k8s/../../Cargo.toml" --package auth -- \
            generate-key --private-key-file "$1" --jwks-file "$folder/jwks.json"
    fi
    "$@" >/dev/null
}

if $next; then
    generate_key "$folder/next.pem"
    echo "made $folder/next.pem; $folder/jwks.json has its public half too"
    exit
fi

mkdir -p "$folder/passwords"
: >"$folder/nats-users.draft"
for user in auth tickets orders expiration payments operator; do
    password "$folder/passwords/nats-$user"
    nats=$(cat "$folder/passwords/nats-$user")
    echo "$user=$nats" >>"$folder/nats-users.draft"
    if [ "$user" = operator ]; then
        echo "NATS_URL=nats://operator:$nats@nats:4222" | keep "$folder/operator.env"
        continue
    fi
    set="$folder/mongodb-$user"
    mkdir -p "$set"
    [ -e "$set/keyfile" ] || random 256 | keep "$set/keyfile"
    password "$set/password"
    hosts=mongodb-$user-0.mongodb-$user:27017
    number=1
    while [ "$number" -lt "$members" ]; do
        hosts=$hosts,mongodb-$user-$number.mongodb-$user:27017
        number=$((number + 1))
    done
    {
        echo "MONGODB_URI=mongodb://$user:$(cat "$set/password")@$hosts/?replicaSet=$user&authSource=$user"
        echo "NATS_URL=nats://$user:$nats@nats:4222"
        if [ "$user" = expiration ]; then
            password "$folder/passwords/redis"
            echo "REDIS_URL=redis://:$(cat "$folder/passwords/redis")@redis:6379/0"
        fi
    } | keep "$folder/$user.env"
done
# The servers of NATS, which know each other by it.
password "$folder/passwords/nats-cluster"
echo "cluster=$(cat "$folder/passwords/nats-cluster")" >>"$folder/nats-users.draft"
mv "$folder/nats-users.draft" "$folder/nats-users.env"
echo "password=$(cat "$folder/passwords/redis")" >"$folder/redis.env.draft"
mv "$folder/redis.env.draft" "$folder/redis.env"
[ -e "$folder/private.pem" ] || generate_key "$folder/private.pem"
echo "$folder has all that is needed"
