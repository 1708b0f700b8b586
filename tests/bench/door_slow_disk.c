/* Preloaded, it makes each fsync, fdatasync and syncfs take SLOW_DISK_US microseconds more, as on a disk
   that is slow to flush.   cc -O2 -shared -fPIC -o slow.so door_slow_disk.c -ldl */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static void wait_for_disk(void)
{
    const char *given = getenv("SLOW_DISK_US");
    long us = given ? atol(given) : 0;
    struct timespec pause = {us / 1000000, us % 1000000 * 1000};
    nanosleep(&pause, NULL);
}

#define SLOW(name)                                  \
    int name(int descriptor)                        \
    {                                               \
        int (*real)(int) = dlsym(RTLD_NEXT, #name); \
        int result = real(descriptor);              \
        wait_for_disk();                            \
        return result;                              \
    }

SLOW(fsync)
SLOW(fdatasync)
SLOW(syncfs)
