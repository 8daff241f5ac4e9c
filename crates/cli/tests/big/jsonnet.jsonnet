// What jsonnet evaluates from its standard input: the language, its library in itself, and its natives.
local person(name, born=1900) = {
  local me = self,
  name: name,
  born:: born,
  greeting: 'I am %s, %d years after 1900' % [me.name, me.born - 1900],
  assert self.born > 1000 : 'too old',
};
local fibonacci(n) = if n < 2 then n else fibonacci(n - 1) tailstrict + fibonacci(n - 2);
local sorted = std.sort([(i * 7919) % 1009 for i in std.range(1, 300)]);
{
  people: [person('Ursula', 1929), person('Octavia', 1947) { greeting+: '!' }],
  fibonacci: [fibonacci(n) for n in std.range(0, 15)],
  sorted: [sorted[0], sorted[150], sorted[299]],
  text: std.join('-', std.split('a,b,c', ',')) + std.asciiUpper('ü and u') + '\u00e9\u20ac',
  numbers: [1 / 3, -0.0, 1e300 * 10, 5 % 3, 7 & 3, 1 << 40, ~5, std.floor(-2.5), std.pow(2, 0.5), std.exponent(1e10)],
  formats: '%05.1f|%-5s|%x|%e|%c|%+d' % [3.14159, 'ab', 255, 12345.678, 'q', 7],
  set: std.setUnion([1, 3, 5], [2, 3, 4]) + std.setDiff(std.set('hello'), ['l']),
  folded: std.foldl(function(a, b) a { ['k' + b]: b * b }, std.range(1, 4), {}),
  merged: std.mergePatch({ a: { b: 1, c: 2 } }, { a: { c: null, d: [3] } }),
  md5: std.md5('jitney'),
  base64: std.base64Decode(std.base64('linking is patching')),
  json: std.manifestJsonEx({ x: [1, 2, { y: null }], t: 'line\nbreak' }, '  '),
  ini: std.manifestIni({ main: { a: 1 }, sections: { s: { b: ['x', 'y'] } } }),
  python: std.manifestPython({ a: true, b: null }),
  same: std.prune({ a: [], b: [1, null, {}], c: { d: null } }),
  [if true then 'computed']: std.objectFieldsAll({ a:: 1, b: 2 }),
  deep: std.length(std.foldl(function(a, i) [a], std.range(1, 200), [])),
  heap: std.foldl(function(total, i) total + std.length(std.toString({ n: i, l: std.makeArray(20, function(j) j) })), std.range(1, 500), 0),
  multi: |||
    Several lines
      of text.
  |||,
}
