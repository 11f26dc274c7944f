/* A disk that can be watched and made to fail, put before the system's calls (LD_PRELOAD) of a process under test.
 *
 * Only files whose path begins with DISK_WATCHED are concerned. Every write, truncate, sync and unlink goes into the file
 * DISK_LOG as one record, in the order in which it happened, so that a power cut can be played at any moment later.
 * disk_arm() makes the n-th call of a kind fail, for once or from then on; disk_note() puts a mark into the log.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WRITE = 'w', TRUNCATE = 't', SYNC = 's', UNLINK = 'u', NOTE = 'n', OPEN = 'o' };

#define FILES 4096
static char *watched[FILES];                       /* the path behind a descriptor, where it is one of ours */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int armed_kind, armed_at, armed_errno, armed_lasting, counts[128];

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int ours(const char *path) {
    const char *prefix = getenv("DISK_WATCHED");
    return prefix && path && strncmp(path, prefix, strlen(prefix)) == 0;
}

static const char *of(int fd) { return fd >= 0 && fd < FILES ? watched[fd] : NULL; }

void disk_arm(int kind, int at, int error, int lasting) {
    memset(counts, 0, sizeof counts);
    armed_kind = kind; armed_at = at; armed_errno = error; armed_lasting = lasting;
}

int disk_count(int kind) { return counts[kind]; }

/* Return whether this call is to fail, with errno set. */
static int fails(int kind) {
    int count = ++counts[kind];
    if (kind != armed_kind || count < armed_at || (count > armed_at && !armed_lasting)) return 0;
    errno = armed_errno;
    return 1;
}

static void record(char kind, const char *path, int64_t offset, const void *data, int64_t length) {
    const char *name = getenv("DISK_LOG");
    if (!name) return;
    pthread_mutex_lock(&lock);
    int saved = errno, log = REAL(open)(name, O_WRONLY | O_APPEND | O_CREAT, 0600);
    int32_t path_length = path ? (int32_t)strlen(path) : 0;
    char head[21];
    memcpy(head, &kind, 1); memcpy(head + 1, &path_length, 4); memcpy(head + 5, &offset, 8); memcpy(head + 13, &length, 8);
    ssize_t put = REAL(write)(log, head, sizeof head);
    if (path_length) put += REAL(write)(log, path, path_length);
    if (data && length) put += REAL(write)(log, data, length);
    if (put < 0) abort();                          /* a log with a gap would prove nothing */
    close(log);
    errno = saved;
    pthread_mutex_unlock(&lock);
}

void disk_note(const char *text) { record(NOTE, NULL, 0, text, (int64_t)strlen(text)); }

static int remember(int fd, const char *path) {
    if (fd >= 0 && fd < FILES) {
        free(watched[fd]);
        watched[fd] = ours(path) ? strdup(path) : NULL;
    }
    return fd;
}

#define OPENS(name)                                                          \
    int name(const char *path, int flags, ...) {                             \
        mode_t mode = 0;                                                     \
        if (flags & (O_CREAT | O_TMPFILE)) {                                 \
            va_list more; va_start(more, flags); mode = va_arg(more, mode_t); va_end(more); \
        }                                                                    \
        if (ours(path) && fails(OPEN)) return -1;                            \
        return remember(REAL(name)(path, flags, mode), path);                \
    }
OPENS(open)
OPENS(open64)

int close(int fd) {
    if (of(fd)) { free(watched[fd]); watched[fd] = NULL; }
    return REAL(close)(fd);
}

#define WRITES(name, offset_type)                                            \
    ssize_t name(int fd, const void *data, size_t length, offset_type at) {  \
        if (of(fd) && fails(WRITE)) return -1;                               \
        ssize_t put = REAL(name)(fd, data, length, at);                      \
        if (put > 0 && of(fd)) record(WRITE, of(fd), at, data, put);         \
        return put;                                                          \
    }
WRITES(pwrite, off_t)
WRITES(pwrite64, off64_t)

ssize_t write(int fd, const void *data, size_t length) {
    if (of(fd) && fails(WRITE)) return -1;
    off_t at = of(fd) ? lseek(fd, 0, SEEK_CUR) : 0;
    ssize_t put = REAL(write)(fd, data, length);
    if (put > 0 && of(fd)) record(WRITE, of(fd), at, data, put);
    return put;
}

#define TRUNCATES(name, offset_type)                                         \
    int name(int fd, offset_type length) {                                   \
        if (of(fd) && fails(WRITE)) return -1;                               \
        int done = REAL(name)(fd, length);                                   \
        if (done == 0 && of(fd)) record(TRUNCATE, of(fd), length, NULL, 0);  \
        return done;                                                         \
    }
TRUNCATES(ftruncate, off_t)
TRUNCATES(ftruncate64, off64_t)

#define SYNCS(name)                                                          \
    int name(int fd) {                                                       \
        if (of(fd) && fails(SYNC)) return -1;                                \
        int done = REAL(name)(fd);                                           \
        if (done == 0 && of(fd)) record(SYNC, of(fd), 0, NULL, 0);           \
        return done;                                                         \
    }
SYNCS(fsync)
SYNCS(fdatasync)

int unlink(const char *path) {
    int done = REAL(unlink)(path);
    if (done == 0 && ours(path)) record(UNLINK, path, 0, NULL, 0);
    return done;
}
