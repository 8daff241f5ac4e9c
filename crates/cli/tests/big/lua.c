/* Runs the Lua script of its standard input, with a module of its own in C; the exit code is the script's. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lauxlib.h"
#include "lua.h"
#include "lualib.h"

struct vector {
    int length;
    double values[];
};

static int vector_new(lua_State *state) {
    lua_Integer length = luaL_checkinteger(state, 1);
    luaL_argcheck(state, length >= 0 && length < 1000, 1, "a length from 0 to 999");
    struct vector *vector = lua_newuserdatauv(state, sizeof *vector + (size_t)length * sizeof(double), 0);
    vector->length = (int)length;
    for (int i = 0; i < vector->length; i++) vector->values[i] = 0;
    luaL_setmetatable(state, "vector");
    return 1;
}

static double *element(lua_State *state) {
    struct vector *vector = luaL_checkudata(state, 1, "vector");
    lua_Integer index = luaL_checkinteger(state, 2);
    luaL_argcheck(state, index >= 1 && index <= vector->length, 2, "out of bounds");
    return &vector->values[index - 1];
}

static int vector_get(lua_State *state) {
    lua_pushnumber(state, *element(state));
    return 1;
}

static int vector_set(lua_State *state) {
    *element(state) = luaL_checknumber(state, 3);
    return 0;
}

static int collected;

static int vector_gc(lua_State *state) {
    (void)state;
    collected++;
    return 0;
}

static int vector_collected(lua_State *state) {
    lua_pushinteger(state, collected);
    return 1;
}

/* Calls a function and, if it throws, throws again from here. */
static int through_c(lua_State *state) {
    if (lua_pcall(state, lua_gettop(state) - 1, LUA_MULTRET, 0) != LUA_OK)
        return luaL_error(state, "through C: %s", lua_tostring(state, -1));
    return lua_gettop(state);
}

static int resumed(lua_State *state, int status, lua_KContext context) {
    lua_pushinteger(state, (lua_Integer)context);
    lua_pushboolean(state, status == LUA_YIELD);
    return lua_gettop(state);
}

/* Yields across the border, with a continuation. */
static int yield_here(lua_State *state) {
    return lua_yieldk(state, lua_gettop(state), 42, resumed);
}

static int compare(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int sorted_words(lua_State *state) {
    size_t length, count = 0;
    const char *text = luaL_checklstring(state, 1, &length);
    char *copy = malloc(length + 1), *words[256];
    memcpy(copy, text, length + 1);
    for (char *word = strtok(copy, " "); word && count < 256; word = strtok(0, " ")) words[count++] = word;
    qsort(words, count, sizeof *words, compare);
    luaL_Buffer buffer;
    luaL_buffinit(state, &buffer);
    for (size_t i = 0; i < count; i++) {
        if (i) luaL_addchar(&buffer, ' ');
        luaL_addstring(&buffer, words[i]);
    }
    luaL_pushresult(&buffer);
    free(copy);
    return 1;
}

static const luaL_Reg FUNCTIONS[] = {
    {"vector", vector_new},     {"collected", vector_collected}, {"through", through_c},
    {"yield", yield_here},      {"sorted_words", sorted_words},  {0, 0},
};

static const luaL_Reg METHODS[] = {
    {"__index", vector_get}, {"__newindex", vector_set}, {"__gc", vector_gc}, {0, 0},
};

static int open_driver(lua_State *state) {
    luaL_newmetatable(state, "vector");
    luaL_setfuncs(state, METHODS, 0);
    luaL_newlib(state, FUNCTIONS);
    return 1;
}

static int with_traceback(lua_State *state) {
    luaL_traceback(state, state, lua_tostring(state, 1), 1);
    return 1;
}

int main(void) {
    lua_State *state = luaL_newstate();
    luaL_openlibs(state);
    luaL_requiref(state, "driver", open_driver, 0);
    lua_settop(state, 0);
    lua_pushcfunction(state, with_traceback);
    size_t length = 0, got;
    static char script[1 << 16];
    while ((got = fread(script + length, 1, sizeof script - length, stdin)) > 0) length += got;
    int failed = luaL_loadbuffer(state, script, length, "=script") != LUA_OK || lua_pcall(state, 0, 0, 1) != LUA_OK;
    if (failed) fprintf(stderr, "%s\n", lua_tostring(state, -1));
    lua_close(state);
    printf("closed\n");
    return failed ? 3 : 0;
}
