#!/bin/sh
# Ends what build.sh has begun: removes the images of single steps of a build that did not come to its end, and lets the next
# build keep its layers.
# Arguments: podman or buildah, the file with the notes of build.sh; a third one to remove images alone. POSIX sh only.
set -u
tool=$1 notes=$2 lock=
[ ! -s "$notes.lock" ] || IFS= read -r lock < "$notes.lock"

# Without --force: what another build has begun to use stays.
remove() { # <ids>: then left are those that are still there
    left=
    for id; do
        "$tool" rmi "$id" || ! "$tool" inspect --type=image "$id" > /dev/null || left="$left $id"
    done
}

if [ ! -s "$notes.kept" ] && [ -f "$notes" ]; then
    latest_first=
    while IFS= read -r id; do
        latest_first="$id $latest_first"
    done < "$notes"
    remove $latest_first
    # What a build for another platform is built on, whoever of the two ends last removes.
    if [ -n "$lock" ]; then
        shared=${lock%/*}/multiarch-layers.shared
        for id in $left; do
            echo "$id" >> "$shared"
        done
        if [ -s "$shared" ]; then
            all=
            while IFS= read -r id; do
                all="$all $id"
            done < "$shared"
            remove $all
            rm -f "$shared"
            for id in $left; do
                echo "$id" >> "$shared"
            done
        fi
    fi
fi
if [ $# -eq 2 ] && [ -n "$lock" ]; then
    rm -f "$lock"
fi
exit 0
