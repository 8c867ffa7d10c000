/**
 * Tokens that the signer demands: where they come from, how long they are kept, and what becomes of
 * an upload whose token has expired. A real token endpoint and a signer whose rule looks at each.
 *
 * @module
 */

import { startEchoServer } from '@waybill/test-support/echo-server'
import { memoryRecords } from '@waybill/test-support/memory-records'
import { seededFile } from '@waybill/test-support/seeded-file'
import { openUploads, partsSent } from '@waybill/test-support/stored'
import {
  ON_A_QUICK_LINE,
  patient,
  type SystemOptions,
  startSystem,
} from '@waybill/test-support/system'
import { failureOf } from '@waybill/test-support/upload-watch'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createUploader, type UploaderOptions } from 'waybill/client'

const MIB = 1024 ** 2
const FILE = new File(['a'], 'a.txt', { type: 'text/plain' })

type Reply = readonly [status: number, body: string, headers?: Readonly<Record<string, string>>]

interface Issuer {
  /** Issues a token, which is valid until all are revoked. */
  readonly issue: () => string
  readonly revoke: () => void
  /** What the token endpoint responds next, before it issues tokens again. */
  readonly replies: Reply[]
}

async function startTokens(options: (issuer: Issuer) => SystemOptions = () => ({})) {
  const valid = new Set<string>()
  const issued: string[] = []
  const replies: Reply[] = []
  const issue = () => {
    const token = `secret-token.${issued.length + 1}`
    issued.push(token)
    valid.add(`Bearer ${token}`)
    return token
  }
  const issuer = { issue, revoke: () => valid.clear(), replies }
  const system = await startSystem({
    ...options(issuer),
    signer: {
      partSize: 5 * MIB,
      rules: {
        any: {
          ...{ types: ['*/*'], maxSize: '1 GB' },
          authorize: ({ headers }) =>
            valid.has(headers.authorization ?? '') ? { owner: 'me' } : false,
        },
      },
    },
  })
  const endpoint = await startEchoServer((_, outgoing) => {
    const [status, body, headers] = replies.shift() ?? [200, issue()]
    if (status === 0) outgoing.destroy()
    else outgoing.writeHead(status, headers).end(body === LONG ? 'x'.repeat(65_537) : body)
  })
  onTestFinished(endpoint.close)
  const tokenUrl = `${endpoint.endpoint}/token?session=1`
  const uploader = (more: Partial<UploaderOptions> = { tokenUrl }) =>
    system.uploader('me', { headers: {}, ...more })
  return { ...issuer, system, issued, tokenUrl, asked: endpoint.reached, uploader }
}

type Tokens = Awaited<ReturnType<typeof startTokens>>

/** The `Authorization` header of each call to the signer. */
function sent({ system }: Tokens): (string | undefined)[] {
  return system.signerProxy.exchanges.map(({ request }) => request.headers.authorization)
}

const SOURCES: readonly [string, (tokens: Tokens) => Partial<UploaderOptions>][] = [
  ['a token', ({ issue }) => ({ token: issue() })],
  ['a function', ({ issue }) => ({ token: issue })],
  ['an async function', ({ issue }) => ({ token: async () => issue() })],
  ['a URL', ({ tokenUrl }) => ({ tokenUrl })],
]

describe('token and tokenUrl', () => {
  it.each(SOURCES)(
    'send one token to the signer, and nothing of it elsewhere: %s',
    async (_, of) => {
      const tokens = await startTokens()
      const resumeStore = memoryRecords()
      const told: unknown[] = []
      const uploader = tokens.uploader({ ...of(tokens), resumeStore })
      const upload = uploader.upload(seededFile('a.bin', 17 * MIB, 1))
      for (const name of ['state', 'progress', 'retry'] as const)
        upload.on(name, (event) => told.push(event, [...resumeStore.records]))
      told.push(await upload.done, await uploader.upload(FILE).done)
      expect(new Set(sent(tokens))).toEqual(new Set(['Bearer secret-token.1']))
      const { exchanges } = tokens.system.storageProxy
      expect(exchanges.length).toBeGreaterThan(4)
      expect(JSON.stringify([exchanges, told])).not.toContain('secret-token')
    },
  )

  it('request tokens with cookies of their own origin only, and never from a cache', async () => {
    const tokens = await startTokens()
    const inits: (RequestInit | undefined)[] = []
    const fetch: typeof globalThis.fetch = (input, init) => {
      if (input === tokens.tokenUrl) inits.push(init)
      return globalThis.fetch(input, init)
    }
    const credentials = 'include'
    await tokens.uploader({ tokenUrl: tokens.tokenUrl, credentials, fetch }).upload(FILE).done
    expect(inits).toMatchObject([
      { credentials: 'same-origin', cache: 'no-store', redirect: 'manual' },
    ])
    expect(tokens.asked).toMatchObject([{ method: 'GET', url: '/token?session=1' }])
  })

  it.each<[string, string]>([
    ['text with a line break at its end', 'TOKEN\r\n'],
    ['JSON', '{ "token": "TOKEN", "expires": 900 }'],
  ])('read %s', async (_, body) => {
    const tokens = await startTokens(({ issue, replies }) => {
      replies.push([200, body.replace('TOKEN', issue())])
      return {}
    })
    await tokens.uploader().upload(FILE).done
    expect(new Set(sent(tokens))).toEqual(new Set(['Bearer secret-token.1']))
  })

  it("replace an Authorization header of the page's own", async () => {
    const tokens = await startTokens()
    const headers = { Authorization: 'Basic x', 'x-owner': 'you' }
    await tokens.uploader({ token: tokens.issue, headers }).upload(FILE).done
    expect(sent(tokens)).toEqual(['Bearer secret-token.1', 'Bearer secret-token.1'])
  })
})

describe('an expired token', () => {
  it('is renewed once for all uploads that used it, and no part is sent twice', async () => {
    let parts = 0
    const tokens = await startTokens(({ revoke }) => ({
      storagePlan: ({ operation }) => {
        if (operation === 'UploadPart' && ++parts === 3) revoke()
        return undefined
      },
    }))
    const { tokenUrl } = tokens
    const uploader = tokens.uploader({ tokenUrl, effects: ON_A_QUICK_LINE })
    const large = ['a.bin', 'b.bin', 'c.bin'].map((name, seed) =>
      uploader.upload(seededFile(name, 17 * MIB, seed)),
    )
    await Promise.all(large.map(({ done }) => done))
    expect(tokens.issued).toHaveLength(2)
    expect(partsSent(tokens.system)).toHaveLength(12)
  })

  it('is renewed when files are completed together', async () => {
    let stored = 0
    const tokens = await startTokens(({ revoke }) => ({
      storagePlan: ({ operation }) => {
        if (operation === 'PostObject' && ++stored === 5) revoke()
        return undefined
      },
    }))
    // Five files wait for each other before they are completed.
    const uploader = tokens.uploader({ tokenUrl: tokens.tokenUrl, effects: { wait: patient } })
    await Promise.all(Array.from({ length: 5 }, () => uploader.upload(FILE).done))
    expect(tokens.issued).toHaveLength(2)
  })

  it('fails the upload if nothing can replace it', async () => {
    const tokens = await startTokens()
    const upload = tokens.uploader({ token: 'no-longer-valid' }).upload(FILE)
    expect(await failureOf(upload)).toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(sent(tokens)).toEqual(['Bearer no-longer-valid'])
  })

  it('is not renewed forever, but again for the next upload', async () => {
    const tokens = await startTokens(({ replies }) => {
      replies.push([200, 'wrong'], [200, 'wrong'])
      return {}
    })
    const uploader = tokens.uploader()
    expect(await failureOf(uploader.upload(FILE))).toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(sent(tokens)).toEqual(['Bearer wrong', 'Bearer wrong'])
    await uploader.upload(FILE).done
    expect(tokens.issued).toHaveLength(1)
  })

  it('is renewed to abort an upload', async () => {
    const tokens = await startTokens(({ revoke }) => ({
      storagePlan: ({ operation }) => {
        if (operation !== 'UploadPart') return undefined
        revoke()
        return { kind: 'AccessDenied', cors: true, early: false }
      },
    }))
    const { system } = tokens
    const failure = await failureOf(tokens.uploader().upload(seededFile('a', 17 * MIB, 1)))
    expect(failure).toMatchObject({ code: 'STORAGE_REFUSED' })
    const { exchanges } = system.signerProxy
    await system.signerProxy.until(() => exchanges.some(({ status }) => status === 204))
    expect(await openUploads(system)).toEqual([])
    expect(tokens.issued).toHaveLength(2)
  })
})

const REDIRECT = { location: '/login' }
/** Stands for a body of 65,537 bytes. */
const LONG = 'a long body'
const PAGE = '<!doctype html><form action="/login">Sign in</form>'
const EXPECTED = ': expected 200 and a token, as text or as JSON { "token": "…" }'
const TOO_LONG = "the tokenUrl's response is longer than 65536 bytes"
const WHY = ': is the user signed in? If so, is this the address of the token?'

describe('a renewal', () => {
  it.each<[string, readonly Reply[]]>([
    ['a server that does not respond', [[0, '']]],
    ['an unavailable server', [[503, PAGE]]],
    ['too many requests', [[429, '{"error":"slow down"}']]],
    [
      'a server that fails twice',
      [
        [500, ''],
        [502, PAGE],
      ],
    ],
  ])('waits for %s', async (_, bad) => {
    const tokens = await startTokens(({ revoke, replies }) => ({
      storagePlan: ({ operation }) => {
        if (operation !== 'PostObject') return undefined
        revoke()
        replies.push(...bad)
        return undefined
      },
    }))
    await tokens.uploader().upload(FILE).done
    expect(tokens.issued).toHaveLength(2)
  })

  it.each<[Reply, string, string]>([
    [[401, ''], 'UNAUTHENTICATED', `401${WHY}`],
    [[403, PAGE], 'UNAUTHENTICATED', `403${WHY}`],
    [[302, '', REDIRECT], 'UNAUTHENTICATED', `a redirect${WHY}`],
    [[200, PAGE], 'UNAUTHENTICATED', `a page (HTML)${WHY}`],
    [[200, ''], 'RESPONSE_INVALID', `200${EXPECTED}`],
    [[204, ''], 'RESPONSE_INVALID', `204${EXPECTED}`],
    [[200, '{"access":"eyJ"}'], 'RESPONSE_INVALID', `200${EXPECTED}`],
    [[200, '{"token":7}'], 'RESPONSE_INVALID', `200${EXPECTED}`],
    [[200, 'eyJ\r\nx-admin: 1'], 'RESPONSE_INVALID', `200${EXPECTED}`],
    [[200, 'eyJ.é'], 'RESPONSE_INVALID', `200${EXPECTED}`],
    [[200, LONG], 'RESPONSE_INVALID', TOO_LONG],
    [[404, PAGE], 'RESPONSE_INVALID', `404${EXPECTED}`],
  ])('that gets %j fails the upload with %s', async (reply, code, said) => {
    const tokens = await startTokens(({ revoke, replies }) => ({
      storagePlan: ({ operation }) => {
        if (operation !== 'PostObject') return undefined
        revoke()
        replies.push(reply, reply)
        return undefined
      },
    }))
    const failure = await failureOf(tokens.uploader().upload(FILE))
    const responded = `tokenUrl ${tokens.tokenUrl.replace(/\?.*/, '')} responded with `
    const message = said.replace(/^(?!the )/, responded)
    expect(failure).toMatchObject({ code, message })
    expect(tokens.issued).toHaveLength(1)
  })

  it.each<[unknown, string]>([
    [undefined, 'undefined'],
    [null, 'null'],
    ['', 'an empty string'],
    ['eyJ\nx-admin: 1', 'a string that is no token'],
    [{ token: 'eyJ' }, 'no string'],
  ])('by a function that returns %j fails the upload', async (token, what) => {
    const tokens = await startTokens()
    const upload = tokens.uploader({ token: () => token as string }).upload(FILE)
    expect(await failureOf(upload)).toMatchObject({
      ...{ code: 'UNAUTHENTICATED' },
      message: `the uploader's token is ${what}, expected a token`,
    })
    expect(sent(tokens)).toEqual([])
  })
})

describe('the token of a page', () => {
  const jwt = (aud: unknown) =>
    `e30.${Buffer.from(JSON.stringify({ aud })).toString('base64url')}.s`

  it.each([
    ['an opaque token', 'opaque', false],
    ['a token for another signer', jwt('https://other.example'), false],
    ['a token whose audience is no URL', jwt('uploads'), false],
    ['a token for the signer', jwt('http://SIGNER/api/'), true],
    ['a token for several', jwt(['https://other.example', 'http://SIGNER']), true],
  ])('%s, from tokenUrl, is sent to another origin: %#', async (_what, token, isSent) => {
    const calls: string[] = []
    const signer = await startEchoServer(({ headers }, outgoing) => {
      calls.push(String(headers.authorization))
      outgoing.writeHead(401).end('{"error":{"code":"UNAUTHENTICATED","message":"no"}}')
    })
    onTestFinished(signer.close)
    const { host, origin } = new URL(signer.endpoint)
    const [head, payload = '', tail] = token.split('.')
    const claims = Buffer.from(payload, 'base64url').toString().replace('SIGNER', host)
    const given = tail ? `${head}.${Buffer.from(claims).toString('base64url')}.${tail}` : token
    const own = await startEchoServer((_, outgoing) => outgoing.writeHead(200).end(given))
    onTestFinished(own.close)
    const attempt = (page: string) => {
      vi.stubGlobal('location', new URL(page))
      const options = { endpoint: signer.endpoint, tokenUrl: own.endpoint, retryForMs: 0 }
      return failureOf(createUploader(options).upload(FILE))
    }
    onTestFinished(() => void vi.unstubAllGlobals())
    expect(await attempt('https://page.example/form')).toMatchObject(
      isSent
        ? { code: 'UNAUTHENTICATED' }
        : { message: expect.stringContaining(`so it is not sent to ${origin}: set aud`) },
    )
    expect(calls.includes(`Bearer ${given}`)).toBe(isSent)
    expect(await attempt(`${origin}/form`)).toMatchObject({ code: 'UNAUTHENTICATED' })
  })
})
