#!/bin/sh
# Runs the commands that BuildFolder wrote beside this file, in order, and stops at the first that fails.
# The text never changes: whatever comes from a Pipeline stands in argument files, one argument a line, and
# reaches its command as exactly one argument. POSIX sh only.
set -u
folder=$(cd "$(dirname "$0")" && pwd)
cd "$folder/$(cat "$folder/directory")" || exit 1

decode() { # prints a line's value followed by a dot, which keeps $(...) from eating trailing newlines
    printf '%b.' "$1"
}

run() {
    command=$1
    set --
    while IFS= read -r line; do
        value=$(decode "$line")
        set -- "$@" "${value%.}"
    done < "$command/arguments"
    if [ -f "$command/announcement" ]; then
        cat "$command/announcement"
    fi
    if [ -f "$command/output" ]; then
        "$@" > "$folder/$(cat "$command/output")"
    else
        "$@"
    fi
}

cleanup() {
    status=$?
    trap - EXIT
    # An abort signals every process of the build, this one a moment after its child: do not stop half way.
    trap : TERM INT HUP
    for command in "$folder"/cleanup/*/; do
        [ -d "$command" ] || continue
        run "${command%/}" > /dev/null 2>&1
    done
    exit "$status"
}
trap cleanup EXIT
trap 'exit 143' TERM
trap 'exit 130' INT
trap 'exit 129' HUP

while IFS= read -r line; do
    value=$(decode "$line")
    export "${value%.}"
done < "$folder/environment"

for command in "$folder"/commands/*/; do
    run "${command%/}" || exit
done
