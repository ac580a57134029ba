#!/bin/sh
# Removes the images of single steps that a build has left which did not come to its end.
# Arguments: podman or buildah, the file with the notes of build.sh. POSIX sh only.
set -u
tool=$1 notes=$2
[ ! -s "$notes.kept" ] && [ -f "$notes" ] || exit 0
latest_first=
while IFS= read -r id; do
    latest_first="$id $latest_first"
done < "$notes"
# Without --force: what another build has begun to use stays.
for id in $latest_first; do
    "$tool" rmi "$id"
done
exit 0
