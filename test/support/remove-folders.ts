/**
 * Run before each suite. The temporary folder goes by its real name: on macOS it is reached through a link, on Windows by a
 * short name, and programs print where they really are.
 *
 * Suites share processes and their modules: a hook of a module that several
 * of them import is one of the first suite alone.
 *
 * @module
 */

import { realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterAll } from 'vitest'
import { removeFolders } from './temporary-folders.ts'

const temporary = realpathSync.native(tmpdir())
for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = temporary

afterAll(removeFolders)
