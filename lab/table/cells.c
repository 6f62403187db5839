/* cells < LINES      LINE: tcp|udp ADDRESS PORT. Dials all of them at once and prints, a line each, the outcome and where echo.c saw us ("-").
 * The words are the contract's. A connection that was accepted is asked, and has 1.5 s to say something; connecting has 4.5 s. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MOST 400
static struct { int fd, udp, connected; long until; const char *outcome; char seen[64]; } c[MOST];

static long now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1000 + t.tv_nsec / 1000000; }

static const char *name_of(int error)
{
    switch (error) {
    case ECONNREFUSED: return "refused";
    case ETIMEDOUT: return "timeout";
    case EHOSTUNREACH: case ENOPROTOOPT: return "host-unreachable";
    case ENETUNREACH: return "net-unreachable";
    case EADDRNOTAVAIL: return "address-unavailable";
    case EPERM: case EACCES: return "denied";
    default: return strerror(error);
    }
}

static void end(int i, const char *outcome) { c[i].outcome = outcome; if (c[i].fd >= 0) close(c[i].fd); c[i].fd = -1; }

static void ask(int i)
{
    c[i].connected = 1; c[i].until = now() + 1500;
    if (send(c[i].fd, "who\n", 4, MSG_NOSIGNAL) < 0) end(i, c[i].udp ? name_of(errno) : "cut");
}

static void open_one(int i, const char *proto, const char *address, int port)
{
    struct sockaddr_storage s = {0};
    int six = strchr(address, ':') != NULL;
    if (six) { struct sockaddr_in6 *a = (void *)&s; a->sin6_family = AF_INET6; a->sin6_port = htons(port); inet_pton(AF_INET6, address, &a->sin6_addr); }
    else { struct sockaddr_in *a = (void *)&s; a->sin_family = AF_INET; a->sin_port = htons(port); inet_pton(AF_INET, address, &a->sin_addr); }
    c[i].udp = !strcmp(proto, "udp"); c[i].until = now() + 4500; strcpy(c[i].seen, "-");
    c[i].fd = socket(six ? AF_INET6 : AF_INET, c[i].udp ? SOCK_DGRAM : SOCK_STREAM, 0);
    fcntl(c[i].fd, F_SETFL, O_NONBLOCK);
    if (!connect(c[i].fd, (void *)&s, six ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in))) ask(i);
    else if (errno != EINPROGRESS) end(i, name_of(errno));
}

static void look(int i)
{
    char text[64];
    int error = 0;
    socklen_t size = sizeof error;
    if (!c[i].connected) {
        getsockopt(c[i].fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error) end(i, name_of(error)); else ask(i);
        return;
    }
    long n = recv(c[i].fd, text, sizeof text - 1, 0);
    if (n > 0) { text[n] = 0; sscanf(text, "%63s", c[i].seen); end(i, "ok"); }
    else if (n == 0 || errno != EAGAIN) end(i, c[i].udp && n < 0 ? name_of(errno) : "cut");
}

int main(void)
{
    char proto[8], address[64];
    int port, count = 0, open = 1;
    while (count < MOST && scanf("%7s %63s %d", proto, address, &port) == 3) open_one(count++, proto, address, port);
    while (open) {
        struct pollfd p[MOST];
        open = 0;
        for (int i = 0; i < count; i++) {
            p[i] = (struct pollfd){ c[i].fd, c[i].connected ? POLLIN : POLLOUT, 0 };
            if (c[i].fd < 0) continue;
            if (now() > c[i].until) { end(i, c[i].connected && !c[i].udp ? "silent" : "timeout"); p[i].fd = -1; } else open++;
        }
        if (!open) break;
        poll(p, count, 50);
        for (int i = 0; i < count; i++) if (p[i].fd >= 0 && p[i].revents && c[i].fd >= 0) look(i);
    }
    for (int i = 0; i < count; i++) printf("%s %s\n", c[i].outcome, c[i].seen);
}
