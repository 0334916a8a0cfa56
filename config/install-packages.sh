#!/usr/bin/env bash
# install-packages.sh PART...: installs what is missing of the named parts of packages.txt, as root
# or with sudo. Does nothing, quickly and without the network, when everything is there.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

wanted_packages() {
  local part line in_part=no
  while read -r line; do
    case $line in
      '' | '#'*) ;;
      '['*']')
        in_part=no
        for part in "$@"; do
          if [ "$line" = "[$part]" ]; then in_part=yes; fi
        done
        ;;
      *) if [ $in_part = yes ]; then echo "$line"; fi ;;
    esac
  done <"$here/packages.txt"
}

missing_packages() {
  local package
  for package in $(wanted_packages "$@"); do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed ||
      echo "$package"
  done
}

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
  echo "install-packages: this is no Debian: install the equivalents of config/packages.txt" \
    "yourself and set ENTRAD_SKIP_PACKAGES=1" >&2
  if [ "${ENTRAD_SKIP_PACKAGES:-0}" = 1 ]; then exit 0; fi
  exit 1
fi

missing=$(missing_packages "$@")
if [ -z "$missing" ] || [ "${ENTRAD_SKIP_PACKAGES:-0}" = 1 ]; then exit 0; fi

as_root=()
if [ "$(id -u)" != 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "install-packages: these packages are missing and there is no sudo to install them with:" >&2
    echo "$missing" >&2
    echo "ask an administrator to run: apt-get install $(echo "$missing" | tr '\n' ' ')" >&2
    exit 1
  fi
  as_root=(sudo)
fi

options=(-y -q --no-install-recommends -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "installing $(echo "$missing" | wc -l) Debian packages (config/packages.txt) ..."
# shellcheck disable=SC2086 # one word a package
if ! { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -q &&
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install "${options[@]}" $missing; } \
  >"$log" 2>&1; then
  tail -n 30 "$log" >&2
  echo "install-packages: apt-get failed; the lines above say why" >&2
  exit 1
fi
