#!/usr/bin/env bash
# Installs what is missing for one purpose: tools/install.sh [demo|test|bench|peers|fuzz]
# For Debian 12 and 13 and Ubuntu 22.04 and 24.04. Asks only dpkg when nothing is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
purpose=${1:-demo}

say() { printf 'install: %s\n' "$*"; }
die() {
  printf 'install: %s\n' "$*" >&2
  exit 1
}

packages_of() { # PURPOSE
  echo g++ cmake ninja-build ccache pkg-config python3-venv libpq-dev libssl-dev openssl libfmt-dev \
    libcli11-dev libtomlplusplus-dev nlohmann-json3-dev
  case $1 in
    demo) ;;
    test) echo git libgtest-dev libpg-query-dev faketime ;;
    fuzz) echo git libgtest-dev libpg-query-dev ;;
    bench) echo valgrind util-linux ca-certificates ;;
    peers) echo libpqxx-dev util-linux ca-certificates ;;
  esac
}

installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
available() { apt-cache show "$1" >/dev/null 2>&1; }
first_available() {
  local package
  for package in "$@"; do
    if available "$package"; then
      echo "$package"
      return
    fi
  done
  die "none of these packages is known to apt: $*"
}

have_server() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null; }
have_clang() { tools/find_clang.sh >/dev/null 2>&1; }
# AsyncClient is built where there is a Boost of 1.81 or newer, and left out elsewhere.
have_boost() { [ -e /usr/include/boost/asio.hpp ]; }
have_program() { [ -x "/usr/sbin/$1" ] || [ -x "/usr/bin/$1" ]; }
# Those that the tests put beside and in front of servers. Services have the same names.
missing_daemons() {
  local program
  for program in pgbouncer haproxy etcd patroni; do have_program "$program" || echo "$program"; done
}
have_cargo() { command -v cargo >/dev/null; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "packages are missing and this user may not install them: run as root, or install sudo, or" \
      "ask an administrator to run: apt-get install -y ${missing[*]}"
  fi
}

# The package postgresql starts a cluster on port 5432 when it is installed. Only its programs are
# wanted here. A machine that has postgresql-common already keeps whatever its owner decided.
keep_postgresql_quiet() {
  installed postgresql-common && return
  local conf=/etc/postgresql-common/createcluster.conf
  [ -e "$conf" ] && return
  as_root mkdir -p /etc/postgresql-common
  echo 'create_main_cluster = false' | as_root tee "$conf" >/dev/null
}

daemon_packages() { # PROGRAM...
  local program
  for program in "$@"; do
    case $program in
      etcd) first_available etcd-server etcd ;;
      # Patroni takes any of several stores, and so does its package.
      patroni) echo patroni && if available python3-etcd; then echo python3-etcd; fi ;;
      *) echo "$program" ;;
    esac
  done
}

# Their packages start them (a pooler on port 6432), now and at each boot. Only the programs are
# wanted here. Those that were here before are left as they are.
install_daemons() { # PROGRAM...
  local policy=/usr/sbin/policy-rc.d packages
  packages=$(daemon_packages "$@")
  say "installing:" $packages
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
    trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT
  fi
  apt_install $packages
  # Where systemd does not run nothing starts them either.
  if [ -d /run/systemd/system ]; then as_root systemctl disable --quiet "$@"; fi
}

install_packages() {
  local package
  missing=()
  for package in $(packages_of "$purpose"); do
    installed "$package" || missing+=("$package")
  done
  local server=false clang=false cargo=false boost=false daemons=
  have_server || server=true
  case $purpose in test | fuzz) have_clang || clang=true ;; esac
  case $purpose in test) daemons=$(missing_daemons) ;; esac
  case $purpose in test | bench | peers) have_boost || boost=true ;; esac
  case $purpose in bench | peers) have_cargo || cargo=true ;; esac
  if [ ${#missing[@]} -eq 0 ] && ! $server && ! $clang && ! $cargo && ! $boost && [ -z "$daemons" ]; then return; fi

  command -v apt-get >/dev/null || die "this is not Debian or Ubuntu: install what these packages hold" \
    "by hand, and a PostgreSQL server, then build with CMake: $(packages_of "$purpose")"
  if $server; then missing+=(postgresql); fi
  as_root apt-get update -qq || say "apt-get update failed: trying with the package lists that are here"
  if $boost; then missing+=("$(first_available libboost1.81-dev libboost1.83-dev libboost-dev)"); fi
  if $clang; then
    local version
    for version in 19 18 17 16 15 14; do available "clang-$version" && break; done
    missing+=("clang-$version" "$(first_available "libclang-rt-$version-dev" "libclang-common-$version-dev")")
  fi
  # Debian 12's own cargo is of 2022; cargo-web is the one that it keeps up to date.
  if $cargo; then missing+=("$(first_available cargo-web cargo)"); fi
  if $server; then keep_postgresql_quiet; fi
  if [ -n "$daemons" ]; then install_daemons $daemons; fi
  if [ ${#missing[@]} -eq 0 ]; then return; fi
  say "installing: ${missing[*]}"
  apt_install "${missing[@]}"
}

# Packages talk a lot while they are set up: that is shown only when it went wrong.
apt_install() {
  local log
  log=$(mktemp)
  if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    "$@" >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    die "apt-get could not install: $*"
  fi
  rm -f "$log"
}

# Python tools, pinned, in .venv. A stamp keeps the second run from asking pip anything.
install_python_tools() {
  local requirements=(tools/requirements-"$purpose".txt) stamp
  if ! cmake_is_new_enough; then requirements+=(tools/requirements-cmake.txt); fi
  stamp=.venv/.$purpose-$(cat tools/requirements-*.txt | sha256sum | cut -c 1-16)
  if [ -e "$stamp" ]; then return; fi
  [ -x .venv/bin/pip ] || python3 -m venv .venv
  say "Python tools of ${requirements[*]}"
  .venv/bin/pip install --quiet --disable-pip-version-check "${requirements[@]/#/--requirement=}"
  touch "$stamp"
}

cmake_is_new_enough() {
  local have
  have=$(cmake --version 2>/dev/null | sed -n '1s/[^0-9]*//p')
  [ "$(printf '3.25\n%s\n' "$have" | sort -V | head -n 1)" = 3.25 ]
}

case $purpose in
  demo | test | bench | peers | fuzz) ;;
  *) die "unknown purpose '$purpose': say demo, test, bench, peers or fuzz" ;;
esac
install_packages
install_python_tools
