import { Annotations, Match } from 'aws-cdk-lib/assertions'
import { UserPool } from 'aws-cdk-lib/aws-cognito'
import { Code } from 'aws-cdk-lib/aws-lambda'
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { describe, expect, it } from 'vitest'
import { ORIGIN, only, type Synthesised, synthesise, variablesOf } from './synthesised.ts'

const plain = await synthesise()

describe('auth', () => {
  const WARNING = 'waybill:anonymous-signer'
  const warnings = ({ stack }: Synthesised) =>
    Annotations.fromStack(stack)
      .findWarning('*', Match.stringLikeRegexp('public and auth'))
      .map(({ entry }) => String(entry.data))

  it("with 'none' allows every caller, and prints a warning", () => {
    expect(only(plain, 'AWS::Lambda::Url').Properties).toMatchObject({ AuthType: 'NONE' })
    expect(warnings(plain)[0]).toContain(WARNING)
    const permissions = Object.values(plain.resources)
      .filter(({ Type }) => Type === 'AWS::Lambda::Permission')
      .filter(({ Properties }) => Properties.Principal === '*')
      .map(({ Properties }) => Properties)
    expect(permissions).toEqual([
      expect.objectContaining({
        Action: 'lambda:InvokeFunctionUrl',
        FunctionUrlAuthType: 'NONE',
      }),
      expect.objectContaining({ Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true }),
    ])
  })

  it("with 'iam' leaves preflights to the URL, and the handler sets no CORS headers", async () => {
    const stack = await synthesise({ auth: { type: 'iam' } })
    const url = only(stack, 'AWS::Lambda::Url').Properties
    expect(url.AuthType).toBe('AWS_IAM')
    expect(url.Cors.AllowOrigins).toEqual([ORIGIN])
    expect(variablesOf(stack)).toMatchObject({
      WAYBILL_AUTH: 'iam',
      WAYBILL_CORS: 'url',
    })
    expect(warnings(stack)).toEqual([])
  })

  it('can be left to rules in code', async () => {
    const signerCode = Code.fromInline('exports.handler = async () => ({})')
    const stack = await synthesise({ signerCode, auth: { type: 'rules' } })
    expect(only(stack, 'AWS::Lambda::Url').Properties).toMatchObject({ AuthType: 'NONE' })
    expect(variablesOf(stack)).toMatchObject({
      WAYBILL_AUTH: 'rules',
      WAYBILL_CORS: 'handler',
    })
    expect(warnings(stack)).toEqual([])
  })

  it("with 'jwt' allows callers with a token, and the handler answers preflights", async () => {
    const auth = { type: 'jwt', issuer: 'https://id.example.com', audience: 'uploads' } as const
    const stack = await synthesise({ auth })
    expect(only(stack, 'AWS::Lambda::Url').Properties.Cors).toBeUndefined()
    expect(variablesOf(stack)).toMatchObject({
      WAYBILL_AUTH: 'jwt',
      WAYBILL_JWT_ISSUER: 'https://id.example.com',
      WAYBILL_CORS: 'handler',
    })
    expect(warnings(stack)).toEqual([])
  })
})

describe("auth 'token'", () => {
  it("lets the signer read the tokens' secret, and do what a backend may ask for", async () => {
    const stack = await synthesise((scope) => ({
      auth: { type: 'token', audience: 'uploads', secret: new Secret(scope, 'Tokens') as ISecret },
    }))
    const Variables = variablesOf(stack, /Signer/)
    expect(Variables).toMatchObject({ WAYBILL_AUTH: 'token', WAYBILL_TOKEN_AUDIENCE: 'uploads' })
    const [, id] = /(Tokens\w+)/.exec(JSON.stringify(Variables.WAYBILL_TOKEN_SECRET_ARN)) ?? []
    for (const statement of [
      { Sid: 'ReadSealingSecretOfTokens', Resource: { Ref: id } },
      { Sid: 'RemoveObjects' },
      { Sid: 'ClaimVerified' },
    ]) {
      stack.template.hasResourceProperties('AWS::IAM::Policy', {
        PolicyDocument: { Statement: Match.arrayWith([Match.objectLike(statement)]) },
      })
    }
  })

  it.each([
    [{ audience: 'uploads' }, 'needs one of secret, publicKey and jwksUri, but 0 of them are set'],
    [{ audience: '', publicKey: 'PEM' }, 'auth.audience is empty'],
    [{ audience: 'uploads', jwksUri: 'http://a.example' }, 'begins with https://'],
  ])('rejects %j', async (given, message) => {
    await expect(synthesise({ auth: { type: 'token', ...given } })).rejects.toThrow(message)
  })
})

describe('a user pool', () => {
  it('can be the issuer, whose address only CloudFormation knows', async () => {
    const stack = await synthesise((scope) => {
      const pool = new UserPool(scope, 'Pool')
      const client = pool.addClient('Web')
      const { userPoolProviderUrl: issuer } = pool
      return { auth: { type: 'jwt', issuer, audience: client.userPoolClientId } }
    })
    const Variables = variablesOf(stack)
    expect(Variables.WAYBILL_JWT_ISSUER).toMatch(/Pool\w+\.ProviderURL$/)
  })
})
