#!/bin/sh
# nightly.sh SHEET FOLDER: syncs the sheet with the service, and removes plans of more than 30 days.
#
# Run again on the same day, it goes on where it was interrupted, or does nothing. Exit codes are those of `elements`: 1 where
# rows of the sheet need a look.
set -u
umask 077
plan="$2/$(date -u +%F).plan"
[ ! -f "$plan" ] || exit 0
synced=0
elements office sync "$1" --out "$plan" --yes --quiet --max-changes "${MAX_CHANGES:-100}" || synced=$?
find "$2" -type f -name '*.plan*' -mtime +30 -delete
exit "$synced"
