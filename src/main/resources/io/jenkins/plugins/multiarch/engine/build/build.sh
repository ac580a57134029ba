#!/bin/sh
# Runs a build of podman or buildah, and keeps its layers for the next build of the same image and platform: the last image
# of each stage gets a name of its own, and what the build before has kept is removed unless it is used again.
# Arguments: podman or buildah, the name of the image, os/architecture[/variant], the name of what is kept (empty to keep
# nothing), a file for notes, the directory of the tool's images (empty if unknown), then the options of the build. POSIX sh only, and no program beside the tool but rm.
set -u
tool=$1 image=$2 platform=$3 kept=$4 notes=$5 root=$6
shift 6

case $tool in
    podman)
        root_format='{{.Store.GraphRoot}}' annotations=.Annotations
        image_format='{{.Os}}/{{.Architecture}} {{.RootFS.Layers}}'
        name_format='{{.Repository}}:{{.Tag}}'
        ;;
    *)
        root_format='{{.store.GraphRoot}}' annotations=.ImageAnnotations
        image_format='{{.OCIv1.OS}}/{{.OCIv1.Architecture}}/{{.OCIv1.Variant}} {{.OCIv1.RootFS.DiffIDs}}'
        name_format='{{.Name}}:{{.Tag}}'
        ;;
esac
label=org.opencontainers.image.base
base="{{index $annotations \"$label.digest\"}} {{index $annotations \"$label.name\"}}"

# At most this many images are kept on this machine, of all builds together.
most_kept=60

# A cache in a registry needs layers, too.
remote=false
for option; do
    case $option in
        --cache-from=* | --cache-to=*) remote=true ;;
    esac
done

stopped=
trap 'stopped=yes' TERM INT HUP PIPE

empty() { # <file>...
    for file; do
        : > "$file" || exit 1
    done
}

build() { # <true or false: with layers> <pattern of options to leave out> <options>
    with_layers=$1 dropped=$2
    shift 2
    left=$#
    while [ "$left" -gt 0 ]; do
        case $1 in
            $dropped) ;;
            *) set -- "$@" "$1" ;;
        esac
        shift
        left=$((left - 1))
    done
    empty "$notes.stages" "$notes.raced" "$notes.status" "$notes.tagged" "$notes.unwritten"
    {
        # A trap that does something is not handed on to the tool.
        trap : TERM INT HUP PIPE
        "$tool" build "--layers=$with_layers" "$@" 2>&1
        echo "$?" > "$notes.status"
    } | {
        # It ends with the tool. If nobody reads its output any more, the tool ends with it.
        trap '' TERM INT HUP PIPE
        stage='' last='' used='' pulled='' final=''
        while IFS= read -r line || [ -n "$line" ]; do
            printf '%s\n' "$line" || exit 1
            final=${line:-$final}
            case $line in
                '['*'] STEP '*)
                    if [ "$stage" != "${line%%]*}" ]; then
                        [ -z "$last" ] || echo "$last" >> "$notes.stages"
                        stage=${line%%]*} last=''
                    fi
                    ;;
                "Successfully tagged $image") echo tagged > "$notes.tagged" ;;
                '--> Cache pulled from '*) pulled=yes ;;
                '--> Using cache '*)
                    used=${line#--> Using cache } last=$used
                    [ -z "$pulled" ] || echo "$used" >> "$notes"
                    pulled=''
                    ;;
                '--> '*)
                    id=${line#--> }
                    case $id in
                        '' | *[!0-9a-f]*) continue ;;
                    esac
                    last=$id
                    case $used in
                        "$id"*) ;;
                        *) echo "$id" >> "$notes" ;;
                    esac
                    ;;
            esac
        done
        [ -z "$last" ] || echo "$last" >> "$notes.stages"
        case $final in
            'Error: failed pushing cache to '*) echo unwritten > "$notes.unwritten" ;;
            [Ee]rror*' not known'* | [Ee]rror*'not an image'*) echo raced > "$notes.raced" ;;
        esac
    }
    IFS= read -r status < "$notes.status" || status=1
}

forget() {
    /bin/sh "${0%/*}/forget.sh" "$tool" "$notes" images > /dev/null 2>&1
}

# One build of a platform at a time: two that begin with the same layers may end at one and the same image, and the tools lose
# names of an image to which two of them give or take a name at once. A Dockerfile FROM scratch that runs nothing may have the same
# layers for all platforms, so its builds take turns whatever their platform is. A build folder is there as long as its build.
folder=${0%/*} keep=true lock=
take() {
    (set -C && echo "$folder" > "$lock") 2> /dev/null
}
if [ -n "$kept" ] && [ -z "$root" ]; then
    root=$("$tool" info --format="$root_format" 2> /dev/null) || root=
fi
if [ -n "$kept" ] && [ -d "$root" ]; then
    lock=$root/multiarch-layers.lock
    # The name of what is kept ends with the platform.
    [ ! -e "$folder/own-layers" ] || lock=$root/multiarch-layers-${kept#*/*-*-}.lock
    if ! take; then
        holder=
        IFS= read -r holder 2> /dev/null < "$lock" || holder=
        if [ -n "$holder" ] && [ ! -d "$holder" ]; then
            rm -f "$lock"
            take || keep=false
        else
            keep=false
        fi
    fi
else
    keep=false
fi
[ "$keep" = false ] || echo "$lock" > "$notes.lock"

layers=$remote
[ "$keep" = false ] || layers=true

is_named() { # then found is the platform of the image, and base.sh finds its layers and its base image
    found=$("$tool" inspect --type=image --format="$image_format{{\"\\n\"}}$base" "$image") || return 1
    printf '%s\n' "$found" > "$notes.image"
    found=${found%% *} found=${found%/}
}

# Builds that run at once share one store of images: one may give the name of a base image to that of another platform, or
# remove what it has kept, just when another one looks for it. The name of an image that was built from kept layers alone
# gets lost if another build gives or takes a name of the same image at that moment.
attempt=1
while :; do
    empty "$notes"
    build "$layers" '' "$@"
    if [ "$status" -ne 0 ] && [ -s "$notes.unwritten" ] && [ -z "$stopped" ]; then
        echo "WARNING: the build cache cannot be written, see the error above. Building on without writing it. Give the" \
            "cache a login that may push to it; a registry without TLS is 'insecure' in registries.conf of this machine."
        build "$layers" '--cache-to=*' "$@"
    fi
    if [ "$status" -eq 0 ] && [ "$layers" = true ] && ! is_named; then
        status=1
        # A tool that was told to stop reports success as well, but has given no name.
        [ ! -s "$notes.tagged" ] || echo raced > "$notes.raced"
    fi
    [ "$status" -ne 0 ] && [ -s "$notes.raced" ] && [ -z "$stopped" ] && [ "$attempt" -lt 5 ] || break
    forget
    echo "Another build has changed the images of $tool meanwhile. Building again ($attempt of 4)."
    attempt=$((attempt + 1))
done
[ "$status" -eq 0 ] || exit "$status"
[ -z "$stopped" ] || exit 143
[ "$layers" = true ] || exit 0

# Both tools take layers on top of FROM scratch from builds for other platforms.
if [ "$found" != "$platform" ]; then
    "$tool" rmi --force "$image" > /dev/null 2>&1
    rm -f "$notes.image"
    forget
    echo "The layers that $tool has kept are of $found, not of $platform. Building again without them."
    build false '--cache-*' "$@"
    exit "$status"
fi
[ "$keep" = true ] || exit 0

echo kept > "$notes.kept" || exit 1
# What is kept is written down beside it, because asking the tool takes as long as a build without a change.
ids=$root/multiarch-layers-${kept##*/}.ids before=
if [ -f "$ids" ]; then
    IFS= read -r before < "$ids" || before=
else
    for id in $("$tool" images --quiet --no-trunc --filter="reference=$kept" 2> /dev/null); do
        before="$before ${id#sha256:}"
    done
fi

is_among() { # <id> <ids>: one may be short for the other
    wanted=$1
    shift
    for id; do
        case $id in
            "$wanted"*) return 0 ;;
        esac
        case $wanted in
            "$id"*) return 0 ;;
        esac
    done
    return 1
}

same=yes now=
while IFS= read -r new; do
    now="$now $new"
    is_among "$new" $before || same=no
done < "$notes.stages"
[ "$same" = no ] || exit 0

number=0
for id in $now; do
    number=$((number + 1))
    "$tool" tag "$id" "$kept:$number" > /dev/null || exit 0 # A build that has succeeded does not fail for its cache.
done
printf '%s\n' "$now" > "$ids"
for old in $before; do
    is_among "$old" $now || "$tool" rmi "$old" > /dev/null 2>&1
done
number=0
for name in $("$tool" images --format="$name_format" --filter="reference=${kept%/*}/*" 2> /dev/null); do
    number=$((number + 1))
    if [ "$number" -gt "$most_kept" ] && [ "${name%:*}" != "$kept" ]; then
        "$tool" rmi "$name" > /dev/null 2>&1
        last=${name##*/}
        rm -f "$root/multiarch-layers-${last%:*}.ids"
    fi
done
exit 0
