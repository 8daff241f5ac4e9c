// Errors are exceptions that are thrown deep within the evaluation: this one through the library's own code.
local checked(x) = if x > 3 then error 'no more than 3, but %d' % x else x;
std.map(function(x) checked(x), [1, 2, 3, 4])
