/**
 * The signer in a runtime without Node, bundled as such platforms bundle it.
 *
 * @module
 */

import { createContext, runInContext } from 'node:vm'
import { CREDENTIALS, SECRET } from '@waybill/test-support/signing'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import type { Signer } from 'waybill/signer'
import { signature, signingKey } from 'waybill-s3'

/** As a script that leaves `waybill` behind. */
async function bundled(): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: "export { createSigner } from 'waybill/signer'; export * from 'waybill-s3'",
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'waybill',
    platform: 'browser',
    conditions: ['@waybill/source', 'edge-light', 'workerd'],
    logLevel: 'silent',
  })
  return outputFiles[0]?.text ?? ''
}

/** Next's edge runtime has all functions of `process`; each throws when it is called. */
const NEXT_PROCESS = {
  env: {},
  getBuiltinModule: (): never => {
    throw new Error('A Node.js API is used which is not supported in the Edge Runtime.')
  },
}

const WEB = {
  crypto,
  fetch,
  Request,
  Response,
  Headers,
  URL,
  URLSearchParams,
  Blob,
  ReadableStream,
}
const ENCODING = { TextEncoder, TextDecoder, btoa, atob, structuredClone, Uint8Array, ArrayBuffer }
const SIGNALS = { AbortController, AbortSignal, setTimeout, clearTimeout, queueMicrotask }

describe('the signer on an edge runtime', () => {
  it("signs uploads where process's functions throw, as in Next", async () => {
    const runtime = createContext({
      ...WEB,
      ...ENCODING,
      ...SIGNALS,
      console,
      process: NEXT_PROCESS,
      options: {
        bucket: 'uploads',
        region: 'eu-west-1',
        credentials: CREDENTIALS,
        secret: SECRET,
        allowedOrigins: [],
        rules: { photo: { types: ['image/*'], maxSize: '10 MiB', public: true, form: true } },
      },
    })
    runInContext(await bundled(), runtime)
    const signer: Signer = runInContext('waybill.createSigner(options)', runtime)
    const response = await signer.fetch(
      new Request('https://app.example/api/uploads?size=7&type=image/png'),
    )
    expect(response.status).toBe(200)
    const { fields } = (await response.json()).presignedPost
    const scope = fields['X-Amz-Credential'].split('/').slice(1).join('/')
    const key = await signingKey(CREDENTIALS.secretAccessKey, scope)
    expect(fields['X-Amz-Signature']).toBe(await signature(key, fields.Policy))
  })

  it('imports no Node module, and accesses process only through its global', async () => {
    const code = await bundled()
    expect(code).not.toMatch(/\bfrom ["']node:|\brequire\(|\bimport\(["']node:/)
    // Next's build refuses the words `process.` and `Buffer` where they are not of an object.
    expect(code.match(/(?<![\w.])process\.\w+/g) ?? []).toEqual([])
  })
})
