/*
 * The C side of the socket benchmark: what a plain program reaches with the system's own calls.
 *
 *   udp_peer echo                       answers each datagram with itself
 *   udp_peer sink                       counts datagrams; answers with the count so far
 *   udp_peer window PORT N SIZE MS      keeps N datagrams on their way to an echo server for so long
 *   udp_peer ping PORT COUNT SIZE       one datagram at a time, so often; answers with round trips
 *   udp_peer flood PORT SIZE MS         sends the start of its input as fast as the system takes it
 *
 * All but `flood` print their port first. Then `sink`, `window` and `ping` answer each byte of their
 * standard input with plain numbers on a line, and end with it; `echo` ends when it is killed.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include "peer.h"

#define BATCH 64

static struct mmsghdr messages[BATCH];
static struct iovec vectors[BATCH];
static struct sockaddr_in sources[BATCH];
static char buffers[BATCH][LARGEST];

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static int open_client(int port) {
  int file = open_socket();
  struct sockaddr_in address = loopback(port);
  if (connect(file, (struct sockaddr *)&address, sizeof address) < 0) fail("connect");
  return file;
}

static void print_port(int file) {
  struct sockaddr_in address;
  socklen_t size = sizeof address;
  getsockname(file, (struct sockaddr *)&address, &size);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
}

static int open_server(void) {
  int file = open_socket();
  struct sockaddr_in address = loopback(0);
  if (bind(file, (struct sockaddr *)&address, sizeof address) < 0) fail("bind");
  print_port(file);
  return file;
}

static void prepare(int size, int has_sources) {
  for (int i = 0; i < BATCH; i++) {
    vectors[i] = (struct iovec){buffers[i], size};
    messages[i].msg_hdr = (struct msghdr){.msg_iov = &vectors[i], .msg_iovlen = 1};
    if (!has_sources) continue;
    messages[i].msg_hdr.msg_name = &sources[i];
    messages[i].msg_hdr.msg_namelen = sizeof sources[i];
  }
}

/* Waits for datagrams or standard input; false when that has something, or ends. */
static int wait_for_input(int file) {
  struct pollfd files[2] = {{file, POLLIN, 0}, {0, POLLIN, 0}};
  if (poll(files, 2, -1) < 0) fail("poll");
  return files[1].revents == 0;
}

static void echo(void) {
  int file = open_server();
  prepare(LARGEST, 1);
  for (;;) {
    int count = recvmmsg(file, messages, BATCH, MSG_WAITFORONE, NULL);
    if (count < 0) fail("recvmmsg");
    for (int i = 0; i < count; i++) vectors[i].iov_len = messages[i].msg_len;
    for (int sent = 0; sent < count;) {
      int now = sendmmsg(file, messages + sent, count - sent, 0);
      sent += now > 0 ? now : 1;
    }
    for (int i = 0; i < count; i++) vectors[i].iov_len = LARGEST;
  }
}

static void sink(void) {
  int file = open_server();
  long received = 0;
  prepare(LARGEST, 0);
  for (;;) {
    int count = recvmmsg(file, messages, BATCH, MSG_DONTWAIT, NULL);
    if (count > 0) received += count;
    if (count > 0 || wait_for_input(file)) continue;
    if (!is_asked()) return;
    printf("%ld\n", received);
    fflush(stdout);
  }
}

static void window(int file, int limit, double duration_ms) {
  long sent = 0, received = 0;
  double start = now_us(), end = start + duration_ms * 1000;
  for (;;) {
    double now = now_us();
    while (now < end && sent - received < limit) {
      long room = limit - (sent - received);
      int count = sendmmsg(file, messages, room < BATCH ? room : BATCH, 0);
      if (count <= 0) break;
      sent += count;
    }
    if (sent == received) break;
    int count = recvmmsg(file, messages, BATCH, MSG_DONTWAIT, NULL);
    if (count < 0) {
      struct pollfd ready = {file, POLLIN, 0};
      if (poll(&ready, 1, LOST_AFTER_MS) == 0) break;
      continue;
    }
    received += count;
  }
  printf("%ld %ld %f\n", sent, received, (now_us() - start) / 1000);
}

static void windows(int port, int limit, int size, double duration_ms) {
  int file = open_client(port);
  prepare(size, 0);
  print_port(file);
  while (is_asked()) window(file, limit, duration_ms);
}

static void ping(int file, int count, int size) {
  double *times = malloc(count * sizeof *times);
  for (int i = 0; i < count; i++) {
    double start = now_us();
    if (send(file, buffers[0], size, 0) < 0) fail("send");
    if (recv(file, buffers[0], LARGEST, 0) < 0) fail("recv");
    times[i] = now_us() - start;
  }
  print_round_trips(times, count);
}

static void pings(int port, int count, int size) {
  int file = open_client(port);
  print_port(file);
  while (is_asked()) ping(file, count, size);
}

static void flood(int port, int size, double duration_ms) {
  int file = open_client(port);
  long sent = 0;
  double start = now_us(), end = start + duration_ms * 1000;
  prepare(size, 0);
  int got = fread(buffers[0], 1, size, stdin);
  for (int i = 1; i < BATCH; i++) memcpy(buffers[i], buffers[0], got);
  while (now_us() < end) {
    int count = sendmmsg(file, messages, BATCH, 0);
    if (count > 0) sent += count;
  }
  printf("%ld %f\n", sent, (now_us() - start) / 1000);
}

static int number(char **arguments, int at) {
  if (arguments[at] == NULL) {
    fprintf(stderr, "a number is missing\n");
    exit(2);
  }
  return atoi(arguments[at]);
}

int main(int count, char **arguments) {
  const char *role = count > 1 ? arguments[1] : "";
  if (strcmp(role, "echo") == 0) echo();
  else if (strcmp(role, "sink") == 0) sink();
  else if (strcmp(role, "window") == 0)
    windows(number(arguments, 2), number(arguments, 3), number(arguments, 4), number(arguments, 5));
  else if (strcmp(role, "ping") == 0)
    pings(number(arguments, 2), number(arguments, 3), number(arguments, 4));
  else if (strcmp(role, "flood") == 0)
    flood(number(arguments, 2), number(arguments, 3), number(arguments, 4));
  else return 2;
  return 0;
}
