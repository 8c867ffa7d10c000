/**
 * Run before each suite. Suites share processes and their modules: a hook of a module that several
 * of them import is one of the first suite alone.
 *
 * @module
 */

import { afterAll } from 'vitest'
import { removeFolders } from './temporary-folders.ts'

afterAll(removeFolders)
