/* names < LINES      LINE: a name. Asks libc as a program does and prints, a line each, the addresses in the order given, joined by commas;
 * "name-not-found" or "name-failure" where there are none. Static: run it in a container's namespaces, with that container's files. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

int main(void)
{
    char name[256];
    while (scanf("%255s", name) == 1) {
        struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM }, *list = NULL;
        int failed = getaddrinfo(name, NULL, &hints, &list), any = 0;
        if (failed) puts(failed == EAI_NONAME || failed == EAI_NODATA ? "name-not-found" : "name-failure");
        else {
            for (struct addrinfo *a = list; a; a = a->ai_next) {
                char text[64];
                getnameinfo(a->ai_addr, a->ai_addrlen, text, sizeof text, NULL, 0, NI_NUMERICHOST);
                printf("%s%s", any++ ? "," : "", text);
            }
            puts("");
            freeaddrinfo(list);
        }
        fflush(stdout);
    }
}
