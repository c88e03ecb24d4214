# shellcheck shell=bash
# Services and exporters of the end-to-end tests beyond the shop's. A test whose image is missing is skipped and says so.
prepare_services() {
  "$standins" image mariadb:12.3 valkey/valkey:9 memcached:1.6-alpine postgres:18-alpine debian:trixie busybox:1.37 \
    quay.io/prometheus/mysqld-exporter:v0.20.0 prom/pushgateway:v1.11.3 rabbitmq:4.3-alpine nginx:1.27-alpine httpd:2.4 \
    haproxy:3.4-alpine caddy:2.11 nginx/nginx-prometheus-exporter:1.5.3 lusotycoon/apache-exporter:v1.1.1 \
    prom/blackbox-exporter:v0.28.0
  image oliver006/redis_exporter:v1.93.0-alpine <<'D'
FROM oliver006/redis_exporter:v1.93.0 AS exporter
FROM busybox:1.37
COPY --from=exporter /redis_exporter /redis_exporter
ENTRYPOINT ["/redis_exporter"]
D
  image vigie-e2e/pgbouncer <<'D'
FROM debian:trixie
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends pgbouncer postgresql-client >/dev/null
D
  mvn -q -B dependency:copy -Dartifact=io.prometheus.jmx:jmx_prometheus_javaagent:1.0.1 -DoutputDirectory=.cache/images/jmx -Dmdep.stripVersion=true
  image vigie-e2e/jvm .cache/images/jmx/jmx_prometheus_javaagent.jar <<'D'
FROM debian:trixie
RUN mkdir -p /usr/share/man/man1 && apt-get update -qq && apt-get install -y -qq --no-install-recommends openjdk-21-jdk-headless >/dev/null
COPY jmx_prometheus_javaagent.jar /opt/jmx/agent.jar
D
  exporter quay.io/prometheus/memcached-exporter:v0.16.0 github.com/prometheus/memcached_exporter cmd/memcached_exporter
  exporter quay.io/prometheuscommunity/pgbouncer-exporter:v0.12.1 github.com/prometheus-community/pgbouncer_exporter
  exporter prom/statsd-exporter:v0.30.0 github.com/prometheus/statsd_exporter
  exporter natsio/prometheus-nats-exporter:0.20.1 github.com/nats-io/prometheus-nats-exporter
  exporter nats:2.14.5 github.com/nats-io/nats-server/v2
  exporter prom/graphite-exporter:v0.17.0 github.com/prometheus/graphite_exporter
  prepare_kafka
  prepare_php
  # Takes minutes, so it wants to be asked for.
  if [ "${SEARCH-}" = 1 ]; then prepare_search; fi
  image vigie-e2e/engine <<'D'
FROM debian:trixie
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends docker.io docker-cli iptables busybox-static >/dev/null && install -D /bin/busybox /standin/busybox
D
}

# PHP-FPM of Debian. Its exporter has no Go module for version 2; 1.2.1 differs in the labels of single processes only.
prepare_php() {
  image php:8.4-fpm-alpine <<'D'
FROM debian:trixie
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends php8.4-fpm >/dev/null && mkdir -p /usr/local/etc/php-fpm.d /var/www/html && \
  printf '[global]\ndaemonize = no\nerror_log = /proc/self/fd/2\ninclude = /usr/local/etc/php-fpm.d/*.conf\n' >/usr/local/etc/php-fpm.conf && \
  printf '[www]\nuser = www-data\ngroup = www-data\nlisten = 9000\npm = dynamic\npm.max_children = 5\npm.start_servers = 2\npm.min_spare_servers = 1\npm.max_spare_servers = 3\n' >/usr/local/etc/php-fpm.d/www.conf
CMD ["php-fpm8.4", "-y", "/usr/local/etc/php-fpm.conf"]
D
  # The checksum database does not know that one; these are the sums of the tag in its repository.
  SUMS='github.com/hipages/php-fpm_exporter v1.2.1 h1:t7ohR4O0ncTMOyQNat+OdUGt23ECCYWqqHoT1MDxMvY=
github.com/hipages/php-fpm_exporter v1.2.1/go.mod h1:pEy01Xr26uzPOVtRsRuKTIovwDixYrhk2GpnPVenPW4=' \
    exporter hipages/php-fpm_exporter:2.2.0 github.com/hipages/php-fpm_exporter@v1.2.1 '' server
}

prepare_kafka() {
  jars kafka org.apache.kafka:kafka-tools:4.3.1 org.apache.kafka:kafka_2.13:4.3.1 org.slf4j:slf4j-simple:1.7.36
  image vigie-e2e/kafka .cache/images/kafka <<'D'
FROM vigie-e2e/jvm
COPY kafka /opt/kafka/libs
D
}

# Elasticsearch comes whole, OpenSearch in parts. Later Elasticsearches lack a part without which they do not tell their version.
prepare_search() {
  mvn -q -B dependency:copy -Dartifact=org.elasticsearch.distribution.integ-test-zip:elasticsearch:8.6.2:zip -DoutputDirectory=.cache/images/elasticsearch -Dmdep.stripVersion=true
  image elasticsearch:8.6.2 .cache/images/elasticsearch/elasticsearch.zip <<'D'
FROM vigie-e2e/jvm
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends curl >/dev/null
COPY elasticsearch.zip /tmp/
RUN cd /usr/share && jar xf /tmp/elasticsearch.zip && mv elasticsearch-* elasticsearch && chmod +x elasticsearch/bin/* && chown -R 1000 elasticsearch
ENV ES_JAVA_HOME=/usr/lib/jvm/java-21-openjdk-amd64
WORKDIR /usr/share/elasticsearch
USER 1000
D
  exporter quay.io/prometheuscommunity/elasticsearch-exporter:v1.11.0 github.com/prometheus-community/elasticsearch_exporter
  jars opensearch/lib org.opensearch:opensearch:3.6.0 org.apache.logging.log4j:log4j-core:2.25.3 org.opensearch:opensearch-agent-bootstrap:3.6.0 org.opensearch:opensearch-plugin-classloader:3.6.0
  jars opensearch/modules/transport-netty4 org.opensearch.plugin:transport-netty4-client:3.6.0
  image vigie-e2e/opensearch .cache/images/opensearch <<'D'
FROM vigie-e2e/jvm
WORKDIR /usr/share/opensearch
COPY opensearch ./
RUN for jar in lib/*; do rm -f "modules/transport-netty4/${jar##*/}"; done && mkdir config data logs plugins && \
  printf '%s\n' name=transport-netty4 description=HTTP version=3.6.0 opensearch.version=3.6.0 java.version=21 classname=org.opensearch.transport.Netty4ModulePlugin >modules/transport-netty4/plugin-descriptor.properties && \
  printf '%s\n' 'discovery.type: single-node' 'network.host: 0.0.0.0' 'cluster.routing.allocation.disk.threshold_enabled: false' >config/opensearch.yml && \
  printf '%s\n' appender.console.type=Console appender.console.name=console appender.console.layout.type=PatternLayout appender.console.layout.pattern=%m%n rootLogger.level=info rootLogger.appenderRef.console.ref=console >config/log4j2.properties && \
  chown -R 1000 .
USER 1000
CMD ["java", "-Xmx384m", "-Dopensearch.path.home=/usr/share/opensearch", "-Dopensearch.path.conf=/usr/share/opensearch/config", "-cp", "lib/*", "org.opensearch.bootstrap.OpenSearch"]
D
}
