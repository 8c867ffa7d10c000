/**
 * *Your own function* in docs/operate/template.md, compared with what the construct makes: variables, statements, permissions,
 * CORS, lifecycle and the pattern of events.
 *
 * @module
 */

import { readFileSync } from 'node:fs'
import { Size } from 'aws-cdk-lib'
import { beforeAll, describe, expect, it } from 'vitest'
import { configTexts } from '../../../../../tools/docs/config-texts.ts'
import { ACCOUNT, ORIGIN, only, REGION, type Synthesised, synthesise } from '../synthesised.ts'

const [, PAGE = ''] = readFileSync(
  new URL('../../../../../docs/operate/template.md', import.meta.url),
  'utf8',
).split('\n## Your own function\n')

let stack: Synthesised
let given: readonly unknown[]

beforeAll(async () => {
  stack = await synthesise({
    rules: { photos: { types: ['image/png'], maxSize: Size.mebibytes(20) } },
    auth: { type: 'jwt', issuer: 'https://id.example.com', audience: 'uploads' },
  })
  given = (await configTexts(PAGE)).map((block) => {
    if ('reason' in block) throw new Error(`line ${block.line}: ${block.reason}`)
    return block.value
  })
})

/** Names of the stack, as the page writes them. */
function asOnPage(value: unknown): unknown {
  const { function: signer } = stack.uploads.signer
  const names: readonly (readonly [RegExp, string])[] = [
    [/arn:aws:secretsmanager:[^"]+/g, 'SECRET_ARN'],
    [/arn:aws:sqs:[^"]+/g, 'QUEUE_ARN'],
    [/uploadsbucket\w+/g, 'BUCKET'],
    [
      new RegExp(
        `arn:aws:lambda:[^"]*:${stack.stack.getLogicalId(Object(signer.node.defaultChild))}`,
        'g',
      ),
      'SIGNER',
    ],
    [new RegExp(ACCOUNT, 'g'), 'ACCOUNT'],
    [new RegExp(REGION, 'g'), 'REGION'],
  ]
  const text = names.reduce(
    (all, [name, written]) => all.replaceAll(name, written),
    JSON.stringify(value),
  )
  return JSON.parse(text)
}

function statementsOf(role: RegExp): unknown {
  const all: { Sid: string }[] = only(stack, 'AWS::IAM::Policy', role).Properties.PolicyDocument
    .Statement
  return asOnPage(all.filter(({ Sid }) => Sid !== 'WriteOwnLog'))
}

function variablesOf(name: RegExp): Readonly<Record<string, unknown>> {
  const { Variables: variables } = only(stack, 'AWS::Lambda::Function', name).Properties.Environment
  return Object(asOnPage(variables))
}

describe('your own function, in docs/operate/template.md', () => {
  it('is for the origin of these tests', () => {
    expect(PAGE).toContain(ORIGIN)
  })

  it("has the functions' variables", () => {
    const [signer, arrival] = given
    // Rules are in code, and metrics are written unless something else is said.
    const { WAYBILL_RULES: _rules, WAYBILL_METRICS: _metrics, ...variables } = variablesOf(/Signer/)
    expect(signer).toEqual(variables)
    const { WAYBILL_METRICS: _also, ...others } = variablesOf(/Arrival/)
    expect(arrival).toEqual(others)
  })

  it("has the roles' statements", () => {
    const [, , signer, arrival] = given
    expect(signer).toEqual(statementsOf(/SignerRole/))
    expect(arrival).toEqual(statementsOf(/ArrivalRole/))
  })

  it('has both permissions of the address', () => {
    const permissions = Object.values(stack.resources).filter(
      ({ Type, Properties }) => Type === 'AWS::Lambda::Permission' && Properties.Principal === '*',
    )
    expect(given[4]).toEqual(permissions.map(({ Properties }) => asOnPage(Properties)))
  })

  it('has CORS and lifecycle of the bucket', () => {
    const { CorsConfiguration, LifecycleConfiguration } = only(stack, 'AWS::S3::Bucket').Properties
    expect(given.slice(5, 7)).toEqual([CorsConfiguration, LifecycleConfiguration])
  })

  it('has the pattern of what calls arrival', () => {
    const { EventPattern } = only(stack, 'AWS::Events::Rule').Properties
    expect(given[7]).toEqual(asOnPage(EventPattern))
  })
})
