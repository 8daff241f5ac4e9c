-- What `lua.c` runs: the interpreter's own work, and its border to C in both directions.
local driver = require "driver"

-- Closures, varargs, metatables, integer and float arithmetic.
local function counter(step, ...)
  local n, extra = 0, select("#", ...)
  return function() n = n + step + extra; return n end
end
local c1, c2 = counter(1), counter(10, nil, nil)
print(c1(), c1(), c2(), c2(), c1())
print(7 // 2, -7 // 2, 7 % -3, 7.5 // 2, 1 << 62, 1 << 63, 1 << 64, 3 | 4 ~ 1, math.maxinteger + 1 == math.mininteger)
print(2 ^ 53 == 2 ^ 53 + 1, 0.1 + 0.2, 1e308 * 10, -(0 / 0) ~= -(0 / 0), 10 / 2, 3 | 0, "10" + 5, "0x1p4" * 1)
print(math.tointeger(3.0), math.type(1), math.type(1.0), math.ult(1, -1), string.format("%a %g %.14g %q", 0.5, 1e20, math.pi, 1 / 3))
local V = {}
V.__index = V
V.__add = function(a, b) return setmetatable({ x = a.x + b.x }, V) end
V.__eq = function(a, b) return a.x == b.x end
V.__lt = function(a, b) return a.x < b.x end
V.__le = function(a, b) return a.x <= b.x end
V.__call = function(self, y) return self.x * y end
V.__concat = function(a, b) return "<" .. tostring(a) .. tostring(b) .. ">" end
V.__tostring = function(self) return "V" .. self.x end
V.__len = function() return 99 end
V.__close = function(self, e) print("closing", self.x, e) end
local a, b = setmetatable({ x = 1 }, V), setmetatable({ x = 2 }, V)
print(tostring(a + b), a == b, a < b, a <= b, a(21), a .. b, #a, rawlen({ 1, 2, 3 }))

-- Strings, patterns, packing, UTF-8.
local text = "The quick brown fox; jumps over 13 lazy dogs (and 7 cats)."
for word, rest in text:gmatch("(%a+)(%p?)") do io.write(word:upper(), rest, "·") end
print()
print(text:gsub("%d+", function(n) return n * 2 end))
print(text:gsub("(%w+) (%w+)", "%2 %1", 2))
print(text:find("%((.-)%)"), text:match("%f[%a]%a+s%f[%A]"), ("x"):rep(3, ","), ("abc"):byte(1, -1))
print(string.pack(">I2 s1 z i3", 513, "ab", "cd", -2):byte(1, -1))
print(string.unpack("<d", string.pack("<d", -1.25)))
print(utf8.char(72, 228, 8364, 128512), utf8.len("häß€"), pcall(utf8.codepoint, "\xff"))
for p, c in utf8.codes("aß€") do io.write(p, ":", c, " ") end
print(("%5.2f|%-6s|%+d|%x|%o|%c|%i"):format(3.14159, "ab", 5, 255, 8, 65, 42))

-- Tables: sort, holes, concat, move; a sieve and a heap.
local t = {}
local seed = 42
for i = 1, 2000 do seed = (seed * 16807) % 2147483647; t[i] = seed % 10007 end
table.sort(t, function(x, y) return x > y end)
print(t[1], t[1000], t[2000], table.concat(t, " ", 1, 5), select(-1, table.unpack(t, 1, 3)))
print(pcall(table.sort, { 3, 1, 2, 5, 4, 9, 7 }, function() return true end))
local sieve, primes = {}, 0
for i = 2, 50000 do
  if not sieve[i] then
    primes = primes + 1
    for j = i * i, 50000, i do sieve[j] = true end
  end
end
print(primes, next({}), #table.move({ 1, 2, 3 }, 1, 3, 3))

-- Errors: longjmp out of Lua and C frames, in all combinations.
print(pcall(error, { code = 7 }) , select(2, pcall(error, "plain", 0)), select(2, pcall(error)))
print(pcall(driver.through, error, "deep"))
print(pcall(driver.through, driver.through, driver.through, error, "deeper"))
print(pcall(driver.through, function() local v = driver.vector(3); return v[4] end))
print(pcall(driver.vector, -1), pcall(driver.vector, "x"))
print(xpcall(function() local x = nil; return x.field end, function(m) return "handled: " .. m end))
print(pcall(string.rep, "x", 1 << 40))
print(select(2, pcall(function() local function f() return 1 + f() end return f() end)):match("stack overflow") ~= nil)
print(load("x = = 1"), load("return 1 + 1", "chunk", "b"))
do
  local ok, message = pcall(function()
    local one <close> = a
    local two <close> = b
    error("inside", 0)
  end)
  print(ok, message)
end
local function depth(n) if n == 0 then error("bottom") end; local ok, e = pcall(depth, n - 1); error(e, 0) end
print(pcall(depth, 150))

-- Coroutines, also across C.
local function generate(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i, i * i) end; return "end" end) end
local g = generate(3)
print(g(), g(), g(), g())
print(pcall(g))
local co = coroutine.create(function(...) local r = { driver.yield("to", "resumer", ...) }; return table.unpack(r) end)
print(coroutine.resume(co, "in"))
print(coroutine.status(co), coroutine.resume(co, "back"))
print(coroutine.status(co), coroutine.resume(co))
local function permute(items, n)
  n = n or #items
  if n <= 1 then coroutine.yield(table.concat(items)) end
  for i = 1, n do
    items[n], items[i] = items[i], items[n]
    permute(items, n - 1)
    items[n], items[i] = items[i], items[n]
  end
end
local all = {}
for p in coroutine.wrap(function() permute { "a", "b", "c", "d" } end) do all[#all + 1] = p end
print(#all, all[1], all[24], coroutine.close(coroutine.create(print)), coroutine.isyieldable())

-- The collector, finalizers, weak tables, userdata.
local weak = setmetatable({}, { __mode = "k" })
for i = 1, 100 do weak[{}] = i; driver.vector(100)[1] = i end
local kept = driver.vector(2)
kept[1], kept[2] = 1.5, kept[1]
collectgarbage(); collectgarbage()
local n = 0
for _ in pairs(weak) do n = n + 1 end
print(n, driver.collected(), kept[1], kept[2])
collectgarbage("generational")
local s = {}
for i = 1, 20000 do s[i % 100] = { i, tostring(i) } end
collectgarbage("incremental")
print(s[7][2], collectgarbage("count") < 20000)

-- Libraries of C: sorting with a callback, time, files, environment, load.
print(driver.sorted_words("pear fig apple quince date"))
print(os.time { year = 2001, month = 9, day = 9, hour = 12 } > 0, os.date("!%Y-%m-%d %H:%M:%S", 1e9), type(os.clock()))
local f = assert(io.tmpfile())
f:write("first\n", 2, "\n", 3.5, " 0x10\n")
f:seek("set")
print(f:read("l", "n", "n", "n", "a"))
f:close()
print(pcall(f.read, f), io.type(f), io.open("/nonexistent/file"))
print(load("local x <const> = ...; return x * 2")(21), #string.dump(counter) > 0, load(string.dump(generate)) ~= nil)
print(math.floor(-3.5), math.fmod(-7, 3), math.abs(math.mininteger), math.floor(math.exp(1) * 1e6), math.sin(1e6))

-- Last, an error that nobody catches.
local function last() driver.through(error, "the end") end
last()
