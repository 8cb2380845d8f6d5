#!/bin/sh
# nightly.sh SHEET FOLDER: plans the sheet, applies the plan, and removes plans of more than 30 days.
#
# Run again on the same day, it goes on with the plan of that day. Exit codes are those of `elements`: 1 where rows of the
# sheet or users need a look.
set -u
umask 077
plan="$2/$(date -u +%F).plan"
planned=0
if [ ! -f "$plan" ]; then
    elements office plan "$1" --out "$plan" --quiet || planned=$?
fi
# Without a plan: the sheet, the credential or the service is at fault.
[ -f "$plan" ] || exit "$planned"
applied=0
elements office apply "$plan" --yes --quiet --max-changes "${MAX_CHANGES:-100}" || applied=$?
find "$2" -type f -name '*.plan*' -mtime +30 -delete
[ "$applied" -ne 0 ] || applied="$planned"
exit "$applied"
