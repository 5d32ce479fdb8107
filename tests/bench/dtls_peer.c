/*
 * The C side of the DTLS benchmark: DTLS 1.2 as a plain program does it with OpenSSL, which owns the
 * sockets. The certificate is what clients trust.
 *
 *   dtls_peer echo CERT KEY                       answers each packet with itself
 *   dtls_peer connect PORT CERT COUNT RESUME      handshakes one after the other, full or resumed
 *   dtls_peer ping PORT CERT COUNT SIZE           one packet at a time; answers with round trips
 *   dtls_peer window PORT CERT N SIZE MS          keeps N packets on their way
 *
 * All print a port first. Then all but `echo` answer each byte of their standard input with plain
 * numbers on a line, and end with it; `echo` ends when it is killed.
 */

#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/time.h>
#include "peer.h"

#define IDLE_SECONDS 5
#define ATTEMPTS 3

static unsigned char secret[16];

static void fail(const char *what) {
  perror(what);
  ERR_print_errors_fp(stderr);
  exit(1);
}

/* The server's sockets have one port. A client must not: it could be given the server's own port,
   and would then shake hands with itself. */
static void share_port(int file) {
  int one = 1;
  setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  setsockopt(file, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one);
}

/* A cookie must not change between two ClientHellos; who sends them is of no interest here. */
static int make_cookie(SSL *ssl, unsigned char *cookie, unsigned int *size) {
  (void)ssl;
  memcpy(cookie, secret, sizeof secret);
  *size = sizeof secret;
  return 1;
}

static int check_cookie(SSL *ssl, const unsigned char *cookie, unsigned int size) {
  (void)ssl;
  return size == sizeof secret && memcmp(cookie, secret, size) == 0;
}

static void *serve(void *argument) {
  SSL *ssl = argument;
  char buffer[LARGEST];
  int size;
  if (SSL_accept(ssl) == 1) {
    while ((size = SSL_read(ssl, buffer, sizeof buffer)) > 0) SSL_write(ssl, buffer, size);
    SSL_shutdown(ssl);
  }
  int file = SSL_get_fd(ssl);
  SSL_free(ssl);
  close(file);
  return NULL;
}

/* Goes on with a client whose cookie was good, on a socket that hears that client alone. */
static void hand_over(SSL *ssl, BIO_ADDR *client, int port) {
  struct sockaddr_in local = loopback(port), remote = loopback(ntohs(BIO_ADDR_rawport(client)));
  struct timeval idle = {IDLE_SECONDS, 0};
  int file = open_socket();
  pthread_t thread;
  share_port(file);
  if (bind(file, (struct sockaddr *)&local, sizeof local) < 0) fail("bind");
  if (connect(file, (struct sockaddr *)&remote, sizeof remote) < 0) fail("connect");
  BIO *bio = SSL_get_rbio(ssl);
  BIO_set_fd(bio, file, BIO_NOCLOSE);
  BIO_ctrl(bio, BIO_CTRL_DGRAM_SET_CONNECTED, 0, &remote);
  BIO_ctrl(bio, BIO_CTRL_DGRAM_SET_RECV_TIMEOUT, 0, &idle);
  if (pthread_create(&thread, NULL, serve, ssl) != 0) fail("pthread_create");
  pthread_detach(thread);
}

static void echo(const char *certificate, const char *key) {
  SSL_CTX *context = SSL_CTX_new(DTLS_server_method());
  struct sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  int file = open_socket();
  if (SSL_CTX_use_certificate_chain_file(context, certificate) != 1) fail(certificate);
  if (SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1) fail(key);
  SSL_CTX_set_cookie_generate_cb(context, make_cookie);
  SSL_CTX_set_cookie_verify_cb(context, check_cookie);
  SSL_CTX_set_session_id_context(context, secret, sizeof secret);
  share_port(file);
  if (bind(file, (struct sockaddr *)&address, size) < 0) fail("bind");
  getsockname(file, (struct sockaddr *)&address, &size);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  for (;;) {
    SSL *ssl = SSL_new(context);
    BIO_ADDR *client = BIO_ADDR_new();
    BIO *bio = BIO_new_dgram(file, BIO_NOCLOSE);
    SSL_set_bio(ssl, bio, bio);
    SSL_set_options(ssl, SSL_OP_COOKIE_EXCHANGE);
    while (DTLSv1_listen(ssl, client) <= 0);
    hand_over(ssl, client, ntohs(address.sin_port));
    BIO_ADDR_free(client);
  }
}

static SSL_CTX *client_context(const char *certificate) {
  SSL_CTX *context = SSL_CTX_new(DTLS_client_method());
  if (SSL_CTX_load_verify_locations(context, certificate, NULL) != 1) fail(certificate);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
  return context;
}

/* A handshake on a new socket; NULL when it fails. */
static SSL *try_client(SSL_CTX *context, int port, SSL_SESSION *session) {
  struct sockaddr_in address = loopback(port);
  int file = open_socket();
  if (connect(file, (struct sockaddr *)&address, sizeof address) < 0) fail("connect");
  SSL *ssl = SSL_new(context);
  BIO *bio = BIO_new_dgram(file, BIO_CLOSE);
  BIO_ctrl(bio, BIO_CTRL_DGRAM_SET_CONNECTED, 0, &address);
  SSL_set_bio(ssl, bio, bio);
  SSL_set1_host(ssl, "localhost");
  if (session != NULL) SSL_set_session(ssl, session);
  if (SSL_connect(ssl) == 1) return ssl;
  SSL_free(ssl);
  return NULL;
}

/* A port may be new to us, while the server still has a client before us that had it. */
static SSL *open_client(SSL_CTX *context, int port, SSL_SESSION *session) {
  for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
    ERR_clear_error();
    SSL *ssl = try_client(context, port, session);
    if (ssl != NULL) return ssl;
  }
  fail("SSL_connect");
  return NULL;
}

static void close_client(SSL *ssl) {
  SSL_shutdown(ssl);
  SSL_free(ssl);
}

static void shake_hands(SSL_CTX *context, int port, int count, SSL_SESSION *session) {
  int resumed = 0;
  double start = now_us();
  for (int i = 0; i < count; i++) {
    SSL *ssl = open_client(context, port, session);
    resumed += SSL_session_reused(ssl);
    close_client(ssl);
  }
  printf("%d %d %f\n", count, resumed, (now_us() - start) / 1000);
}

static void keep_connecting(int port, const char *certificate, int count, int is_resumed) {
  SSL_CTX *context = client_context(certificate);
  SSL_SESSION *session = NULL;
  SSL *first = open_client(context, port, NULL);
  if (is_resumed) session = SSL_get1_session(first);
  close_client(first);
  printf("%d\n", port);
  while (is_asked()) shake_hands(context, port, count, session);
}

static void ping(SSL *ssl, int count, int size) {
  double *times = malloc(count * sizeof *times);
  char buffer[LARGEST] = {0};
  for (int i = 0; i < count; i++) {
    double start = now_us();
    if (SSL_write(ssl, buffer, size) <= 0) fail("SSL_write");
    if (SSL_read(ssl, buffer, sizeof buffer) <= 0) fail("SSL_read");
    times[i] = now_us() - start;
  }
  print_round_trips(times, count);
}

static void window(SSL *ssl, int limit, int size, double duration_ms) {
  int file = SSL_get_fd(ssl);
  char buffer[LARGEST] = {0};
  long sent = 0, received = 0;
  double start = now_us(), end = start + duration_ms * 1000;
  for (;;) {
    double now = now_us();
    while (now < end && sent - received < limit) {
      if (SSL_write(ssl, buffer, size) <= 0) break;
      sent++;
    }
    if (sent == received) break;
    int got = 0;
    while (SSL_read(ssl, buffer, sizeof buffer) > 0) got++;
    received += got;
    struct pollfd ready = {file, POLLIN, 0};
    if (got == 0 && poll(&ready, 1, LOST_AFTER_MS) == 0) break;
  }
  printf("%ld %ld %f\n", sent, received, (now_us() - start) / 1000);
}

static void pings(int port, const char *certificate, int count, int size) {
  SSL *ssl = open_client(client_context(certificate), port, NULL);
  printf("%d\n", port);
  while (is_asked()) ping(ssl, count, size);
  close_client(ssl);
}

static void windows(int port, const char *certificate, int limit, int size, double duration_ms) {
  SSL *ssl = open_client(client_context(certificate), port, NULL);
  printf("%d\n", port);
  BIO_set_nbio(SSL_get_rbio(ssl), 1);
  BIO_socket_nbio(SSL_get_fd(ssl), 1);
  while (is_asked()) window(ssl, limit, size, duration_ms);
  BIO_socket_nbio(SSL_get_fd(ssl), 0);
  close_client(ssl);
}

int main(int count, char **arguments) {
  const char *role = count > 3 ? arguments[1] : "";
  int numbers[7] = {0};
  for (int i = 2; i < count && i < 7; i++) numbers[i] = atoi(arguments[i]);
  if (RAND_bytes(secret, sizeof secret) != 1) fail("RAND_bytes");
  if (strcmp(role, "echo") == 0) echo(arguments[2], arguments[3]);
  else if (strcmp(role, "connect") == 0) keep_connecting(numbers[2], arguments[3], numbers[4], numbers[5]);
  else if (strcmp(role, "ping") == 0) pings(numbers[2], arguments[3], numbers[4], numbers[5]);
  else if (strcmp(role, "window") == 0)
    windows(numbers[2], arguments[3], numbers[4], numbers[5], numbers[6]);
  else return 2;
  return 0;
}
