#!/bin/sh
# Runs the commands that BuildFolder wrote beside this file, in order, and stops at the first that fails; then cleans up.
# The text never changes: whatever comes from a Pipeline stands in argument files, one argument a line, and
# reaches its command as exactly one argument. POSIX sh only, and no program beside it: a container may have none.
set -u
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
for command in "$folder"/commands/*/; do
    [ -d "$command" ] || exit 1
    run "${command%/}" || status=$?
    [ -z "$stopped" ] || status=143
    [ "$status" -eq 0 ] || break
done

# Ignored, not trapped: even a trap that does nothing would cut the reading of arguments short.
trap '' TERM INT HUP PIPE
stopped=
for command in "$folder"/cleanup/*/; do
    if [ -d "$command" ]; then
        run "${command%/}" > /dev/null 2>&1
    fi
done
exit "$status"
