import { eventually, settle } from '@waybill/test-support/eventually'
import { itemOf, settled, snapshotOf, text } from '@waybill/test-support/list-watch'
import { type System, startSystem } from '@waybill/test-support/system'
import { describe, expect, it, vi } from 'vitest'
import { UploadError, uploadRule } from 'waybill'
import { createUploader, createUploadList, type UploadListOptions } from 'waybill/client'
import { LiveList } from '../../../src/client/list/create-upload-list.ts'
import { HINTS as LIMITS, scriptedUploader } from './scripted-list.ts'

const RULES = {
  photos: uploadRule({
    types: ['image/*', 'text/plain'],
    maxSize: 10,
    minSize: 2,
    authorize: ({ headers }) => headers['x-owner'] === 'me' && { owner: 'me' },
  }),
  other: uploadRule({ types: ['video/*'], maxSize: 10, public: true }),
}
const HINTS = {
  types: ['image/*', 'text/plain'],
  accept: 'image/*,text/plain',
  maxSize: 10,
  minSize: 2,
  read: false,
  remove: false,
}

function startRules(more: Parameters<typeof startSystem>[0] = {}): Promise<System> {
  return startSystem({ ...more, signer: { rules: RULES } })
}

function listOf(system: System, options: UploadListOptions = {}, owner = 'me') {
  return createUploadList(system.uploader(owner), { rule: 'photos', ...options })
}

/** Method and path of each call below the signer's base URL. */
function calls({ signerProxy }: System): string[] {
  return signerProxy.exchanges.map(({ request: { method, path } }) => {
    return `${method} ${path.replace('/api/uploads', '')}`
  })
}

const TYPES = ['image/*', 'text/plain']
const OTHER = 'FILE_TYPE_NOT_ALLOWED'

type Bad = readonly [string, File, code: string, actual: unknown, allowed: unknown]

const BAD: readonly Bad[] = [
  ['too large', text('a.txt', 'eleven bytes'), 'FILE_TOO_LARGE', 12, 10],
  ['too small', text('a.txt', '1'), 'FILE_TOO_SMALL', 1, 2],
  ['of another type', typed('a.html', 'text/html'), OTHER, 'text/html', TYPES],
  ['active, under a wildcard', typed('a.svg', 'image/svg+xml'), OTHER, 'image/svg+xml', TYPES],
  ['of another type by its extension', typed('a.mp4'), OTHER, 'video/mp4', TYPES],
  ['of an unknown type', typed('a.unknown'), OTHER, 'application/octet-stream', TYPES],
]

function typed(name: string, type = ''): File {
  return new File(['some'], name, { type })
}

describe("a list's hints", () => {
  it('are requested with the first listener, and shown', async () => {
    const system = await startRules()
    const list = listOf(system)
    expect(list.getSnapshot().hints).toBeUndefined()
    const { hints } = await snapshotOf(list, (snapshot) => snapshot.hints !== undefined)
    expect(hints).toEqual(HINTS)
    expect(await list.hints()).toBe(hints)
    expect(calls(system)).toEqual(['GET /rules'])
  })

  it.each(BAD)(
    "reject a file that is %s with the signer's message, without a call",
    async (_, file, code, actual, allowed) => {
      const system = await startRules()
      const list = listOf(system)
      const onError = vi.fn()
      list.update({ onError })
      list.add([file])
      const { items } = await settled(list)
      expect(items[0]).toMatchObject({
        ...{ state: 'failed', error: { code, details: { actual, allowed } } },
      })
      expect(items[0]?.upload).toBeUndefined()
      expect(calls(system)).toEqual(['GET /rules'])
      await eventually(() => onError.mock.calls.length).toBe(1)
      const refused = system.uploader('me').upload(file, { rule: 'photos' })
      const said = await refused.done.catch((failure: unknown) => failure)
      expect(said).toBeInstanceOf(UploadError)
      const local = items[0]?.error
      expect(said).toMatchObject({ message: local?.message, details: local?.details })
    },
  )

  it('reject a file that waits for start()', async () => {
    const system = await startRules()
    const list = listOf(system, { autostart: false })
    const [good = '', bad = ''] = list.add([text('good'), text('bad', 'eleven bytes')])
    await snapshotOf(list, ({ total }) => total.failed === 1)
    expect([itemOf(list, good).state, itemOf(list, bad).state]).toEqual(['ready', 'failed'])
  })

  it('can come from the server that rendered the page', async () => {
    const system = await startRules()
    const list = listOf(system, { hints: HINTS })
    expect(list.getSnapshot().hints).toBe(HINTS)
    list.add([text('a.txt', 'eleven bytes')])
    expect((await settled(list)).items[0]?.error).toMatchObject({ code: 'FILE_TOO_LARGE' })
    expect(calls(system)).toEqual([])
  })

  it('leave checks to the signer if they cannot be fetched', async () => {
    const system = await startRules({
      signerPlan: ({ method }) => (method === 'GET' ? { kind: 'page', status: 404 } : undefined),
    })
    const list = listOf(system)
    list.add([text('good'), text('bad', 'eleven bytes')])
    const { items, hints } = await settled(list)
    expect(hints).toBeUndefined()
    expect(items).toMatchObject([{ state: 'done' }, { error: { code: 'FILE_TOO_LARGE' } }])
    await expect(list.hints()).rejects.toMatchObject({ code: 'RESPONSE_INVALID' })
    // It is not asked for each file.
    const asked = calls(system).filter((call) => call === 'GET /rules').length
    list.add([text('more')])
    await settled(list)
    expect(calls(system).filter((call) => call === 'GET /rules')).toHaveLength(asked)
  })

  it('are not requested by a listener if the signer has not sent them before', async () => {
    const rules = vi.fn(() => Promise.reject(new Error('no')))
    const list = new LiveList(scriptedUploader({ rules }).uploader, {})
    await list.hints().catch(() => {})
    list.subscribe(() => {})
    await settle()
    expect(rules).toHaveBeenCalledOnce()
  })

  it('are requested again after a failure', async () => {
    const system = await startRules({
      signerPlan: ({ method, attempt }) =>
        method === 'GET' && attempt === 0 ? { kind: 'page', status: 404 } : undefined,
    })
    const list = listOf(system)
    await expect(list.hints()).rejects.toThrow()
    expect(await list.hints()).toEqual(HINTS)
  })

  it.each([
    [undefined, 'rule is missing, expected one of photos, notes'],
    ['films', 'rule is films, expected one of photos, notes'],
  ])('list the existing rules if it is none of them: %s', async (rule, message) => {
    const rules = async () => ({ photos: LIMITS, notes: LIMITS })
    const { uploader } = scriptedUploader({ rules })
    const list = new LiveList(uploader, rule === undefined ? {} : { rule })
    await expect(list.hints()).rejects.toThrow(new UploadError('RULE_UNKNOWN', message))
  })

  it('need no name if the signer has one rule', async () => {
    const system = await startSystem({ signer: { rules: { photos: RULES.photos } } })
    expect(await createUploadList(system.uploader('me')).hints()).toEqual(HINTS)
  })
})

describe("an uploader's rules()", () => {
  it("returns the caller's rules, in one call for concurrent requests", async () => {
    const system = await startRules()
    const uploader = system.uploader('another')
    const [rules, again] = await Promise.all([uploader.rules(), uploader.rules()])
    expect(Object.keys(rules)).toEqual(['other'])
    expect(again).toBe(rules)
    expect(calls(system)).toEqual(['GET /rules'])
  })

  it('retries while the signer is unavailable', async () => {
    const system = await startRules({
      signerPlan: ({ attempt }) => (attempt < 2 ? { kind: 'page', status: 503 } : undefined),
    })
    expect(Object.keys(await system.uploader('me').rules())).toEqual(['photos', 'other'])
  })

  it.each([
    [{ rules: [] }, 'rules is a list, expected an object'],
    [{ rules: { photos: 1 } }, 'rules.photos is 1, expected an object'],
    [{ types: 'image/*' }, 'rules.photos.types is "image/*", expected a list'],
    [{ types: [1] }, 'rules.photos.types is 1, expected text'],
    [
      { types: [`image/${'x'.repeat(250)}`] },
      'rules.photos.types is 256 characters, expected 1 to 255',
    ],
    [{ maxSize: -1 }, 'rules.photos.maxSize is -1'],
    [{ minSize: 0.5 }, 'rules.photos.minSize is 0.5'],
    [{ accept: 7 }, 'rules.photos.accept is 7, expected text'],
    [{ quota: 7 }, 'rules.photos.quota is 7, expected an object'],
  ])('rejects if the signer answers %j', async (answer, message) => {
    const isOfRule =
      typeof answer === 'object' && Object.keys(answer).join() in { ...HINTS, quota: 1 }
    const body = isOfRule ? { rules: { photos: { ...HINTS, ...answer } } } : answer
    const error = await rulesSaid(body).catch((failure: unknown) => failure)
    expect(error).toMatchObject({ code: 'RESPONSE_INVALID' })
    expect(error).toHaveProperty('message', expect.stringContaining(message))
  })

  it('allows only what the rules allow explicitly', async () => {
    const photos = { ...HINTS, read: true, remove: true }
    const other = { ...HINTS, read: 1 }
    expect(await rulesSaid({ rules: { photos, other } })).toEqual({ photos, other: HINTS })
  })
})

function rulesSaid(answer: unknown) {
  const fetch = async () => Response.json(answer)
  return createUploader({ endpoint: 'https://signer.example', fetch }).rules()
}
