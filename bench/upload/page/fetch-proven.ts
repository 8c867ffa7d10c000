/**
 * Bare `fetch` with all that proves the files. The browser reads each a second time to send it:
 * a page that gives it the bytes instead copies them to another process.
 *
 * @module
 */

import { type ReadFile, uploadProven } from '../proven.ts'
import { post } from './bare.ts'
import { showContestant } from './contestant.ts'

showContestant({
  upload: (files) =>
    uploadProven({ appUrl: '', read, send: (form, _read, file) => post(form, file) }, files),
})

async function read(file: File): Promise<ReadFile> {
  return { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) }
}
