-- The second gateway's database; the first is POSTGRES_DB. Run once, when the server's files are made.
CREATE DATABASE gateway_2;
