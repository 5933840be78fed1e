/* Starts a program again and again, as fast as a program in C can: the ceiling of every launcher.
 *
 *   usage: spawn COUNT PARALLEL PROGRAM ARGUMENT...
 *
 * Prints how many a second, and the microseconds of processor time that each took, its start included. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timeval time) {
    return time.tv_sec + time.tv_usec / 1e6;
}

int main(int count, char **words) {
    if (count < 4) {
        fprintf(stderr, "usage: %s COUNT PARALLEL PROGRAM ARGUMENT...\n", words[0]);
        return 2;
    }
    int wanted = atoi(words[1]);
    int parallel = atoi(words[2]);
    int running = 0;
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (int started = 0; started < wanted || running > 0;) {
        if (started < wanted && running < parallel) {
            pid_t child = vfork();
            if (child == 0) {
                execv(words[3], words + 3);
                _exit(127);
            }
            if (child < 0) {
                perror("vfork");
                return 1;
            }
            started++;
            running++;
        } else {
            int status;
            if (wait(&status) < 0 || status != 0) {
                fprintf(stderr, "%s failed\n", words[3]);
                return 1;
            }
            running--;
        }
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    double took = end.tv_sec - start.tv_sec + (end.tv_nsec - start.tv_nsec) / 1e9;
    struct rusage children;
    getrusage(RUSAGE_CHILDREN, &children);
    printf("%.1f %.1f\n", wanted / took, (seconds(children.ru_utime) + seconds(children.ru_stime)) * 1e6 / wanted);
    return 0;
}
