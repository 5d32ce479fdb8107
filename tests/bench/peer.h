/* What the C sides of the socket benchmarks share. Each of them says how it fails. */

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define LARGEST 2048
#define SOCKET_BUFFER (4 * 1024 * 1024)
#define LOST_AFTER_MS 200

/* Says why, and ends the program. */
static void fail(const char *what);

static double now_us(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

static struct sockaddr_in loopback(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

static int open_socket(void) {
  int file = socket(AF_INET, SOCK_DGRAM, 0);
  int size = SOCKET_BUFFER;
  if (file < 0) fail("socket");
  setsockopt(file, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  setsockopt(file, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  return file;
}

/* Waits for the next byte of the input; false at its end. */
static int is_asked(void) {
  char question;
  fflush(stdout);
  return read(0, &question, 1) == 1;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Prints the median and the 99th percentile, and frees the times. */
static void print_round_trips(double *times, int count) {
  qsort(times, count, sizeof *times, ascending);
  printf("%f %f\n", times[count / 2], times[count * 99 / 100]);
  free(times);
}
