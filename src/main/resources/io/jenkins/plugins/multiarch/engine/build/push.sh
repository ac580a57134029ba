#!/bin/sh
# Pushes an image of docker under a tag, and leaves its digests. Where another build on this machine has pushed the same image
# under the same tag, its cleanup takes the tag, and what docker knows of the digest, away from both. Then this one
# pushes once more, which sends nothing but the tag.
# Arguments: the image, the tag, the file for the digests. POSIX sh only.
set -u
image=$1 tag=$2 file=$3
for attempt in 1 2 3 4 5; do
    docker image tag "$image" "$tag" || exit 1
    docker image push "$tag"
    status=$?
    docker image inspect --format='{{json .RepoDigests}}' "$image" > "$file" || exit 1
    IFS= read -r digests < "$file" || digests=
    case $status:$digests in
        0:'' | 0:null | 0:'[]') ;;
        0:*) exit 0 ;;
        *) ! docker image inspect "$tag" > /dev/null 2>&1 || exit "$status" ;; # it failed by itself
    esac
    echo "Another build has removed $tag meanwhile; it is pushed again ($attempt of 5)."
done
exit "$status"
