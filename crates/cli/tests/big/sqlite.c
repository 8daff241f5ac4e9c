/* A shell for SQLite: runs the SQL of its standard input statement by statement on the database file that its argument
   names, and prints rows, errors and what its own callbacks see. The exit code is the number of errors. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sqlite3.h"

static void reversed(sqlite3_context *context, int count, sqlite3_value **values) {
    (void)count;
    const unsigned char *text = sqlite3_value_text(values[0]);
    if (!text) {
        sqlite3_result_error(context, "reversed: no text", -1);
        return;
    }
    int length = sqlite3_value_bytes(values[0]);
    char *copy = sqlite3_malloc(length + 1);
    for (int i = 0; i < length; i++) copy[i] = (char)text[length - 1 - i];
    copy[length] = 0;
    sqlite3_result_text(context, copy, length, sqlite3_free);
}

struct product {
    double value;
    int any;
};

static void product_step(sqlite3_context *context, int count, sqlite3_value **values) {
    (void)count;
    struct product *product = sqlite3_aggregate_context(context, sizeof *product);
    product->value = (product->any ? product->value : 1.0) * sqlite3_value_double(values[0]);
    product->any = 1;
}

static void product_final(sqlite3_context *context) {
    struct product *product = sqlite3_aggregate_context(context, 0);
    sqlite3_result_double(context, product ? product->value : 1.0);
}

static int by_length(void *data, int a_length, const void *a, int b_length, const void *b) {
    (void)data;
    if (a_length != b_length) return a_length - b_length;
    return memcmp(a, b, (size_t)a_length);
}

static long updates[3];

static void on_update(void *data, int kind, const char *database, const char *table, sqlite3_int64 row) {
    (void)data, (void)database, (void)table, (void)row;
    updates[kind == SQLITE_INSERT ? 0 : kind == SQLITE_UPDATE ? 1 : 2]++;
}

static int on_rollback_count;
static void on_rollback(void *data) {
    (void)data;
    on_rollback_count++;
}

static void print_value(sqlite3_stmt *statement, int column) {
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_NULL:
        printf("NULL");
        break;
    case SQLITE_INTEGER:
        printf("%lld", (long long)sqlite3_column_int64(statement, column));
        break;
    case SQLITE_FLOAT:
        printf("%.12g", sqlite3_column_double(statement, column));
        break;
    case SQLITE_BLOB: {
        const unsigned char *bytes = sqlite3_column_blob(statement, column);
        int length = sqlite3_column_bytes(statement, column);
        printf("x'");
        for (int i = 0; i < length; i++) printf("%02x", bytes[i]);
        printf("'");
        break;
    }
    default:
        printf("%s", sqlite3_column_text(statement, column));
    }
}

static char *read_all(void) {
    size_t length = 0, room = 1 << 16;
    char *text = malloc(room);
    size_t got;
    while ((got = fread(text + length, 1, room - length - 1, stdin)) > 0) {
        length += got;
        if (length + 1 == room) text = realloc(text, room *= 2);
    }
    text[length] = 0;
    return text;
}

int main(int argc, char **argv) {
    if (argc != 2) return 99;
    sqlite3 *database;
    if (sqlite3_open(argv[1], &database) != SQLITE_OK) return 98;
    sqlite3_create_function(database, "reversed", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, 0, reversed, 0, 0);
    sqlite3_create_function(database, "product", 1, SQLITE_UTF8, 0, 0, product_step, product_final);
    sqlite3_create_collation(database, "by_length", SQLITE_UTF8, 0, by_length);
    sqlite3_update_hook(database, on_update, 0);
    sqlite3_rollback_hook(database, on_rollback, 0);

    printf("SQLite %s\n", sqlite3_libversion());
    char *text = read_all();
    int errors = 0;
    const char *rest = text;
    while (*rest) {
        sqlite3_stmt *statement = 0;
        const char *next = 0;
        if (sqlite3_prepare_v2(database, rest, -1, &statement, &next) != SQLITE_OK) {
            printf("error %d: %s\n", sqlite3_extended_errcode(database), sqlite3_errmsg(database));
            errors++;
            if (!next || next == rest) break;
        }
        rest = next;
        if (!statement) continue;
        int columns = sqlite3_column_count(statement), outcome;
        while ((outcome = sqlite3_step(statement)) == SQLITE_ROW) {
            for (int column = 0; column < columns; column++) {
                if (column) printf("|");
                print_value(statement, column);
            }
            printf("\n");
        }
        if (outcome != SQLITE_DONE) {
            printf("error %d: %s\n", sqlite3_extended_errcode(database), sqlite3_errmsg(database));
            errors++;
        }
        sqlite3_finalize(statement);
    }
    printf("changes %d, hooks %ld %ld %ld, rollbacks %d\n", sqlite3_total_changes(database), updates[0], updates[1],
           updates[2], on_rollback_count);
    if (sqlite3_close(database) != SQLITE_OK) return 97;
    free(text);
    printf("memory still in use: %lld\n", (long long)sqlite3_memory_used());
    return errors;
}
