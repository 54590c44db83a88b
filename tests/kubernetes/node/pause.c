// What holds a pod's namespaces while its containers come and go: the image that Kubernetes has for
// it is in no package registry.
#include <signal.h>
#include <unistd.h>

static void end(int signal) {
    (void)signal;
    _exit(0);
}

int main(void) {
    // The first process of a namespace gets no signal that it doesn't ask for.
    signal(SIGTERM, end);
    signal(SIGINT, end);
    for (;;) {
        pause();
    }
}
