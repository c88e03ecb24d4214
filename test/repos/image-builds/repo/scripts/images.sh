#!/bin/sh
cd mail && docker build --quiet -t hermes:dev .
