#!/bin/sh
/auth migrate
/auth
