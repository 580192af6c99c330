#!/bin/sh
# Builds the images where no registry can be reached, with buildah:
#   infra/images/build-local.sh [SERVICE…]      without arguments all six
# The base images are made of Debian's packages and of the Rust that is in use here, once; `buildah rmi` their names to
# have them made again. To try the Dockerfile, not to ship: what is pushed is built on the bases that it names.
#
# Needs root, buildah and debootstrap. PROFILE and TARGET_DIR are the Dockerfile's arguments; PROFILE is `release` unless set.
set -eu
checkout=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
release=bookworm
mirror=http://deb.debian.org/debian
rust=localhost/market/rust:local
runtime=localhost/market/cc:local

# What a compiler needs, as in the official image but without rustup: the toolchain lies in /usr/local.
make_rust() {
    tree=$1
    chroot "$tree" apt-get install -y -qq --no-install-recommends gcc g++ make libc6-dev python3 >/dev/null
    chroot "$tree" apt-get clean
    # Where this machine reaches package registries through a proxy, the builder has to trust it too.
    if ls /usr/local/share/ca-certificates/*.crt >/dev/null 2>&1; then
        cp /usr/local/share/ca-certificates/*.crt "$tree/usr/local/share/ca-certificates/"
        chroot "$tree" update-ca-certificates >/dev/null
    fi
    sysroot=$(cd "$checkout" && rustc --print sysroot)
    cp -R "$sysroot/bin" "$sysroot/lib" "$sysroot/libexec" "$tree/usr/local/"
    commit "$tree" "$rust" --env CARGO_HOME=/usr/local/cargo \
        --env PATH=/usr/local/cargo/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
}

# As distroless makes it: the files of a few packages, unpacked and never configured.
make_runtime() {
    tree=$1
    root=$2
    mkdir -p "$root"
    for package in base-files netbase tzdata libc6 libgcc-s1 libgomp1 libstdc++6; do
        dpkg-deb --extract "$tree/var/cache/apt/archives/$package"_*.deb "$root"
    done
    find "$root/usr/share/doc" ! -name copyright -type f -delete
    mkdir -p "$root/etc/ssl/certs" "$root/home/nonroot"
    cp "$tree/etc/ssl/certs/ca-certificates.crt" "$root/etc/ssl/certs/"
    echo 'root:x:0:0:root:/root:/sbin/nologin' >"$root/etc/passwd"
    echo 'nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin' >>"$root/etc/passwd"
    printf 'root:x:0:\nnonroot:x:65532:\n' >"$root/etc/group"
    chown 65532:65532 "$root/home/nonroot"
    commit "$root" "$runtime" --user 65532:65532
}

# commit FOLDER IMAGE [CONFIG…]
commit() {
    container=$(buildah from scratch)
    buildah add --quiet "$container" "$1" / >/dev/null
    image=$2
    shift 2
    buildah config "$@" "$container"
    buildah commit --quiet --rm "$container" "$image" >/dev/null
    echo "made $image"
}

is_there() { buildah inspect --type image "$1" >/dev/null 2>&1; }

if ! is_there "$rust" || ! is_there "$runtime"; then
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    debootstrap --variant=minbase --include=ca-certificates,netbase,tzdata,libgomp1,libstdc++6 \
        "$release" "$work/debian" "$mirror" >/dev/null
    # Before apt cleans away the packages.
    make_runtime "$work/debian" "$work/runtime"
    make_rust "$work/debian"
    rm -rf "$work"
fi

[ $# -gt 0 ] || set -- auth tickets orders expiration payments client
for service; do
    target=service
    [ "$service" != client ] || target=client
    # Without the limit, a build in a chroot has too few open files for the linker.
    buildah bud --layers --isolation chroot --network host --ulimit nofile=4096:4096 \
        --build-arg RUST_IMAGE="$rust" --build-arg RUNTIME_IMAGE="$runtime" \
        --build-arg PROFILE="${PROFILE:-release}" ${TARGET_DIR:+--build-arg TARGET_DIR="$TARGET_DIR"} \
        --build-arg BINARY="$service" \
        --target "$target" --tag "localhost/market/$service:local" --file "$checkout/Dockerfile" "$checkout"
done
buildah images --format '{{.Name}}:{{.Tag}}  {{.Size}}' --filter reference='localhost/market/*'
