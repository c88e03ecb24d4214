#!/bin/sh
docker build -t shop-tools -f tools.Dockerfile .
