//@ libraries: z
#include <stdio.h>
#include <string.h>
#include <zlib.h>

int main(void)
{
    char text[2000], packed[2000], back[2000];
    for (int i = 0; i < 1999; i++) text[i] = "abcabcabd"[i % 9];
    text[1999] = 0;
    uLongf size = sizeof packed, whole = sizeof back;
    int result = compress((Bytef *)packed, &size, (Bytef *)text, sizeof text);
    printf("%d %d %lx\n", result, size < 200, crc32(0, (Bytef *)text, sizeof text));
    result = uncompress((Bytef *)back, &whole, (Bytef *)packed, size);
    printf("%d %lu %d\n", result, whole, strcmp(text, back));
    return 0;
}
