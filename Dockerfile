# The program alone, for the Kubernetes jobs of docs/machines.md: no distribution, no package manager, no root.
#   docker build -t elements .
#   docker run --rm -v "$PWD:/data" --user "$(id -u)" elements office check /data/offices.csv
# Not built by continuous integration.
FROM rust:1-alpine AS build
RUN apk add --no-cache build-base busybox-static ca-certificates cmake linux-headers perl
WORKDIR /src
COPY . .
RUN cargo build --release --locked --package avepoint-elements-cli \
    && mkdir -p /image/bin /image/etc/ssl/certs /image/tmp \
    && cp target/release/elements /image/bin/ \
    # A job computes its shard with a shell.
    && cp /bin/busybox.static /image/bin/sh \
    && cp /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/ \
    # Standard input and packed files are copied there while a command runs.
    && chmod 1777 /image/tmp

FROM scratch
COPY --from=build /image /
ENV PATH=/bin SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
# No name for it is needed; files of a volume must be readable and writable by it.
USER 65532:65532
WORKDIR /data
ENTRYPOINT ["/bin/elements"]
CMD ["--help"]
