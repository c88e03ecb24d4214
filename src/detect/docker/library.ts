import { imageRepository } from './image.ts'

/** Docker's own images: https://github.com/docker-library/official-images/tree/master/library, and those that it gave up. */
const LIBRARY = new Set(
  `adminer aerospike almalinux alpine alt amazoncorretto amazonlinux api-firewall arangodb archlinux backdrop bash bonita
  buildpack-deps busybox cassandra caddy celery centos chronograf cirros clearlinux clefos clickhouse clojure composer consul
  convertigo couchbase couchdb crate crux dart debian django docker drupal eclipse-mosquitto eclipse-temurin eggdrop elasticsearch
  elixir emqx erlang euleros express-gateway fedora flink fluentd friendica fsharp gazebo gcc geonetwork ghost glassfish golang gradle
  groovy haproxy haskell haxe hello-world hipache hitch httpd hylang ibm-semeru-runtimes ibmjava influxdb iojs irssi java jenkins jetty
  jobber joomla jruby julia kapacitor kibana known kong krakend lightstreamer liquibase logstash mageia mariadb matomo maven mediawiki
  memcached mongo mongo-express monica mono mysql nats nats-streaming neo4j neurodebian nextcloud nginx node notary nuxeo odoo
  open-liberty openjdk opensuse oraclelinux orientdb owncloud percona perl photon php php-zendserver phpmyadmin piwik plone postfixadmin
  postgres pypy python r-base rabbitmq rails rakudo-star rapidoid redis redmine registry rethinkdb rocket.chat rockylinux ros ruby rust
  sapmachine satosa scratch sentry silverpeas sl solr sonarqube sourcemage spark spiped storm swarm swift swipl teamspeak telegraf thrift
  tomcat tomee traefik ubuntu unit valkey varnish vault websphere-liberty wordpress xwiki yourls znc zookeeper`.split(
    /\s+/,
  ),
)

/** Whether an image that names no owner is none of Docker's own: then it is built on the machine that runs it. */
export function isLocal(reference: string): boolean {
  const repository = imageRepository(reference)
  return repository !== '' && !repository.includes('/') && !LIBRARY.has(repository)
}
