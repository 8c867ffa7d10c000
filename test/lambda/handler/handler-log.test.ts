/**
 * What a handler writes into its log.
 *
 * @module
 */

import { describe, expect, it } from 'vitest'
import { lambdaHandler } from 'waybill/lambda'
import { functionUrlEvent } from '../events.ts'
import { QUERY, startEnvironment } from './environment.ts'

const { environment } = startEnvironment()

describe('the log of lambdaHandler', () => {
  it('has one JSON line for each grant and refusal, beside the metrics', async () => {
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

  it('has metrics alone where onEvent is another', async () => {
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
