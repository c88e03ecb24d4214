echo "host replication replicator all scram-sha-256" >> "$PGDATA/pg_hba.conf"
psql -U bazaar -d bazaar <<S
CREATE USER replicator REPLICATION PASSWORD 'copy';
CREATE TABLE orders AS SELECT generate_series(1, 1000) AS id, 0 AS total;
S
