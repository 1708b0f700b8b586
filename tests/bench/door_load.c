/* An SMTP load generator: one thread, one epoll, so that it takes little from the server beside it.

   cc -O2 -o load door_load.c
   load -p PORT -f MAIL -t RECIPIENT [-F SENDER] [-s SESSIONS] [-m MESSAGES] [-k MESSAGES A CONNECTION, 0 = all]
        [-w MOST SECONDS]
   load -p PORT -i SECONDS [-s SESSIONS]        opens the sessions and holds them idle for so long

   MAIL has CRLF or LF line ends; they are sent as CRLF, dots are stuffed. Each 00UNIQUE-TOKEN-HERE0 in it
   becomes a number of its own in each message. One line of JSON: times in milliseconds; ack is from the
   last octet handed to the socket to the 250, conn from connect() to the 220; cpu_s is our own. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define TOKEN "00UNIQUE-TOKEN-HERE0"
#define TOKEN_BYTES 20
#define MOST_TOKENS 64
#define PATIENCE_S 30

enum state { CLOSED, GREETING, EHLO, IDLE, MAIL, RCPT, DATA, CONTENT, END, QUIT };

struct client {
    enum state state;
    int fd, polled_for_writing;
    long taken; /* messages over this connection */
    size_t sent;
    char *content, line[4096];
    size_t line_bytes;
    double connecting, beginning, ended;
};

static const char *sender = "bench@sender.example", *recipient = "nobody@in.example.com";
static int port, sessions = 1, poll_fd, living, greeted;
static long messages = 1000, per_connection, begun, ok, failed, refused, connects;
static double most_s = 60, idle_s, started, last;
static double *ack_ms, *whole_ms, *connect_ms;
static char *mail, first_error[200];
static size_t mail_bytes, tokens[MOST_TOKENS];
static int token_count;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static void note(const char *what)
{
    if (first_error[0])
        return;
    strncpy(first_error, what, sizeof first_error - 1);
    for (char *c = first_error; *c; c++)
        if (*c < 32 || *c > 126 || *c == '"' || *c == '\\')
            *c = ' ';
}

static void read_mail(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        exit(2);
    }
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    mail = malloc(2 * size + 16);
    int here, before = '\n';
    while ((here = getc(file)) != EOF) {
        if (here == '\n' && before != '\r')
            mail[mail_bytes++] = '\r';
        if (here == '.' && before == '\n')
            mail[mail_bytes++] = '.';
        mail[mail_bytes++] = before = here;
    }
    fclose(file);
    memcpy(mail + mail_bytes, before == '\n' ? ".\r\n" : "\r\n.\r\n", before == '\n' ? 3 : 5);
    mail_bytes += before == '\n' ? 3 : 5;
    char *at = mail, *end = mail + mail_bytes;
    while (token_count < MOST_TOKENS && (at = memmem(at, end - at, TOKEN, TOKEN_BYTES))) {
        tokens[token_count++] = at - mail;
        at += TOKEN_BYTES;
    }
}

static void poll_for(struct client *c, int writing, int operation)
{
    struct epoll_event event = {.events = EPOLLIN | (writing ? EPOLLOUT : 0), .data.ptr = c};
    c->polled_for_writing = writing;
    epoll_ctl(poll_fd, operation, c->fd, &event);
}

static void hang_up(struct client *c)
{
    close(c->fd);
    c->state = CLOSED;
    living--;
}

/* The connection is of no use any more: count what was lost by it. */
static void lose(struct client *c, const char *why)
{
    note(why);
    if (c->state >= MAIL && c->state <= END)
        failed++;
    else
        refused++;
    hang_up(c);
}

static void connect_client(struct client *c)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    int one = 1;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    c->state = GREETING;
    c->taken = 0;
    c->line_bytes = 0;
    c->connecting = now();
    living++;
    if (connect(c->fd, (struct sockaddr *)&to, sizeof to) && errno != EINPROGRESS)
        lose(c, strerror(errno));
    else
        poll_for(c, 0, EPOLL_CTL_ADD);
}

/* A command is short and the socket empty: it always fits. */
static void say(struct client *c, enum state next, const char *verb, const char *address)
{
    char command[512];
    int size = snprintf(command, sizeof command, "%s%s%s\r\n", verb, address, *address ? ">" : "");
    c->state = next;
    if (send(c->fd, command, size, MSG_NOSIGNAL) != size)
        lose(c, strerror(errno));
}

static void send_content(struct client *c)
{
    while (c->sent < mail_bytes) {
        ssize_t size = send(c->fd, c->content + c->sent, mail_bytes - c->sent, MSG_NOSIGNAL);
        if (size < 0) {
            if (errno != EAGAIN)
                lose(c, strerror(errno));
            else if (!c->polled_for_writing)
                poll_for(c, 1, EPOLL_CTL_MOD);
            return;
        }
        c->sent += size;
    }
    c->ended = now();
    c->state = END;
    if (c->polled_for_writing)
        poll_for(c, 0, EPOLL_CTL_MOD);
}

static int is_over(void)
{
    return begun >= messages || now() - started > most_s;
}

static void next_message(struct client *c)
{
    char number[64];
    if (idle_s > 0) {
        c->state = IDLE;
        return;
    }
    if (is_over() || (per_connection && c->taken >= per_connection)) {
        say(c, QUIT, "QUIT", "");
        return;
    }
    begun++;
    c->taken++;
    c->sent = 0;
    if (!c->content)
        c->content = memcpy(malloc(mail_bytes), mail, mail_bytes);
    snprintf(number, sizeof number, "U%09ld%010ld", getpid() % 1000000000L, begun);
    for (int i = 0; i < token_count; i++)
        memcpy(c->content + tokens[i], number, TOKEN_BYTES);
    c->beginning = now();
    say(c, MAIL, "MAIL FROM:<", sender);
}

static void take_reply(struct client *c, int code, const char *line)
{
    static const int wanted[] = {[GREETING] = 220, [EHLO] = 250, [MAIL] = 250, [RCPT] = 250, [DATA] = 354, [END] = 250};
    if (c->state == QUIT) {
        hang_up(c);
        return;
    }
    if (c->state == CONTENT || c->state == IDLE || code != wanted[c->state]) {
        lose(c, line);
        return;
    }
    double t = now();
    switch (c->state) {
    case GREETING:
        if (connects < messages + sessions)
            connect_ms[connects++] = 1e3 * (t - c->connecting);
        say(c, EHLO, "EHLO client.example", "");
        break;
    case MAIL:
        say(c, RCPT, "RCPT TO:<", recipient);
        break;
    case RCPT:
        say(c, DATA, "DATA", "");
        break;
    case DATA:
        c->state = CONTENT;
        send_content(c);
        break;
    case END:
        ack_ms[ok] = 1e3 * (t - c->ended);
        whole_ms[ok++] = 1e3 * (t - c->beginning);
        last = t;
        next_message(c);
        break;
    default: /* EHLO */
        greeted++;
        next_message(c);
    }
}

static void receive(struct client *c)
{
    ssize_t size = recv(c->fd, c->line + c->line_bytes, sizeof c->line - 1 - c->line_bytes, 0);
    if (size < 0 && errno == EAGAIN)
        return;
    if (size <= 0) {
        if (c->state == QUIT)
            hang_up(c);
        else
            lose(c, size ? strerror(errno) : "the server hung up");
        return;
    }
    c->line_bytes += size;
    char *line = c->line, *end;
    while ((end = memchr(line, '\n', c->line + c->line_bytes - line))) {
        *end = 0;
        if (end - line > 3 && line[3] != '-') /* not the last line of its reply else */
            take_reply(c, atoi(line), line);
        if (c->state == CLOSED)
            return;
        line = end + 1;
    }
    c->line_bytes -= line - c->line;
    memmove(c->line, line, c->line_bytes);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double at(const double *sorted, long count, double share)
{
    return count ? sorted[(long)(share * (count - 1) + .5)] : 0;
}

static void report(void)
{
    struct rusage used;
    double took = last > started ? last - started : 1e-9;
    getrusage(RUSAGE_SELF, &used);
    qsort(ack_ms, ok, sizeof *ack_ms, by_value);
    qsort(whole_ms, ok, sizeof *whole_ms, by_value);
    qsort(connect_ms, connects, sizeof *connect_ms, by_value);
    printf("{\"sessions\": %d, \"ok\": %ld, \"fail\": %ld, \"connfail\": %ld, \"s\": %.4f, \"msg_s\": %.1f, \"MB_s\": %.2f,",
           sessions, ok, failed, refused, took, ok / took, ok / took * mail_bytes / 1e6);
    printf(" \"ack_p50\": %.2f, \"ack_p99\": %.2f, \"ack_max\": %.2f, \"txn_p50\": %.2f, \"txn_p99\": %.2f,",
           at(ack_ms, ok, .5), at(ack_ms, ok, .99), at(ack_ms, ok, 1), at(whole_ms, ok, .5), at(whole_ms, ok, .99));
    printf(" \"conn_p50\": %.2f, \"conn_p99\": %.2f, \"bytes\": %zu, \"cpu_s\": %.3f, \"err\": \"%s\"}\n",
           at(connect_ms, connects, .5), at(connect_ms, connects, .99), mail_bytes,
           used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6,
           first_error);
}

static void run(struct client *clients)
{
    struct epoll_event events[256];
    double held_since = 0;
    for (int i = 0; i < sessions; i++)
        connect_client(&clients[i]);
    while (living && now() - started < most_s + idle_s + PATIENCE_S) {
        int count = epoll_wait(poll_fd, events, 256, 100);
        for (int i = 0; i < count; i++) {
            struct client *c = events[i].data.ptr;
            if (c->state == CONTENT && events[i].events & EPOLLOUT)
                send_content(c);
            if (c->state != CLOSED && events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))
                receive(c);
            if (c->state == CLOSED && idle_s <= 0 && !is_over() && refused < 20L * sessions)
                connect_client(c);
        }
        if (idle_s > 0 && !held_since && (greeted + refused >= sessions || now() - started > most_s)) {
            held_since = now();
            printf("{\"holding\": %d, \"open_s\": %.3f}\n", greeted, held_since - started);
            fflush(stdout);
        }
        for (int i = 0; held_since && i < sessions && now() - held_since > idle_s; i++)
            if (clients[i].state == IDLE)
                say(&clients[i], QUIT, "QUIT", "");
    }
}

int main(int count, char **arguments)
{
    const char *path = NULL;
    int option;
    while ((option = getopt(count, arguments, "p:f:t:F:s:m:k:w:i:")) > 0)
        switch (option) {
        case 'p': port = atoi(optarg); break;
        case 'f': path = optarg; break;
        case 't': recipient = optarg; break;
        case 'F': sender = optarg; break;
        case 's': sessions = atoi(optarg); break;
        case 'm': messages = atol(optarg); break;
        case 'k': per_connection = atol(optarg); break;
        case 'w': most_s = atof(optarg); break;
        case 'i': idle_s = atof(optarg); break;
        default: return 2;
        }
    if (idle_s <= 0 && !path) {
        fprintf(stderr, "-f MAIL is needed; the head of door_load.c tells the rest\n");
        return 2;
    }
    if (path)
        read_mail(path);
    ack_ms = calloc(messages, sizeof *ack_ms);
    whole_ms = calloc(messages, sizeof *whole_ms);
    connect_ms = calloc(messages + sessions, sizeof *connect_ms);
    poll_fd = epoll_create1(0);
    started = last = now();
    run(calloc(sessions, sizeof(struct client)));
    report();
    return idle_s > 0 || ok ? 0 : 1;
}
