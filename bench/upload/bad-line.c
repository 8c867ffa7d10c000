/*
 * A bad line between two network namespaces, for kernels without netem: it delays the packets from the
 * TUN device of one side to that of the other, and drops some.
 *
 *     bad-line NAMESPACE_A NAMESPACE_B DEVICE DELAY_MS LOSS_PERCENT RATE_MBIT QUEUE_KB SEED
 *
 * Creates DEVICE in both namespaces, prints `ready`, and forwards packets until SIGTERM; then it prints
 * counters as JSON. Each direction has a bottleneck of RATE_MBIT, a drop-tail queue of QUEUE_KB before it
 * and a delay of DELAY_MS after it. From A to B, LOSS_PERCENT of the packets are dropped at random (SEED)
 * before the queue; none from B to A.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { MAX_PACKET = 2048, MAX_UNDERWAY = 1 << 15, BURST = 256 };
static const int64_t SECOND = 1000000000;

struct packet {
  int64_t due;
  int length;
  unsigned char bytes[MAX_PACKET];
};

struct direction {
  int from, to;
  double loss;
  uint64_t chance;
  int64_t bottleneck_free_at;
  struct packet *underway; /* a ring: first in, first out */
  unsigned first, count;
  uint64_t packets, bytes, lost, overflowed;
};

struct line {
  int64_t delay;
  double bits_per_second, queue_bytes;
};

static volatile sig_atomic_t stopped;

static void stop(int signal) {
  (void)signal;
  stopped = 1;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * SECOND + time.tv_nsec;
}

/* xorshift64: the same seed drops the same packets of a sequence. */
static double next_chance(uint64_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return (double)(*state >> 11) / 9007199254740992.0;
}

static int open_device(const char *space, const char *name) {
  char path[256];
  snprintf(path, sizeof path, "/var/run/netns/%s", space);
  int inside = open(path, O_RDONLY | O_CLOEXEC);
  if (inside < 0 || setns(inside, CLONE_NEWNET) < 0) fail(path);
  close(inside);
  int device = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  if (device < 0 || ioctl(device, TUNSETIFF, &request) < 0) fail("/dev/net/tun");
  return device;
}

static struct direction make_direction(int from, int to, double loss, uint64_t seed) {
  struct direction made = {.from = from, .to = to, .loss = loss, .chance = seed};
  made.underway = malloc(sizeof(struct packet) * MAX_UNDERWAY);
  if (!made.underway) fail("malloc");
  return made;
}

static void deliver(struct direction *way, int64_t time) {
  while (way->count > 0) {
    struct packet *packet = &way->underway[way->first];
    if (packet->due > time) return;
    if (write(way->to, packet->bytes, packet->length) < 0 && errno == EAGAIN) return;
    way->first = (way->first + 1) % MAX_UNDERWAY;
    way->count -= 1;
  }
}

static void take(struct direction *way, const struct line *line) {
  for (int taken = 0; taken < BURST && way->count < MAX_UNDERWAY; taken += 1) {
    struct packet *packet = &way->underway[(way->first + way->count) % MAX_UNDERWAY];
    int length = read(way->from, packet->bytes, MAX_PACKET);
    if (length <= 0) return;
    way->packets += 1;
    way->bytes += length;
    if (way->loss > 0 && next_chance(&way->chance) < way->loss) {
      way->lost += 1;
      continue;
    }
    int64_t time = now();
    int64_t start = way->bottleneck_free_at > time ? way->bottleneck_free_at : time;
    double queued = (double)(start - time) / SECOND * line->bits_per_second / 8;
    if (queued > line->queue_bytes) {
      way->overflowed += 1;
      continue;
    }
    way->bottleneck_free_at = start + (int64_t)(length * 8.0 / line->bits_per_second * SECOND);
    packet->length = length;
    packet->due = way->bottleneck_free_at + line->delay;
    way->count += 1;
  }
}

static void wait_for_work(struct direction ways[2]) {
  int64_t next = now() + SECOND;
  for (int i = 0; i < 2; i += 1) {
    if (ways[i].count > 0 && ways[i].underway[ways[i].first].due < next) next = ways[i].underway[ways[i].first].due;
  }
  int64_t left = next - now();
  if (left < 0) left = 0;
  struct timespec patience = {left / SECOND, left % SECOND};
  struct pollfd readable[2] = {{ways[0].from, POLLIN, 0}, {ways[1].from, POLLIN, 0}};
  ppoll(readable, 2, &patience, NULL);
}

static void print_direction(const char *name, const struct direction *way, const char *end) {
  printf("\"%s\":{\"packets\":%lu,\"bytes\":%lu,\"lost\":%lu,\"overflowed\":%lu}%s", name, way->packets, way->bytes,
         way->lost, way->overflowed, end);
}

int main(int count, char **words) {
  if (count != 9) {
    fprintf(stderr, "usage: bad-line NAMESPACE_A NAMESPACE_B DEVICE DELAY_MS LOSS_PERCENT RATE_MBIT QUEUE_KB SEED\n");
    return 2;
  }
  struct line line = {(int64_t)(atof(words[4]) * 1e6), atof(words[6]) * 1e6, atof(words[7]) * 1024};
  uint64_t seed = strtoull(words[8], NULL, 10) * 0x9e3779b97f4a7c15ull | 1;
  int a = open_device(words[1], words[3]);
  int b = open_device(words[2], words[3]);
  struct direction ways[2] = {make_direction(a, b, atof(words[5]) / 100, seed), make_direction(b, a, 0, seed)};
  /* Run before other processes, so that load does not make the line worse. Ignored without permission. */
  struct sched_param first = {.sched_priority = 10};
  sched_setscheduler(0, SCHED_FIFO, &first);
  signal(SIGTERM, stop);
  signal(SIGINT, stop);
  puts("ready");
  fflush(stdout);
  while (!stopped) {
    for (int i = 0; i < 2; i += 1) deliver(&ways[i], now());
    wait_for_work(ways);
    for (int i = 0; i < 2; i += 1) take(&ways[i], &line);
  }
  printf("{");
  print_direction("aToB", &ways[0], ",");
  print_direction("bToA", &ways[1], "}\n");
  return 0;
}
