#!/bin/sh
set -e
php bin/console doctrine:migrations:migrate
echo started
exec php -S 0.0.0.0:8000 -t public
