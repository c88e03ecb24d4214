#!/bin/sh
sed -i s/a/b/ /usr/share/nginx/html/settings.json
nginx -g "daemon off;"
