#!/bin/sh
# Pushes an image of docker, which has the build cache in it, to the repository of the cache. The build has succeeded by now and
# does not fail for its cache.
# Arguments: the image, the reference in the cache. POSIX sh only.
set -u
docker image tag "$1" "$2" && docker image push --quiet "$2" && exit 0
echo "WARNING: the build cache was not written to $2. The next build reads what is there, or repeats every step."
exit 0
