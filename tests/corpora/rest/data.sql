-- Rows of schema.sql's tables.

INSERT INTO clients VALUES (1, 'Microsoft'), (2, 'Apple'), (3, 'Nobody');
INSERT INTO projects VALUES
  (1, 'Windows 7', 1), (2, 'Windows 10', 1), (3, 'IOS', 2), (4, 'OSX', 2), (5, 'Orphan', NULL);
INSERT INTO tasks VALUES
  (1, 'Design w7', 1, 3), (2, 'Code w7', 1, 8), (3, 'Design w10', 2, 2), (4, 'Code w10', 2, NULL),
  (5, 'Design IOS', 3, 5), (6, 'Code IOS', 3, 13), (7, 'Design OSX', 4, 1), (8, 'Drift', NULL, 1);
INSERT INTO people VALUES (1, 'Angela'), (2, 'Michael'), (3, 'Dwight');
INSERT INTO people_projects VALUES
  (1, 1, '2020-01-01'), (1, 2, NULL), (2, 2, '2021-06-15'), (2, 3, '2022-02-02'), (3, 1, '2019-09-09');
INSERT INTO profiles VALUES (1, 'Since 1975'), (2, NULL);
INSERT INTO employees VALUES (1, 'Ada', NULL), (2, 'Ben', 1), (3, 'Cleo', 1), (4, 'Dan', 2);
INSERT INTO addresses VALUES (1, 'First street'), (2, 'Second street'), (3, 'Third street');
INSERT INTO orders VALUES (1, 'Lamp', 1, 2), (2, 'Desk', 2, 2), (3, 'Chair', 3, NULL);
INSERT INTO buildings VALUES ('north', 1, 'Hall'), ('north', 2, 'Lab'), ('south', 1, 'Barn');
INSERT INTO rooms VALUES
  (1, 'north', 1, 'Stage'), (2, 'north', 2, 'Bench'), (3, 'north', 2, 'Oven'), (4, NULL, NULL, 'Tent');

INSERT INTO items VALUES
  (1, 'Apple', 10, 1.50, true, 'red', '2024-01-01'),
  (2, 'apple', 20, 0.25, false, 'green', '2024-01-02'),
  (3, 'Banana', 30, 3.00, true, 'yellow', '2024-02-01'),
  (4, 'Cherry pie', NULL, 12.99, NULL, NULL, NULL),
  (5, '100% juice', 5, 2.00, true, 'red', '2023-12-31'),
  (6, 'a_b', 10, NULL, false, 'blue', '2024-01-01'),
  (7, NULL, 70, 7.77, true, 'Red', '2024-03-05'),
  (8, 'x,y(z)"q"\', 8, 8.00, false, 'a.b:c', '2024-08-08');
INSERT INTO shelves VALUES (1, 'top'), (2, 'bottom'), (3, 'empty');
INSERT INTO goods VALUES
  (1, 1, 'Anvil', 5, true, '{iron,heavy}', '{"a": 1, "b": [1, 2]}', to_tsvector('english', 'A heavy anvil of iron')),
  (2, 1, 'anchor', 10, false, '{iron}', '{"a": 2}', to_tsvector('english', 'An anchor for the fat cats')),
  (3, 2, 'Balloon', 1, true, '{light,red}', '{"a": 1}', to_tsvector('english', 'A red balloon, kind of fun')),
  (4, 2, 'cat', 10, NULL, '{}', '[1, 2]', to_tsvector('english', 'Cats and rats')),
  (5, 2, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO many SELECT n, n / 2 FROM generate_series(1, 1005) AS n;

INSERT INTO everything VALUES
  (1, true, 32767, 2147483647, 9223372036854775807, 1.5, 0.1, 123456789012345678901234567890.123456789,
   12345.60, 'text', 'varchar', 'abc', '\x00ff10', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '2024-02-29',
   '13:14:15.678', '2024-02-29 13:14:15.678', '2024-02-29 13:14:15.678+02', '1 day 02:03:04',
   '{"b": 1,  "a": [true, null]}', '{"b": 1,  "a": [true, null]}', 'happy', '{1,NULL,3}', '{"a","b c",NULL,"d\"e"}'),
  (2, false, -32768, -2147483648, -9223372036854775808, -0.25, 1e300, -0.5, 0, '', '', '', '',
   '00000000-0000-0000-0000-000000000000', '0001-01-01', '00:00:00', '1999-12-31 23:59:59',
   '1999-12-31 23:59:59Z', '-1 mon', 'null', '"text"', 'sad', '{}', '{}'),
  (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
   NULL, NULL, NULL, NULL, NULL, NULL);

INSERT INTO documents VALUES
  (1, '{"a": 1, "b": {"c": [10, 20, {"d": "deep"}]}, "t": "text", "yes": true, "none": null}', '{"k": "v"}'),
  (2, '{"a": 2, "b": {"c": []}, "t": "other", "yes": false, "key with space": 5, "x.y": 6}', '[1, 2]'),
  (3, '[1, "two", {"three": 3}]', '"raw"'),
  (4, NULL, NULL);

INSERT INTO lists VALUES
  (1, '{1,2,3}', '{red,green}'), (2, '{3,4}', '{"with space","co,mma"}'), (3, '{}', '{}'), (4, NULL, NULL);

INSERT INTO articles VALUES
  (1, 'The Fat Cats', 'The fat cats ate the rats', to_tsvector('english', 'The fat cats ate the rats')),
  (2, 'Dogs', 'A dog chased a fat cat', to_tsvector('english', 'A dog chased a fat cat')),
  (3, 'Impossible', 'It is kind of fun to do the impossible',
   to_tsvector('english', 'It is kind of fun to do the impossible')),
  (4, NULL, NULL, NULL);

INSERT INTO "Odd Names" VALUES
  (1, 'blank', 'quote', 'keyword', 2, 'dot', 'dash', 'umlaut', 'comma', 'paren'),
  (2, NULL, NULL, NULL, 1, NULL, NULL, NULL, NULL, NULL);
INSERT INTO "Straße" VALUES (1, 'groß'), (2, '日本語'), (3, '🚀');

INSERT INTO second.planets VALUES (1, 'Mars'), (2, 'Venus');
INSERT INTO second.clients VALUES (1, 'Second');
INSERT INTO hidden.secrets VALUES (1, 'do not tell');
INSERT INTO staff_only VALUES (1, 1000);
