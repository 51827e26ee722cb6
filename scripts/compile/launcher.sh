#!/bin/sh
# heliosdb-nano @VERSION@ for @TARGET@: a program in one file.
#
# Behind this text lies a compressed archive. The first start unpacks it into a private cache folder
# ($HELIOSDB_CACHE_DIR, else $XDG_CACHE_HOME/heliosdb-nano, else ~/.cache/heliosdb-nano, else a folder
# of the user's own below $TMPDIR); every start then runs what lies there. To take it away again, remove
# that folder. Nothing is ever downloaded.

id=@ID@
skip=@SKIP@

fail() {
  printf 'heliosdb-nano: %s\n' "$1" >&2
  exit 1
}

advice='set HELIOSDB_CACHE_DIR to a folder that is yours alone'
shared=
if [ -n "${HELIOSDB_CACHE_DIR-}" ]; then
  cache=$HELIOSDB_CACHE_DIR
elif [ "${XDG_CACHE_HOME-}" != "${XDG_CACHE_HOME#/}" ]; then
  cache=$XDG_CACHE_HOME/heliosdb-nano
elif [ -n "${HOME-}" ]; then
  cache=$HOME/.cache/heliosdb-nano
else
  shared=${TMPDIR:-/tmp}
  cache=$shared/heliosdb-nano-$(id -u)
fi
case $cache in
  /*) ;;
  *) cache=$PWD/$cache ;;
esac
program=$cache/$id

# What lies in the folder is run as code, so nobody else may be able to put anything there.
check_owner() {
  if [ -n "$shared" ] && [ -L "$cache" ]; then
    fail "Cannot use the cache folder \"$cache\": it is a symbolic link, $advice"
  fi
  if [ ! -d "$cache" ]; then
    fail "Cannot use the cache folder \"$cache\": it is not a folder, $advice"
  fi
  if [ ! -O "$cache" ]; then
    fail "Cannot use the cache folder \"$cache\": it belongs to somebody else, $advice"
  fi
  if [ -e "$program" ] && [ ! -O "$program" ]; then
    fail "Cannot use \"$program\": it belongs to somebody else, $advice"
  fi
}

check_mode() {
  case $(ls -ld "$cache/.") in
    ?????w* | ????????w*) fail "Cannot use the cache folder \"$cache\": others can write there, $advice" ;;
  esac
}

# Unpacks beside the final place and renames, so that an interrupted start leaves no half state and of
# two that start at once the second finds the work of the first.
unpack() (
  umask 077
  if ! why=$(mkdir -p "$cache" 2>&1); then
    fail "Cannot make the cache folder \"$cache\": ${why##*: }, $advice"
  fi
  check_owner
  check_mode
  find "$cache" -maxdepth 1 -name '.unpack-*' -mmin +60 -exec rm -rf {} + 2>/dev/null

  if ! new=$(mktemp -d "$cache/.unpack-XXXXXX" 2>&1); then
    fail "Cannot write to the cache folder \"$cache\": ${new##*: }, $advice"
  fi
  trap 'rm -rf "$new"' EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM

  [ -t 2 ] && printf 'heliosdb-nano: unpacking into %s, once\n' "$cache" >&2
  mkdir "$new/$id"
  if ! why=$(tail -n "+$skip" "$0" | tar -xzf - -C "$new/$id" 2>&1); then
    fail "Cannot unpack into the cache folder \"$cache\": ${why##*: }"
  fi
  if ! why=$(DENO_NO_UPDATE_CHECK=1 "$new/$id/deno" --version 2>&1); then
    fail "Cannot run here what was built for @TARGET@: ${why##*: }"
  fi
  # A power cut must not leave empty files behind a finished name.
  sync -f "$new" 2>/dev/null || sync

  mv -f "$new/$id" "$cache/" 2>/dev/null && exit 0
  [ -s "$program/complete" ] && [ -x "$program/deno" ] && exit 0
  # Something swept through the folder: put the whole in place of what is left.
  mv -f "$program" "$new/damaged" && mv -f "$new/$id" "$cache/" && exit 0
  fail "Cannot move the program to \"$program\""
)

if [ -s "$program/complete" ] && [ -x "$program/deno" ]; then
  check_owner
else
  unpack || exit
fi

DENO_DIR=$program/cache
DENO_NO_UPDATE_CHECK=1
DENO_NO_PACKAGE_JSON=1
HELIOSDB_SQLITE_LIBRARY=$program/@LIBRARY@
export DENO_DIR DENO_NO_UPDATE_CHECK DENO_NO_PACKAGE_JSON HELIOSDB_SQLITE_LIBRARY
exec "$program/deno" run --quiet --cached-only --no-remote --no-config --no-lock \
  --node-modules-dir=manual @FLAGS@ "$program/app/main.js" "$@"
exit 126
