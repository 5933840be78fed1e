# Starts the tasks of a Baton agent and waits for them, all in one process that
# outlives the agent: what spawner.sh does with a shell for each task.
#
#   usage: perl spawner.pl DIRECTORY PROC
#
# Says "ready" on standard output when it is. Ends with its reason on standard
# error if it cannot work here.
#
# Reads commands, one a line, from the pipe DIRECTORY/commands:
#   R CONTAINER...          start these tasks: each has a file launch/CONTAINER
#                           and a file exits/CONTAINER that was filled beforehand
#   K SIGNAL PID START      signal the process group PID, if the process of that
#                           number is still the one that began at START
#   Q                       take no more commands
# It ends when it has no task and was told Q, or another one has made itself a
# pipe in the place of this one's.
#
# A file launch/CONTAINER consists of texts that end with NUL. The first letter:
#   g  a control group to join      d  the sandbox, which has stdout and stderr
#   v  a variable NAME=VALUE        s  where a session works, which hears stdin
#   w  a word of the command
#
# What became of a task is written over the filling of exits/CONTAINER, so that
# a full disk cannot lose it:
#   B PID START             the task may run from now on; who writes this
#   S PID START             it runs
#   F WHY                   it never ran
#   E STATUS SIGNAL .       it ended; without the dot the line is not whole
# The same news go as lines "S CONTAINER PID START PID START" (the second two are
# those of B) and "E CONTAINER STATUS" into the pipe DIRECTORY/events.
use strict;
use Fcntl ();

my ($directory, $proc) = @ARGV;

my $POLL = 0.25;          # A child that ends between two calls is seen by then.
my $LOOK = 5;             # Seconds between two looks at whose turn it is.
my $TOGETHER = 16;        # Starts whose news go in one write.
my $WHOLE = 4096;         # What a pipe takes at once: PIPE_BUF.
my $MOST_NEWS = 262144;   # The files tell what goes beyond that.
my $MOST_WORDS = 600;     # Of the filling, for why a task never ran.
my @DEAF = qw(HUP INT QUIT TERM);
my $WNOHANG = 1;

sub slurp {
    open my $in, '<', $_[0] or return;
    my $text = '';
    1 while sysread $in, $text, 65536, length $text;
    return $text;
}

sub put {
    my ($file, $text) = @_;
    open my $out, '>', $file or return;
    return syswrite $out, $text;
}

# When a process began, in ticks since the boot.
sub start_of {
    my ($root, $pid) = @_;
    my $stat = slurp("$root/$pid/stat") or return '';
    return (split ' ', substr $stat, rindex($stat, ')') + 2)[19] // '';
}

# What arrives for a child before it is the task must not get lost.
my $caught = '';
$SIG{$_} = sub { $caught = shift } for @DEAF;
$SIG{PIPE} = 'DEFAULT';
umask 022;
chdir $directory or die "cannot enter $directory: $!\n";
-p 'events' or system('mkfifo', '-m', '600', 'events') == 0 or exit 1;
unlink 'commands';
system('mkfifo', '-m', '600', 'commands') == 0 or exit 1;
sysopen my $commands, 'commands', Fcntl::O_RDWR() or die "cannot open commands: $!\n";
sysopen my $events, 'events', Fcntl::O_RDWR() | Fcntl::O_NONBLOCK() or die "cannot open events: $!\n";
my $pipe = join ' ', (stat $commands)[0, 1];
my $began = start_of('/proc', $$) or die "cannot read /proc/$$/stat: $!\n";
my $self = "$$ $began";

# Without this process nobody is told how its tasks end: the kernel is to choose another when memory is short.
my $score = slurp('/proc/self/oom_score_adj');
my $spared = defined $score && put('/proc/self/oom_score_adj', '-1000');

my %tasks;
my $news = '';
my $serving = 1;

sub fail {
    my ($record, $why) = @_;
    $why =~ s/\s+/ /g;
    syswrite $record, 'F ' . substr($why, 0, $MOST_WORDS) . "\n";
    exit 127;
}

# In the child: turns it into the task.
sub become {
    my ($record, $launch) = @_;
    setpgrp 0, 0;
    put('/proc/self/oom_score_adj', $score) if $spared;
    my @command;
    %ENV = ();
    for my $item (split /\0/, $launch) {
        my ($kind, $text) = (substr($item, 0, 1), substr $item, 1);
        if ($kind eq 'v') {
            my ($name, $value) = split /=/, $text, 2;
            $ENV{$name} = $value;
        } elsif ($kind eq 'w') {
            push @command, $text;
        } elsif ($kind eq 'g') {
            put("$text/cgroup.procs", '0') or fail($record, "cannot join its control group: $!");
        } elsif ($kind eq 'd') {
            chdir $text or fail($record, "cannot enter the sandbox: $!");
            open STDOUT, '>>', 'stdout' or fail($record, "cannot write into the sandbox: $!");
            open STDERR, '>>', 'stderr' or fail($record, "cannot write into the sandbox: $!");
        } elsif ($kind eq 's') {
            open STDIN, '<', 'stdin' or fail($record, "cannot open its input: $!");
            unlink 'stdin';    # Tells the agent that this end is open.
            chdir $text or fail($record, "cannot enter the sandbox: $!");
        }
    }
    $SIG{$_} = 'DEFAULT' for @DEAF;
    kill $caught, $$ if $caught;
    exec { $command[0] } @command;
    my $why = "$!";
    syswrite STDERR, "$command[0]: $why\n";
    fail($record, "Failed to execute '$command[0]': $why");
}

sub launch {
    my $container = shift;
    open my $record, '+<', "exits/$container" or return;
    syswrite $record, "B $self\n";
    my $launch = slurp("launch/$container");
    my $why = 'its launch script is gone';
    my $pid;
    if (defined $launch) {
        $caught = '';
        $pid = fork;
        $why = "no process can be started: $!";
    }
    if (!defined $pid) {
        syswrite $record, "F $why\nE 1 0 .\n";
        $news .= "E $container 1\n";
    } elsif ($pid == 0) {
        eval { become($record, $launch) };
        fail($record, $@);
    } else {
        setpgrp $pid, $pid;    # Whoever comes first: a signal must find the group.
        my $start = start_of('/proc', $pid);
        syswrite $record, "S $pid $start\n";
        $tasks{$pid} = $container;
        $news .= "S $container $pid $start $self\n";
    }
}

sub conclude {
    my ($container, $status, $signal) = @_;
    open my $record, '+<', "exits/$container" or return;
    sysread $record, my $text, 4096;
    sysseek $record, rindex($text, "\n") + 1, 0;
    syswrite $record, "E $status $signal .\n";
}

sub reap {
    while ((my $pid = waitpid -1, $WNOHANG) > 0) {
        my ($status, $signal) = ($? >> 8, $? & 127);
        my $container = delete $tasks{$pid};
        defined $container or next;
        kill 'KILL', -$pid;    # What it leaves of its group ends with it.
        $status = 128 + $signal if $signal;
        conclude($container, $status, $signal);
        $news .= "E $container $status\n";
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
        my $count = 0;
        for my $container (@words) {
            launch($container);
            if (++$count % $TOGETHER == 0) {
                reap();
                report();
            }
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

$SIG{CHLD} = sub { };
$| = 1;
print "ready\n";
open STDIN, '<', '/dev/null';
open STDOUT, '>', '/dev/null';

my $input = '';
my $looked = time;
while ($serving || %tasks) {
    my ($in, $out) = ('', '');
    vec($in, fileno $commands, 1) = 1 if $serving;
    vec($out, fileno $events, 1) = 1 if length $news;
    my $ready = select $in, $out, undef, %tasks ? $POLL : $LOOK;
    reap();
    if ($ready > 0 && vec $in, fileno $commands, 1) {
        sysread $commands, $input, 65536, length $input;
        obey($1) while $input =~ s/\A([^\n]*)\n//;
    }
    report();
    if ($serving && time - $looked >= $LOOK) {
        $looked = time;
        $serving = join(' ', (stat 'commands')[0, 1]) eq $pipe;
    }
}
