-- What `sqlite.c` runs. Everything here is the same on every machine and at every time.
PRAGMA journal_mode = wal;
PRAGMA foreign_keys = on;
PRAGMA mmap_size = 1048576;

-- Tables, constraints, generated columns, strict and without rowid.
CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, born INT CHECK (born > 1000));
CREATE TABLE book (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    author INT NOT NULL REFERENCES author ON DELETE CASCADE,
    title TEXT NOT NULL,
    price REAL DEFAULT 9.5,
    cents INT GENERATED ALWAYS AS (CAST(price * 100 AS INT)) VIRTUAL
);
CREATE TABLE log (at INTEGER PRIMARY KEY, what ANY) STRICT;
CREATE TABLE pair (a TEXT, b TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;
CREATE INDEX book_author ON book (author, title COLLATE NOCASE DESC);
CREATE UNIQUE INDEX book_cheap ON book (title) WHERE price < 5;
CREATE VIEW shelf AS SELECT name, title, price FROM author JOIN book ON author.id = book.author;

-- Triggers.
CREATE TRIGGER book_in AFTER INSERT ON book BEGIN
    INSERT INTO log (what) VALUES ('in: ' || new.title);
END;
CREATE TRIGGER book_dear BEFORE UPDATE OF price ON book WHEN new.price > 1000 BEGIN
    SELECT RAISE(ABORT, 'too dear');
END;
CREATE TRIGGER shelf_in INSTEAD OF INSERT ON shelf BEGIN
    INSERT OR IGNORE INTO author (name, born) VALUES (new.name, 1900);
    INSERT INTO book (author, title, price) SELECT id, new.title, new.price FROM author WHERE name = new.name;
END;

INSERT INTO author (name, born) VALUES ('Ursula', 1929), ('Stanisław', 1921), ('Octavia', 1947), ('No one', 1950);
INSERT INTO book (author, title, price) VALUES
    (1, 'The Dispossessed', 12.25), (1, 'The Lathe of Heaven', 7), (2, 'Solaris', 8.75), (2, 'Cyberiada', 6.5),
    (3, 'Kindred', 10), (3, 'Dawn', 4.25);
INSERT INTO shelf VALUES ('Iain', 'Excession', 9.99), ('ursula', 'Tehanu', 11);
SELECT * FROM shelf ORDER BY name, title;
SELECT name, count(title), round(avg(price), 3), group_concat(title, '; ') FROM shelf GROUP BY name COLLATE NOCASE
    HAVING count(*) > 1 ORDER BY 2 DESC, 1;
SELECT author.name, book.title FROM author LEFT JOIN book ON book.author = author.id AND book.price > 9 ORDER BY 1, 2;
SELECT a.name, b.title FROM author a FULL JOIN book b ON a.id = b.author AND length(b.title) = 4 ORDER BY 1, 2;
SELECT title, cents FROM book WHERE cents BETWEEN 600 AND 900 ORDER BY title COLLATE by_length;
SELECT reversed(title), hex(substr(title, 1, 3)), unicode(title), instr(title, 'a') FROM book WHERE title LIKE '%a%';
SELECT product(price) FROM book;
SELECT what FROM log ORDER BY at;
EXPLAIN QUERY PLAN SELECT * FROM book WHERE author = 2 ORDER BY title COLLATE NOCASE DESC;

-- Errors, and what they leave.
INSERT INTO author (name) VALUES ('URSULA');
INSERT INTO author (name, born) VALUES ('Cicero', 106);
INSERT INTO book (author, title) VALUES (77, 'nobody wrote it');
UPDATE book SET price = 2000 WHERE title = 'Dawn';
INSERT INTO log (at, what) VALUES ('not a number', 1);
SELECT missing FROM nowhere;
SELECT reversed(NULL);
SELECT abs(-9223372036854775808);
SELECT json('{bad');
SELECT count(*) FROM author;

-- Transactions and savepoints.
BEGIN;
DELETE FROM author WHERE name = 'Ursula';
SELECT count(*) FROM book;
SAVEPOINT inner_one;
DELETE FROM book;
SELECT count(*) FROM book;
ROLLBACK TO inner_one;
SELECT count(*) FROM book;
ROLLBACK;
SELECT count(*) FROM book;
INSERT INTO author (id, name, born) VALUES (1, 'Ursula K.', 1929)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name RETURNING id, name;
UPDATE book SET price = price * 2 FROM author WHERE author.id = book.author AND author.name LIKE 'sta%'
    RETURNING title, price;
REPLACE INTO pair VALUES ('x', 'y'), ('x', 'z'), ('x', 'y');
SELECT * FROM pair;

-- Common table expressions, windows.
WITH RECURSIVE fib (n, a, b) AS (VALUES (1, 0, 1) UNION ALL SELECT n + 1, b, a + b FROM fib WHERE n < 60)
    SELECT n, a FROM fib WHERE n % 10 = 0;
WITH RECURSIVE
    xaxis (x) AS (VALUES (-2.0) UNION ALL SELECT x + 0.1 FROM xaxis WHERE x < 1.0),
    yaxis (y) AS (VALUES (-1.0) UNION ALL SELECT y + 0.2 FROM yaxis WHERE y < 1.0),
    m (iter, cx, cy, x, y) AS (
        SELECT 0, x, y, 0.0, 0.0 FROM xaxis, yaxis
        UNION ALL
        SELECT iter + 1, cx, cy, x * x - y * y + cx, 2.0 * x * y + cy FROM m WHERE (x * x + y * y) < 4.0 AND iter < 20
    ),
    m2 (iter, cx, cy) AS (SELECT max(iter), cx, cy FROM m GROUP BY cx, cy),
    a (t) AS (SELECT group_concat(substr(' .+*#', 1 + min(iter / 5, 4), 1), '') FROM m2 GROUP BY cy)
    SELECT group_concat(rtrim(t), x'0a') FROM a;
WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 12)
    SELECT i, sum(i) OVER w, rank() OVER (ORDER BY i % 4), lag(i, 2, -1) OVER (ORDER BY i), ntile(3) OVER (ORDER BY i),
        group_concat(i, ',') FILTER (WHERE i % 2) OVER w, nth_value(i, 2) OVER w
    FROM n WINDOW w AS (PARTITION BY i % 3 ORDER BY i ROWS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE TIES)
    ORDER BY i;
SELECT name FROM author EXCEPT SELECT 'Iain' INTERSECT SELECT name FROM author ORDER BY 1;

-- Much data, and an index over it.
CREATE TABLE big (id INTEGER PRIMARY KEY, word TEXT, number INT, fraction REAL, bytes BLOB);
BEGIN;
WITH RECURSIVE n (i, r) AS (
    VALUES (1, 12345) UNION ALL SELECT i + 1, (r * 1103515245 + 12345) % 2147483648 FROM n WHERE i < 20000
) INSERT INTO big SELECT i, printf('%08x-%s', r, substr('abcdefghij', 1 + r % 10)), r, r / 7.0, CAST(r AS BLOB) FROM n;
COMMIT;
CREATE INDEX big_word ON big (word);
CREATE INDEX big_number ON big (number % 1000, fraction);
ANALYZE;
SELECT count(*), sum(number), round(total(fraction), 3), min(word), max(word), count(DISTINCT number % 1000) FROM big;
SELECT id, word FROM big WHERE word BETWEEN '10' AND '1004' ORDER BY word LIMIT 5;
SELECT count(*) FROM big a JOIN big b ON a.number % 1000 = b.number % 1000 WHERE a.id < 200;
SELECT number % 7 AS k, count(*), max(length(bytes)) FROM big GROUP BY k ORDER BY k;
SELECT typeof(fraction), quote(bytes), printf('%.3f', fraction), CAST(word AS INT) FROM big WHERE id = 777;
DELETE FROM big WHERE id % 3 = 0;
UPDATE big SET word = upper(word) WHERE id % 5 = 0;
SELECT count(*), sum(length(word)) FROM big WHERE word GLOB '*[A-J]';
PRAGMA integrity_check;
VACUUM;
PRAGMA page_count;
PRAGMA wal_checkpoint(TRUNCATE);

-- JSON, dates, mathematics, text search, r-tree.
SELECT json_extract('{"a": [1, {"b": "x"}], "c": null}', '$.a[1].b'), json_type('{"a": 1.5}', '$.a'),
    json_patch('{"a": 1, "b": 2}', '{"b": null, "c": [3]}'), json('[1, 2, "\u00e9"]') ->> 2;
SELECT key, value, type, fullkey FROM json_tree('{"k": [true, {"deep": 1e3}], "s": "t"}') WHERE atom IS NOT NULL;
SELECT json_group_object(name, born), json_group_array(id) FROM (SELECT * FROM author ORDER BY id);
SELECT date('2024-02-28', '+2 days'), strftime('%j %W %s', '2026-11-21 12:34:56'), julianday('2000-01-01 12:00'),
    datetime(1700000000, 'unixepoch', 'start of month', '-1 second');
SELECT round(sqrt(2), 10), round(pow(2, 0.5) - exp(0.5 * ln(2)), 10), round(atan2(1, -1), 10), ceil(-1.5), 7 % -3, 1 / 0;
CREATE VIRTUAL TABLE page USING fts5 (title, body, tokenize = 'porter unicode61');
INSERT INTO page VALUES ('linkers', 'A linker resolves symbols and relocates sections; linking is patching.'),
    ('loaders', 'A loader maps segments. Loaders relocate too.'), ('café', 'Crème brûlée relocated to the café');
SELECT title, snippet(page, 1, '[', ']', '…', 6), round(bm25(page), 6) FROM page WHERE page MATCH 'relocate' ORDER BY rank;
SELECT title FROM page WHERE page MATCH 'body : (link* NOT loader) OR title : cafe' ORDER BY title;
SELECT title FROM page WHERE page MATCH 'unbalanced "';
CREATE VIRTUAL TABLE place USING rtree (id, minx, maxx, miny, maxy);
INSERT INTO place SELECT id, number % 100, number % 100 + 1, number % 71, number % 71 + 1 FROM big WHERE id < 500;
SELECT count(*), sum(id) FROM place WHERE minx >= 10 AND maxx <= 30 AND miny > 40;
SELECT name, type FROM sqlite_schema WHERE name NOT LIKE '%\_%' ESCAPE '\' ORDER BY type, name;
ALTER TABLE author RENAME COLUMN born TO birth;
ALTER TABLE author ADD COLUMN died INT;
ALTER TABLE book DROP COLUMN cents;
SELECT sql FROM sqlite_schema WHERE name IN ('author', 'book');
ATTACH ':memory:' AS side;
CREATE TABLE side.copy AS SELECT * FROM author;
SELECT count(*), min(birth) FROM side.copy;
DETACH side;
SELECT 'an unfinished statement
