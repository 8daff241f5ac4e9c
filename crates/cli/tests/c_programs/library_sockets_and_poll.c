#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int pair[2];
    char text[50];
    socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    if (fork() == 0) {
        ssize_t n = read(pair[1], text, sizeof text);
        for (ssize_t i = 0; i < n; i++) text[i] ^= 0x20;
        write(pair[1], text, n);
        _exit(0);
    }
    write(pair[0], "hello", 5);
    struct pollfd waited = {pair[0], POLLIN, 0};
    printf("poll %d ", poll(&waited, 1, 5000));
    printf("%.*s\n", (int)read(pair[0], text, sizeof text), text);
    wait(NULL);

    int server = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    bind(server, (struct sockaddr *)&address, size);
    listen(server, 1);
    getsockname(server, (struct sockaddr *)&address, &size);
    printf("connect %d %s\n", connect(client, (struct sockaddr *)&address, size), inet_ntoa(address.sin_addr));
    int accepted = accept(server, NULL, NULL);
    send(client, "over tcp", 9, 0);
    fd_set set;
    FD_ZERO(&set);
    FD_SET(accepted, &set);
    printf("select %d ", select(accepted + 1, &set, NULL, NULL, NULL));
    recv(accepted, text, sizeof text, 0);
    printf("%s %d\n", text, ntohs(htons(0x1234)) == 0x1234);

    int events = epoll_create1(0), counter = eventfd(3, 0);
    struct epoll_event event = {EPOLLIN, {.u32 = 77}}, came;
    epoll_ctl(events, EPOLL_CTL_ADD, counter, &event);
    printf("epoll %d %u ", epoll_wait(events, &came, 1, 1000), came.data.u32);
    eventfd_t value;
    eventfd_read(counter, &value);
    printf("%lu\n", (unsigned long)value);
    struct in6_addr six;
    inet_pton(AF_INET6, "::1", &six);
    printf("%d\n", memcmp(&six, &in6addr_loopback, sizeof six));
    return 0;
}
