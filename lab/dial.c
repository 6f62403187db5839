/* dial HOST PORT SCHEME PATH LIMIT_MS
 * The lab's own witness: resolves and dials as a plain C program does and prints what came of it as one JSON line. It shares no
 * code with Fairlead, so that the two can be compared. Run it in the source's network namespace with the source's resolver files. */
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <fcntl.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <time.h>

static long now_ms(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1000 + t.tv_nsec / 1000000; }

static const char *name_of(int error)
{
    switch (error) {
    case 0: return "ok";
    case ECONNREFUSED: return "refused";
    case ETIMEDOUT: return "timeout";
    case EHOSTUNREACH: case ENOPROTOOPT: return "host-unreachable";
    case ENETUNREACH: case EINVAL: return "net-unreachable";            /* EINVAL: a blackhole route */
    case EADDRNOTAVAIL: return "address-unavailable";
    case EPERM: case EACCES: return "denied";
    default: return "unknown";
    }
}

static int finish(const char *outcome, int error, const char *address, long began, int attempts)
{
    printf("{\"outcome\":\"%s\",\"errno\":%d,\"address\":\"%s\",\"ms\":%ld,\"attempts\":%d}\n", outcome, error, address, now_ms() - began, attempts);
    return 0;
}

/* What happens on an open connection: asked on http and ws, else only waited on for 200 ms. */
static const char *after_connect(int fd, const char *scheme, const char *host, const char *path, int limit)
{
    int ask = !strcmp(scheme, "http") || !strcmp(scheme, "ws");
    char text[2048];
    if (ask) {
        int n = snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", path, host);
        if (send(fd, text, n, MSG_NOSIGNAL) < 0) return "cut";
    }
    struct pollfd p = { fd, POLLIN, 0 };
    if (poll(&p, 1, ask ? limit : 200) == 0) return ask ? "silent" : "ok";
    return recv(fd, text, sizeof text, 0) > 0 ? "ok" : "cut";
}

/* A datagram, and what comes back to a plain client: without IP_RECVERR the kernel keeps the softer ICMP errors to itself. */
static int datagram(struct addrinfo *a, int limit, const char **outcome)
{
    int fd = socket(a->ai_family, SOCK_DGRAM, 0), error = 0;
    char text[2048];
    socklen_t size = sizeof error;
    struct pollfd p = { fd, POLLIN, 0 };
    if (connect(fd, a->ai_addr, a->ai_addrlen) < 0 || send(fd, "\r\n", 2, 0) < 0) error = errno;
    else if (poll(&p, 1, limit) == 0) { *outcome = "silent"; return 0; }
    else if (recv(fd, text, sizeof text, 0) < 0) error = errno;
    else getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    close(fd);
    *outcome = name_of(error);
    return error;
}

int main(int argc, char **argv)
{
    if (argc != 6) return 2;
    const char *host = argv[1], *port = argv[2], *scheme = argv[3], *path = argv[4];
    int limit = atoi(argv[5]), attempts = 0, first_error = -1, first_v4_error = -1;
    char first_address[64] = "", first_v4_address[64] = "", address[64];
    long began = now_ms();
    struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM }, *list, *a;
    int failed = getaddrinfo(host, port, &hints, &list);
    if (failed) return finish(failed == EAI_NONAME ? "name-not-found" : "name-failure", 0, "", began, 0);
    for (a = list; a; a = a->ai_next) {
        getnameinfo(a->ai_addr, a->ai_addrlen, address, sizeof address, NULL, 0, NI_NUMERICHOST);
        if (!strcmp(scheme, "udp")) {
            const char *outcome;
            int told = datagram(a, limit, &outcome);
            return finish(outcome, told, address, began, 1);
        }
        int fd = socket(a->ai_family, SOCK_STREAM, 0), error = 0;
        if (fd < 0) continue;
        fcntl(fd, F_SETFL, O_NONBLOCK);
        attempts++;
        if (connect(fd, a->ai_addr, a->ai_addrlen) < 0) {
            error = errno;
            if (error == EINPROGRESS) {
                struct pollfd p = { fd, POLLOUT, 0 };
                socklen_t size = sizeof error;
                if (poll(&p, 1, limit) == 0) error = ETIMEDOUT;
                else getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
            }
        }
        /* reset so soon after the handshake that connect tells of it: a SYN is never answered so */
        if (error == ECONNRESET || error == EPIPE) return finish("cut", 0, address, began, attempts);
        if (error == 0) return finish(after_connect(fd, scheme, host, path, limit), 0, address, began, attempts);
        if (first_error < 0) { first_error = error; strcpy(first_address, address); }
        if (first_v4_error < 0 && a->ai_family == AF_INET) { first_v4_error = error; strcpy(first_v4_address, address); }
        close(fd);
    }
    if (first_v4_error >= 0) return finish(name_of(first_v4_error), first_v4_error, first_v4_address, began, attempts);
    return finish(name_of(first_error), first_error, first_address, began, attempts);
}
