/* oracle-wire CLIENT CLIENT_IF SERVER SERVER_IF ROUTER: the hands and eyes of the oracle, in three network namespaces (names below /run/netns).
 * Each line of standard input is a command; each is answered with one line.
 *   c HEX, s HEX            sends a frame by the client's (server's) interface
 *   r MARK UID GID FAMILY DESTINATION HEX   sends a whole IP packet from the router, as that user and group
 *   more MS                 waits so long for another frame
 *   listen FAMILY ADDRESS PORT   a TCP listener in the router, kept
 * The answer: the errno, then every frame that came to the client ("c:HEX") or server ("s:HEX") since. Between sending and looking, frames of
 * our own go to and fro over a link beside the router: what was sent before has been through the stack by then. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/socket.h>
#include <unistd.h>

#define BESIDE 0x88b5

static unsigned char buffer[65536];

static int enter(const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "/run/netns/%s", name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || setns(fd, CLONE_NEWNET) < 0) { perror(path); exit(1); }
    close(fd);
    return 0;
}

static int tap(const char *interface, int protocol)
{
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(protocol));
    struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_protocol = htons(protocol), .sll_ifindex = if_nametoindex(interface) };
    if (fd < 0 || !at.sll_ifindex || bind(fd, (struct sockaddr *)&at, sizeof at) < 0) { perror(interface); exit(1); }
    return fd;
}

static int from_hex(const char *hex, unsigned char *to, int most)
{
    int n = 0;
    unsigned value;
    for (; n < most && sscanf(hex, "%2x", &value) == 1; hex += 2) to[n++] = value;
    return n;
}

/* Frames that the stacks send of themselves: ARP, and IPv6 neighbour and group messages. */
static int noise(const unsigned char *f, int n)
{
    int type = f[12] << 8 | f[13];
    if (type != ETH_P_IP && type != ETH_P_IPV6) return 1;
    if (type == ETH_P_IPV6 && n > 54 && f[20] == 0 && f[54] == 58) return 1;
    return type == ETH_P_IPV6 && n > 54 && f[20] == 58 && ((f[54] >= 130 && f[54] <= 137) || f[54] == 143);
}

static void look(int fd, char side)
{
    struct sockaddr_ll from;
    socklen_t size = sizeof from;
    int n;
    while ((n = recvfrom(fd, buffer, sizeof buffer, MSG_DONTWAIT, (struct sockaddr *)&from, &size)) > 0) {
        size = sizeof from;
        if (from.sll_pkttype == PACKET_OUTGOING || n < 14 || noise(buffer, n)) continue;
        printf(" %c:", side);
        for (int i = 0; i < n; i++) printf("%02x", buffer[i]);
    }
}

static void to_and_fro(int one, int other)
{
    unsigned char frame[60] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 0x77, BESIDE >> 8, BESIDE & 0xff };
    for (int i = 0; i < 4; i++) {
        int a = i % 2 ? other : one, b = i % 2 ? one : other;
        struct pollfd p = { b, POLLIN, 0 };
        if (send(a, frame, sizeof frame, 0) < 0 || poll(&p, 1, 5000) <= 0) { fprintf(stderr, "the link beside the router is dead\n"); exit(1); }
        while (recv(b, buffer, sizeof buffer, MSG_DONTWAIT) > 0) { }
        while (recv(a, buffer, sizeof buffer, MSG_DONTWAIT) > 0) { }
    }
}

static int from_router(const char *line)
{
    unsigned mark, uid, gid;
    int family, at, result = 0;
    char text[64];
    if (sscanf(line, "%u %u %u %d %63s %n", &mark, &uid, &gid, &family, text, &at) < 5) return EINVAL;
    int n = from_hex(line + at, buffer, sizeof buffer);
    setfsgid(gid);
    setfsuid(uid);
    int fd = socket(family == 6 ? AF_INET6 : AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
    setfsuid(0);
    setfsgid(0);
    if (fd < 0) return errno;
    setsockopt(fd, SOL_SOCKET, SO_MARK, &mark, sizeof mark);
    struct sockaddr_in to4 = { .sin_family = AF_INET };
    struct sockaddr_in6 to6 = { .sin6_family = AF_INET6 };
    inet_pton(family == 6 ? AF_INET6 : AF_INET, text, family == 6 ? (void *)&to6.sin6_addr : (void *)&to4.sin_addr);
    if (sendto(fd, buffer, n, 0, family == 6 ? (struct sockaddr *)&to6 : (struct sockaddr *)&to4, family == 6 ? sizeof to6 : sizeof to4) < 0) result = errno;
    close(fd);
    return result;
}

static int listener(const char *line)
{
    int family, port;
    char text[64];
    if (sscanf(line, "%d %63s %d", &family, text, &port) < 3) return EINVAL;
    struct sockaddr_in at4 = { .sin_family = AF_INET, .sin_port = htons(port) };
    struct sockaddr_in6 at6 = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
    inet_pton(family == 6 ? AF_INET6 : AF_INET, text, family == 6 ? (void *)&at6.sin6_addr : (void *)&at4.sin_addr);
    int one = 1, fd = socket(family == 6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_IP, IP_FREEBIND, &one, sizeof one);
    if (family == 6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
    if (bind(fd, family == 6 ? (struct sockaddr *)&at6 : (struct sockaddr *)&at4, family == 6 ? sizeof at6 : sizeof at4) < 0 || listen(fd, 8) < 0) return errno;
    return 0;
}

int main(int argc, char **argv)
{
    if (argc != 6) return 2;
    cpu_set_t cpu;
    CPU_ZERO(&cpu);
    CPU_SET(sched_getcpu(), &cpu);
    sched_setaffinity(0, sizeof cpu, &cpu);     /* one CPU, one backlog: what is sent first is through first */
    enter(argv[1]);
    int client = tap(argv[2], ETH_P_ALL), one = tap("beside", BESIDE);
    enter(argv[3]);
    int server = tap(argv[4], ETH_P_ALL), other = tap("beside", BESIDE);
    enter(argv[5]);
    static char line[200000];
    while (fgets(line, sizeof line, stdin)) {
        int error = 0, n;
        if (!strncmp(line, "more ", 5)) {
            struct pollfd p[2] = { { client, POLLIN, 0 }, { server, POLLIN, 0 } };
            poll(p, 2, atoi(line + 5));
        } else if (line[0] == 'r') error = from_router(line + 2);
        else if (line[0] == 'l') error = listener(line + 7);
        else {
            n = from_hex(line + 2, buffer, sizeof buffer);
            if (send(line[0] == 'c' ? client : server, buffer, n, 0) < 0) error = errno;
        }
        to_and_fro(one, other);
        printf("%d", error);
        look(client, 'c');
        look(server, 's');
        printf("\n");
        fflush(stdout);
    }
    return 0;
}
