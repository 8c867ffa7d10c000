/**
 * `only`, which `authorize` returns: limits for one caller, which narrow a rule and nothing else.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { signerOf } from '@waybill/test-support/signer-storage'
import {
  codeOf,
  createOne,
  FILE,
  get,
  judgeForm,
  post,
  signerFor,
  VIDEO_LIMITS,
} from '@waybill/test-support/signing'
import fc from 'fast-check'
import { startStrictS3 } from 'strict-s3'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { UploadLimits, UploadRules } from 'waybill'
import type { SignerOptions } from 'waybill/signer'
import { allowsContentType } from '../../../src/protocol/content-type.ts'
import { narrowRule } from '../../../src/signer/rules/narrow-rule.ts'
import { readRules } from '../../../src/signer/rules/signer-rule.ts'

type Only = UploadLimits | readonly UploadLimits[]

/** Ada's limits are `only`. Anyone else has none. */
function rulesFor(only: unknown) {
  const authorize = ({ headers }: { headers: Readonly<Record<string, string>> }) =>
    headers.cookie === 'ada' ? { owner: 'ada', only: only as Only } : { owner: 'bob' }
  return {
    video: { ...VIDEO_LIMITS, minSize: 10, form: true, authorize },
    pages: { types: ['text/html', 'text/plain'], maxSize: 100, authorize },
  } satisfies UploadRules
}

type Options = Partial<Omit<SignerOptions<ReturnType<typeof rulesFor>>, 'rules'>>

function signerWith(only: unknown, options: Options = {}) {
  return signerFor(rulesFor(only), { prefix: 'up/', ...options })
}

const ADA = { cookie: 'ada' }
const { sha256: _, ...UNHASHED } = FILE
const ONE = { rule: 'video', files: [FILE] }
const OTHER_SHA256 = createHash('sha256').update('other').digest('base64')

function create(only: unknown, file: object = FILE, options: Options = {}) {
  return createOne(signerWith(only, options), file, ADA, 'video')
}

describe('only', () => {
  it.each<[Only, object?]>([
    [{}],
    [[]],
    [{ rules: ['pages', 'video'], maxSize: '5 MB', types: ['video/*'], name: FILE.name }],
    [{ rules: undefined, maxSize: undefined, sha256: FILE.sha256 }],
    [{ types: ['*/*'] }],
    [[{ rules: ['video'] }, { maxSize: FILE.size }]],
    [{ maxSize: '9 TiB' }],
  ])('%j allows a file within it', async (only) => {
    expect(await create(only)).toMatchObject({ key: expect.stringMatching(/^up\/[\w-]{22}\/hol/) })
  })

  it.each<[string, Only, object, RegExp]>([
    ['FILE_TOO_LARGE', { maxSize: 4_999_999 }, {}, /at most 4999999 \(maxSize\)$/],
    ['FILE_TOO_LARGE', [{ maxSize: '9 MB' }, { maxSize: 100 }], {}, /at most 100 /],
    ['FILE_TYPE_NOT_ALLOWED', { types: ['image/png'] }, {}, /allows image\/png \(types\)$/],
    [
      'FILE_TYPE_NOT_ALLOWED',
      { types: ['*/*'] },
      { type: 'image/svg+xml' },
      /allows video\/mp4, i/,
    ],
    ['FILE_REFUSED', { name: 'a.mp4' }, {}, /^name is "holiday\.mp4", .* the file with "a\.mp4"$/],
    ['FILE_REFUSED', { name: 'holiday.mp4' }, { name: 'holiday.mp4 ' }, /^name is/],
    ['FILE_REFUSED', { sha256: OTHER_SHA256 }, {}, /^sha256 is "LPJ/],
    ['FILE_REFUSED', [{ sha256: FILE.sha256 }, { sha256: OTHER_SHA256 }], UNHASHED, /^sha256/],
  ])('rejects a file with %s for %j %j', async (code, only, file, message) => {
    expect(await create(only, { ...FILE, ...file })).toMatchObject({
      error: { code, message: expect.stringMatching(message) },
    })
  })

  it.each<[Only, RegExp]>([
    [{ rules: ['pages'] }, /^rule 'video' is not for this caller, whose limits name only pages /],
    [{ rules: [] }, /name only no rule/],
    [[{ rules: ['pages', 'video'] }, { rules: ['pages'] }], /name only pages/],
    [{ maxSize: 9 }, /allow 9 bytes \(maxSize\), but the rule wants 10$/],
    [{ types: [] }, /allow none of the rule's types \(types\)$/],
    [{ types: ['text/*'] }, /allow none of the rule's types/],
    [[{ types: ['image/*'] }, { types: ['video/*'] }], /allow none of the rule's types/],
  ])('refuses the rule to a caller for whom %j leaves nothing', async (only, message) => {
    const signer = signerWith(only)
    for (const response of [
      await post(signer, '', ONE, ADA),
      await get(signer, { rule: 'video' }, ADA),
    ]) {
      expect(response.status).toBe(403)
      expect(JSON.parse(response.body).error).toMatchObject({
        code: 'FORBIDDEN',
        message: expect.stringMatching(message),
      })
    }
  })

  it.each([
    [null, /only is null, expected an object$/],
    ['video', /only is "video", expected an object$/],
    [[null], /only\[0\] is null/],
    [Promise.resolve({ maxSize: 5 }), /only is a promise, map or other instance, expected a plain/],
    [[new Map([['maxSize', 5]])], /only\[0\] is a promise, map or other/],
    [
      { maxsize: 5 },
      /only has "maxsize", expected only rules, maxSize, types, keyPrefix, sha256, /,
    ],
    [JSON.parse('{ "__proto__": {} }'), /only has "__proto__"/],
    [{ rules: 'video' }, /only\.rules is "video", expected a list$/],
    [{ rules: [7] }, /only\.rules\[0\] is 7, expected text$/],
    [{ maxSize: '5 MiBs' }, /only\.maxSize is '5 MiBs'/],
    [{ maxSize: -1 }, /only\.maxSize is '-1'/],
    [{ maxSize: 1.5 }, /only\.maxSize is '1\.5'/],
    [{ maxSize: Number.NaN }, /only\.maxSize is 'NaN'/],
    [{ maxSize: null }, /only\.maxSize is null/],
    [{ types: ['video'] }, /only\.types are not all content types/],
    [{ types: 'video/mp4' }, /only\.types is "video\/mp4", expected a list$/],
    [{ types: [['video/mp4']] }, /only\.types are not all/],
    ...[
      '/a',
      '../',
      'a/../b/',
      './',
      '..',
      'a/.',
      'a//b',
      'a\0',
      'a\n',
      '${filename}',
      '\u202e',
      '/',
    ].map((keyPrefix) => [
      { keyPrefix },
      /only\.keyPrefix is ".*", expected a prefix of object keys$/,
    ]),
    [{ keyPrefix: 'a'.repeat(257) }, /only\.keyPrefix is 257 characters, expected 0 to 256$/],
    [{ keyPrefix: 7 }, /only\.keyPrefix is 7/],
    [{ sha256: 'LPJ' }, /only\.sha256 is "LPJ", expected 32 bytes in base64$/],
    [{ name: '' }, /only\.name is 0 characters/],
  ] as [unknown, RegExp][])(
    '%j is a mistake: the caller is refused, and onError told',
    async (only, message) => {
      const errors: unknown[] = []
      const signer = signerWith(only, { onError: (error) => errors.push(error) })
      const { body } = await post(signer, '/list', { waybill: await waybillOf('bob') }, ADA)
      expect(JSON.parse(body).error).toMatchObject({
        code: 'UNAUTHENTICATED',
        message: expect.stringMatching(message),
      })
      const told = { name: 'TypeError', message: expect.stringMatching(message) }
      expect(errors).toEqual([expect.objectContaining({ message: told.message })])
      expect(errors[0]).toBeInstanceOf(TypeError)
    },
  )

  it('adds its keyPrefix between the prefix and the key', async () => {
    const key = async (only: Only, key?: string) => {
      const rules = { video: { ...rulesFor(only).video, ...(key ? { key: () => key } : {}) } }
      const grant = await createOne(signerFor(rules, { prefix: 'up/' }), FILE, ADA)
      return 'key' in grant ? grant.key : grant.error.code
    }
    expect(await key({ keyPrefix: 'ada/' })).toMatch(/^up\/ada\/[\w-]{22}\/holiday\.mp4$/)
    expect(await key({ keyPrefix: 'ada/' }, 'up/a')).toBe('up/ada/a')
    expect(await key({ keyPrefix: 'up/' }, 'a')).toBe('up/up/a')
    expect(await key([{ keyPrefix: 'a/' }, {}, { keyPrefix: 'b/' }], 'c')).toBe('up/a/b/c')
    expect(await key({ keyPrefix: 'a/' }, '../b')).toBe('INTERNAL_ERROR')
  })

  it('never leads out of the prefix', async () => {
    const part = fc.constantFrom('/', '.', '..', 'a', 'up/', '\\', '%2e', '\0', '~', 'é')
    const text = fc.array(part, { maxLength: 6 }).map((parts) => parts.join(''))
    await fc.assert(
      fc.asyncProperty(text, async (keyPrefix) => {
        const { status, body } = await post(signerWith({ keyPrefix }), '', ONE, ADA)
        if (status === 401) return
        const { key } = JSON.parse(body).uploads[0]
        expect(key.startsWith(`up/${keyPrefix}`)).toBe(true)
        expect(key.split('/')).not.toContain('..')
      }),
      { numRuns: 300 },
    )
  })

  it('narrows what GET B/rules says, and leaves out the rules of which nothing is left', async () => {
    const hints = async (only: Only, headers: Readonly<Record<string, string>> = ADA) => {
      const request = { method: 'GET', path: '/rules', query: {}, headers }
      return JSON.parse((await signerWith(only).handle(request)).body).rules
    }
    const only = { maxSize: 500, types: ['image/png', 'text/html'], keyPrefix: 'a/', name: 'b' }
    expect(await hints(only)).toMatchObject({
      video: { types: ['image/png'], accept: 'image/png', maxSize: 500, minSize: 10 },
      pages: { types: ['text/html'], maxSize: 100 },
    })
    expect(Object.keys(await hints({ ...only, rules: ['pages'] }))).toEqual(['pages'])
    expect(Object.keys(await hints({ maxSize: 5 }))).toEqual(['pages'])
    expect(await hints({ maxSize: 5 }, {})).toMatchObject({ video: { maxSize: 104_857_600 } })
  })

  it('narrows forms', async () => {
    const form = async (only: Only) => {
      const { body } = await get(signerWith(only), { rule: 'video' }, ADA)
      return JSON.parse(body).presignedPost.fields
    }
    const fields = await form({ maxSize: 500, types: ['image/png'], name: 'b.png' })
    expect(judgeForm(fields)).toEqual({ min: 10, max: 500 })
    expect(fields).toMatchObject({ 'Content-Type': 'image/png' })
    expect(fields.key).toMatch(/^up\/[\w-]{22}\/b\.png$/)
    expect(codeOf(await get(signerWith({ name: 'b' }), { rule: 'video', name: 'c' }, ADA))).toBe(
      'FILE_REFUSED',
    )
  })

  it('does not end an upload that has begun: only rules count for later calls', async () => {
    const waybill = await waybillOf('ada')
    const abort = async (only: Only) =>
      codeOf(await post(signerWith(only), '/abort', { waybill }, ADA))
    expect(await abort({ maxSize: 1, types: [], name: 'x', sha256: OTHER_SHA256 })).toBeUndefined()
    expect(await abort({ rules: ['pages'] })).toBe('FORBIDDEN')
  })

  it('holds for a call that repeats the nonce of another with other limits', async () => {
    const s3 = await startStrictS3({ buckets: ['uploads'] })
    onTestFinished(() => s3.close())
    let only: Only = {}
    const authorize = () => ({ owner: 'ada', only })
    const signer = signerOf(s3, { any: { types: ['*/*'], maxSize: '1 GB', authorize } })
    const file = { name: 'a', size: 50_000_000, type: 'video/mp4', nonce: 'n'.repeat(16) }
    const first = await createOne(signer, file)
    expect(await createOne(signer, file)).toEqual(first)
    only = { maxSize: 5 }
    expect(await createOne(signer, file)).toMatchObject({ error: { code: 'FILE_TOO_LARGE' } })
  })
})

async function waybillOf(cookie: string): Promise<string> {
  const grant = await createOne(signerWith({}), FILE, { cookie }, 'video')
  if ('error' in grant) throw new Error(grant.error.message)
  return grant.waybill
}

describe('sha256 in only', () => {
  const bytes = new Uint8Array(6 * 1024 ** 2).fill(97)
  const sha256 = createHash('sha256').update(bytes).digest('base64')
  const file = { name: 'a.mp4', type: 'video/mp4', size: bytes.length }

  async function startS3(options: object = {}) {
    const s3 = await startStrictS3({ buckets: ['uploads'] })
    onTestFinished(() => s3.close())
    const { form, ...rule } = rulesFor({ sha256 }).video
    const video = { ...rule, ...('singleRequest' in options ? {} : { form }) }
    return signerOf(s3, { video }, { multipartThreshold: '5 MiB', ...options })
  }

  async function sendForm(
    post: { url: string; fields: object },
    body: Uint8Array<ArrayBuffer>,
  ): Promise<number> {
    const form = new FormData()
    for (const [name, value] of Object.entries(post.fields)) form.append(name, value)
    form.append('file', new Blob([body]))
    return (await fetch(post.url, { method: 'POST', body: form })).status
  }
  const forged = bytes.slice()
  forged[7] = 0

  it('lets S3 store only this file, in one request, although the client names no SHA-256', async () => {
    const signer = await startS3()
    const grant = await createOne(signer, file, ADA)
    if (!('presignedPost' in grant)) throw new Error(JSON.stringify(grant))
    expect(await sendForm(grant.presignedPost, forged)).toBe(400)
    expect(await sendForm(grant.presignedPost, bytes)).toBe(204)
    const { body } = await post(signer, '/complete', { waybill: grant.waybill }, ADA)
    expect(JSON.parse(body)).toMatchObject({ verifiedBy: 'SHA256', checksum: { value: sha256 } })
  })

  it('works with a PUT and with a form, too', async () => {
    const put = await createOne(await startS3({ singleRequest: 'put' }), file, ADA)
    if (!('headers' in put)) throw new Error(JSON.stringify(put))
    const { url, headers } = put
    const send = (body: Uint8Array<ArrayBuffer>) => fetch(url, { method: 'PUT', headers, body })
    expect([(await send(forged)).status, (await send(bytes)).status]).toEqual([400, 200])
    const { body } = await get(await startS3(), {}, ADA)
    const { presignedPost } = JSON.parse(body)
    expect(await sendForm(presignedPost, forged)).toBe(400)
    expect(await sendForm(presignedPost, bytes)).toBe(204)
  })

  it('is refused if S3 cannot check it', async () => {
    const unchecked = await post(
      signerWith({ sha256 }, { additionalChecksums: false }),
      '',
      { rule: 'video', files: [file] },
      ADA,
    )
    expect(JSON.parse(unchecked.body).error).toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringMatching(/a sha256, which this store cannot check/),
    })
    const authorize = () => ({ owner: 'ada', only: { sha256 } })
    const large = signerFor({ any: { types: ['*/*'], maxSize: '1 TiB', authorize } })
    expect(await createOne(large, { ...file, size: 5 * 1024 ** 3 })).toMatchObject({
      strategy: 'post',
    })
    expect(await createOne(large, { ...file, size: 5 * 1024 ** 3 + 1 })).toMatchObject({
      error: {
        code: 'FILE_TOO_LARGE',
        message: expect.stringMatching(/at most 5368709120 /),
      },
    })
  })
})

describe('narrowRule', () => {
  it('allows exactly the types that both lists allow', () => {
    const type = fc.constantFrom(
      'image/png',
      'image/svg+xml',
      'text/html',
      'text/plain',
      'video/mp4',
    )
    const pattern = fc.oneof(type, fc.constantFrom('image/*', 'text/*', '*/*'))
    const list = fc.uniqueArray(pattern, { minLength: 1 })
    fc.assert(
      fc.property(list, list, type, (types, others, type) => {
        const rules = readRules(
          { any: { types, maxSize: 1, public: true } },
          { ask: (_, ask) => Promise.resolve(ask()) },
        )
        const rule = rules.get('any')
        if (!rule) throw new Error('no rule')
        let left: readonly string[] = []
        try {
          left = narrowRule({ additionalChecksums: true }, rule, {
            types: others,
          }).types
        } catch {}
        const both = allowsContentType(types, type) && allowsContentType(others, type)
        expect(allowsContentType(left, type)).toBe(both)
        expect(new Set(left).size).toBe(left.length)
      }),
    )
  })
})
