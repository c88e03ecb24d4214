FROM rust:1.90 AS build
COPY . .
RUN cargo build --release \
      -p shop-ledger \
      --bin ledger
FROM debian:bookworm-slim
COPY --from=build /target/release/ledger /usr/local/bin/ledger
CMD ["ledger", "serve"]
