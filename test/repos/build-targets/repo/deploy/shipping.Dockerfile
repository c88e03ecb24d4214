FROM rust:1.90 AS build
COPY . .
RUN cargo build --release --manifest-path crates/shipping/Cargo.toml
FROM debian:bookworm-slim
COPY --from=build /target/release/shop-shipping /usr/local/bin/shipping
CMD ["shipping"]
