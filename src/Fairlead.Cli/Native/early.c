// `fairlead --version` alone is answered before the runtime unpacks its tables (docs/adr/0005-one-static-binary.md): scripts ask for it at every turn.
// Everything else, and a descriptor that takes no whole line at once, goes on to Program.cs.
#include <string.h>
#include <unistd.h>

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)

__attribute__((constructor)) static void answer_version(int argc, char **argv, char **envp)
{
    static const char line[] = "fairlead " TEXT(FAIRLEAD_VERSION) "\n";
    (void)envp;
    if (argc == 2 && strcmp(argv[1], "--version") == 0 && write(STDOUT_FILENO, line, sizeof line - 1) == sizeof line - 1)
        _exit(0);
}
