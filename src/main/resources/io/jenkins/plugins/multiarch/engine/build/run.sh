#!/bin/sh
# Runs the commands that BuildFolder wrote beside this file, in order, and stops at the first that fails; then cleans up.
# Argument: build, to stop before the push without cleaning up if all is well; push, to go on from there; cleanup; or none, for
# all of it.
# The text never changes: whatever comes from a Pipeline stands in argument files, one argument a line, and
# reaches its command as exactly one argument. POSIX sh only, and no program beside it: a container may have none.
set -u
part=${1:-all}
case $0 in
    */*) folder=${0%/*} ;;
    *) folder=. ;;
esac
# Physical, because the directory's path is relative to where this really is.
folder=$(cd "$folder" && pwd -P) || exit 1
IFS= read -r directory < "$folder/directory" || exit 1
cd "$folder/$directory" || exit 1

# An abort signals every process of the build. The running command ends by it; this shell only takes note, so that
# nothing keeps it from cleaning up. So it does when whoever read its output is gone.
stopped=
trap 'stopped=yes' TERM INT HUP PIPE

decode() { # sets value to that of a line
    case $1 in
        *\\*)
            # The dot keeps $(...) from eating trailing newlines.
            value=$(printf '%b.' "$1")
            value=${value%.}
            ;;
        *) value=$1 ;; # Most are as they stand, and need no process.
    esac
}

run() {
    command=$1
    set --
    while IFS= read -r line; do
        decode "$line"
        set -- "$@" "$value"
    done < "$command/arguments"
    # A signal may have cut the reading short.
    [ -z "$stopped" ] || return 143
    if [ -f "$command/announcement" ]; then
        IFS= read -r announcement < "$command/announcement"
        printf '%s\n' "$announcement"
    fi
    "$@"
}

[ -f "$folder/environment" ] || exit 1
while IFS= read -r line; do
    decode "$line"
    export "$value"
done < "$folder/environment"

status=0
run_all() { # <directory of commands>
    for command in "$1"/*/; do
        [ -d "$command" ] || return 0
        run "${command%/}" || status=$?
        [ -z "$stopped" ] || status=143
        [ "$status" -eq 0 ] || return 0
    done
}
case $part in
    all | build)
        [ -d "$folder/commands" ] && [ -d "$folder/push" ] || exit 1
        run_all "$folder/commands"
        ;;
esac
[ "$part:$status" != build:0 ] || exit 0
case $part in
    all | push) [ "$status" -ne 0 ] || run_all "$folder/push" ;;
esac

# Ignored, not trapped: even a trap that does nothing would cut the reading of arguments short.
trap '' TERM INT HUP PIPE
stopped=
for command in "$folder"/cleanup/*/; do
    if [ -d "$command" ]; then
        run "${command%/}" > /dev/null 2>&1
    fi
done
exit "$status"
