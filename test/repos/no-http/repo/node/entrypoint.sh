#!/bin/sh
bitcoind -conf=/bitcoin.conf
