import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { createTestDatabase } from '../service/test/support/test-database.ts';
import { schemaText } from './schema-text.ts';

/** The text of a database after `sql`. */
async function textAfter(sql: string): Promise<string> {
  await using database = await createTestDatabase({ empty: true });
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
  return await schemaText(database.url);
}

const WRITTEN = `
  CREATE EXTENSION pg_trgm;
  CREATE TYPE state AS ENUM ('recorded', 'applied');
  CREATE DOMAIN kbps AS integer DEFAULT 64 NOT NULL CONSTRAINT at_least_64 CHECK (VALUE >= 64);
  CREATE SEQUENCE ticket_no START 1000;
  CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'no';
  END $$;
  REVOKE EXECUTE ON FUNCTION refuse() FROM PUBLIC;
  CREATE TABLE zebra (id uuid PRIMARY KEY DEFAULT gen_random_uuid()) WITH (fillfactor = 70);
  CREATE UNLOGGED TABLE zoo (cage int);
  CREATE VIEW cage_count AS SELECT count(*) AS cages FROM zoo;
  CREATE TABLE zoo_visit (at date NOT NULL) PARTITION BY RANGE (at);
  CREATE INDEX zoo_visit_at ON zoo_visit (at);
  CREATE TABLE zoo_visit_2026 PARTITION OF zoo_visit FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
  CREATE TABLE line (
    dropped int,
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text COLLATE "C" NOT NULL,
    lower_name text GENERATED ALWAYS AS (lower(name)) STORED,
    state state NOT NULL DEFAULT 'recorded',
    down kbps,
    zebra uuid REFERENCES zebra (id) ON DELETE CASCADE,
    at timestamptz(3) DEFAULT now(),
    CONSTRAINT name_is_short CHECK (length(name) < 64 AND name <> ''),
    CONSTRAINT one_name UNIQUE NULLS NOT DISTINCT (name, zebra)
  );
  ALTER TABLE line DROP COLUMN dropped;
  CREATE UNIQUE INDEX line_open ON line (zebra) WHERE state = 'recorded';
  CREATE INDEX line_name ON line USING gin (name gin_trgm_ops);
  CREATE TRIGGER immutable BEFORE UPDATE OR DELETE ON line FOR EACH ROW EXECUTE FUNCTION refuse();
  ALTER TABLE line ENABLE ALWAYS TRIGGER immutable;
  COMMENT ON TABLE line IS 'a customer''s access';
  COMMENT ON COLUMN line.at IS 'when';
`;

const EXPECTED = `CREATE EXTENSION pg_trgm;

CREATE DOMAIN kbps AS integer DEFAULT 64 NOT NULL
  CONSTRAINT at_least_64 CHECK ((VALUE >= 64));

CREATE TYPE state AS ENUM ('recorded', 'applied');

CREATE SEQUENCE ticket_no AS bigint START 1000 INCREMENT 1 MINVALUE 1 MAXVALUE 9223372036854775807;

CREATE OR REPLACE FUNCTION public.refuse()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  BEGIN
    RAISE EXCEPTION 'no';
  END $function$;
REVOKE EXECUTE ON FUNCTION refuse() FROM PUBLIC;

CREATE TABLE line (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  name text COLLATE "C" NOT NULL,
  lower_name text GENERATED ALWAYS AS (lower(name)) STORED,
  state state NOT NULL DEFAULT 'recorded'::state,
  down kbps,
  zebra uuid,
  at timestamp(3) with time zone DEFAULT now(),
  CONSTRAINT line_pkey PRIMARY KEY (id),
  CONSTRAINT one_name UNIQUE NULLS NOT DISTINCT (name, zebra),
  CONSTRAINT name_is_short CHECK (((length(name) < 64) AND (name <> ''::text))),
  CONSTRAINT line_zebra_fkey FOREIGN KEY (zebra) REFERENCES zebra(id) ON DELETE CASCADE
);
CREATE INDEX line_name ON public.line USING gin (name gin_trgm_ops);
CREATE UNIQUE INDEX line_open ON public.line USING btree (zebra) WHERE (state = 'recorded'::state);
CREATE TRIGGER immutable BEFORE DELETE OR UPDATE ON public.line FOR EACH ROW EXECUTE FUNCTION refuse();
ALTER TABLE line ENABLE ALWAYS TRIGGER immutable;
COMMENT ON TABLE line IS 'a customer''s access';
COMMENT ON COLUMN line.at IS 'when';

CREATE TABLE zebra (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT zebra_pkey PRIMARY KEY (id)
) WITH (fillfactor=70);

CREATE UNLOGGED TABLE zoo (
  cage integer
);

CREATE TABLE zoo_visit (
  at date NOT NULL
) PARTITION BY RANGE (at);
CREATE INDEX zoo_visit_at ON ONLY public.zoo_visit USING btree (at);

CREATE VIEW cage_count AS
 SELECT count(*) AS cages
   FROM zoo;
`;

test('the text has a whole schema, the same on every version of PostgreSQL', async () => {
  assert.equal(await textAfter(WRITTEN), EXPECTED);
});

test('an empty schema has no text', async () => {
  assert.equal(await textAfter(''), '\n');
});

for (const [what, sql] of [
  ['materialized view', 'CREATE MATERIALIZED VIEW seen AS SELECT 1 AS one'],
  ['row security', 'CREATE TABLE rows (id int); ALTER TABLE rows ENABLE ROW LEVEL SECURITY'],
  ['other schema', 'CREATE SCHEMA elsewhere'],
] as const) {
  test(`a ${what} is refused, not left out`, async () => {
    await assert.rejects(textAfter(sql), /does not cover: /);
  });
}
