# Starts the tasks of a Baton agent and waits for them, all in one process that
# outlives the agent: what spawner.sh does with a shell for each task.
#
# There are two processes: a worker, which does all that, and above it a keeper,
# which only waits. Whatever loses its parent becomes the keeper's child. So when
# the worker is killed its tasks are the keeper's, which takes its place; when
# the keeper is killed the worker goes on.
#
#   usage: perl spawner.pl DIRECTORY PROC AGENT START [STARTER [REST]]
#
# AGENT is the number of the agent's process, START when it began: it may have
# ended before this has. STARTER is a program, made of starter.c, that starts
# most tasks as children of the worker for a fraction of what a fork of perl
# takes. Without it, or when it fails, the worker forks. REST is for tests: after
# so many seconds a starter is tried again when all have failed.
#
# Says "ready PID START" on standard output when it is: the worker's. Ends with
# its reason on standard error if it cannot work here.
#
# Reads commands, one a line, from the pipe DIRECTORY/commands:
#   R CONTAINER...          start these tasks: each has a file launch/CONTAINER
#                           and a file exits/CONTAINER that was filled beforehand
#   K SIGNAL PID START      signal the process group PID, if the process of that
#                           number is still the one that began at START
#   Q                       take no more commands
# It ends when it has no task and was told Q, or its agent is gone, or another
# one has made itself a pipe in the place of this one's. What a killed worker had
# read of R is lost; the keeper in its place starts nothing more, so that another
# one can be told again.
#
# A file launch/CONTAINER consists of texts that end with NUL. The first letter:
#   g  a control group to join      d  the sandbox, which has stdout and stderr
#   v  a variable NAME=VALUE        s  where a session works, which hears stdin
#   w  a word of the command        l  an option of prlimit(1)
#   u  whom it runs as: numbers of user and group, name
#   m  numbers of all groups of that user, where they are known
#
# What became of a task is written over the filling of exits/CONTAINER, so that
# a full disk cannot lose it:
#   B PID START PID START   the task may run from now on; who writes this, and
#                           who will if that one cannot
#   P PID                   it has a process, which says this itself
#   S PID START             it runs
#   F WHY                   it never ran
#   E STATUS SIGNAL .       it ended; without the dot the line is not whole
#   U WHY                   it ended, and the one who knows how was killed
# The same news go as lines "S CONTAINER PID START PID START" (the second two are
# the first two of B) and "E CONTAINER STATUS" into the pipe DIRECTORY/events.
# "L PID" there: this process, which was the keeper, has no other beside it now.
use strict;
use Fcntl ();

my ($directory, $proc, $agent, $agent_began, $program, $rest) = @ARGV;

my $POLL = 0.25;          # A child that ends between two calls is seen by then.
my $LOOK = 5;             # Seconds between two looks at whose turn it is.
my $TOGETHER = 16;        # Starts whose news go in one write.
my $WHOLE = 4096;         # What a pipe takes at once: PIPE_BUF.
my $MOST_NEWS = 262144;   # The files tell what goes beyond that.
my $MOST_WORDS = 600;     # Of the filling, for why a task never ran.
my $SWEEP = 5;            # Seconds after its end in which what hid from a task's group is looked for.
my $MOST_OPEN = 64;       # Exit files that are kept open, of the tasks begun last: most tasks are short.
my $CHUNK = 4096;         # Of what is read at once. More makes the heap grow and shrink for each task.
my $MUCH = 65536;         # The same of commands: all that a pipe holds.
my $SUBREAPER = 36;       # prctl(2), PR_SET_CHILD_SUBREAPER
my $EINTR = 4;
my $ETXTBSY = 26;
my $PATIENCE = 10;        # Seconds for a starter's answer. It waits for the kernel to read a program, which may hang.
my $starters = 3;         # So many, one after the other. Then it is left to fork, but for one each $REST seconds.
my $REST = $rest // 3600;
my @LOCAL = (1, 1, 0);    # AF_UNIX, SOCK_STREAM
my $NO_SIGNAL = 0x4000;   # MSG_NOSIGNAL
my %OWN = (PATH => $ENV{PATH});    # All that programs hear which this runs for itself.
my @DEAF = qw(HUP INT QUIT TERM);
my $WNOHANG = 1;
# This is still root when it opens them, and other tasks of the same user may put links in their place.
my $APPEND = Fcntl::O_WRONLY() | Fcntl::O_APPEND() | Fcntl::O_CREAT() | Fcntl::O_NOFOLLOW();
my $HEAR = Fcntl::O_RDONLY() | Fcntl::O_NOFOLLOW();

sub slurp {
    open my $in, '<', $_[0] or return;
    my $text = '';
    1 while sysread $in, $text, $CHUNK, length $text;
    return $text;
}

sub put {
    my ($file, $text) = @_;
    open my $out, '>', $file or return;
    return syswrite $out, $text;
}

# What the kernel says of a process, from its state on.
sub stat_of {
    my ($root, $pid) = @_;
    open my $in, '<', "$root/$pid/stat" or return;
    sysread $in, my $stat, $CHUNK or return;    # The kernel gives it in one piece.
    return split ' ', substr $stat, rindex($stat, ')') + 2;
}

# When a process began, in ticks since the boot.
sub start_of { return (stat_of(@_))[19] // '' }

sub children { return split ' ', slurp("/proc/$_[0]/task/$_[0]/children") // '' }

# Makes this process the new parent of what loses its own below it. Perl has no word for that, and the kernel's number
# differs by processor, which our own program file names.
sub reap_orphans {
    # No more of it: what is in memory makes every fork dearer.
    open my $file, '<', '/proc/self/exe' or return;
    sysread $file, my $program, 20 or return;
    my $order = ord(substr $program, 5, 1) == 2 ? 'n' : 'v';
    my $machine = unpack $order, substr $program, 18, 2;
    my $number = {
        3 => 172, 20 => 171, 21 => 171, 22 => 172, 40 => 172, 62 => 157, 183 => 167, 243 => 167, 258 => 167,
    }->{$machine} or return;
    return syscall($number, $SUBREAPER, 1, 0, 0, 0) == 0;
}

# Who started this. A zombie is gone.
sub agent_is_there {
    my @stat = stat_of('/proc', $agent);
    return @stat && $stat[0] ne 'Z' && $stat[19] eq $agent_began;
}

# What arrives for a child before it is the task must not get lost.
my $caught = '';
$SIG{$_} = sub { $caught = shift } for @DEAF;
$SIG{PIPE} = 'DEFAULT';
umask 022;
chdir $directory or die "cannot enter $directory: $!\n";
agent_is_there() or die "agent $agent is gone\n";    # The pipes may be the next one's by now.
-p 'events' or system('mkfifo', '-m', '600', 'events') == 0 or exit 1;
unlink 'commands';
system('mkfifo', '-m', '600', 'commands') == 0 or exit 1;
sysopen my $commands, 'commands', Fcntl::O_RDWR() or die "cannot open commands: $!\n";
sysopen my $events, 'events', Fcntl::O_RDWR() | Fcntl::O_NONBLOCK() or die "cannot open events: $!\n";
my $pipe = join ' ', (stat $commands)[0, 1];
my $self = identity();
my $both = $self;

sub identity {
    my $began = start_of('/proc', $$) or die "cannot read /proc/$$/stat: $!\n";
    return "$$ $began";
}

# Without this process nobody is told how its tasks end: the kernel is to choose another when memory is short. A task gets the
# agent's score, but is never spared for the host's own processes, as an agent may be.
my $score = slurp('/proc/self/oom_score_adj');
my $spared = defined $score && put('/proc/self/oom_score_adj', '-1000');
($score, $spared) = (0, 1) if defined $score && $score < 0;

my %tasks;     # Containers by the number of their process.
my %young;     # Those of which the start is not told yet.
my %records;   # Exit files that are still open, by the number of the process; where each is written is the next line's place.
my @opened;    # Their processes, oldest first, some of which are over.
my %unsure;    # Containers of a killed worker or starter that may have a process.
my %swept;     # Those that ended lately: their remains are looked for.
my @ended;     # The same, oldest first, with the time until which that is done.
my $unswept;   # Whether one has ended since they were looked for.
my $above = $$;    # Whose children those become that lose their parent.
my $news = '';
my $serving = 1;
my $heir;    # Whether this process was the keeper.
my $starter;         # The socket to it, if there is one.
my $engaged = 0;     # When that was made.
my $input = '';      # What has come through the pipe and is not obeyed yet.
my $starter_pid;
my @starter = ($program, $directory, $spared ? $score : '');
my $answers = '';    # What it has said that is not read yet.

sub fail {
    my ($record, $why) = @_;
    $why =~ s/\s+/ /g;
    syswrite $record, 'F ' . substr($why, 0, $MOST_WORDS) . "\n";
    exit 127;
}

# How to start a task: where, what, and its environment, which becomes this process's own. All that can be done before the fork
# is done there: in the child each page that it writes to is copied.
sub read_note {
    my ($container, $note) = @_;
    my %how = (groups => [], command => [], limits => []);
    my %variables = (BATON_CONTAINER => $container);
    for my $item (split /\0/, $note) {
        my ($kind, $text) = (substr($item, 0, 1), substr $item, 1);
        if ($kind eq 'v') {
            my ($name, $value) = split /=/, $text, 2;
            $variables{$name} = $value;
        } elsif ($kind eq 'w') {
            push @{$how{command}}, $text;
        } elsif ($kind eq 'g') {
            push @{$how{groups}}, $text;
        } elsif ($kind eq 'l') {
            push @{$how{limits}}, $text;
        } elsif ($kind eq 'u') {
            $how{account} = $text;
        } elsif ($kind eq 'm') {
            $how{membership} = $text;
        } elsif ($kind eq 'd') {
            $how{sandbox} = $text;
        } elsif ($kind eq 's') {
            $how{session} = $text;
        }
    }
    %ENV = %variables;
    return \%how;
}

# What a program says; undefined if it does not do its work. It is still root's, and hears nothing of the task's variables:
# some make any program load what they name.
sub ask {
    my @command = @_;
    my $pid = open my $out, '-|';
    defined $pid or return;
    if ($pid == 0) {
        %ENV = %OWN;
        exec { $command[0] } @command;
        syswrite STDERR, "$command[0]: $!\n";
        exit 127;
    }
    my $said = join '', <$out>;
    return close $out ? $said : undef;
}

# Obeys the signal that came for the task before it was one.
sub heed {
    $SIG{$_} = 'DEFAULT' for @DEAF;
    kill $caught, $$ if $caught;
}

# Gives this process its limits and its user, as prlimit(1) and setpriv(1) do. Neither stands between this and the task, or it
# would begin as root with the task's variables.
sub confine {
    my ($record, $limits, $account, $groups) = @_;
    my ($user, $group, $name) = split / /, $account // '', 3;
    $groups //= defined $name ? ask('id', '-G', '--', $name) : '';
    if (!defined $groups) {
        heed();
        fail($record, "the groups of user '$name' cannot be found");
    }
    # Still as the agent's user: others may not raise a limit.
    if (@$limits && !defined ask('prlimit', '--pid', $$, @$limits)) {
        heed();
        fail($record, 'cannot set its limits: see its stderr');
    }
    turn_into($user, $group, split ' ', $groups) or fail($record, "cannot become user '$name'") if defined $name;
}

sub turn_into {
    my ($user, $group, @groups) = @_;
    $) = join ' ', $group, @groups;
    $( = $group;
    # The real user once more: only now is there no way back.
    $< = $user;
    $> = $user;
    $< = $user;
    my ($now, @held) = split ' ', $);
    my %wanted = map { $_ => 1 } $group, @groups;
    my %have = map { $_ => 1 } $group, @held;
    return $< == $user && $> == $user && (split ' ', $()[0] == $group && $now == $group
        && "@{[sort keys %wanted]}" eq "@{[sort keys %have]}";
}

# In the child: turns it into the task.
sub become {
    my ($record, $how) = @_;
    syswrite $record, "P $$\n";
    setpgrp 0, 0;
    put('/proc/self/oom_score_adj', $score) if $spared;
    for my $group (@{$how->{groups}}) {
        put("$group/cgroup.procs", '0') or fail($record, "cannot join its control group: $!");
    }
    chdir $how->{sandbox} or fail($record, "cannot enter the sandbox: $!");
    # Closed first, or Perl opens another one and moves it here.
    close STDOUT;
    sysopen STDOUT, 'stdout', $APPEND or fail($record, "cannot write into the sandbox: $!");
    close STDERR;
    sysopen STDERR, 'stderr', $APPEND or fail($record, "cannot write into the sandbox: $!");
    if (defined $how->{session}) {
        close STDIN;
        sysopen STDIN, 'stdin', $HEAR or fail($record, "cannot open its input: $!");
        unlink 'stdin';    # Tells the agent that this end is open.
        chdir $how->{session} or fail($record, "cannot enter the sandbox: $!");
    }
    # A limit of what it may write is the task's: why it never ran is not to end this process.
    confine($record, $how->{limits}, $how->{account}, $how->{membership});
    heed();
    my $command = $how->{command};
    exec { $command->[0] } @$command;
    my $why = "$!";
    $SIG{XFSZ} = 'IGNORE';
    syswrite STDERR, "$command->[0]: $why\n";
    fail($record, "Failed to execute '$command->[0]': $why");
}

# Opens the exit file of a task and says there that it may run. The last argument: where in it the news begin, if it is not the
# first attempt.
sub take_up {
    my ($container, $at) = @_;
    open my $record, '+<', "exits/$container" or return;
    sysseek $record, $at, 0 if $at;
    syswrite $record, "B $both\n";
    return $record;
}

sub launch {
    my ($container, $at) = @_;
    my $record = take_up($container, $at) or return;
    fork_off($container, $record);
}

sub fork_off {
    my ($container, $record) = @_;
    my $note = slurp("launch/$container");
    my $why = 'its launch script is gone';
    my ($how, $pid);
    if (defined $note) {
        $how = read_note($container, $note);
        $caught = '';
        $pid = fork;
        $why = "no process can be started: $!";
    }
    if (!defined $pid) {
        syswrite $record, "F $why\nE 1 0 .\n";
        $news .= "E $container 1\n";
    } elsif ($pid == 0) {
        eval { become($record, $how) };
        fail($record, $@);
    } else {
        setpgrp $pid, $pid;    # Whoever comes first: a signal must find the group.
        forked($pid, $container, $record);
    }
}

sub forked {
    my ($pid, $container, $record) = @_;
    $tasks{$pid} = $young{$pid} = $container;
    $records{$pid} = $record;
    push @opened, $pid;
    # A process that has not said its number writes to the same place as this one.
    delete $records{shift @opened} while @opened > $MOST_OPEN && !$young{$opened[0]};
}

# Makes a starter, if there may be one.
sub engage {
    return if !$program || $heir;
    # What has ended those before may be long past: a spawner lasts for months.
    $starters = 1 if $starters <= 0 && time - $engaged >= $REST;
    return if $starters <= 0;
    $starters--;
    $engaged = time;
    socketpair my $ours, my $theirs, $LOCAL[0], $LOCAL[1], $LOCAL[2] or return;
    my $pid = fork;
    defined $pid or return;
    if ($pid == 0) {
        $SIG{$_} = 'IGNORE' for @DEAF;    # Until it sees to that itself.
        %ENV = %OWN;
        close STDIN;
        open STDIN, '<&', $theirs;
        for (1 .. $PATIENCE * 10) {
            exec { $program } @starter;
            last if $! != $ETXTBSY;    # A process of the agent's has yet to close what the agent wrote.
            select undef, undef, undef, 0.1;
        }
        syswrite STDERR, "cannot run $program: $!: tasks take longer to start\n";
        exit 1;
    }
    ($starter, $starter_pid, $answers) = ($ours, $pid, '');
}

# The starter is gone, or as good as that.
sub disengage {
    close $starter;
    undef $starter;
    $starter_pid = 0;
}

# This process's standard error is the spawner's log.
sub complain {
    my $what = "the starter of tasks $_[0]";
    $what .= ": tasks take longer to start, and another one is tried in $REST s" if $starters <= 0;
    syswrite STDERR, "$what\n";
}

# The starter's next line; undefined if it is gone, or hangs. Meanwhile tasks may be killed, and whoever writes commands is not
# held up. Nothing is waited for: of a task that is over by now the line tells whose process that was.
sub answer {
    my $left = $PATIENCE;    # Ends of tasks interrupt the wait: each goes on with what is left.
    while ($answers !~ /\n/) {
        obey($1) while $input =~ s/^(K [^\n]*)\n//m;    # It may have come together with what is being started.
        my $in = '';
        vec($in, fileno $starter, 1) = 1;
        vec($in, fileno $commands, 1) = 1 if $serving;
        (my $ready, $left) = select $in, undef, undef, $left;
        next if $ready < 0 && $! == $EINTR;
        if ($ready > 0 && vec $in, fileno $commands, 1) {
            sysread $commands, $input, $MUCH, length $input;
            next if !vec $in, fileno $starter, 1;
        }
        my $size = $ready > 0 ? sysread $starter, $answers, $CHUNK, length $answers : 0;
        next if !defined $size && $! == $EINTR;
        $size or return;
    }
    $answers =~ s/\A([^\n]*)\n//;
    return $1;
}

# Starts these tasks, by the starter if there is one.
sub launch_all {
    $starter || engage();
    if (!$starter) {
        launch($_) for @_;
        return;
    }
    my (%asked, $request);
    for my $container (@_) {
        my $record = take_up($container) or next;
        $asked{$container} = $record;
        $request .= "$container " . sysseek($record, 0, 1) . "\n";
    }
    my $told = !%asked || send $starter, $request, $NO_SIGNAL;
    while ($told && %asked) {
        my ($word, $container, $pid, $at) = split ' ', answer() // last;
        my $record = delete $asked{$container};
        if ($word eq 'S') {
            sysseek $record, $at, 0;
            forked($pid, $container, $record);
        } else {
            fork_off($container, $record);
        }
    }
    if (%asked) {
        kill 'KILL', $starter_pid;    # Nobody has waited for it yet: the number is its own.
        disengage();
        complain('did not answer');
        $unsure{$_} = 1 for keys %asked;
    }
}

# Tells of the tasks that have just been started. Of one that is over by now its end says enough; to look it up costs as much
# as to start it.
sub introduce {
    while (my ($pid, $container) = each %young) {
        my $start = start_of('/proc', $pid);
        note($pid, $container, "S $pid $start\n");
        $news .= "S $container $pid $start $self\n";
    }
    %young = ();
}

# Adds lines to the exit file of a task.
sub note {
    my ($pid, $container, $lines) = @_;
    my $record = $records{$pid} or return add($container, $lines);
    syswrite $record, $lines;
}

sub add {
    my ($container, $lines) = @_;
    open my $record, '+<', "exits/$container" or return;
    sysread $record, my $text, 4096;
    sysseek $record, rindex($text, "\n") + 1, 0;
    syswrite $record, $lines;
}

sub reap {
    while ((my $pid = waitpid -1, $WNOHANG) > 0) {
        my ($status, $signal) = ($? >> 8, $? & 127);
        if ($starter && $pid == $starter_pid) {
            disengage();
            complain($signal ? "was killed by signal $signal" : "ended with status $status");
        }
        my $container = delete $tasks{$pid} // claimed($pid);
        defined $container or next;
        kill 'KILL', -$pid;    # What it leaves of its group ends with it.
        $status = 128 + $signal if $signal;
        note($pid, $container, "E $status $signal .\n");
        $news .= "E $container $status\n";
        delete $young{$pid};
        delete $records{$pid};
        $unswept = $swept{$container} = 1;
        push @ended, [time + $SWEEP, $container];
    }
}

sub report {
    while (length $news) {
        my $size = length $news <= $WHOLE ? length $news : rindex($news, "\n", $WHOLE - 1) + 1;
        defined syswrite($events, $news, $size) or last;
        substr($news, 0, $size) = '';
    }
    $news = '' if length $news > $MOST_NEWS;
}

sub obey {
    my ($command, @words) = split ' ', shift;
    if ($command eq 'R') {
        return if $heir;
        while (my @some = splice @words, 0, $TOGETHER) {
            launch_all(@some);
            @words or last;
            reap();
            introduce();
            report();
        }
    } elsif ($command eq 'K') {
        my ($signal, $pid, $start) = @words;
        if (start_of($proc, $pid) eq $start) {
            kill $signal, -$pid or kill $signal, $pid;
        }
    } elsif ($command eq 'Q') {
        $serving = 0;
    }
}

# Ends what a task has left outside of its group: what lost its parent is the keeper's child now, and has the task's
# environment unless it has taken pains to be rid of it.
sub sweep {
    $unswept = 0;
    my $time = time;
    for my $orphan (grep { $_ != $$ && !$tasks{$_} } children($above)) {
        my ($container) = (slurp("/proc/$orphan/environ") // '') =~ /(?:\A|\0)BATON_CONTAINER=([^\0]*)/ or next;
        if ($swept{$container}) {
            kill 'KILL', -$orphan;
            kill 'KILL', $orphan;    # Its own children become the keeper's, and are found the next time.
        }
    }
    delete $swept{(shift @ended)->[1]} while @ended && $ended[0][0] < $time;
}

# The worker was killed: its tasks are this process's children.
sub adopt {
    my $worker = shift;
    $heir = 1;
    opendir my $all, 'exits' or return;
    for my $container (readdir $all) {
        my $text = slurp("exits/$container") // '';
        next if $text !~ /^B \Q$worker\E /m || $text =~ /^(?:E \d+ \d+ \.$|U )/m;
        my ($pid) = $text =~ /^[PS] (\d+)(?: \d+)?$/m;
        if (!defined $pid) {
            $unsure{$container} = 1;
        } elsif (((stat_of('/proc', $pid))[1] // 0) == $$) {
            own($container, $pid, $text);
        } else {
            add($container, "U exit status unknown (supervisor killed)\n");
            $news .= "E $container 255\n";
        }
    }
    $news .= "L $$\n";
}

sub own {
    my ($container, $pid, $text) = @_;
    $tasks{$pid} = $container;
    if ($text !~ /^S /m) {
        my $start = start_of('/proc', $pid);
        add($container, "S $pid $start\n");
        $news .= "S $container $pid $start $self\n";
    }
}

# A process that was forked and not yet noted says so itself. What has none was not yet forked, or killed at once: nothing of it
# has run. As long as a starter that was left alone is there, it may start one.
sub settle {
    my %makers = map { $_ => 1 } slurp("/proc/$$/cmdline"), join '', map { "$_\0" } @starter;
    my %texts = map { $_ => slurp("exits/$_") // '' } keys %unsure;
    for my $container (keys %texts) {
        my ($pid) = $texts{$container} =~ /^P (\d+)$/m or next;
        own($container, $pid, $texts{$container});
        delete $unsure{$container};
    }
    # Nor does one that has its number start another: the kernel may take its time over its program.
    my $current = $starter ? $starter_pid : 0;
    my $young = grep { $_ != $current && !$tasks{$_} && $makers{slurp("/proc/$_/cmdline") // ''} } children($$);
    return if $young;
    for my $container (keys %unsure) {
        # Looked at once more: it may have been started since.
        my $text = slurp("exits/$container") // '';
        if ($text =~ /^P (\d+)$/m) {
            own($container, $1, $text);
        } else {
            launch($container, rindex($text, "\n") + 1);
        }
        delete $unsure{$container};
    }
}

# Whose process this was that has ended.
sub claimed {
    my $pid = shift;
    for my $container (keys %unsure) {
        if ((slurp("exits/$container") // '') =~ /^P $pid$/m) {
            delete $unsure{$container};
            return $container;
        }
    }
    return;
}

# Waits until the worker is gone. Returns if somebody has to take its place.
sub keep {
    my $worker = shift;
    while (1) {
        my $pid = waitpid -1, 0;
        if ($pid == $worker) {
            exit 0 if $? == 0;
            return;
        }
        exit 1 if $pid < 0 && $! != $EINTR;
    }
}

# From here on there are two, if the kernel makes one the parent of what the other leaves.
my $worker = reap_orphans() ? fork : undef;
if ($worker) {
    my $name = "$worker " . start_of('/proc', $worker);
    open STDIN, '<', '/dev/null';
    open STDOUT, '>', '/dev/null';
    keep($worker);
    adopt($name);
} elsif (defined $worker) {
    setpgrp 0, 0;    # Who signals the keeper's group means the keeper.
    $both = identity() . " $self";
    $self = identity();
}
engage() if !$worker;

$SIG{CHLD} = sub { };
$| = 1;
print "ready $self\n";
open STDIN, '<', '/dev/null';
open STDOUT, '>', '/dev/null';

my $looked = time;
while ($serving || %tasks || %unsure || %swept) {
    my ($in, $out) = ('', '');
    vec($in, fileno $commands, 1) = 1 if $serving;
    vec($out, fileno $events, 1) = 1 if length $news;
    my $ready = select $in, $out, undef, %tasks || %unsure || %swept ? $POLL : $LOOK;
    settle() if %unsure;
    reap();
    sweep() if %swept && ($unswept || $ready <= 0);
    if ($ready > 0 && vec $in, fileno $commands, 1) {
        sysread $commands, $input, $MUCH, length $input;
        obey($1) while $input =~ s/\A([^\n]*)\n//;
    }
    if (%young) {
        reap();
        introduce();
    }
    report();
    if ($serving && time - $looked >= $LOOK) {
        $looked = time;
        $serving = join(' ', (stat 'commands')[0, 1]) eq $pipe && agent_is_there();
    }
}
