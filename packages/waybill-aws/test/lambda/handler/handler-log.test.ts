import { functionUrlEvent } from '@waybill/test-support/lambda-events'
import { describe, expect, it } from 'vitest'
import { lambdaHandler } from 'waybill-aws/lambda'
import { QUERY, startEnvironment } from './environment.ts'

const { environment } = startEnvironment()

describe("lambdaHandler's log", () => {
  it('has one JSON line per grant and rejection, in addition to the metrics', async () => {
    const lines: string[] = []
    const handler = lambdaHandler({
      environment: environment(),
      log: (line: string) => lines.push(line),
    })
    await handler(functionUrlEvent({ query: QUERY }))
    await handler(functionUrlEvent({ query: 'type=text/html' }))
    const events = lines.map((line) => JSON.parse(line)).filter((line) => !('_aws' in line))
    expect(events).toMatchObject([
      { type: 'grant', call: 'form', rule: 'video', size: 5, at: expect.any(String) },
      { type: 'refusal', call: 'form', code: 'FILE_TYPE_NOT_ALLOWED', status: 415 },
    ])
    expect(lines.join('')).not.toContain('\n')
  })

  it("includes Lambda's request id in each event's line, as the response does", async () => {
    const lines: string[] = []
    const heard: ({ readonly id: string } | undefined)[] = []
    const handler = lambdaHandler({
      environment: environment({ AWS_CREDENTIAL_EXPIRATION: '2020-01-01T00:00:00Z' }),
      log: (line: string) => lines.push(line),
      onError: (_error, call) => heard.push(call),
    })
    const id = '8f507cfc-xmpl-4697-b07a-ac58fc914c95'
    const context = { awsRequestId: id, getRemainingTimeInMillis: () => 10_000 }
    const { statusCode, body } = await handler(functionUrlEvent({ query: QUERY }), context)
    expect([statusCode, JSON.parse(body)]).toMatchObject([503, { error: { id } }])
    const events = lines.map((line) => JSON.parse(line)).filter((line) => !('_aws' in line))
    expect(events).toMatchObject([{ type: 'refusal', id }])
    expect(heard).toEqual([{ id }])
  })

  it('contains only metrics if onEvent is set', async () => {
    const lines: string[] = []
    const types: string[] = []
    const handler = lambdaHandler({
      environment: environment(),
      log: (line: string) => lines.push(line),
      onEvent: ({ type }) => types.push(type),
    })
    await handler(functionUrlEvent({ query: QUERY }))
    expect(types).toEqual(['grant'])
    expect(lines.map((line) => '_aws' in JSON.parse(line))).toEqual([true])
  })
})
