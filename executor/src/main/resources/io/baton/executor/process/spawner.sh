# Starts the tasks of a Baton agent, and ends with it. Tasks and those who wait for them go on.
#
#   usage: SHELL spawner.sh DIRECTORY PROC SHELL
#
# Says "ready" on standard output when it is. Ends with its reason on standard
# error if it cannot work here.
#
# Reads commands, one a line, from standard input, until that ends:
#   R CONTAINER...          start these tasks: each has a script launch/CONTAINER
#                           and a file exits/CONTAINER that was filled beforehand
#   K SIGNAL PID START      signal the process group PID, if the process of that
#                           number is still the one that began at START
#   Q                       end; tasks and their supervisors go on
#
# Each task gets a supervisor: a fork of this shell, nobody's child, that waits
# for the task and writes what became of it over the filling of exits/CONTAINER,
# so that a full disk cannot lose it:
#   B PID                   the task may run from now on; the supervisor's own
#   S PID                   it runs
#   (any other text)        the shell's own words: of a signal, if E is above 128
#                           and they do not say "Done"
#   F WHY                   it never ran
#   E STATUS .              it ended; without the dot the line is not whole
# The same news go as lines "S CONTAINER PID" and "E CONTAINER STATUS" into the
# pipe DIRECTORY/events. A supervisor may wait there for a reader; by then its
# file is written.
#
# A process group of its own for each task costs nothing where the shell can do
# job control without a terminal (bash), and one more exec where not (dash).
umask 022
# Whoever started the agent may have made it deaf to signals; tasks must not be.
if [ "$4" != clean ] && env --default-signal=HUP,INT,QUIT,PIPE,TERM true 2>/dev/null; then
    exec env --default-signal=HUP,INT,QUIT,PIPE,TERM "$3" "$0" "$1" "$2" "$3" clean
fi
cd "$1" || exit 1
baton_proc=$2
unset SHLVL OLDPWD

fail() {
    printf 'F %s\n' "$1" >&5
    exit 1
}

# Opens a file in a sandbox that is another user's, as baton_file. A link may be in
# its place at any moment, and this is root: nothing is made through one, and only
# what is truly there is used. TYPE is what test(1) knows the file by.
#
#   usage: theirs TYPE NAME
theirs() {
    [ -e "$2" ] || (set -C && : >"$2")
    baton_file=/proc/self/fd/6
    [ "$1" "$2" ] && [ ! -L "$2" ] && command exec 6<"$2" &&
        [ "$(readlink "$baton_file")" = "$(pwd -P)/$2" ]
}

supervise() {
    exec 3<&- 5<>"exits/$1" 2>&5
    read -r baton_self baton_rest </proc/self/stat
    echo "B $baton_self" >&5
    [ -n "$baton_group" ] || set -m
    {
        baton_container=$1
        set -- $baton_group
        [ "$baton_score" -ge 0 ] || echo 0 >/proc/self/oom_score_adj
        [ -f "launch/$baton_container" ] || fail 'its launch script is gone'
        . "./launch/$baton_container"
    } </dev/null &
    trap '' HUP INT QUIT TERM
    [ -n "$baton_group" ] || set +m
    echo "S $!" >&5
    echo "S $1 $!" >&4
    wait "$!"
    baton_status=$?
    # dash looks for ended children after each command: a task that ends before
    # the "wait" is found by another one, which says nothing of a signal.
    [ -z "$baton_group" ] || [ "$baton_status" -le 128 ] || jobs >&5
    kill -s KILL -- "-$!" 2>/dev/null
    echo "E $baton_status ." >&5
    echo "E $1 $baton_status" >&4
}

signal() {
    baton_signal=$1 baton_pid=$2 baton_start=$3
    read -r baton_stat <"$baton_proc/$2/stat" || return
    set -- ${baton_stat##*) }
    [ "${20}" = "$baton_start" ] || return
    kill -s "$baton_signal" -- "-$baton_pid" || kill -s "$baton_signal" "$baton_pid"
}

# Does a background job become a process group without a terminal?
baton_stat=$(
    set -m 2>/dev/null
    { read -r stat </proc/self/stat && echo "$stat"; } &
    wait
)
baton_self=${baton_stat%% *}
set -- ${baton_stat##*) }
baton_group=
if [ "$baton_self" != "$3" ]; then
    baton_group=$(command -v setsid) || exit 1
    # Without job control a background process is born deaf to these two.
    if env --default-signal=INT,QUIT true 2>/dev/null; then
        baton_group="$baton_group $(command -v env) --default-signal=INT,QUIT"
    fi
fi

# An agent may be spared when memory is short; its tasks never are.
baton_score=0
[ ! -r /proc/self/oom_score_adj ] || read -r baton_score </proc/self/oom_score_adj

[ -p events ] || mkfifo -m 600 events || exit 1
exec 3<&0 4<>events
echo ready
exec </dev/null >/dev/null 2>&1

while read -r baton_command baton_rest <&3; do
    case $baton_command in
        R)
            # A fork that ends at once leaves the supervisors to init.
            (
                [ -n "$baton_group" ] || set -m
                for baton_container in $baton_rest; do
                    supervise "$baton_container" &
                done
            )
            ;;
        K)
            signal $baton_rest
            ;;
        Q)
            exit 0
            ;;
    esac
done
