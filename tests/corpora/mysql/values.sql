-- YEAR, DEFAULT(), truth in JSON, digits of quotients.
CREATE TABLE y (id INT PRIMARY KEY, y YEAR, z YEAR NOT NULL DEFAULT 70);
INSERT INTO y VALUES (1, 20, '20'), (2, 69, '69'), (3, 70, '70'), (4, 99, '99'), (5, 0, '0'), (6, '00', '00'), (7, 1901, '2155'), (8, 2000, '0000'), (9, '1', 1), (10, NULL, DEFAULT);
SELECT * FROM y ORDER BY id;
INSERT INTO y VALUES (11, 100, 1);
INSERT INTO y VALUES (11, 1900, 1);
INSERT INTO y VALUES (11, 2156, 1);
INSERT INTO y VALUES (11, -1, 1);
INSERT INTO y VALUES (11, 'x', 1);
INSERT INTO y VALUES (11, '100', 1);
INSERT INTO y VALUES (12, 20.4, 21);
-- differs: mariadb-number: MySQL's number is 1366
INSERT INTO y VALUES (13, '2020-01-02', 21);
INSERT INTO y SELECT 14, id + 10, 5 FROM y WHERE id = 9;
-- differs: mariadb-year: as in MySQL, a date gives its year
INSERT INTO y VALUES (15, NOW(), CURDATE());
SELECT id, y FROM y WHERE id BETWEEN 11 AND 14 ORDER BY id;
SELECT id FROM y WHERE y = 2020;
SELECT id FROM y WHERE y = 99;
SELECT id FROM y WHERE y < 2000 ORDER BY id;
SELECT id FROM y WHERE y = '2020';
SELECT y + 1 FROM y WHERE id = 1;
SELECT y - 3000 FROM y WHERE id = 1;
UPDATE y SET y = 75 WHERE id = 1;
UPDATE y SET y = y + 1 WHERE id = 1;
SELECT y FROM y WHERE id = 1;
CREATE TABLE df (a INT DEFAULT 5, b VARCHAR(10) NOT NULL DEFAULT 'bb', c INT NOT NULL, d TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, e INT, f INT NOT NULL DEFAULT (1+2), g ENUM('x','y') DEFAULT 'y', h INT AUTO_INCREMENT PRIMARY KEY);
INSERT INTO df (a, c) VALUES (1, 1);
INSERT INTO df (a, b, c) VALUES (DEFAULT, DEFAULT, 7);
SELECT a, DEFAULT(a), DEFAULT(b), DEFAULT(e), DEFAULT(g) FROM df ORDER BY h;
SELECT DEFAULT(a) + 1, DEFAULT(df.a) FROM df LIMIT 1;
SELECT DEFAULT(f) FROM df LIMIT 1;
SELECT DEFAULT(c) FROM df;
SELECT DEFAULT(zzz) FROM df;
SELECT DEFAULT(h) FROM df;
SELECT a FROM df WHERE a = DEFAULT(a);
UPDATE df SET a = DEFAULT(a) + 10, b = CONCAT(DEFAULT(b), '!') WHERE h = 1;
UPDATE df SET c = DEFAULT(a);
SELECT a, b, c FROM df ORDER BY h;
INSERT INTO df (a, c) VALUES (DEFAULT(a) + 1, 3);
INSERT INTO df (a, c) VALUES (9, 3) ON DUPLICATE KEY UPDATE a = DEFAULT(a);
SELECT a FROM df ORDER BY h;
SELECT JSON_ARRAY(TRUE, FALSE, 1, NULL, 1=1, NOT 1, 'x' IS NULL, 2 > 1 AND 1);
SELECT JSON_OBJECT('a', TRUE, 'b', 1 = 2);
SELECT JSON_SET('{"a": 1}', '$.a', TRUE, '$.b', FALSE), JSON_ARRAY_APPEND('[1]', '$', TRUE), JSON_INSERT('{}', '$.a', true), JSON_REPLACE('{"a":1}', '$.a', false);
SELECT JSON_ARRAYAGG(TRUE), JSON_EXTRACT(JSON_OBJECTAGG('k', FALSE), '$.k');
SET @y = 'text', @z = 1.5;
-- differs: variable-scale: a decimal user variable keeps its own digits
SELECT @y, @z, @z * 2, @z + 1, @z / 2;
SET @q = 1.50;
-- differs: variable-scale: a decimal user variable keeps its own digits
SELECT @q, @q * 1.0;
SET @r = 10 / 4;
-- differs: variable-scale: a decimal user variable keeps its own digits
SELECT @r, @r * 2;
SELECT @s := 2.50;
-- differs: variable-scale: a decimal user variable keeps its own digits
SELECT @s, @s + 1;
SET @t = (SELECT SUM(n) FROM (SELECT 1.25 AS n UNION ALL SELECT 2.5) x);
SELECT @t;
SELECT 1/7, 2/3*3, 1/3*3, 1/3+1/3+1/3, 10/3/3*9, (1/3)*(1/3), 1/3*1.0, 7/9*9, 1/3 = 0.3333, 1/3*3 = 1, 1/3 > 0.3333, ROUND(1/3, 6), 1/3 - 0.3333, -(1/3)*3, ABS(-1/3)*3, (1/3) DIV 1, 1/3 % 1, 100/3;
SELECT 1/3 AS a, CAST(1/3 AS DECIMAL(20,10)), CONCAT(1/3);
-- differs: inner-digits: a quotient that comes out of IF, COALESCE, CASE or a query has the digits it shows
SELECT IF(1, 1/3, 0) * 3, COALESCE(1/3) * 3, (SELECT 1/3) * 3;
SELECT a / 3, a / 3 * 3, a / 7 * 7, AVG(a) * 3 FROM df GROUP BY a ORDER BY a;
SELECT SUM(a / 3), SUM(a / 3) * 3, AVG(a / 3), MAX(a / 3) FROM df;
SELECT x * 3 FROM (SELECT 1/3 AS x) d;
SELECT 1.00/3, 1.00/3*3, 1/3.000, 22/7*1000000, 5/9*(98.6-32), 1/1024*1024, 0.1/3*3, 1e0/3*3;
SELECT SUM(1/3*3), ROUND(2/3*100, 2), 2/3*100, ROUND(5/9*10, 3), FLOOR(1/3*3), CEIL(2/3*3), TRUNCATE(2/3*3, 2);
