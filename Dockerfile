# syntax=docker/dockerfile:1
# One file for all six images: --target service with --build-arg BINARY=auth|tickets|orders|expiration|payments, and
# --target client with BINARY=client, which adds what the browser loads. All but the last few steps are the same for the
# six, so the first image builds every binary and the others copy theirs.
#
# No stage comes before one that it is not needed for: builders that take the stages in turn then build no other.
ARG RUST_IMAGE=docker.io/library/rust:1.95.0-bookworm
# Must bring a C library no older than the one of RUST_IMAGE. Nothing else is needed: no shell, no TLS library.
ARG RUNTIME_IMAGE=gcr.io/distroless/cc-debian12:nonroot

FROM ${RUST_IMAGE} AS chef
ARG CARGO_CHEF_VERSION=0.1.78
RUN cargo install --locked --version "${CARGO_CHEF_VERSION}" cargo-chef
WORKDIR /build

# What the manifests say, without the sources: it changes only when a dependency does.
FROM chef AS planner
COPY . .
RUN cargo chef prepare --recipe-path recipe.json

FROM chef AS builder
# `dist`; `release`, which builds faster and runs a little slower; or `dev`, which builds fastest and has the fault points.
ARG PROFILE=dist
# Where cargo builds to. /build/target is kept in the layers, so it can be stored and fetched with them: for CI. /kept
# stays on the machine that builds, and what is in it is built on incrementally: for `skaffold dev`.
ARG TARGET_DIR=/build/target
COPY --from=planner /build/recipe.json recipe.json
# The dependencies: kept until the recipe changes.
RUN --mount=type=cache,target=/kept,sharing=locked \
    cargo chef cook --locked --profile "${PROFILE}" --target-dir "${TARGET_DIR}" --recipe-path recipe.json \
    --package auth --package tickets --package orders --package expiration --package payments --package client
COPY . .
# Cargo's folder for the profile `dev` is called `debug`.
RUN --mount=type=cache,target=/kept,sharing=locked \
    cargo build --locked --profile "${PROFILE}" --target-dir "${TARGET_DIR}" \
    --package auth --package tickets --package orders --package expiration --package payments --package client \
    && case "${PROFILE}" in dev) folder=debug ;; *) folder="${PROFILE}" ;; esac \
    && mkdir /out \
    && for binary in auth tickets orders expiration payments client; do \
        cp "${TARGET_DIR}/${folder}/${binary}" /out/ || exit; \
    done

# The base comes as an argument, with a tag or better a digest.
FROM ${RUNTIME_IMAGE} AS service
ARG BINARY
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG SOURCE=""
LABEL org.opencontainers.image.title="ticket-market ${BINARY}" \
      org.opencontainers.image.description="The ${BINARY} process of the ticket market" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}"
COPY --from=builder /out/${BINARY} /service
# Not by name: a cluster that insists on runAsNonRoot can only check a number.
USER 65532:65532
# Requests; probes and metrics. It writes no file, so the root may be read-only.
EXPOSE 3000 9090
ENTRYPOINT ["/service"]

# What the browser loads. The command brings what it takes (the wasm32 target, Tailwind) where that is missing.
FROM chef AS site
# Here, or each change of a source would fetch it again. A base without rustup has the target, or is given Debian's.
RUN if command -v rustup; then rustup target add wasm32-unknown-unknown; fi
COPY . .
RUN --mount=type=cache,target=/build/target,sharing=locked \
    --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \
    --mount=type=cache,target=/root/.cache/ticket-market,sharing=locked \
    cargo xtask site && cp -r target/site /site

FROM service AS client
COPY --from=site /site /site
ENV ASSETS_DIR=/site
