/* Compresses and restores with zlib in every way that it has, and prints lengths and checksums of what came out. Its
   argument is a folder for a file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "zlib.h"

enum { LENGTH = 1000000 };

/* FNV-1a, to tell the compressed bytes apart without zlib's own checksums. */
static unsigned long long hash(const unsigned char *bytes, unsigned long length) {
    unsigned long long hash = 0xcbf29ce484222325;
    for (unsigned long i = 0; i < length; i++) hash = (hash ^ bytes[i]) * 0x100000001b3;
    return hash;
}

static unsigned char *data_of_kind(int kind) {
    static const char *const words[] = {"link", "load", "relocate", "symbol", "section", "seal", "the", "of", "a"};
    unsigned char *data = malloc(LENGTH);
    unsigned state = 7;
    for (int i = 0; i < LENGTH;) {
        state = state * 1103515245 + 12345;
        if (kind == 0) { /* noise */
            data[i++] = (unsigned char)(state >> 16);
        } else if (kind == 1) { /* text */
            const char *word = words[(state >> 16) % 9];
            for (; *word && i < LENGTH; word++) data[i++] = (unsigned char)*word;
            if (i < LENGTH) data[i++] = ' ';
        } else { /* runs */
            int run = 1 + (int)(state >> 16) % 700;
            for (; run > 0 && i < LENGTH; run--) data[i++] = (unsigned char)(state >> 8);
        }
    }
    return data;
}

static uInt piece(const z_stream *stream, uLong room) {
    return (uInt)(room - stream->total_out < 40000 ? room - stream->total_out : 40000);
}

static void round_trip(const unsigned char *data, int level, int strategy, int window) {
    uLong room = LENGTH + LENGTH / 4;
    unsigned char *packed = malloc(room), *restored = malloc(LENGTH);
    z_stream stream = {0};
    if (deflateInit2(&stream, level, Z_DEFLATED, window, 8, strategy) != Z_OK) exit(90);
    stream.next_out = packed;
    /* Output in small pieces, and a flush in the middle of the input. */
    int outcome = Z_OK;
    stream.next_in = (Bytef *)data;
    stream.avail_in = LENGTH / 3;
    do {
        stream.avail_out = piece(&stream, room);
        if (deflate(&stream, Z_SYNC_FLUSH) == Z_STREAM_ERROR) exit(91);
    } while (stream.avail_out == 0);
    stream.avail_in = LENGTH - LENGTH / 3;
    do {
        stream.avail_out = piece(&stream, room);
        outcome = deflate(&stream, Z_FINISH);
    } while (outcome == Z_OK);
    if (outcome != Z_STREAM_END) exit(91);
    uLong length = stream.total_out;
    deflateEnd(&stream);

    z_stream back = {0};
    if (inflateInit2(&back, window > 0 ? 47 : window) != Z_OK) exit(92);
    back.next_in = packed;
    back.avail_in = (uInt)length;
    back.next_out = restored;
    do {
        back.avail_out = 65536 < LENGTH - back.total_out ? 65536 : (uInt)(LENGTH - back.total_out);
        outcome = inflate(&back, Z_NO_FLUSH);
    } while (outcome == Z_OK);
    int same = outcome == Z_STREAM_END && back.total_out == LENGTH && !memcmp(data, restored, LENGTH);
    inflateEnd(&back);
    printf("level %d strategy %d window %d: %lu bytes, %016llx, %s\n", level, strategy, window, length,
           hash(packed, length), same ? "restored" : "LOST");
    free(packed);
    free(restored);
}

static void through_file(const char *folder, const unsigned char *data) {
    char path[4096], line[80];
    snprintf(path, sizeof path, "%s/file.gz", folder);
    gzFile file = gzopen(path, "wb6");
    gzwrite(file, data, 100000);
    gzprintf(file, "\nline %d of %s\n", 2, "three");
    gzputs(file, "the last");
    printf("closed with %d\n", gzclose(file));
    file = gzopen(path, "rb");
    gzseek(file, 100001, SEEK_SET);
    while (gzgets(file, line, sizeof line)) printf("read: %s", line);
    printf("\nat %ld, end %d\n", (long)gztell(file), gzeof(file));
    printf("closed with %d\n", gzclose(file));
    remove(path);
}

int main(int argc, char **argv) {
    if (argc != 2) return 99;
    printf("zlib %s, flags %lx\n", zlibVersion(), zlibCompileFlags() & 0xff);
    for (int kind = 0; kind < 3; kind++) {
        unsigned char *data = data_of_kind(kind);
        uLong crc = crc32(0, data, LENGTH), adler = adler32(1, data, LENGTH);
        uLong halves = crc32_combine(crc32(0, data, 333333), crc32(0, data + 333333, LENGTH - 333333), LENGTH - 333333);
        printf("kind %d: crc %08lx, from halves %08lx, adler %08lx\n", kind, crc, halves, adler);
        for (int level = 0; level <= 9; level += 3) round_trip(data, level, Z_DEFAULT_STRATEGY, 15);
        for (int strategy = Z_FILTERED; strategy <= Z_FIXED; strategy++) round_trip(data, 5, strategy, 31);
        round_trip(data, 6, Z_DEFAULT_STRATEGY, -9);
        if (kind == 1) through_file(argv[1], data);
        free(data);
    }

    /* What is damaged is refused, with the reason. */
    unsigned char packed[200], restored[1000];
    uLongf length = sizeof packed, room = sizeof restored;
    memset(restored, 'x', sizeof restored);
    compress2(packed, &length, restored, sizeof restored, 9);
    packed[length - 1] ^= 1;
    z_stream stream = {.next_in = packed, .avail_in = (uInt)length, .next_out = restored, .avail_out = sizeof restored};
    inflateInit(&stream);
    int outcome = inflate(&stream, Z_FINISH);
    printf("damaged: %d %s, %s\n", outcome, stream.msg, zError(outcome));
    inflateEnd(&stream);
    printf("cut short: %d\n", uncompress(restored, &room, packed, length / 2));
    return 5;
}
