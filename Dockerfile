# syntax=docker/dockerfile:1
# One file for all six images: --build-arg BINARY=auth|tickets|orders|expiration|payments|client.
# All but the last few steps are the same for the six, so the first image builds every binary and the others copy theirs.
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
# `release`, or `dev` for images that build faster, are larger, and have the fault points.
ARG PROFILE=release
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

# The base comes as an argument, with a tag or better a digest.
FROM ${RUNTIME_IMAGE}
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
