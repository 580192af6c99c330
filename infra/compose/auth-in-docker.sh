#!/bin/sh
# auth's own command line from its image, for make-secrets.sh on a machine without Rust. Its files lie in this folder.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
exec docker run --rm --read-only --network none --cap-drop ALL --user "$(id -u):$(id -g)" \
    --volume "$here:$here" market/auth:compose "$@"
