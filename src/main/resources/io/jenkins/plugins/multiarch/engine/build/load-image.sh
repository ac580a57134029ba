#!/bin/sh
# Loads an image into a build tool and gives it a name. The file names none, so that builds that load the same one at once do
# not take it away from each other.
# Arguments: docker, podman or buildah, the file, the name, os/architecture[/variant]. POSIX sh only.
set -u
tool=$1 file=$2 name=$3 platform=$4
for attempt in 1 2 3 4 5; do
    if [ "$tool" = docker ]; then
        id=$(docker image load --quiet --input="$file") || exit 1
        id=${id##*: }
        docker image tag "$id" "$name" && exit 0
    else
        id=$("$tool" pull --quiet --platform="$platform" "docker-archive:$file") || exit 1
        "$tool" tag "$id" "$name" && exit 0
    fi
    echo "Another build has removed the image of $file meanwhile; it is loaded again ($attempt of 5)."
done
exit 1
