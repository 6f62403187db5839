/* echo SPEC...      SPEC: tcp|udp, ADDRESS ([v6] for IPv6, [v6]! for IPV6_V6ONLY), PORT, joined by commas: tcp,0.0.0.0,80
 * Listens on all of them in one process. To whoever asks (TCP: sends something) it tells the address that it sees him at. */
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST 256
static struct pollfd fds[MOST];
static char kind[MOST]; /* L: listener, U: udp, C: accepted */
static int count;

static void add(int fd, char k) { if (count == MOST) { close(fd); return; } fds[count] = (struct pollfd){ fd, POLLIN, 0 }; kind[count++] = k; }

static int shown(struct sockaddr_storage *peer, char *text, int size)
{
    char a[64] = "";
    if (peer->ss_family == AF_INET) inet_ntop(AF_INET, &((struct sockaddr_in *)peer)->sin_addr, a, sizeof a);
    else inet_ntop(AF_INET6, &((struct sockaddr_in6 *)peer)->sin6_addr, a, sizeof a);
    return snprintf(text, size, "%s\n", strncmp(a, "::ffff:", 7) ? a : a + 7);
}

static void open_one(char *spec)
{
    char *proto = strtok(spec, ","), *address = strtok(NULL, ","), *port = strtok(NULL, ",");
    int udp = !strcmp(proto, "udp"), six = address[0] == '[', only = six && address[strlen(address) - 1] == '!', one = 1;
    struct sockaddr_storage s = {0};
    if (six) {
        struct sockaddr_in6 *a = (void *)&s;
        *strchr(address, ']') = 0;
        a->sin6_family = AF_INET6; a->sin6_port = htons(atoi(port)); inet_pton(AF_INET6, address + 1, &a->sin6_addr);
    } else {
        struct sockaddr_in *a = (void *)&s;
        a->sin_family = AF_INET; a->sin_port = htons(atoi(port)); inet_pton(AF_INET, address, &a->sin_addr);
    }
    int fd = socket(six ? AF_INET6 : AF_INET, udp ? SOCK_DGRAM : SOCK_STREAM, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (six) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only);
    if (fd < 0 || bind(fd, (void *)&s, six ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in)) || (!udp && listen(fd, 64))) { perror(address); exit(1); }
    add(fd, udp ? 'U' : 'L');
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    for (int i = 1; i < argc; i++) open_one(argv[i]);
    for (;;) {
        poll(fds, count, -1);
        for (int i = 0; i < count; i++) {
            struct sockaddr_storage peer = {0};
            socklen_t size = sizeof peer;
            char text[512], answer[80];
            if (!fds[i].revents) continue;
            if (kind[i] == 'L') { int fd = accept(fds[i].fd, NULL, NULL); if (fd >= 0) add(fd, 'C'); }
            else if (kind[i] == 'U') {
                if (recvfrom(fds[i].fd, text, sizeof text, 0, (void *)&peer, &size) >= 0) sendto(fds[i].fd, answer, shown(&peer, answer, sizeof answer), 0, (void *)&peer, size);
            } else {
                if (recv(fds[i].fd, text, sizeof text, 0) > 0 && !getpeername(fds[i].fd, (void *)&peer, &size)) send(fds[i].fd, answer, shown(&peer, answer, sizeof answer), 0);
                close(fds[i].fd);
                fds[i] = fds[--count]; kind[i] = kind[count]; i--;
            }
        }
    }
}
