import { codeOf, post, signerFor } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import { type SignerEvent, type SignerResponse, UploadError } from 'waybill'
import manifest from '../../../package.json' with { type: 'json' }

const { version } = manifest

const ORIGIN = 'https://app.example.com'

const RULES = {
  photos: {
    types: ['image/*'],
    maxSize: '5 MiB',
    minSize: 1,
    key: () => 'a secret place/file',
    authorize: ({ headers }: { headers: Readonly<Record<string, string>> }) =>
      headers.cookie === 'ann' && { owner: 'ann' },
  },
  backups: {
    types: ['application/octet-stream'],
    maxSize: 1000,
    remove: true,
    authorize: ({ headers }: { headers: Readonly<Record<string, string>> }) => {
      if (headers.cookie === 'admin') return { owner: 'admin' }
      throw new UploadError('FORBIDDEN', 'for administrators')
    },
  },
} as const

const PHOTOS = {
  types: ['image/*'],
  accept: 'image/*',
  maxSize: 5 * 1024 ** 2,
  minSize: 1,
  read: false,
  remove: false,
}
const BACKUPS = {
  types: ['application/octet-stream'],
  accept: '',
  maxSize: 1000,
  minSize: 0,
  read: false,
  remove: true,
}

type Asked = Parameters<typeof post>[0]

function rulesOf(signer: Asked, headers: Readonly<Record<string, string>> = {}) {
  return signer.handle({ method: 'GET', path: '/rules', query: {}, headers })
}

const read = ({ body }: SignerResponse): unknown => JSON.parse(body)

describe('GET B/rules', () => {
  it("returns only what a page needs to know about the caller's rules", async () => {
    const response = await rulesOf(signerFor(RULES), { cookie: 'ann' })
    expect([response.status, read(response)]).toEqual([200, { version, rules: { photos: PHOTOS } }])
  })

  it('returns public rules to every caller', async () => {
    const open = { open: { types: ['*/*', 'text/html'], maxSize: 7, public: true } } as const
    const { rules } = read(await rulesOf(signerFor({ ...RULES, ...open }))) as { rules: object }
    const types = ['*/*', 'text/html']
    expect(rules).toEqual({ open: { ...BACKUPS, types, maxSize: 7, remove: false } })
  })

  it('reports that signing in may help a caller who has no rule', async () => {
    const response = await rulesOf(signerFor(RULES))
    expect([response.status, codeOf(response)]).toEqual([401, 'UNAUTHENTICATED'])
  })

  it('reports the rejection to a known caller who has no rule', async () => {
    const response = await rulesOf(signerFor({ backups: RULES.backups }), { cookie: 'ann' })
    expect([response.status, codeOf(response)]).toEqual([403, 'FORBIDDEN'])
  })

  it.each([
    [500, 'INTERNAL_ERROR'],
    [503, 'SIGNER_UNAVAILABLE'],
  ] as const)('does not omit a rule whose authorize fails with status %d', async (status, code) => {
    const broken = {
      ...RULES.photos,
      authorize: () => {
        throw new UploadError(code, 'not now')
      },
    }
    const signer = signerFor({ broken, open: { types: ['*/*'], maxSize: 7, public: true } })
    expect((await rulesOf(signer)).status).toBe(status)
  })

  it('reports that signing in may help, even if another rule rejects permanently', async () => {
    const { photos, backups } = RULES
    const response = await rulesOf(signerFor({ backups, photos }))
    expect([response.status, codeOf(response)]).toEqual([401, 'UNAUTHENTICATED'])
  })

  it('lists types for an input, and whether objects may be read', async () => {
    const types = ['image/png', 'image/jpeg'] as const
    const response = await rulesOf(
      signerFor({ pictures: { types, maxSize: 7, public: true, read: true } }),
    )
    expect(read(response)).toMatchObject({
      rules: { pictures: { accept: 'image/png,image/jpeg', read: true } },
    })
  })

  it("may be cached by the caller's browser, but not for other callers", async () => {
    const signer = signerFor(RULES)
    const { headers } = await rulesOf(signer, { cookie: 'ann', origin: ORIGIN })
    expect(headers).toMatchObject({
      'cache-control': 'private, max-age=300',
      vary: 'Origin, Cookie, Authorization',
      'access-control-allow-origin': ORIGIN,
    })
    const refused = await rulesOf(signer)
    expect(refused.headers['cache-control']).toBe('no-store')
  })

  it('is not available with POST', async () => {
    const response = await post(signerFor(RULES), '/rules', {})
    expect([response.status, codeOf(response)]).toEqual([405, 'METHOD_NOT_ALLOWED'])
  })

  it('reports rejections to onEvent', async () => {
    const events: SignerEvent[] = []
    await rulesOf(signerFor(RULES, { onEvent: (event) => events.push(event) }))
    expect(events).toMatchObject([{ type: 'refusal', call: 'rules', code: 'UNAUTHENTICATED' }])
  })

  it('works through the Fetch API, wherever the signer is mounted', async () => {
    const signer = signerFor(RULES)
    const request = new Request('https://x.example/api/uploads/rules', {
      headers: { cookie: 'ann' },
    })
    expect(await (await signer.fetch(request)).json()).toEqual({
      version,
      rules: { photos: PHOTOS },
    })
  })
})

describe('describe', () => {
  it('returns all rules without calling authorize, for server rendering', () => {
    expect(signerFor(RULES).describe()).toEqual({ photos: PHOTOS, backups: BACKUPS })
  })
})
