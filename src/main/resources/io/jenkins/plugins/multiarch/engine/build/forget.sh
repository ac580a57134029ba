#!/bin/sh
# Ends what build.sh has begun: removes the images of single steps of a build that did not come to its end, and lets the next
# build keep its layers.
# Arguments: podman or buildah, the file with the notes of build.sh; a third one to remove images alone. POSIX sh only.
set -u
tool=$1 notes=$2
if [ ! -s "$notes.kept" ] && [ -f "$notes" ]; then
    latest_first=
    while IFS= read -r id; do
        latest_first="$id $latest_first"
    done < "$notes"
    # Without --force: what another build has begun to use stays.
    for id in $latest_first; do
        "$tool" rmi "$id"
    done
fi
if [ $# -eq 2 ] && [ -s "$notes.lock" ]; then
    IFS= read -r lock < "$notes.lock"
    rm -f "$lock"
fi
exit 0
