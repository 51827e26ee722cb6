-- IGNORE, and statements without strict mode.
CREATE TABLE w1 (id INT PRIMARY KEY AUTO_INCREMENT, t VARCHAR(10), n TINYINT, u INT UNSIGNED, d DECIMAL(4,1), dt DATETIME, da DATE, nn INT NOT NULL DEFAULT 3, req INT NOT NULL, e ENUM('a','b'), f DOUBLE, nt VARCHAR(5) NOT NULL DEFAULT 'q', ti TIME, y YEAR, b VARBINARY(3), s SET('x','y'), big BIGINT, rq VARCHAR(3) NOT NULL, dn DECIMAL(3,1) NOT NULL DEFAULT 1.5);
INSERT IGNORE INTO w1 (n, req, rq) VALUES (300, 1, 'r');
SHOW WARNINGS;
INSERT IGNORE INTO w1 (n, req, rq) VALUES (-300, 1, 'r'), ('abc', 2, 'r'), ('12x', 3, 'r'), (1.6, 4, 'r'), ('1.6', 5, 'r'), ('', 6, 'r');
SHOW WARNINGS;
INSERT IGNORE INTO w1 (u, req, rq) VALUES (-1, 1, 'r'), (5000000000, 1, 'r');
SHOW WARNINGS;
INSERT IGNORE INTO w1 (t, req, rq) VALUES ('a text that is too long', 1, 'too long');
SHOW WARNINGS;
INSERT IGNORE INTO w1 (d, req, rq) VALUES (12345, 1, 'r'), ('x', 1, 'r'), ('1.55y', 1, 'r'), (1.25, 1, 'r'), (-9999, 1, 'r');
SHOW WARNINGS;
INSERT IGNORE INTO w1 (f, req, rq) VALUES ('x', 1, 'r'), ('1.5y', 1, 'r'), (1.25, 1, 'r');
SHOW WARNINGS;
INSERT IGNORE INTO w1 (nn, nt, dn, req, rq) VALUES (NULL, NULL, NULL, 1, 'r');
SHOW WARNINGS;
INSERT IGNORE INTO w1 (t) VALUES ('m'), ('m2');
SHOW WARNINGS;
INSERT IGNORE INTO w1 () VALUES ();
SHOW WARNINGS;
INSERT IGNORE INTO w1 (b, req, rq) VALUES ('abcdef', 1, 'r');
SHOW WARNINGS;
INSERT IGNORE INTO w1 (s, req, rq) VALUES ('x,q', 1, 'r'), ('y,x', 1, 'r');
SHOW WARNINGS;
INSERT IGNORE INTO w1 (e, req, rq) VALUES ('B', 1, 'r');
SHOW WARNINGS;
INSERT IGNORE INTO w1 (big, req, rq) VALUES (99999999999999999999, 1, 'r'), ('-99999999999999999999', 1, 'r');
SHOW WARNINGS;
INSERT IGNORE INTO w1 (ti, req, rq) VALUES ('10:11:12', 1, 'r');
SHOW WARNINGS;
INSERT IGNORE INTO w1 (y, req, rq) VALUES (1800, 1, 'r'), (2020, 1, 'r');
SHOW WARNINGS;
INSERT IGNORE INTO w1 (da, dt, req, rq) VALUES ('2020-01-02', '2020-01-02 03:04:05', 1, 'r'), (20200103, NULL, 1, 'r');
SHOW WARNINGS;
INSERT IGNORE INTO w1 (n, req, rq) SELECT x, x, x FROM (SELECT 1 AS x UNION ALL SELECT 1000) q;
SHOW WARNINGS;
SELECT id, y FROM w1 WHERE y IS NOT NULL ORDER BY id;
SELECT id, t, n, u, d, dt, da, nn, req, e, f, nt, ti, b, s, big, rq, dn FROM w1 ORDER BY id;
-- differs: zero-dates: a date that is none is NULL
INSERT IGNORE INTO w1 (dt, da, req, rq) VALUES ('bad', 'bad', 1, 'r');
SHOW WARNINGS;
UPDATE IGNORE w1 SET n = 999, nn = NULL, t = 'far too long a text' WHERE id < 3;
SHOW WARNINGS;
SELECT id, n, nn, t FROM w1 WHERE id < 3;
UPDATE IGNORE w1 SET n = 127 WHERE id < 3;
UPDATE IGNORE w1 SET n = 1/0 WHERE id = 1;
SHOW WARNINGS;
INSERT IGNORE INTO w1 (id, n, req, rq) VALUES (1, 999, 1, 'r') ON DUPLICATE KEY UPDATE n = VALUES(n);
SHOW WARNINGS;
SELECT n FROM w1 WHERE id = 1;
SET sql_mode = '';
-- differs: number-gaps: InnoDB uses up a number for a row that is there
INSERT INTO w1 (n, req, rq) VALUES (300, 1, 'long text');
SHOW WARNINGS;
INSERT INTO w1 (nn, req, rq) VALUES (NULL, 1, 'r');
INSERT INTO w1 (nn, req, rq) VALUES (NULL, 1, 'r'), (5, NULL, 's');
SHOW WARNINGS;
INSERT INTO w1 (t) VALUES ('z');
SHOW WARNINGS;
UPDATE w1 SET n = 'q', nn = NULL WHERE id = 2;
SHOW WARNINGS;
UPDATE w1 SET n = '3abc' + 1 WHERE id = 2;
SHOW WARNINGS;
UPDATE w1 SET n = 1 WHERE t = 0 AND id < 3;
REPLACE INTO w1 (id, n, req, rq) VALUES (2, 999, 1, 'r');
SHOW WARNINGS;
INSERT INTO w1 (id, n, req, rq) VALUES (2, 127, 1, 'r') ON DUPLICATE KEY UPDATE n = 127;
INSERT INTO w1 (id, n, req, rq) VALUES (2, 127, 1, 'r') ON DUPLICATE KEY UPDATE n = VALUES(n);
INSERT INTO w1 (id, n, req, rq) VALUES (2, 127, 1, 'r') ON DUPLICATE KEY UPDATE n = 1000;
SHOW WARNINGS;
SELECT id, n, nn, t, rq FROM w1 WHERE id < 3 OR t = 'z' ORDER BY id;
SET sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO';
CREATE TABLE pa (id INT PRIMARY KEY);
CREATE TABLE ch (id INT PRIMARY KEY, p INT, q INT, UNIQUE KEY uq (q), CONSTRAINT chp FOREIGN KEY (p) REFERENCES pa (id));
INSERT INTO pa VALUES (1), (2);
INSERT IGNORE INTO ch VALUES (1, 9, 1);
SHOW COUNT(*) WARNINGS;
INSERT IGNORE INTO ch VALUES (1, 1, 1), (2, 9, 2), (3, NULL, 3), (4, 2, 1);
SHOW COUNT(*) WARNINGS;
INSERT IGNORE INTO ch SELECT id + 10, p + 5, q + 10 FROM ch;
SELECT * FROM ch ORDER BY id;
-- differs: mariadb-ignore: as in MySQL, a row that UPDATE IGNORE passes over is a warning
UPDATE IGNORE ch SET q = 1 WHERE id = 3;
-- differs: mariadb-ignore: the same
SHOW COUNT(*) WARNINGS;
-- differs: mariadb-ignore: as in MySQL, a row that UPDATE IGNORE passes over is a warning
UPDATE IGNORE ch SET q = q + 2;
-- differs: mariadb-ignore: the same
SHOW COUNT(*) WARNINGS;
-- differs: mariadb-ignore: as in MySQL, a row that UPDATE IGNORE passes over is a warning
UPDATE IGNORE ch SET p = 77 WHERE id = 1;
-- differs: mariadb-ignore: the same
SHOW COUNT(*) WARNINGS;
DELETE IGNORE FROM pa;
SHOW COUNT(*) WARNINGS;
SELECT * FROM ch ORDER BY id;
SELECT * FROM pa ORDER BY id;
DROP TABLE w1, ch, pa;
