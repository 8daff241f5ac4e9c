#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct avl { int key, height; struct avl *side[2]; };
static int height(struct avl *t) { return t ? t->height : 0; }
static void update(struct avl *t) { int l = height(t->side[0]), r = height(t->side[1]); t->height = 1 + (l > r ? l : r); }
static struct avl *rotate(struct avl *t, int d) { struct avl *n = t->side[!d]; t->side[!d] = n->side[d]; n->side[d] = t; update(t); update(n); return n; }
static struct avl *insert(struct avl *t, int key)
{
    if (!t) { t = calloc(1, sizeof *t); t->key = key; t->height = 1; return t; }
    if (key == t->key) return t;
    int d = key > t->key;
    t->side[d] = insert(t->side[d], key);
    update(t);
    int balance = height(t->side[1]) - height(t->side[0]);
    if (balance > 1 || balance < -1) {
        d = balance > 0;
        if (height(t->side[d]->side[!d]) > height(t->side[d]->side[d])) t->side[d] = rotate(t->side[d], d);
        t = rotate(t, !d);
    }
    return t;
}
static int walk(struct avl *t, int *last, bool *sorted) { if (!t) return 0; int n = walk(t->side[0], last, sorted); *sorted &= *last < t->key; *last = t->key; return n + 1 + walk(t->side[1], last, sorted); }
static void drop(struct avl *t) { if (t) { drop(t->side[0]); drop(t->side[1]); free(t); } }

struct trie { struct trie *next[26]; int words; };
static void add_word(struct trie *t, const char *w) { for (; *w; w++) { struct trie **n = &t->next[*w - 'a']; if (!*n) *n = calloc(1, sizeof **n); t = *n; } t->words++; }
static void list_words(struct trie *t, char *word, int depth) { if (t->words) printf("%.*s*%d ", depth, word, t->words); for (int i = 0; i < 26; i++) if (t->next[i]) { word[depth] = (char)('a' + i); list_words(t->next[i], word, depth + 1); } }

static int queens(int n, int row, unsigned columns, unsigned left, unsigned right)
{
    if (row == n) return 1;
    int count = 0;
    for (unsigned free = ~(columns | left | right) & ((1u << n) - 1); free; free &= free - 1) {
        unsigned bit = free & -free;
        count += queens(n, row + 1, columns | bit, (left | bit) << 1, (right | bit) >> 1);
    }
    return count;
}

static bool sudoku(char *g)
{
    char *empty = strchr(g, '.');
    if (!empty) return true;
    int at = (int)(empty - g), r = at / 9, c = at % 9;
    for (char d = '1'; d <= '9'; d++) {
        bool fits = true;
        for (int i = 0; i < 9 && fits; i++) fits = g[r * 9 + i] != d && g[i * 9 + c] != d && g[(r / 3 * 3 + i / 3) * 9 + c / 3 * 3 + i % 3] != d;
        if (!fits) continue;
        *empty = d;
        if (sudoku(g)) return true;
    }
    *empty = '.';
    return false;
}

int main(void)
{
    struct avl *tree = NULL;
    for (int i = 0; i < 3000; i++) tree = insert(tree, i * 7919 % 5003);
    int last = INT_MIN;
    bool sorted = true;
    int n = walk(tree, &last, &sorted);
    printf("%d %d %d\n", n, sorted, tree->height);
    drop(tree);
    struct trie root = {0};
    char word[20];
    for (const char *w = "tea\0ten\0to\0tea\0inn\0in\0"; *w; w += strlen(w) + 1) add_word(&root, w);
    list_words(&root, word, 0);
    printf("\n%d %d\n", queens(6, 0, 0, 0, 0), queens(9, 0, 0, 0, 0));
    char grid[] = "53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79";
    printf("%d %s\n", sudoku(grid), grid);
    enum { V = 8 };
    int edges[V][V] = {0}, distance[V], done[V] = {0};
    for (int i = 0; i < V; i++) for (int j = 0; j < V; j++) edges[i][j] = (i * 5 + j * 3) % 7 == 1 ? 0 : (i * 7 + j * 11) % 13 + 1, distance[i] = i ? INT_MAX : 0;
    for (int round = 0; round < V; round++) {
        int best = -1;
        for (int i = 0; i < V; i++) if (!done[i] && (best < 0 || distance[i] < distance[best])) best = i;
        done[best] = 1;
        for (int j = 0; j < V; j++) if (edges[best][j] && distance[best] + edges[best][j] < distance[j]) distance[j] = distance[best] + edges[best][j];
    }
    for (int i = 0; i < V; i++) printf("%d ", distance[i]);
    const char *a = "kitten sitting on the mat", *b = "sitting kittens at the mall";
    int rows = (int)strlen(a), columns = (int)strlen(b), table[rows + 1][columns + 1];
    for (int i = 0; i <= rows; i++) for (int j = 0; j <= columns; j++) {
        if (!i || !j) { table[i][j] = i + j; continue; }
        int best = table[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
        if (table[i - 1][j] + 1 < best) best = table[i - 1][j] + 1;
        if (table[i][j - 1] + 1 < best) best = table[i][j - 1] + 1;
        table[i][j] = best;
    }
    printf("\n%d\n", table[rows][columns]);
    char life[2][12][32];
    for (int i = 0; i < 12; i++) for (int j = 0; j < 32; j++) life[0][i][j] = (i * i * 3 + j * 5 + i * j) % 7 < 2;
    for (int g = 0; g < 20; g++)
        for (int i = 0; i < 12; i++) for (int j = 0; j < 32; j++) {
            int around = -life[g & 1][i][j];
            for (int y = -1; y < 2; y++) for (int x = -1; x < 2; x++) around += life[g & 1][(i + y + 12) % 12][(j + x + 32) % 32];
            life[~g & 1][i][j] = around == 3 || (around == 2 && life[g & 1][i][j]);
        }
    for (int i = 0; i < 12; i++) { for (int j = 0; j < 32; j++) putchar(life[0][i][j] ? '#' : '.'); putchar('\n'); }
    return 0;
}
