#!/bin/sh
exec mail-server
