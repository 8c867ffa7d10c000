import { PutObjectCommand } from '@aws-sdk/client-s3'
import { type FaultRule, type StrictS3Options, startStrictS3 } from 'strict-s3'
import { describe, expect, it } from 'vitest'
import { System } from '../../../../test/conformance/system.ts'
import { parseFaultRules } from '../../src/faults/fault-rules.ts'
import { clientOf, start } from '../start.ts'

async function startFaulty(faults: readonly FaultRule[], options: StrictS3Options = {}) {
  const { server: s3, ...rest } = await start(options)
  await rest.system.put('stored', 'hello')
  s3.setFaults(faults)
  return { s3, ...rest }
}

/** The statuses of this many PUTs, one after the other. */
async function putStatuses(system: System, keys: readonly string[]): Promise<number[]> {
  const statuses: number[] = []
  for (const key of keys) {
    statuses.push((await put(system, key)).status)
  }
  return statuses
}

const put = (system: System, key = 'new') => system.reply({ method: 'PUT', key, body: 'hello' })

describe('a fault rule', () => {
  it("answers with S3's error document, without storing anything", async () => {
    const { system, s3 } = await startFaulty([{ kind: 'SlowDown', operation: 'PutObject' }])
    const reply = await put(system)
    expect([reply.status, reply.code]).toEqual([503, 'SlowDown'])
    expect(reply.body.toString()).toContain('<Message>Please reduce your request rate.</Message>')
    s3.setFaults([])
    expect(await system.keys()).toEqual(['stored'])
  })

  it('applies only to its operation, bucket and key', async () => {
    const { system } = await startFaulty([
      { kind: 'InternalError', operation: 'Put*', bucket: 'uploads', key: 'videos/*' },
    ])
    expect(await putStatuses(system, ['videos/a.mp4', 'images/a.png'])).toEqual([500, 200])
    expect(await system.read('stored')).toBe('hello')
  })

  it('applies only to the next `count` requests', async () => {
    const { system, s3 } = await startFaulty([
      { kind: 'SlowDown', operation: 'PutObject', count: 2 },
    ])
    expect(await putStatuses(system, ['a', 'b', 'c'])).toEqual([503, 503, 200])
    expect(s3.faults).toEqual([{ kind: 'SlowDown', operation: 'PutObject', count: 2, injected: 2 }])
  })

  it('with a probability hits the same requests for the same seed, in any order', async () => {
    const keys = Array.from({ length: 40 }, (_, index) => `key-${index}`)
    const rule: FaultRule = { kind: 'SlowDown', operation: 'PutObject', chance: 0.5, seed: 7 }
    const { system, s3 } = await startFaulty([rule])
    const first = await putStatuses(system, keys)
    s3.setFaults([rule])
    const backwards = await putStatuses(system, [...keys].reverse())
    expect(backwards.reverse()).toEqual(first)
    const hits = first.filter((status) => status === 503).length
    expect(hits).toBeGreaterThan(8)
    expect(hits).toBeLessThan(32)
    s3.setFaults([{ ...rule, seed: 8 }])
    expect(await putStatuses(system, keys)).not.toEqual(first)
  })

  it('takes precedence over the rules after it', async () => {
    const { system } = await startFaulty([
      { kind: 'SlowDown', key: 'a' },
      { kind: 'InternalError', operation: 'PutObject' },
    ])
    expect(await putStatuses(system, ['a', 'b'])).toEqual([503, 500])
  })

  it('appears in the log', async () => {
    const { system, lines, entries } = await startFaulty([{ kind: 'SlowDown', key: 'new' }])
    await put(system)
    expect(entries.at(-1)).toMatchObject({
      operation: 'PutObject',
      status: 503,
      code: 'SlowDown',
      fault: 'SlowDown',
    })
    expect(lines.at(-1)).toContain('injected fault SlowDown; SlowDown: Please reduce')
  })

  it('can reject a preflight request', async () => {
    const { s3 } = await startFaulty([{ kind: 'InternalError', operation: 'Preflight' }])
    const headers = { origin: 'http://localhost', 'access-control-request-method': 'PUT' }
    const reply = await fetch(`${s3.endpoint}/uploads/a`, { method: 'OPTIONS', headers })
    expect(reply.status).toBe(500)
  })

  it("lets a page read its error as far as the bucket's CORS rules allow", async () => {
    const { s3 } = await startFaulty([{ kind: 'SlowDown' }], {
      buckets: [
        {
          name: 'uploads',
          cors: [{ allowedOrigins: ['https://app.test'], allowedMethods: ['GET'] }],
        },
      ],
    })
    const reply = await fetch(`${s3.endpoint}/uploads/a`, {
      headers: { origin: 'https://app.test' },
    })
    expect(reply.status).toBe(503)
    expect(reply.headers.get('access-control-allow-origin')).toBe('https://app.test')
  })

  it.each([
    [[{ kind: 'Slowdown' }], "faults[0].kind is 'Slowdown', did you mean 'SlowDown'?"],
    [[{ kind: 'Throttled' }], "faults[0].kind is 'Throttled', expected one of SlowDown, "],
    [[{ kind: 'SlowDown', operation: 'PutObjekt' }], "faults[0].operation is 'PutObjekt'"],
    [[{ kind: 'SlowDown', chance: 2 }], 'faults[0].chance is 2, expected a number from 0 to 1'],
    [[{ kind: 'SlowDown', count: 0 }], 'faults[0].count is 0, expected a whole number'],
    [[{ kind: 'SlowDown', afterBytes: 1 }], "faults[0] has a property 'afterBytes', SlowDown"],
    [[{ kind: 'delay' }], 'faults[0].delayMs is missing, expected a whole number'],
    ['SlowDown', "faults is 'SlowDown', expected a list"],
  ])('%j is rejected with an error that names it', async (faults, message) => {
    await expect(startStrictS3(JSON.parse(JSON.stringify({ faults })))).rejects.toThrow(message)
  })
})

describe('a fault on the connection', () => {
  it('resets it during a request body, and nothing is stored', async () => {
    const { system, s3 } = await startFaulty([{ kind: 'reset-request', afterBytes: 3 }])
    await expect(put(system)).rejects.toMatchObject({ code: 'ECONNRESET' })
    s3.setFaults([])
    expect(await system.keys()).toEqual(['stored'])
  })

  it('resets it before a request without a body is handled', async () => {
    const { system, s3 } = await startFaulty([{ kind: 'reset-request', operation: 'DeleteObject' }])
    const ask = { method: 'DELETE', key: 'stored' }
    await expect(system.reply(ask)).rejects.toMatchObject({ code: 'ECONNRESET' })
    s3.setFaults([])
    expect(await system.keys()).toEqual(['stored'])
  })

  it.each(['PutObject', 'GetObject', 'DeleteObject'])(
    'is logged when it resets the connection: %s',
    async (operation) => {
      const { system, entries } = await startFaulty([{ kind: 'reset-request', operation }])
      const method = operation.replace('Object', '').toUpperCase()
      const body = method === 'PUT' ? { body: 'hello' } : {}
      await expect(system.reply({ method, key: 'stored', ...body })).rejects.toMatchObject({
        code: 'ECONNRESET',
      })
      await expect
        .poll(() => entries.at(-1))
        .toMatchObject({ operation, status: 499, code: 'ClientGone', fault: 'reset-request' })
    },
  )

  it('loses the response after the object has been stored', async () => {
    const { system, s3 } = await startFaulty([{ kind: 'lose-response', operation: 'PutObject' }])
    await expect(put(system)).rejects.toMatchObject({ code: 'ECONNRESET' })
    s3.setFaults([])
    expect(await system.keys()).toEqual(['new', 'stored'])
  })

  it.each([['reset-response'], ['truncate-response']] as const)(
    'cuts it during a download: %s',
    async (kind) => {
      const { s3, system } = await startFaulty([{ kind, operation: 'GetObject', afterBytes: 2 }])
      const { path } = await system.presigned({ key: 'stored' })
      const reply = await fetch(s3.endpoint + path)
      expect([reply.status, reply.headers.get('content-length')]).toEqual([200, '5'])
      const seen: string[] = []
      const read = async () => {
        const decoder = new TextDecoder()
        for await (const chunk of reply.body ?? []) seen.push(decoder.decode(chunk))
      }
      await expect(read()).rejects.toThrow('terminated')
      // A reset may overtake the bytes before it.
      if (kind === 'truncate-response') expect(seen.join('')).toBe('he')
    },
  )

  it('cuts it during the response to a PUT, which has no body', async () => {
    const { system, s3 } = await startFaulty([
      { kind: 'truncate-response', operation: 'PutObject' },
    ])
    await expect(put(system)).rejects.toThrow()
    s3.setFaults([])
    expect(await system.keys()).toEqual(['new', 'stored'])
  })

  it('flips a bit in transit, which S3 notices', async () => {
    const { system } = await startFaulty([{ kind: 'flip-byte', at: 1, operation: 'PutObject' }])
    expect((await put(system)).code).toBe('XAmzContentSHA256Mismatch')
  })

  it('sends a body slowly but completely', async () => {
    const { system, s3 } = await startFaulty([{ kind: 'slow-request', lastsMs: 20 }])
    expect((await put(system)).status).toBe(200)
    s3.setFaults([])
    expect(await system.read('new')).toBe('hello')
  })
})

describe('a stall', () => {
  it.each([
    ['within the request', { kind: 'stall-request', afterBytes: 2 }],
    ['before the answer', { kind: 'stall-response' }],
  ] as const)('%s lasts until the faults are replaced', async (_where, fault) => {
    const { system, s3 } = await startFaulty([{ ...fault, operation: 'PutObject', count: 1 }])
    let isAnswered = false
    const reply = put(system).finally(() => {
      isAnswered = true
    })
    // The second request overtakes the first.
    await expect.poll(() => s3.faults[0]?.injected).toBe(1)
    expect((await put(system, 'second')).status).toBe(200)
    expect(isAnswered).toBe(false)
    s3.setFaults([])
    expect((await reply).status).toBe(200)
    expect(await system.keys()).toEqual(['new', 'second', 'stored'])
  })

  it('does not prevent the server from closing', async () => {
    const { system, s3 } = await startFaulty([{ kind: 'stall-response' }])
    const reply = expect(put(system)).rejects.toThrow()
    await expect.poll(() => s3.faults[0]?.injected).toBe(1)
    await s3.close()
    await reply
  })
})

describe('a delay', () => {
  it('happens before the request is handled', async () => {
    const delayMs = 50
    const { system, s3 } = await startFaulty([{ kind: 'delay', delayMs, operation: 'PutObject' }])
    const before = performance.now()
    expect((await put(system)).status).toBe(200)
    // A timer may be early by a fraction of a millisecond.
    expect(performance.now() - before).toBeGreaterThan(delayMs - 2)
    expect(s3.faults[0]?.injected).toBe(1)
  })
})

describe('a skewed clock', () => {
  it("rejects a request with the correct time, and reports the server's time", async () => {
    const { system } = await startFaulty([{ kind: 'skew-clock', skewMs: -3_600_000 }])
    const reply = await put(system)
    expect([reply.status, reply.code]).toEqual([403, 'RequestTimeTooSkewed'])
    const behindMs = Date.now() - new Date(reply.headers.date ?? '').getTime()
    expect(Math.round(behindMs / 60_000)).toBe(60)
  })

  it('accepts the second attempt of an SDK that corrects its clock', async () => {
    const { s3 } = await startFaulty([{ kind: 'skew-clock', skewMs: 7_200_000 }])
    await clientOf(s3).send(new PutObjectCommand({ Bucket: 'uploads', Key: 'new', Body: 'hello' }))
    expect(s3.faults[0]?.injected).toBe(2)
  })

  it('does not make objects expire', async () => {
    const { system, s3 } = await startFaulty([])
    const rule =
      '<Rule><ID>a</ID><Filter/><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule>'
    const body = `<LifecycleConfiguration>${rule}</LifecycleConfiguration>`
    const query = { lifecycle: '' }
    await system.expectReply(200, { method: 'PUT', query, body, md5: true })
    s3.setFaults([{ kind: 'skew-clock', skewMs: 10 * 86_400_000 }])
    // Without a signature, the request's time is not checked.
    await fetch(`${s3.endpoint}/uploads/stored`)
    expect(s3.faults[0]?.injected).toBe(1)
    s3.setFaults([])
    expect(await system.read('stored')).toBe('hello')
  })

  it('does not end a retention period', async () => {
    const { s3 } = await startFaulty([])
    const system = new System(s3, 'locked')
    const lock = { 'x-amz-bucket-object-lock-enabled': 'true' }
    await system.expectReply(200, { method: 'PUT', headers: lock })
    const headers = {
      'x-amz-object-lock-mode': 'COMPLIANCE',
      'x-amz-object-lock-retain-until-date': new Date(Date.now() + 30 * 86_400_000).toISOString(),
    }
    await system.expectReply(200, { method: 'PUT', key: 'a', body: 'x', md5: true, headers })
    s3.setFaults([{ kind: 'skew-clock', skewMs: 60 * 86_400_000 }])
    const body = '<Retention/>'
    const query = { retention: '' }
    const ask = { method: 'PUT', key: 'a', query, body, md5: true } as const
    const reply = await system.reply({ ...ask, secondsAgo: -60 * 86_400 })
    expect(reply).toMatchObject({ status: 403, code: 'AccessDenied' })
  })
})

describe('parseFaultRules', () => {
  it('parses the value of --faults', () => {
    expect(
      parseFaultRules('SlowDown,operation=PutObject,chance=0.1,seed=7; delay, delayMs=200, key=1;'),
    ).toEqual([
      { kind: 'SlowDown', operation: 'PutObject', chance: 0.1, seed: 7 },
      { kind: 'delay', delayMs: 200, key: '1' },
    ])
  })

  it.each([
    ['SlowDown,PutObject', "'PutObject' is not a property, expected name=value"],
    ['SlowDown,chance=often', "faults[0].chance is 'often', expected a number from 0 to 1"],
    ['operation=PutObject', "faults[0].kind is 'operation=PutObject', expected one of SlowDown"],
  ])('rejects %s', (text, message) => {
    expect(() => parseFaultRules(text)).toThrow(message)
  })
})
