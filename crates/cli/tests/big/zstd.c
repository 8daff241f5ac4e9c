/* Compresses and restores with zstd: levels, streams, threads, dictionaries, errors. Prints lengths and checksums. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "zdict.h"
#include "zstd.h"

enum { LENGTH = 1 << 20, SAMPLE = 300, SAMPLES = 400 };

static unsigned long long hash(const unsigned char *bytes, size_t length) {
    unsigned long long hash = 0xcbf29ce484222325;
    for (size_t i = 0; i < length; i++) hash = (hash ^ bytes[i]) * 0x100000001b3;
    return hash;
}

static size_t checked(const char *what, size_t result) {
    if (ZSTD_isError(result)) {
        printf("%s: %s (%d)\n", what, ZSTD_getErrorName(result), (int)ZSTD_getErrorCode(result));
        exit(80);
    }
    return result;
}

/* Lines that repeat with changes, as a log's do. */
static unsigned char *make_data(void) {
    unsigned char *data = malloc(LENGTH);
    unsigned state = 99;
    size_t at = 0;
    while (at < LENGTH) {
        char line[128];
        state = state * 1103515245 + 12345;
        int length = snprintf(line, sizeof line, "%08u GET /item/%u?from=%u status=%d bytes=%u\n", (unsigned)(at / 50),
                              (state >> 16) % 5000, (state >> 8) % 97, state & 64 ? 200 : 404, state >> 20);
        if (at + (size_t)length > LENGTH) length = (int)(LENGTH - at);
        memcpy(data + at, line, (size_t)length);
        at += (size_t)length;
    }
    return data;
}

int main(void) {
    unsigned char *data = make_data();
    size_t room = ZSTD_compressBound(LENGTH);
    unsigned char *packed = malloc(room), *restored = malloc(LENGTH);
    printf("zstd %s, levels %d to %d\n", ZSTD_versionString(), ZSTD_minCLevel() < 0, ZSTD_maxCLevel());

    static const int levels[] = {-7, -1, 1, 3, 5, 6, 8, 12, 13, 16, 17, 19};
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        size_t length = checked("compress", ZSTD_compress(packed, room, data, LENGTH, levels[i]));
        size_t back = checked("decompress", ZSTD_decompress(restored, LENGTH, packed, length));
        printf("level %d: %zu bytes, %016llx, %s, frame says %llu\n", levels[i], length, hash(packed, length),
               back == LENGTH && !memcmp(data, restored, LENGTH) ? "restored" : "LOST",
               ZSTD_getFrameContentSize(packed, length));
    }

    /* Threads of its own, long distance matching, checksums, in a stream of small pieces. */
    for (int workers = 0; workers <= 2; workers += 2) {
        ZSTD_CCtx *context = ZSTD_createCCtx();
        checked("checksum", ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1));
        checked("long", ZSTD_CCtx_setParameter(context, ZSTD_c_enableLongDistanceMatching, 1));
        checked("workers", ZSTD_CCtx_setParameter(context, ZSTD_c_nbWorkers, workers));
        checked("job", ZSTD_CCtx_setParameter(context, ZSTD_c_jobSize, 1 << 19));
        ZSTD_inBuffer in = {data, LENGTH, 0};
        ZSTD_outBuffer out = {packed, room, 0};
        size_t left;
        do {
            left = checked("stream", ZSTD_compressStream2(context, &out, &in, ZSTD_e_end));
        } while (left);
        ZSTD_freeCCtx(context);

        ZSTD_DCtx *reader = ZSTD_createDCtx();
        ZSTD_inBuffer from = {packed, 0, 0};
        ZSTD_outBuffer to = {restored, 0, 0};
        while (from.pos < out.pos || to.pos < LENGTH) {
            from.size = from.size + 1013 < out.pos ? from.size + 1013 : out.pos;
            to.size = to.size + 4099 < LENGTH ? to.size + 4099 : LENGTH;
            checked("restore", ZSTD_decompressStream(reader, &to, &from));
        }
        ZSTD_freeDCtx(reader);
        printf("%d workers: %zu bytes, %016llx, %s\n", workers, out.pos, hash(packed, out.pos),
               !memcmp(data, restored, LENGTH) ? "restored" : "LOST");
    }

    /* A dictionary from samples. */
    static unsigned char dictionary[8192];
    static size_t sizes[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) sizes[i] = SAMPLE;
    size_t trained = ZDICT_trainFromBuffer(dictionary, sizeof dictionary, data, sizes, SAMPLES);
    printf("dictionary: %zu bytes, %s, id %d, %016llx\n", trained, ZDICT_isError(trained) ? "bad" : "good",
           ZDICT_getDictID(dictionary, trained) != 0, hash(dictionary, trained));
    ZSTD_CDict *prepared = ZSTD_createCDict(dictionary, trained, 5);
    ZSTD_CCtx *context = ZSTD_createCCtx();
    const unsigned char *sample = data + SAMPLES * SAMPLE;
    size_t without = checked("without", ZSTD_compress(packed, room, sample, SAMPLE, 5));
    size_t with = checked("with", ZSTD_compress_usingCDict(context, packed, room, sample, SAMPLE, prepared));
    ZSTD_DCtx *reader = ZSTD_createDCtx();
    size_t back = checked("back", ZSTD_decompress_usingDict(reader, restored, LENGTH, packed, with, dictionary, trained));
    printf("a sample: %zu bytes without, %zu with, %s\n", without, with,
           back == SAMPLE && !memcmp(sample, restored, SAMPLE) ? "restored" : "LOST");
    ZSTD_freeDCtx(reader);
    ZSTD_freeCCtx(context);
    ZSTD_freeCDict(prepared);

    /* What is damaged, cut short or too long is refused. */
    size_t length = checked("compress", ZSTD_compress(packed, room, data, LENGTH, 3));
    printf("no room: %s\n", ZSTD_getErrorName(ZSTD_decompress(restored, LENGTH / 2, packed, length)));
    printf("cut short: %s\n", ZSTD_getErrorName(ZSTD_decompress(restored, LENGTH, packed, length / 2)));
    packed[0] ^= 1;
    printf("no frame: %s\n", ZSTD_getErrorName(ZSTD_decompress(restored, LENGTH, packed, length)));
    packed[0] ^= 1;
    memset(packed + length / 2, 0x55, 64);
    printf("damaged: %d\n", ZSTD_isError(ZSTD_decompress(restored, LENGTH, packed, length)));
    free(data);
    free(packed);
    free(restored);
    return 6;
}
