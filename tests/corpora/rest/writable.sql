-- Puts the tables that cases write to back to what they were.

DELETE FROM defaults;
DELETE FROM accounts;
DELETE FROM boxes;
DELETE FROM pairs;
DELETE FROM tags;
DELETE FROM journal;
DELETE FROM shortened;
SELECT setval('defaults_id_seq', 1, false);

INSERT INTO defaults (id, name, amount, note) VALUES (100, 'first', 1, 'n');
INSERT INTO accounts VALUES
  (1, 'a@x.example', 'Ann', 30, 1), (2, 'b@x.example', 'Bob', 40, NULL), (3, NULL, 'Cyd', NULL, 2);
INSERT INTO boxes (id, width, height) VALUES (1, 2, 3), (2, 5, 5);
INSERT INTO pairs VALUES (1, 'x', 'one'), (1, 'y', 'two'), (2, 'x', NULL);
INSERT INTO tags VALUES ('red'), ('blue');
INSERT INTO journal VALUES ('started', 1), ('warned', 2), (NULL, NULL);
INSERT INTO shortened VALUES (1, 'abc');

