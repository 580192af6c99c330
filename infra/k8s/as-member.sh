#!/bin/sh
# Runs a program of MongoDB's image in a service's replica set as the members' own account, `__system`: there is no other
# that may do everything. Whoever may look into these pods could read its key in any case.
#   as-member.sh orders mongosh --eval 'rs.status()'                  asks the first member, whatever its state
#   as-member.sh orders mongodump --oplog --gzip --archive >orders.gz
#   as-member.sh orders mongorestore --oplogReplay --gzip --archive --drop <orders.gz
# The last two go to the primary. Needs kubectl. NAMESPACE is "market" unless set.
set -eu
service=$1
shift
# shellcheck disable=SC2016  # It is the pod's shell that knows these.
exec kubectl -n "${NAMESPACE:-market}" exec -i "mongodb-$service-0" -c mongod -- bash -ec '
    program=$1
    shift
    case $program in
        # Which member it asks is the point of asking. It keeps a folder of its own, for which there is no other place.
        mongosh) export HOME=/tmp; set -- --quiet --norc "$@" ;;
        *) set -- --host "$SERVICE/mongodb-$SERVICE-0.mongodb-$SERVICE:27017" "$@" ;;
    esac
    key=$(tr -d "[:space:]" </run/mongodb/keyfile)
    exec "$program" --username __system --password "$key" --authenticationDatabase local "$@"
' bash "$@"
