#!/bin/sh
# A listener of supervisor's: where the program's start fails five times within two minutes (it says why and ends with
# status 1, which supervisor is told to expect), or another cannot be started at all, the container ends, so that
# whatever runs it sees that and may run it elsewhere. A program that is killed is just started again.
# Standard input and output are the protocol of supervisor's events.
failures=''
while :; do
    printf 'READY\n'
    read -r header || exit 0
    event=$(head -c "${header##*len:}")
    case "$header $event" in
        *PROCESS_STATE_FATAL*) count=5 ;;
        *expected:1*)
            now=$(date +%s)
            recent=$now
            for at in $failures; do
                [ $((now - at)) -ge 120 ] || recent="$recent $at"
            done
            failures=$recent
            count=$(echo "$failures" | wc -w)
            ;;
        *) count=0 ;;
    esac
    if [ "$count" -ge 5 ]; then
        echo "given up: ${event%% groupname*} does not start" >&2
        kill -TERM "$PPID"
    fi
    printf 'RESULT 2\nOK'
done
