#!/bin/sh
# Fails if the image that the last stage of the Dockerfile begins with is for another platform than the one that is built.
# All tools take such a base, some with a warning, and call the result by the platform that was asked for.
# Arguments: podman or buildah, the image that was built, os/architecture; or docker, the base image, os/architecture, before
# the build. POSIX sh only.
set -u
tool=$1 image=$2 wanted=$3

refuse() { # <base image> <its platform>
    echo "The base image $1 is for $2, not for $wanted. Name a base image that exists for $wanted, or correct the" \
        "--platform of the last FROM line in the Dockerfile." >&2
    exit 1
}

of_docker() { # <options>: prints the platform of a base image that exists for one platform alone
    export DOCKER_CLI_EXPERIMENTAL=enabled
    manifest=$(docker manifest inspect "$@" "$image" 2> /dev/null) || return 1
    case $manifest in
        *'"manifests"'*) return 0 ;; # of an index the builder takes the right member, or none
    esac
    manifest=$(docker manifest inspect --verbose "$@" "$image" 2> /dev/null) || return 1
    architecture=${manifest#*'"architecture": "'}
    os=${manifest#*'"os": "'}
    [ "$architecture" != "$manifest" ] && [ "$os" != "$manifest" ] || return 0
    echo "${os%%'"'*}/${architecture%%'"'*}"
}

if [ "$tool" = docker ]; then
    # Where it cannot be asked, the build goes on.
    if ! found=$(of_docker); then
        case $image in
            localhost:* | 127.*) found=$(of_docker --insecure) || found= ;;
            *) found= ;;
        esac
    fi
    case $found in
        '' | "$wanted" | */unknown | */ | unknown/*) exit 0 ;;
    esac
    refuse "$image" "$found"
fi

case $tool in
    podman) annotations=.Annotations platform='{{.Os}}/{{.Architecture}}' layers=' {{.RootFS.Layers}}' ;;
    *) annotations=.ImageAnnotations platform='{{.OCIv1.OS}}/{{.OCIv1.Architecture}}' layers=' {{.OCIv1.RootFS.DiffIDs}}' ;;
esac

inspect() { # <format> <image>
    "$tool" inspect --type=image --format="$1" "$2"
}

check() { # <base image> <its platform>
    case $2 in
        "$wanted" | */unknown | */) ;;
        *) refuse "$1" "$2" ;;
    esac
}

# Its layers, and what the tool says of its base image; build.sh may have looked already. Of an image that was built from
# kept layers, the tool may call the image of the step before its base.
label=org.opencontainers.image.base
base="{{index $annotations \"$label.digest\"}} {{index $annotations \"$label.name\"}}"
if [ -s "${0%/*}/layers.image" ]; then
    {
        IFS= read -r all && IFS= read -r base
    } < "${0%/*}/layers.image" || exit 1
else
    all=$(inspect "$platform$layers" "$image") && base=$(inspect "$base" "$image") || exit 1
fi

# What the last FROM line of the Dockerfile says, if it is known. A name may mean the image of another platform meanwhile;
# then its layers are not those that the image begins with.
from=
[ ! -f "${0%/*}/base-name" ] || IFS= read -r from < "${0%/*}/base-name"
if [ -n "$from" ] && below=$(inspect "$platform$layers" "$from" 2> /dev/null); then
    all=${all#* } of_base=${below#* }
    case "${all%]} " in
        "${of_base%]} "*)
            check "$from" "${below%% *}"
            exit 0
            ;;
    esac
fi

digest=${base%% *} name=${base#* }
case $digest in
    sha256:*) ;;
    *) exit 0 ;; # FROM scratch, or a tool that does not tell
esac
repository=${name%@*}
last=${repository##*/}
repository=${repository%"$last"}${last%%:*}
found=$(inspect "$platform" "$repository@$digest" 2> /dev/null) || exit 0 # somebody has removed the base meanwhile
check "$name" "$found"
