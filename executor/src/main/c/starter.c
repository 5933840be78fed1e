/*
 * Starts tasks for spawner.pl, which waits for them. What a fork of perl copies
 * costs more than most tasks take; this shares its memory with the child until
 * that is another program (as vfork does), and copies nothing.
 *
 *   usage: starter DIRECTORY SCORE, with a socket as standard input
 *
 * SCORE is for a task's oom_score_adj; empty if that is not to be changed.
 *
 * Reads requests, one a line:
 *   CONTAINER OFFSET      start the task of launch/CONTAINER; the news of it
 *                         begin in exits/CONTAINER at this place
 * and answers each, in order:
 *   S CONTAINER PID OFFSET  its process is a child of this one's parent; the
 *                         next line of the news belongs at this place. It may
 *                         be over: then its own line says why it never ran.
 *   N CONTAINER           nothing was done: it is a task for perl, which can
 *                         set limits, hear a session, look up groups, take
 *                         very many words, and become another user where
 *                         the kernel lets that user trace such processes
 *
 * The files are described in spawner.pl. Of launch/CONTAINER this understands
 * the letters g, d, v, w, and u with m. It ends with the socket or its parent.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    LINE = 512,             /* Of a request, and of the news of a child. */
    MOST_WORDS = 4096,      /* execvp may make a copy of them on the child's stack, and one of a search path. */
    STACK = 256 * 1024,     /* Of a child, with what is below it that nobody may touch. */
    GUARD = 64 * 1024,
    MOST_NOTE = 64 << 20,   /* More than the kernel takes of words and variables. */
    MOST_WHY = 600,
    NEVER_RAN = 127
};

/* One task, as its note says. Pointers are into the note. */
struct task {
    const char *container;
    long offset;            /* Where the next line of its news belongs. */
    int record;             /* Its exit file. */
    const char *sandbox;
    char **groups, **words, **variables;    /* Each ends with NULL. */
    const char *account;    /* Numbers of its user and group, and the user's name; NULL if it is this one's. */
    const char *membership; /* Numbers of all groups of that user. */
    gid_t *members;
};

static char *stack;
static const char *score;   /* What a task gets for its parent's oom_score_adj; NULL if it has that anyway. */

static void put_line(struct task *task, const char *text, size_t length)
{
    if (pwrite(task->record, text, length, task->offset) == (ssize_t)length)
        task->offset += (long)length;
}

/* In the child. Whitespace in the reason would break the line. */
_Noreturn static void fail(struct task *task, const char *what, const char *name, const char *why)
{
    char line[2 + MOST_WHY + 2];
    int length = snprintf(line, sizeof line - 1, "F %s%s%s%s", what, name, *name ? "': " : "", why);
    if (length > (int)sizeof line - 2)
        length = sizeof line - 2;
    for (int i = 0; i < length; i++)
        if (strchr("\t\n\v\f\r", line[i]))
            line[i] = ' ';
    line[length] = '\n';
    put_line(task, line, (size_t)length + 1);
    _exit(NEVER_RAN);
}

/* Opens a file of the sandbox as the task's. Nothing waits here, or all tasks would: a pipe without a reader is refused. */
static void append_to(struct task *task, const char *name, int number)
{
    int file = open(name, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0666);
    if (file < 0 || fcntl(file, F_SETFL, O_APPEND) < 0 || dup2(file, number) < 0)
        fail(task, "cannot write into the sandbox: ", "", strerror(errno));
    close(file);
}

static int write_to(const char *path, const char *text)
{
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0)
        return -1;
    ssize_t size = write(file, text, strlen(text));
    int problem = errno;
    close(file);
    errno = problem;
    return size < 0 ? -1 : 0;
}

/*
 * Whether processes of a user that has changed may be traced by others of that user (fs.suid_dumpable is 1, which is for
 * debugging): the child has root's memory until it is another program.
 */
static int is_traceable(void)
{
    char value = '0';
    int file = open("/proc/sys/fs/suid_dumpable", O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return 0;
    if (read(file, &value, 1) < 0)
        value = '1';
    close(file);
    return value == '1';
}

/*
 * In the child: it has no way back. The kernel lets nobody trace a process whose user has changed until it is another program,
 * unless the host is told to.
 */
static void turn_into(struct task *task)
{
    char *rest;
    uid_t user = (uid_t)strtoul(task->account, &rest, 10);
    gid_t group = (gid_t)strtoul(rest, &rest, 10);
    size_t count = 0;
    const char *next = task->membership;
    for (char *end;; next = end) {
        gid_t one = (gid_t)strtoul(next, &end, 10);
        if (end == next)
            break;
        task->members[count++] = one;
    }
    if (setgroups(count, task->members) < 0 || setresgid(group, group, group) < 0 || setresuid(user, user, user) < 0)
        fail(task, "cannot become user '", rest + (*rest == ' '), strerror(errno));
}

/* The child, until it is the task. It has the starter's memory, but files, directory and signals of its own. */
static int become(void *argument)
{
    struct task *task = argument;
    char line[LINE];
    put_line(task, line, (size_t)snprintf(line, sizeof line, "P %d\n", getpid()));
    setpgid(0, 0);
    if (score)
        write_to("/proc/self/oom_score_adj", score);
    for (char **group = task->groups; *group; group++)
        if (chdir(*group) < 0 || write_to("cgroup.procs", "0") < 0)
            fail(task, "cannot join its control group: ", "", strerror(errno));
    if (chdir(task->sandbox) < 0)
        fail(task, "cannot enter the sandbox: ", "", strerror(errno));
    append_to(task, "stdout", STDOUT_FILENO);
    append_to(task, "stderr", STDERR_FILENO);
    if (task->account)
        turn_into(task);
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);    /* What came for it meanwhile ends it now. */
    execvp(task->words[0], task->words);
    const char *why = strerror(errno);
    signal(SIGXFSZ, SIG_IGN);
    dprintf(STDERR_FILENO, "%s: %s\n", task->words[0], why);
    fail(task, "Failed to execute '", task->words[0], why);
}

/* The bytes of a file, with one more that is 0; NULL if it cannot be had. */
static char *slurp(const char *path, size_t *size)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    struct stat about;
    char *text = NULL;
    *size = 0;
    if (file >= 0 && fstat(file, &about) == 0 && about.st_size < MOST_NOTE)
        text = malloc((size_t)about.st_size + 1);
    if (text) {
        ssize_t more;
        while (*size < (size_t)about.st_size
               && (more = read(file, text + *size, (size_t)about.st_size - *size)) > 0)
            *size += (size_t)more;
        text[*size] = '\0';
    }
    if (file >= 0)
        close(file);
    return text;
}

/* Points the task at what its note says; false if there is a letter that only perl knows. */
static int read_note(struct task *task, char *note, size_t size, char **pointers, size_t items, char *own)
{
    char **group = pointers, **word = group + items + 1, **variable = word + items + 1;
    task->groups = group, task->words = word, task->variables = variable;
    *variable++ = own;
    for (char *item = note; item < note + size; item += strlen(item) + 1) {
        char *text = item + 1;
        if (*item == 'g')
            *group++ = text;
        else if (*item == 'w')
            *word++ = text;
        else if (*item == 'd')
            task->sandbox = text;
        else if (*item == 'u')
            task->account = text;
        else if (*item == 'm')
            task->membership = text;
        else if (*item == 'v' && strncmp(text, own, strcspn(own, "=") + 1) == 0)
            task->variables[0] = text;
        else if (*item == 'v')
            *variable++ = text;
        else
            return 0;
    }
    *group = *word = *variable = NULL;
    return task->sandbox && task->words[0] && word - task->words <= MOST_WORDS && !task->account == !task->membership
           && !(task->account && is_traceable());
}

/* The child's number; -1 if there is none. */
static int begin(struct task *task)
{
    char path[LINE], own[LINE];
    size_t size, items = 0;
    snprintf(own, sizeof own, "BATON_CONTAINER=%s", task->container);
    snprintf(path, sizeof path, "launch/%s", task->container);
    char *note = slurp(path, &size);
    for (size_t i = 0; i < size; i++)
        items += note[i] == '\0';
    char **pointers = malloc((3 * items + 5) * sizeof *pointers);
    task->members = malloc((size + 1) / 2 * sizeof *task->members + 1);    /* Each has a digit and what parts it from the next. */
    snprintf(path, sizeof path, "exits/%s", task->container);
    task->record = open(path, O_WRONLY | O_CLOEXEC);
    int pid = -1;
    if (note && pointers && task->members && task->record >= 0 && read_note(task, note, size, pointers, items, own)) {
        char **former = environ;
        environ = task->variables;    /* execvp looks for the program where the task would. */
        pid = clone(become, stack + STACK, CLONE_VM | CLONE_VFORK | CLONE_PARENT | SIGCHLD, task);
        environ = former;
    }
    if (task->record >= 0)
        close(task->record);
    free(task->members);
    free(pointers);
    free(note);
    return pid;
}

int main(int count, char **arguments)
{
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    if (count != 3 || chdir(arguments[1]) < 0)
        return 2;
    score = *arguments[2] ? arguments[2] : NULL;
    /* A task's standard input is empty. */
    int socket = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3), empty = open("/dev/null", O_RDWR);
    if (socket < 0 || empty < 0 || dup2(empty, STDIN_FILENO) < 0)
        return 2;
    fcntl(empty, F_SETFD, FD_CLOEXEC);
    stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED || mprotect(stack, GUARD, PROT_NONE) < 0)
        return 2;
    int parent = getppid();
    FILE *requests = fdopen(socket, "r");
    char line[LINE];
    while (requests && fgets(line, sizeof line, requests)) {
        struct task task = {.container = line};
        char *space = strchr(line, ' ');
        if (!space || getppid() != parent)
            return 1;    /* Whoever takes the parent's place sees to what it had asked for. */
        *space = '\0';
        task.offset = strtol(space + 1, NULL, 10);
        int pid = begin(&task);
        if (pid < 0)
            dprintf(socket, "N %s\n", task.container);
        else
            dprintf(socket, "S %s %d %ld\n", task.container, pid, task.offset);
    }
    return 0;
}
