//@ libraries: m
//@ c-flags: -O2
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct body { double x[3], v[3], mass; };
#define PI 3.141592653589793
#define YEAR 365.24

static double energy(const struct body *b, int n)
{
    double e = 0;
    for (int i = 0; i < n; i++) {
        e += 0.5 * b[i].mass * (b[i].v[0] * b[i].v[0] + b[i].v[1] * b[i].v[1] + b[i].v[2] * b[i].v[2]);
        for (int j = i + 1; j < n; j++) {
            double d = 0;
            for (int k = 0; k < 3; k++) d += (b[i].x[k] - b[j].x[k]) * (b[i].x[k] - b[j].x[k]);
            e -= b[i].mass * b[j].mass / sqrt(d);
        }
    }
    return e;
}

static void advance(struct body *b, int n, double dt)
{
    for (int i = 0; i < n; i++)
        for (int j = i + 1; j < n; j++) {
            double d[3], square = 0;
            for (int k = 0; k < 3; k++) { d[k] = b[i].x[k] - b[j].x[k]; square += d[k] * d[k]; }
            double m = dt / (square * sqrt(square));
            for (int k = 0; k < 3; k++) { b[i].v[k] -= d[k] * b[j].mass * m; b[j].v[k] += d[k] * b[i].mass * m; }
        }
    for (int i = 0; i < n; i++) for (int k = 0; k < 3; k++) b[i].x[k] += dt * b[i].v[k];
}

static double determinant(int n, double m[n][n])
{
    double d = 1;
    for (int i = 0; i < n; i++) {
        int p = i;
        for (int r = i + 1; r < n; r++) if (fabs(m[r][i]) > fabs(m[p][i])) p = r;
        if (p != i) { double t[n]; memcpy(t, m[p], sizeof t); memcpy(m[p], m[i], sizeof t); memcpy(m[i], t, sizeof t); d = -d; }
        d *= m[i][i];
        for (int r = i + 1; r < n; r++) { double f = m[r][i] / m[i][i]; for (int c = i; c < n; c++) m[r][c] -= f * m[i][c]; }
    }
    return d;
}

static void fft(double *re, double *im, int n)
{
    for (int i = 1, j = 0; i < n; i++) {
        int bit = n >> 1;
        for (; j & bit; bit >>= 1) j ^= bit;
        j ^= bit;
        if (i < j) { double t = re[i]; re[i] = re[j]; re[j] = t; t = im[i]; im[i] = im[j]; im[j] = t; }
    }
    for (int len = 2; len <= n; len <<= 1)
        for (int i = 0; i < n; i += len)
            for (int k = 0; k < len / 2; k++) {
                double c = cos(-2 * PI * k / len), s = sin(-2 * PI * k / len);
                int a = i + k, b = a + len / 2;
                double x = re[b] * c - im[b] * s, y = re[b] * s + im[b] * c;
                re[b] = re[a] - x; im[b] = im[a] - y; re[a] += x; im[a] += y;
            }
}

int main(void)
{
    struct body bodies[] = {
        {{0, 0, 0}, {0, 0, 0}, 4 * PI * PI},
        {{4.84143144246472090, -1.16032004402742839, -0.10362204447112311}, {0.00166007664274403694 * YEAR, 0.00769901118419740425 * YEAR, -0.0000690460016972063023 * YEAR}, 9.54791938424326609e-4 * 4 * PI * PI},
        {{8.34336671824457987, 4.12479856412430479, -0.403523417114321381}, {-0.00276742510726411 * YEAR, 0.00499852801234917 * YEAR, 0.0000230417297573763929 * YEAR}, 2.85885980666130812e-4 * 4 * PI * PI}};
    printf("%.9f\n", energy(bodies, 3));
    for (int i = 0; i < 20000; i++) advance(bodies, 3, 0.01);
    printf("%.9f\n", energy(bodies, 3));
    double m[6][6];
    for (int i = 0; i < 6; i++) for (int j = 0; j < 6; j++) m[i][j] = sin(i * 6 + j * j) * 10;
    printf("%.6f\n", determinant(6, m));
    double re[64], im[64] = {0};
    for (int i = 0; i < 64; i++) re[i] = sin(i * 0.7) + i % 5;
    fft(re, im, 64);
    for (int i = 0; i < 64; i += 9) printf("%.8f %.8f\n", re[i], im[i]);
    double x = 1;
    for (int i = 0; i < 30; i++) x -= (x * x * x - 2 * x - 5) / (3 * x * x - 2);
    printf("%.15f\n", x);
    for (int y = -10; y <= 10; y += 2) {
        for (int c = -30; c <= 10; c++) {
            double a = 0, b = 0;
            int n = 0;
            for (; n < 50 && a * a + b * b < 4; n++) { double t = a * a - b * b + c / 15.0; b = 2 * a * b + y / 10.0; a = t; }
            putchar(" .:-=+*#%@"[n * 9 / 50]);
        }
        putchar('\n');
    }
    return 0;
}
