import assert from 'node:assert/strict';
import { chmod, chown, cp, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runScript } from '../testing/script.ts';
import { tempFolder } from '../testing/temp-folder.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { canEnter, run } from './postgres-account.ts';

/*
 * PostgreSQL does not run as root. What a start by root does about that only shows as root; as any other
 * user, the tests of embedded-postgres.test.ts are the whole story.
 */
