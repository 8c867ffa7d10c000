import { PassThrough } from 'node:stream'
import { createTerminal } from '@waybill/command-line/terminal'
import { describe, expect, it } from 'vitest'
import { createUploader } from 'waybill/client'
import { findFiles } from '../../src/put/find-files.ts'
import { Results } from '../../src/put/results.ts'
import { sendFiles } from '../../src/put/send-files.ts'
import { startStage } from './stage.ts'

const HINTS = { types: ['*/*'], accept: '', maxSize: 100, minSize: 0, read: false, remove: false }
/** More than an uploader tries at once. */
const COUNT = 500

describe('sendFiles', () => {
  it('does not try the other files when a server is down and nothing moves', async () => {
    const { system, write, home } = await startStage()
    for (let index = 0; index < COUNT; index += 1) await write(`set/${index}.txt`, `${index}`)
    const { files } = await findFiles([`${home}/set`])
    system.signerProxy.offline()
    const stdout = new PassThrough()
    // It is back when the first files have failed.
    stdout.once('data', () => system.signerProxy.online())
    const terminal = createTerminal(stdout, new PassThrough())
    const results = new Results(terminal, true)
    const token = 'good'
    const uploader = createUploader({ endpoint: system.endpoint, token, retryForMs: 100 })
    const stopped = new Promise<void>(() => {})
    const sending = {
      rule: undefined,
      hints: HINTS,
      records: undefined,
      results,
      terminal,
      stopped,
    }
    expect(await sendFiles(uploader, files, { ...sending, outageMs: 50 })).toBe(false)
    const reason = /^none of 500 files was stored: SIGNER_UNAVAILABLE: /
    expect(() => results.summarize(COUNT, false)).toThrow(reason)
  })
})
