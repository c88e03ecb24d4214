#!/bin/sh
set -e
exec uwsgi \
  --protocol uwsgi \
  --http 0.0.0.0:8081 --http-to 0.0.0.0:3031 \
  --module shop.wsgi
