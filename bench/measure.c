// SPDX-License-Identifier: Apache-2.0
// Runs a command several times and says what one run costs: wall time, processor time, peak RSS.
// It is small because the kernel counts the launcher's own memory, about 1 MiB, into the peak of
// what it launches; an interpreter would add its tens of MiB.
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

enum { most_runs = 1000 };

extern char** environ;

static double now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static double to_ms(struct timeval time) {
  return (double)time.tv_sec * 1e3 + (double)time.tv_usec / 1e3;
}

static int compare(const void* a, const void* b) {
  const double x = *(const double*)a;
  const double y = *(const double*)b;
  return (x > y) - (x < y);
}

/// Runs once with output thrown away; the wait status, or -1 where it could not be started.
static int run_once(char** command, struct rusage* usage) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int error = posix_spawnp(&child, command[0], &actions, NULL, command, environ);
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  if (error != 0) {
    fprintf(stderr, "measure: %s: %s\n", command[0], strerror(error));
    return -1;
  }
  return wait4(child, &status, 0, usage) == child ? status : -1;
}

int main(int argc, char** argv) {
  const long runs = argc > 2 ? strtol(argv[1], NULL, 10) : 0;
  if (runs < 1 || runs > most_runs) {
    fprintf(stderr, "usage: measure RUNS COMMAND [ARGUMENT...]\n");
    return 2;
  }
  static double wall[most_runs];
  static double cpu[most_runs];
  long peak_kib = 0;
  int status = 0;
  for (long i = 0; i < runs; ++i) {
    struct rusage usage;
    const double start = now_ms();
    status = run_once(argv + 2, &usage);
    if (status == -1) return 1;
    wall[i] = now_ms() - start;
    cpu[i] = to_ms(usage.ru_utime) + to_ms(usage.ru_stime);
    if (usage.ru_maxrss > peak_kib) peak_kib = usage.ru_maxrss;
  }
  qsort(wall, (size_t)runs, sizeof *wall, compare);
  qsort(cpu, (size_t)runs, sizeof *cpu, compare);
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  printf("{\"wall_ms\": %.3f, \"cpu_ms\": %.3f, \"peak_rss_kib\": %ld, \"exit\": %d}\n",
         wall[runs / 2], cpu[runs / 2], peak_kib, code);
  return 0;
}
