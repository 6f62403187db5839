/* resolve NAME
 * What getaddrinfo of the libc that this is linked with gives for NAME, with AI_ADDRCONFIG: its code's name, then the addresses in order.
 * Compiled with gcc and with musl-gcc it is the reference for Fairlead's own resolver. */
#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
    struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG }, *list, *a;
    char address[64];
    if (argc != 2) return 2;
    int failed = getaddrinfo(argv[1], "80", &hints, &list);
    switch (failed) {
    case 0: printf("ok"); break;
    case EAI_NONAME: printf("none"); break;
    case -5: printf("none"); break;      /* EAI_NODATA, which has its name only with extensions */
    case EAI_AGAIN: printf("again"); break;
    default: printf("fail"); break;
    }
    for (a = failed ? NULL : list; a; a = a->ai_next) {
        getnameinfo(a->ai_addr, a->ai_addrlen, address, sizeof address, NULL, 0, NI_NUMERICHOST);
        printf(" %s", address);
    }
    puts("");
    return 0;
}
