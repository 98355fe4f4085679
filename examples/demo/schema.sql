CREATE TABLE country (
  iso        text PRIMARY KEY,
  name       text NOT NULL,
  continent  text NOT NULL,
  capital    text,
  area_km2   numeric,
  population bigint NOT NULL
);

CREATE TABLE city (
  id         bigint PRIMARY KEY,
  name       text NOT NULL,
  country    text NOT NULL REFERENCES country,
  population bigint NOT NULL,
  latitude   double precision NOT NULL,
  longitude  double precision NOT NULL,
  timezone   text NOT NULL
);
CREATE INDEX ON city (country, population DESC);

CREATE TABLE visit (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  city    bigint NOT NULL REFERENCES city,
  visitor text NOT NULL,
  at      timestamptz NOT NULL DEFAULT now()
);
