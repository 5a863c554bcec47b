#!/usr/bin/env bash
# Makes the certificates of the tests of mutual TLS, for 127.0.0.1. They are worth nothing elsewhere.
# Needs OpenSSL 3. `expired` ended a day before it was made; all others last a hundred years.
set -euo pipefail
cd "$(dirname "$0")"

authority() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500 \
    -subj "/CN=test $1" -keyout "$1-key.pem" -out "$1.pem"
}

# Name, authority, then further options.
certificate() {
  local name=$1 by=$2
  shift 2
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$name" \
    -addext 'subjectAltName=IP:127.0.0.1' -keyout "$name-key.pem" -out "$name.csr"
  openssl x509 -req -in "$name.csr" -CA "$by.pem" -CAkey "$by-key.pem" -copy_extensions copy \
    -out "$name.pem" "$@"
  rm "$name.csr"
}

authority ca
authority other-ca
certificate server ca -days 36500
certificate server-2 other-ca -days 36500
certificate client ca -days 36500
certificate client-2 ca -days 36500
certificate stranger other-ca -days 36500
certificate expired ca -days -1
rm ca-key.pem other-ca-key.pem
