#!/bin/sh
# Writes an image of a build tool to a file, in the form of docker save and without a name.
# Arguments: docker, podman or buildah, the image, the file. POSIX sh only.
set -u
tool=$1 image=$2 file=$3
case $tool in
    docker)
        id=$(docker image inspect --format='{{.Id}}' "$image") || exit 1
        exec docker image save --output="$file" "$id"
        ;;
    podman)
        id=$(podman image inspect --format='{{.Id}}' "$image") || exit 1
        exec podman save --quiet --format=docker-archive --output="$file" "$id"
        ;;
    *)
        id=$(buildah inspect --type=image --format='{{.FromImageID}}' "$image") || exit 1
        exec buildah push --quiet "$id" "docker-archive:$file"
        ;;
esac
