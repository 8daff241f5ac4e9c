//@ stdin: let x = 3 + 4 * (2 - -1)\nprint x\nlet y = x / 2 ^ 2\nprint y; print x % 4 > 2\nprint 1 / 0\nprint (\nbf ++++++++[>++++[>++>+++>+++>+<<<<-]>+>+>->>+[<]<-]>>.>---.+++++++..+++.>>.<-.<.+++.------.--------.>>+.\n
//@ libraries: m
#include <ctype.h>
#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *at;
static jmp_buf failed;
static double variables[26];
static double expression(void);
static void fail(const char *why) { printf("error: %s at [%s]\n", why, at); longjmp(failed, 1); }
static void blanks(void) { while (*at == ' ') at++; }
static int take(char c) { blanks(); return *at == c ? at++, 1 : 0; }

static double atom(void)
{
    blanks();
    if (take('-')) return -atom();
    if (take('(')) { double v = expression(); if (!take(')')) fail("no )"); return v; }
    if (isdigit((unsigned char)*at)) { char *end; double v = strtod(at, &end); at = end; return v; }
    if (islower((unsigned char)*at)) return variables[*at++ - 'a'];
    fail("no value");
    return 0;
}
static double power(void) { double v = atom(); return take('^') ? pow(v, power()) : v; }
static double product(void)
{
    double v = power();
    for (;;) {
        if (take('*')) v *= power();
        else if (take('/')) { double d = power(); if (d == 0) fail("division by zero"); v /= d; }
        else if (take('%')) v = fmod(v, power());
        else return v;
    }
}
static double sum(void) { double v = product(); for (;;) if (take('+')) v += product(); else if (take('-')) v -= product(); else return v; }
static double expression(void) { double v = sum(); return take('>') ? v > sum() : take('<') ? v < sum() : v; }

static void brainfuck(const char *code)
{
    unsigned char tape[300] = {0}, *p = tape;
    for (const char *c = code; *c; c++)
        switch (*c) {
        case '>': p++; break;
        case '<': p--; break;
        case '+': ++*p; break;
        case '-': --*p; break;
        case '.': putchar(*p); break;
        case '[': if (!*p) for (int d = 1; d;) d += (*++c == '[') - (*c == ']'); break;
        case ']': if (*p) for (int d = 1; d;) d += (*--c == ']') - (*c == '['); break;
        }
}

int main(void)
{
    char line[500];
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = 0;
        for (char *save, *part = strtok_r(line, ";", &save); part; part = strtok_r(NULL, ";", &save)) {
            at = part;
            blanks();
            if (setjmp(failed)) continue;
            if (!strncmp(at, "let ", 4)) {
                int name = at[4] - 'a';
                at += 5;
                if (!take('=')) fail("no =");
                variables[name] = expression();
            } else if (!strncmp(at, "print ", 6)) { at += 6; printf("%g\n", expression()); }
            else if (!strncmp(at, "bf ", 3)) brainfuck(at + 3);
            else fail("what");
        }
    }
    return 0;
}
