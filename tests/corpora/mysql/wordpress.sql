-- A blog's schema in WordPress's manner, and the queries such a program sends.
CREATE TABLE wp_users (
  ID bigint(20) unsigned NOT NULL auto_increment,
  user_login varchar(60) NOT NULL default '',
  user_pass varchar(255) NOT NULL default '',
  user_nicename varchar(50) NOT NULL default '',
  user_email varchar(100) NOT NULL default '',
  user_registered datetime NOT NULL default '2000-01-01 00:00:00',
  user_status int(11) NOT NULL default '0',
  display_name varchar(250) NOT NULL default '',
  PRIMARY KEY  (ID),
  KEY user_login_key (user_login),
  KEY user_nicename (user_nicename),
  KEY user_email (user_email)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE TABLE wp_usermeta (
  umeta_id bigint(20) unsigned NOT NULL auto_increment,
  user_id bigint(20) unsigned NOT NULL default '0',
  meta_key varchar(255) default NULL,
  meta_value longtext,
  PRIMARY KEY  (umeta_id),
  KEY user_id (user_id),
  KEY meta_key (meta_key(191))
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE TABLE wp_posts (
  ID bigint(20) unsigned NOT NULL auto_increment,
  post_author bigint(20) unsigned NOT NULL default '0',
  post_date datetime NOT NULL default '2000-01-01 00:00:00',
  post_content longtext NOT NULL,
  post_title text NOT NULL,
  post_excerpt text NOT NULL,
  post_status varchar(20) NOT NULL default 'publish',
  post_name varchar(200) NOT NULL default '',
  post_modified datetime NOT NULL default '2000-01-01 00:00:00',
  post_parent bigint(20) unsigned NOT NULL default '0',
  menu_order int(11) NOT NULL default '0',
  post_type varchar(20) NOT NULL default 'post',
  comment_count bigint(20) NOT NULL default '0',
  PRIMARY KEY  (ID),
  KEY post_name (post_name(191)),
  KEY type_status_date (post_type,post_status,post_date,ID),
  KEY post_parent (post_parent),
  KEY post_author (post_author)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;
CREATE TABLE wp_postmeta (
  meta_id bigint(20) unsigned NOT NULL auto_increment,
  post_id bigint(20) unsigned NOT NULL default '0',
  meta_key varchar(255) default NULL,
  meta_value longtext,
  PRIMARY KEY  (meta_id),
  KEY post_id (post_id),
  KEY meta_key (meta_key(191))
);
CREATE TABLE wp_terms (
  term_id bigint(20) unsigned NOT NULL auto_increment,
  name varchar(200) NOT NULL default '',
  slug varchar(200) NOT NULL default '',
  term_group bigint(10) NOT NULL default 0,
  PRIMARY KEY  (term_id),
  KEY slug (slug(191)),
  KEY name (name(191))
);
CREATE TABLE wp_term_taxonomy (
  term_taxonomy_id bigint(20) unsigned NOT NULL auto_increment,
  term_id bigint(20) unsigned NOT NULL default 0,
  taxonomy varchar(32) NOT NULL default '',
  description longtext NOT NULL,
  parent bigint(20) unsigned NOT NULL default 0,
  count bigint(20) NOT NULL default 0,
  PRIMARY KEY  (term_taxonomy_id),
  UNIQUE KEY term_id_taxonomy (term_id,taxonomy),
  KEY taxonomy (taxonomy)
);
CREATE TABLE wp_term_relationships (
  object_id bigint(20) unsigned NOT NULL default 0,
  term_taxonomy_id bigint(20) unsigned NOT NULL default 0,
  term_order int(11) NOT NULL default 0,
  PRIMARY KEY  (object_id,term_taxonomy_id),
  KEY term_taxonomy_id (term_taxonomy_id)
);
CREATE TABLE wp_comments (
  comment_ID bigint(20) unsigned NOT NULL auto_increment,
  comment_post_ID bigint(20) unsigned NOT NULL default '0',
  comment_author tinytext NOT NULL,
  comment_author_email varchar(100) NOT NULL default '',
  comment_date datetime NOT NULL default '2000-01-01 00:00:00',
  comment_content text NOT NULL,
  comment_approved varchar(20) NOT NULL default '1',
  comment_parent bigint(20) unsigned NOT NULL default '0',
  user_id bigint(20) unsigned NOT NULL default '0',
  PRIMARY KEY  (comment_ID),
  KEY comment_post_ID (comment_post_ID),
  KEY comment_approved_date (comment_approved,comment_date)
);
CREATE TABLE wp_options (
  option_id bigint(20) unsigned NOT NULL auto_increment,
  option_name varchar(191) NOT NULL default '',
  option_value longtext NOT NULL,
  autoload varchar(20) NOT NULL default 'yes',
  PRIMARY KEY  (option_id),
  UNIQUE KEY option_name (option_name),
  KEY autoload (autoload)
);
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('siteurl', 'http://example.test', 'yes'), ('blogname', 'It\'s a blog', 'yes'), ('_transient_x', 'a:1:{s:1:"k";s:3:"\\x\\";}', 'no') ON DUPLICATE KEY UPDATE `option_name` = VALUES(`option_name`), `option_value` = VALUES(`option_value`), `autoload` = VALUES(`autoload`);
SELECT option_name, option_value FROM wp_options WHERE autoload = 'yes' ORDER BY option_id;
SELECT option_value FROM wp_options WHERE option_name = 'siteurl' LIMIT 1;
SELECT option_value FROM wp_options WHERE option_name = '_transient_x' LIMIT 1;
INSERT INTO `wp_options` (`option_name`, `option_value`, `autoload`) VALUES ('blogname', 'New name', 'yes') ON DUPLICATE KEY UPDATE `option_value` = VALUES(`option_value`);
SELECT option_value FROM wp_options WHERE option_name = 'BLOGNAME';
UPDATE `wp_options` SET `option_value` = 'changed' WHERE `option_name` = 'blogname';
DELETE FROM wp_options WHERE option_name LIKE '\_transient\_%';
SELECT COUNT(*) FROM wp_options;
INSERT INTO `wp_users` (`user_pass`,`user_nicename`,`user_email`,`user_registered`,`display_name`,`user_login`) VALUES ('$P$hash', 'admin', 'admin@example.test', '2020-01-02 03:04:05', 'admin', 'admin');
INSERT INTO `wp_users` (`user_login`,`user_email`,`display_name`) VALUES ('zoë', 'zoe@example.test', 'Zoë');
SELECT * FROM wp_users WHERE user_login = 'ADMIN' LIMIT 1;
SELECT ID, user_login FROM wp_users WHERE user_login LIKE 'zo%' OR user_email LIKE 'zo%';
INSERT INTO `wp_usermeta` (`user_id`, `meta_key`, `meta_value`) VALUES (1, 'wp_capabilities', 'a:1:{s:13:"administrator";b:1;}'), (1, 'wp_user_level', '10'), (2, 'wp_user_level', '0');
SELECT user_id, meta_key, meta_value FROM wp_usermeta WHERE user_id IN (1,2) ORDER BY umeta_id ASC;
SELECT umeta_id FROM wp_usermeta WHERE meta_key = 'wp_user_level' AND user_id = 1;
SELECT SQL_CALC_FOUND_ROWS wp_users.ID FROM wp_users INNER JOIN wp_usermeta ON ( wp_users.ID = wp_usermeta.user_id ) WHERE 1=1 AND ( ( wp_usermeta.meta_key = 'wp_user_level' AND wp_usermeta.meta_value != '0' ) ) ORDER BY user_login ASC LIMIT 0, 10;
SELECT FOUND_ROWS();
SELECT COUNT(NULLIF(`meta_value` LIKE '%"administrator"%', false)) AS admins, COUNT(*) FROM wp_usermeta INNER JOIN wp_users ON user_id = ID WHERE meta_key = 'wp_capabilities';
INSERT INTO `wp_posts` (`post_author`, `post_date`, `post_content`, `post_title`, `post_excerpt`, `post_name`, `post_type`, `comment_count`) VALUES (1, '2020-03-01 10:00:00', '<p>Hello world</p>', 'Hello world!', '', 'hello-world', 'post', 1), (1, '2020-04-01 10:00:00', 'Second post', 'Second', '', 'second', 'post', 0), (2, '2020-04-15 11:00:00', 'About us', 'About', '', 'about', 'page', 0);
INSERT INTO `wp_posts` (`post_author`, `post_date`, `post_content`, `post_title`, `post_excerpt`, `post_status`) VALUES (2, '2021-05-01 00:00:00', 'draft text', 'Draft', '', 'draft');
SELECT SQL_CALC_FOUND_ROWS wp_posts.ID FROM wp_posts WHERE 1=1 AND ((wp_posts.post_type = 'post' AND (wp_posts.post_status = 'publish'))) ORDER BY wp_posts.post_date DESC LIMIT 0, 1;
SELECT FOUND_ROWS();
SELECT wp_posts.* FROM wp_posts WHERE ID IN (1,2) ORDER BY ID;
SELECT * FROM wp_posts WHERE ID = 1 LIMIT 1;
SELECT ID, post_name, post_parent, post_type FROM wp_posts WHERE post_name IN ('about') AND post_type IN ('page','attachment');
SELECT YEAR(post_date) AS `year`, MONTH(post_date) AS `month`, count(ID) as posts FROM wp_posts WHERE post_type = 'post' AND post_status = 'publish' GROUP BY YEAR(post_date), MONTH(post_date) ORDER BY `year` DESC, `month` DESC;
SELECT post_status, COUNT( * ) AS num_posts FROM wp_posts WHERE post_type = 'post' GROUP BY post_status ORDER BY post_status;
SELECT post_mime.n FROM (SELECT COUNT(*) AS n FROM wp_posts) AS post_mime;
SELECT DISTINCT YEAR( post_date ) AS year, MONTH( post_date ) AS month FROM wp_posts WHERE post_type = 'post' ORDER BY year DESC, month DESC;
INSERT INTO wp_postmeta (post_id, meta_key, meta_value) VALUES (1, '_edit_lock', '1583056800:1'), (1, 'views', '42'), (2, 'views', '7'), (3, '_wp_page_template', 'default');
SELECT post_id, meta_key, meta_value FROM wp_postmeta WHERE post_id IN (1,2,3) ORDER BY meta_id ASC;
SELECT p.ID FROM wp_posts p INNER JOIN wp_postmeta m ON p.ID = m.post_id WHERE m.meta_key = 'views' ORDER BY m.meta_value+0 DESC;
SELECT p.ID FROM wp_posts p INNER JOIN wp_postmeta m ON p.ID = m.post_id WHERE m.meta_key = 'views' AND CAST(m.meta_value AS SIGNED) > 10;
SELECT wp_posts.ID FROM wp_posts LEFT JOIN wp_postmeta ON (wp_posts.ID = wp_postmeta.post_id AND wp_postmeta.meta_key = '_edit_lock') WHERE wp_postmeta.post_id IS NULL ORDER BY wp_posts.ID;
SELECT meta_key, MAX(CAST(meta_value AS UNSIGNED)) FROM wp_postmeta WHERE meta_key = 'views' GROUP BY meta_key;
INSERT INTO wp_terms (name, slug) VALUES ('Uncategorized', 'uncategorized'), ('News', 'news');
INSERT INTO wp_term_taxonomy (term_id, taxonomy, description) VALUES (1, 'category', ''), (2, 'category', ''), (2, 'post_tag', '');
INSERT INTO wp_term_taxonomy (term_id, taxonomy, description) VALUES (2, 'post_tag', '');
INSERT INTO wp_term_relationships (object_id, term_taxonomy_id) VALUES (1, 1), (2, 1), (2, 2);
SELECT t.*, tt.* FROM wp_terms AS t INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id WHERE tt.taxonomy IN ('category') ORDER BY t.name ASC;
SELECT DISTINCT t.term_id, tr.object_id FROM wp_terms AS t INNER JOIN wp_term_taxonomy AS tt ON t.term_id = tt.term_id INNER JOIN wp_term_relationships AS tr ON tr.term_taxonomy_id = tt.term_taxonomy_id WHERE tt.taxonomy IN ('category', 'post_tag') AND tr.object_id IN (1, 2) ORDER BY t.term_id, tr.object_id ASC;
UPDATE wp_term_taxonomy SET count = (SELECT COUNT(*) FROM wp_term_relationships r WHERE r.term_taxonomy_id = wp_term_taxonomy.term_taxonomy_id);
SELECT term_taxonomy_id, count FROM wp_term_taxonomy ORDER BY term_taxonomy_id;
SELECT SQL_CALC_FOUND_ROWS wp_posts.ID FROM wp_posts LEFT JOIN wp_term_relationships ON (wp_posts.ID = wp_term_relationships.object_id) WHERE 1=1 AND ( wp_term_relationships.term_taxonomy_id IN (1) ) AND wp_posts.post_type = 'post' GROUP BY wp_posts.ID ORDER BY wp_posts.ID DESC LIMIT 0, 10;
INSERT INTO wp_comments (comment_post_ID, comment_author, comment_author_email, comment_date, comment_content) VALUES (1, 'A commenter', 'c@example.test', '2020-03-02 00:00:00', 'Nice post'), (1, 'Spammer', '', '2020-03-03 00:00:00', 'buy');
UPDATE wp_comments SET comment_approved = 'spam' WHERE comment_author = 'spammer';
SELECT comment_approved, COUNT( * ) AS total FROM wp_comments GROUP BY comment_approved ORDER BY comment_approved;
SELECT comment_ID FROM wp_comments WHERE comment_post_ID = 1 AND ( comment_approved = '1' OR ( user_id = 2 AND comment_approved = '0' ) ) ORDER BY comment_date_fixed ASC;
SELECT comment_ID FROM wp_comments WHERE comment_post_ID = 1 AND ( comment_approved = '1' OR ( user_id = 2 AND comment_approved = '0' ) ) ORDER BY comment_date ASC, comment_ID ASC;
SELECT COUNT(*) FROM wp_comments WHERE comment_date > DATE_SUB('2020-03-03 12:00:00', INTERVAL 1 DAY);
SELECT p.post_title, u.display_name, COUNT(c.comment_ID) AS comments FROM wp_posts p JOIN wp_users u ON u.ID = p.post_author LEFT JOIN wp_comments c ON c.comment_post_ID = p.ID GROUP BY p.ID, p.post_title, u.display_name ORDER BY p.ID;
SELECT ID, post_title FROM wp_posts WHERE (((wp_posts.post_title LIKE '%hello%') OR (wp_posts.post_excerpt LIKE '%hello%') OR (wp_posts.post_content LIKE '%hello%'))) ORDER BY wp_posts.post_title LIKE '%hello%' DESC, wp_posts.post_date DESC;
UPDATE wp_posts SET comment_count = comment_count + 1, post_modified = '2022-01-01 00:00:00' WHERE ID = 1;
SELECT comment_count, post_modified FROM wp_posts WHERE ID = 1;
UPDATE wp_posts SET post_content = REPLACE(post_content, 'world', 'there') WHERE post_content LIKE '%world%';
SELECT post_content FROM wp_posts WHERE ID = 1;
DELETE a, b FROM wp_posts a LEFT JOIN wp_postmeta b ON b.post_id = a.ID WHERE a.ID = 2;
SELECT COUNT(*) FROM wp_postmeta WHERE post_id = 2;
SELECT COUNT(*) FROM wp_posts WHERE ID = 2;
DELETE FROM wp_postmeta WHERE meta_id IN (SELECT x.meta_id FROM (SELECT meta_id FROM wp_postmeta WHERE meta_key = '_edit_lock') x);
SELECT COUNT(*) FROM wp_postmeta;
REPLACE INTO wp_options (option_name, option_value, autoload) VALUES ('siteurl', 'https://example.test', 'no');
SELECT option_value, autoload FROM wp_options WHERE option_name = 'siteurl';
ALTER TABLE wp_posts ADD COLUMN post_password varchar(255) NOT NULL DEFAULT '' AFTER post_status;
SELECT post_password FROM wp_posts WHERE ID = 1;
-- differs: name-order: names of objects sort by code points
SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME LIKE 'wp\_term%' ORDER BY TABLE_NAME;
SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'wp_options' ORDER BY ordinal_position;
SHOW TABLES LIKE 'wp\_comments';
SHOW TABLES LIKE 'nothing';
SELECT COUNT(*) FROM information_schema.STATISTICS WHERE table_schema = DATABASE() AND table_name = 'wp_posts' AND index_name = 'type_status_date';
DROP TABLE wp_users, wp_usermeta, wp_posts, wp_postmeta, wp_terms, wp_term_taxonomy, wp_term_relationships, wp_comments, wp_options;
