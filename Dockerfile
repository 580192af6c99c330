# syntax=docker/dockerfile:1
# One file for all six images: --build-arg BINARY=auth|tickets|orders|expiration|payments|client, for the client with
# --target client, which adds what the browser loads. All but the last few steps are the same for the six, so the first
# image builds every binary and the others copy theirs.
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
COPY --from=planner /build/recipe.json recipe.json
# The dependencies: kept until the recipe changes.
RUN cargo chef cook --locked --profile "${PROFILE}" --recipe-path recipe.json \
    --package auth --package tickets --package orders --package expiration --package payments --package client
COPY . .
# Cargo's folder for the profile `dev` is called `debug`; there is only ever one here.
RUN cargo build --locked --profile "${PROFILE}" \
    --package auth --package tickets --package orders --package expiration --package payments --package client \
    && mkdir /out \
    && for binary in auth tickets orders expiration payments client; do cp "target/"*"/${binary}" /out/; done

# What the browser loads. What that takes (the wasm32 target, Tailwind) is installed by the command itself.
FROM chef AS site
COPY . .
RUN --mount=type=cache,target=/build/target \
    --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/root/.cache/ticket-market \
    cargo xtask site && cp -r target/site /site

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

FROM service AS client
COPY --from=site /site /site
ENV ASSETS_DIR=/site

# Without a target: any but the client.
FROM service
