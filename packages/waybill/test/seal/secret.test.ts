import { type Landing, startLanding } from '@waybill/test-support/landing'
import { PNG } from '@waybill/test-support/samples'
import {
  codeOf,
  createOne,
  FILE,
  get,
  post,
  SECRET,
  signerFor,
  VIDEO_RULE,
} from '@waybill/test-support/signing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SealSecret, SecretProvider } from 'waybill/signer'
import { bySecret, readSecrets } from '../../src/seal/secret.ts'

const NEXT = 'the-secret-that-comes-after-it-0123456789'
const ORIGIN = { origin: 'https://app.example.com' }

/** A signer whose secret is asked for, and what `onError` got. */
function asking(secret: SecretProvider) {
  const told: unknown[] = []
  const signer = signerFor({ video: VIDEO_RULE }, { secret, onError: (error) => told.push(error) })
  return { signer, told }
}

async function waybillOf(signer: ReturnType<typeof asking>['signer']): Promise<string> {
  const upload = await createOne(signer)
  if (!('waybill' in upload)) throw new Error(JSON.stringify(upload))
  return upload.waybill
}

describe('secret as a function', () => {
  it('is not called when the signer is created, and once in each call', async () => {
    let asked = 0
    const { signer } = asking(() => {
      asked += 1
      return SECRET
    })
    expect(asked).toBe(0)
    await post(signer, '', { files: [FILE, FILE, FILE] })
    expect(asked).toBe(1)
    await signer.handle({ method: 'OPTIONS', path: '', query: {}, headers: ORIGIN })
    await get(signer, {}, {}).then(() => post(signer, '/nowhere', {}))
    expect(asked).toBe(2)
  })

  it.each<[string, SealSecret]>([
    ['one text', SECRET],
    ['several', [undefined, SECRET, NEXT]],
  ])('may return %s, synchronously or not', async (_what, secret) => {
    const sealed = await waybillOf(asking(() => secret).signer)
    const { signer } = asking(async () => secret)
    expect(codeOf(await post(signer, '/complete', { waybill: sealed }))).not.toBe('WAYBILL_INVALID')
  })

  it('may change during uploads', async () => {
    let secret: SealSecret = SECRET
    const { signer } = asking(() => secret)
    const before = await waybillOf(signer)
    secret = [NEXT, SECRET]
    const complete = async (waybill: string) => codeOf(await post(signer, '/complete', { waybill }))
    expect(await complete(before)).not.toBe('WAYBILL_INVALID')
    const after = await waybillOf(signer)
    secret = NEXT
    expect(await complete(before)).toBe('WAYBILL_INVALID')
    expect(await complete(after)).not.toBe('WAYBILL_INVALID')
  })

  it('caches what was derived from equal secrets', async () => {
    let secret: SealSecret = [SECRET, NEXT]
    const made: unknown[] = []
    const current = bySecret(
      () => secret,
      (secrets) => made.push(secrets),
    )
    await Promise.all([current(), current()])
    secret = [SECRET, undefined, NEXT]
    await current()
    expect(made).toHaveLength(1)
    secret = [NEXT, SECRET]
    await current()
    expect(made).toEqual([
      [SECRET, NEXT],
      [NEXT, SECRET],
    ])
  })

  const FAILURES: readonly [string, () => SealSecret | Promise<SealSecret>, string][] = [
    ['returns nothing', () => undefined, 'secret is missing'],
    ['returns a short one', () => 'hunter2', 'secret is 7 characters'],
    ['throws', () => raise('vault is sealed'), 'vault is sealed'],
    ['rejects', async () => raise('vault is sealed'), 'vault is sealed'],
  ]

  it.each(FAILURES)('that %s makes the whole call fail with 503', async (_what, secret, reason) => {
    const { signer, told } = asking(secret)
    const response = await post(signer, '', { files: [FILE] }, ORIGIN)
    expect(response.status).toBe(503)
    expect(response.headers['access-control-allow-origin']).toBe(ORIGIN.origin)
    expect(JSON.parse(response.body)).toMatchObject({
      error: {
        code: 'SIGNER_UNAVAILABLE',
        message: 'the signer has no secret to seal with, its log says why',
      },
    })
    expect(told.map(String)).toEqual([expect.stringContaining(reason)])
    expect(told.join()).not.toContain('hunter2')
  })

  it.each([
    [new Error('vault is sealed'), 'vault is sealed'],
    ['vault is gone', 'vault is gone'],
    [undefined, 'undefined'],
  ])('may throw anything: %j', async (cause, reason) => {
    const failing = bySecret(
      () => Promise.reject(cause),
      () => 'made',
    )
    const failure = await failing().catch((error: unknown) => error)
    expect(failure).toMatchObject({
      name: 'SecretUnavailable',
      message: `there is no secret to seal with: ${reason}`,
      cause,
    })
  })

  it('derives anew when a secret is added, changed or removed', async () => {
    let secret: SealSecret = SECRET
    const current = bySecret(
      () => secret,
      (secrets) => secrets,
    )
    expect(await current()).toEqual([SECRET])
    secret = [SECRET, NEXT]
    expect(await current()).toEqual([SECRET, NEXT])
    secret = [SECRET, NEXT.toUpperCase()]
    expect(await current()).toEqual([SECRET, NEXT.toUpperCase()])
    secret = SECRET
    expect(await current()).toEqual([SECRET])
  })

  it('is called again after a failure', async () => {
    let asked = 0
    const { signer } = asking(() => {
      asked += 1
      return asked === 1 ? undefined : SECRET
    })
    expect(codeOf(await post(signer, '', { files: [FILE] }))).toBe('SIGNER_UNAVAILABLE')
    expect(await waybillOf(signer)).toContain('~')
  })
})

describe("arrival's secret as a function", () => {
  let landing: Landing
  beforeAll(async () => {
    landing = await startLanding()
  })
  afterAll(() => landing.close())

  it('is called for each object, and a failure decides nothing', async () => {
    const { key } = await landing.upload('a.png', 'image/png', PNG)
    const object = landing.landed.at(-1) ?? { bucket: '', key: '' }
    const { secret } = landing.options
    let asked = 0
    const judged = await landing.judge(object, {
      secret: async () => {
        asked += 1
        return typeof secret === 'string' ? secret : undefined
      },
    })
    expect(judged).toMatchObject({ key, verdict: 'verified' })
    expect(asked).toBe(1)
    const failing = landing.judge(object, { secret: () => undefined })
    await expect(failing).rejects.toThrow('secret is missing')
    expect(await landing.tagsOf(key)).toEqual({ waybill: 'verified' })
  })
})

function raise(message: string): never {
  throw new Error(message)
}

describe('readSecrets', () => {
  it('accepts 32 characters, and any number of secrets', () => {
    const [first, second] = ['a'.repeat(32), 'b'.repeat(99)]
    expect(readSecrets(first)).toEqual([first])
    expect(readSecrets([undefined, first, undefined, second])).toEqual([first, second])
  })

  it('rejects 31 characters, in any position, and repeats none of them', () => {
    const message =
      'secret is 31 characters, expected at least 32 random characters, such as npx waybill-cli secret prints'
    for (const given of ['a'.repeat(31), ['a'.repeat(32), 'b'.repeat(31)]]) {
      expect(() => readSecrets(given)).toThrow(new RangeError(message))
    }
  })

  it.each([[undefined], [[]], [[undefined]]])('explains how to create one for %j', (given) => {
    const message =
      'secret is missing, expected at least 32 random characters, such as npx waybill-cli secret prints; ' +
      'if it comes from an environment variable, the variable is not set where the server starts, or its name is misspelled'
    expect(() => readSecrets(given)).toThrow(new RangeError(message))
  })
})
