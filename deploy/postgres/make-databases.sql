-- The second gateway's tables, and the journals of both; the first one's tables are in POSTGRES_DB. Run once, when the
-- server's files are made.
CREATE DATABASE gateway_2;
CREATE DATABASE journals;
