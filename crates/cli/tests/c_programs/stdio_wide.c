//@ stdin: naïve café ☕\n
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include <wctype.h>

int main(void)
{
    printf("%s ", setlocale(LC_ALL, NULL));
    printf("%s %zu\n", setlocale(LC_ALL, "") ? "set" : "not set", MB_CUR_MAX);
    wchar_t line[50];
    char bytes[100];
    fgets(bytes, sizeof bytes, stdin);
    size_t n = mbstowcs(line, bytes, 50);
    printf("%zu\n", n);
    for (size_t i = 0; i < n; i++) line[i] = towupper(line[i]);
    wcstombs(bytes, line, sizeof bytes);
    fputs(bytes, stdout);
    printf("%ls%d %lc\n", line, iswalpha(L'é') != 0, (wint_t)0x2615);
    wchar_t formatted[40];
    swprintf(formatted, 40, L"%d %ls %5.1f", 7, L"wide", 2.25);
    printf("%ls %zu %ld\n", formatted, wcslen(formatted), wcstol(L"123abc", NULL, 10));
    fwprintf(stderr, L"wide to stderr %lc\n", (wint_t)0xe9);
    return wcscmp(L"a", L"a");
}
