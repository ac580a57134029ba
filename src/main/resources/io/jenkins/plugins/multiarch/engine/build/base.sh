#!/bin/sh
# Fails if the image that the last stage of the Dockerfile begins with is for another platform than the one that is built.
# podman and buildah take such a base with no more than a warning, and call the result by the platform that was asked for.
# Arguments: podman or buildah, the image that was built, os/architecture. POSIX sh only.
set -u
tool=$1 image=$2 wanted=$3
case $tool in
    podman) annotations=.Annotations platform='{{.Os}}/{{.Architecture}}' ;;
    *) annotations=.ImageAnnotations platform='{{.OCIv1.OS}}/{{.OCIv1.Architecture}}' ;;
esac

inspect() { # <format> <image>
    "$tool" inspect --type=image --format="$1" "$2"
}

name=$(inspect "{{index $annotations \"org.opencontainers.image.base.name\"}}" "$image") || exit 1
digest=$(inspect "{{index $annotations \"org.opencontainers.image.base.digest\"}}" "$image") || exit 1
case $digest in
    sha256:*) ;;
    *) exit 0 ;; # FROM scratch, or a tool that does not tell
esac
repository=${name%@*}
last=${repository##*/}
repository=${repository%"$last"}${last%%:*}
found=$(inspect "$platform" "$repository@$digest" 2> /dev/null) || exit 0 # somebody has removed the base meanwhile
case $found in
    "$wanted" | */unknown | */) exit 0 ;;
esac
echo "The base image $name is for $found, not for $wanted. Name a base image that exists for $wanted, or correct the" \
    "--platform of the last FROM line in the Dockerfile." >&2
exit 1
