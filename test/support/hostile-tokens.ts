/**
 * Tokens that no signer may accept, and some that look odd but are valid. They are made by hand, so
 * that no library keeps them from being wrong. Not all of them fit into an HTTP header.
 *
 * @module
 */

import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
} from 'node:crypto'

export interface TokenSetup {
  readonly audience: string
  readonly issuer: string
  /** The signer's secret, or the private key (PEM) of its public RSA key. */
  readonly key: string
  readonly now: Date
}

export interface HostileToken {
  readonly what: string
  readonly token: string
  /** What is wrong. Only the holder of the key is told. */
  readonly message: RegExp
}

type Json = Readonly<Record<string, unknown>>
type Row = readonly [what: string, token: string]

const FORGED =
  /^the token is not valid here$|^the request has no bearer token$|^the token is \d+ characters, at most 8192 are read$/

const base64url = (data: string | Buffer) => Buffer.from(data).toString('base64url')

function hmac(secret: string | Buffer, input: string, hash = 'sha256'): string {
  return createHmac(hash, secret).update(input).digest('base64url')
}

/** Makes tokens as an application would, whatever they say. */
export function tokenMaker({ audience, issuer, key, now }: TokenSetup) {
  const seconds = Math.floor(now.getTime() / 1000)
  const isRsa = key.startsWith('-----BEGIN')
  const alg = isRsa ? 'RS256' : 'HS256'
  const seal = (input: string) =>
    isRsa ? base64url(sign('sha256', Buffer.from(input), key)) : hmac(key, input)
  const claims = (changes: Json = {}): Json => ({
    ...{ sub: 'ada', aud: audience, iss: issuer, iat: seconds, exp: seconds + 900 },
    ...changes,
  })
  const encode = (part: Json | string | Buffer) =>
    base64url(typeof part === 'string' || Buffer.isBuffer(part) ? part : JSON.stringify(part))
  const input = (payload: Json | string | Buffer, header: Json | string | Buffer) =>
    `${encode(header)}.${encode(payload)}`
  const signed = (
    payload: Json | string | Buffer = claims(),
    header: Json | string | Buffer = { alg, typ: 'JWT' },
    sealOf = seal,
  ) => `${input(payload, header)}.${sealOf(input(payload, header))}`
  return { seconds, alg, seal, claims, input, signed }
}

type Maker = ReturnType<typeof tokenMaker>

const ATTACKER = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ATTACKERS_JWK = ATTACKER.publicKey.export({ format: 'jwk' })
const ATTACKERS_SECRET = 'attackers-secret-of-more-than-32-characters'
const KIDS = ['../../dev/null', "x' UNION SELECT 'a", '__proto__', 'constructor', '$(id)', '\0', '']

export function validTokens(setup: TokenSetup): readonly Row[] {
  const { signed, claims, alg, seconds } = tokenMaker(setup)
  const other = 'https://other.example'
  return [
    ['a plain token', signed()],
    ['one audience of several', signed(claims({ aud: [other, setup.audience] }))],
    ['slashes after the audience', signed(claims({ aud: `${setup.audience}//` }))],
    ['fractions of seconds', signed(claims({ exp: seconds + 900.5, nbf: seconds - 0.5 }))],
    ['a day', signed(claims({ exp: seconds + 86_400 }))],
    ['a clock that is fast', signed(claims({ nbf: seconds + 60, exp: seconds + 86_460 }))],
    ['a clock that is slow', signed(claims({ exp: seconds - 59 }))],
    ['other claims', signed(claims({ roles: [{ sub: 'b' }], toString: 1, sub_: { sub: 'c' } }))],
    ['names in texts', signed(claims({ 'a"b:': '"sub":', c: '\\"sub\\":', d: ['e":', ':'] }))],
    ['white space', signed(JSON.stringify(claims(), undefined, 2).replaceAll('": ', '" :\t'))],
    ['an empty upload', signed(claims({ upload: {} }))],
    ['the longest owner', signed(claims({ sub: 'é'.repeat(255) }))],
    ['no type', signed(claims(), { alg })],
    // The token chooses no key.
    ...KIDS.map((kid): Row => [`the kid ${JSON.stringify(kid)}`, signed(claims(), { alg, kid })]),
    ['a jku', signed(claims(), { alg, jku: 'http://127.0.0.1:9/keys' })],
    ['a jwk', signed(claims(), { alg, jwk: ATTACKERS_JWK })],
    ['an x5c', signed(claims(), { alg, x5c: ['AAAA'], x5u: 'http://127.0.0.1:9/' })],
  ]
}

export function hostileTokens(setup: TokenSetup): readonly HostileToken[] {
  const maker = tokenMaker(setup)
  const rows = (message: RegExp, tokens: readonly Row[]) =>
    tokens.map(([what, token]) => ({ what, token, message }))
  return [
    ...rows(FORGED, forged(setup, maker)),
    ...rows(FORGED, oddlyWritten(maker)),
    ...rows(/^the token's payload is not a JSON object in which each name/, badPayloads(maker)),
    ...Object.entries(badClaims(maker, setup)).flatMap(([claim, values]) =>
      rows(
        new RegExp(`^the token's ${claim}\\b.*(?: expected | are not all )`),
        values.map((json) => [
          `${claim}: ${json?.slice(0, 60) ?? 'missing'}`,
          maker.signed(withClaim(maker, claim, json)),
        ]),
      ),
    ),
  ]
}

/** Not signed with the signer's key, or not as the header says. */
function forged({ key, issuer }: TokenSetup, { alg, claims, input, signed, seal }: Maker): Row[] {
  const admin = claims({ sub: 'admin' })
  const [header, payload, seal0 = ''] = signed().split('.')
  const withAlg = (other: unknown, sealOf = seal) => signed(claims(), { alg: other }, sealOf)
  const byAttacker = (names: Json): Row[] => [
    [
      `another key, named by ${Object.keys(names)}`,
      signed(admin, { alg: 'RS256', ...names }, (text) =>
        base64url(sign('sha256', Buffer.from(text), ATTACKER.privateKey)),
      ),
    ],
    [
      `another secret, named by ${Object.keys(names)}`,
      signed(admin, { alg: 'HS256', ...names }, (text) => hmac(ATTACKERS_SECRET, text)),
    ],
  ]
  const otherAlgs = [
    ...[undefined, null, 7, ['HS256'], {}, true, 'hs256', 'HS256 ', 'HS384', 'RS384', 'ES256'],
    ...['ES256K', 'ES512', 'Ed25519', 'PS512', 'ML-DSA-44', 'dir', 'A256KW', '__proto__'],
    ...['constructor', alg === 'HS256' ? 'RS256' : 'HS256'],
  ]
  return [
    ...['none', 'None', 'NONE', 'nOnE', 'none ', ''].flatMap((none): Row[] => [
      [`alg '${none}' without a signature`, `${input(admin, { alg: none })}.`],
      [`alg '${none}' in two parts`, input(admin, { alg: none })],
      [`alg '${none}' with our signature`, withAlg(none)],
    ]),
    ...otherAlgs.map((other): Row => [`alg ${JSON.stringify(other)}`, withAlg(other)]),
    ['HS512 with the key', withAlg('HS512', (text) => hmac(key, text, 'sha512'))],
    // The oldest of the tricks: the public key, taken for a shared secret.
    ...publicForms(key).map((secret, index): Row => {
      return [`public key ${index} as a secret`, withAlg('HS256', (text) => hmac(secret, text))]
    }),
    ['ES256 with zeros', withAlg('ES256', () => base64url(Buffer.alloc(64)))],
    ['zeros', withAlg(alg, () => base64url(Buffer.alloc(alg === 'HS256' ? 32 : 256)))],
    ['half a signature', withAlg(alg, (text) => seal(text).slice(0, 40))],
    ['a longer signature', withAlg(alg, (text) => `${seal(text)}AAAA`)],
    ['no signature', `${header}.${payload}.`],
    ["another token's signature", `${header}.${payload}.${signed(admin).split('.')[2]}`],
    ["another token's payload", `${header}.${signed(admin).split('.')[1]}.${seal0}`],
    ["another token's header", `${base64url(JSON.stringify({ alg }))}.${payload}.${seal0}`],
    ...byAttacker({}),
    ...byAttacker({ jku: `${issuer}/keys`, kid: 'k1' }),
    ...byAttacker({ jwk: ATTACKERS_JWK }),
    ...byAttacker({ jwk: { kty: 'oct', k: base64url(ATTACKERS_SECRET) } }),
    ...byAttacker({ x5c: [base64url('certificate')], x5u: 'http://127.0.0.1:9/' }),
    ...KIDS.flatMap((kid) =>
      ['', '\0', kid].map((secret): Row => {
        const token = signed(admin, { alg: 'HS256', kid }, (text) => hmac(secret, text))
        return [`kid ${JSON.stringify(kid)}, signed with ${JSON.stringify(secret)}`, token]
      }),
    ),
  ]
}

/** All that an attacker may take for the secret. */
function publicForms(key: string): (string | Buffer)[] {
  if (!key.startsWith('-----BEGIN')) return []
  const publicKey = createPublicKey(createPrivateKey(key))
  const pem = String(publicKey.export({ format: 'pem', type: 'spki' }))
  const der = publicKey.export({ format: 'der', type: 'spki' })
  const jwk = publicKey.export({ format: 'jwk' })
  return [pem, pem.trim(), der, der.toString('base64'), JSON.stringify(jwk), String(jwk.n)]
}

/** Signed with the signer's key, but not in the one form that is read. */
function oddlyWritten({ alg, claims, input, signed, seal }: Maker): Row[] {
  const valid = signed()
  const [header = '', payload = '', end = ''] = valid.split('.')
  const text = JSON.stringify({ protected: header, payload, signature: end })
  const crits = [['exp'], ['b64'], [], 'b64', ['__proto__'], null]
  const b64 = { alg, b64: false, crit: ['b64'] }
  const headers = ['[]', 'null', '7', '"HS256"', '{', '', `{"alg":"none","alg":"${alg}"}`]
  return [
    ...crits.map((crit): Row => {
      return [`crit ${JSON.stringify(crit)}`, signed(claims(), { alg, crit, exp: 1, b64: true })]
    }),
    ['b64 false', signed(claims(), { alg, b64: false })],
    ['b64 false, and critical', signed(claims(), b64)],
    ...['sub', JSON.stringify(claims())].map((payload): Row => {
      const unsigned = `${base64url(JSON.stringify(b64))}.${payload}`
      return [`an unencoded payload, ${payload.slice(0, 9)}`, `${unsigned}.${seal(unsigned)}`]
    }),
    ...['=', '==', '.', '.AAAA', ' ', '\n', '%', '+', '/', '~', ',', `, ${valid}`].map(
      (more): Row => [`${JSON.stringify(more.slice(0, 5))} after it`, valid + more],
    ),
    ...['.', '=', '\n'].map((first): Row => [`${JSON.stringify(first)} before it`, first + valid]),
    ['padding within it', valid.replace('.', '=.')],
    ['a line break within it', valid.replace('.', '.\n')],
    ['unused bits in the signature', valid.slice(0, -1) + nextDigit(valid.at(-1) ?? '')],
    ['a JSON serialization', text],
    ['a JSON serialization in base64url', base64url(text)],
    ['a header and no object', `${header}.${payload}`],
    ['a JWE', `${base64url('{"alg":"dir","enc":"A256GCM"}')}..${payload}.${payload}.${end}`],
    ...headers.map((text): Row => [`the header ${text}`, signed(claims(), text)]),
    [
      'a header that is not UTF-8',
      signed(claims(), Buffer.from(`{"alg":"${alg}","é":1}`, 'latin1')),
    ],
    ['a nested header', signed(claims(), `{"alg":"${alg}","a":${'['.repeat(2000)}`)],
    ['nothing', ''],
    ['dots', '..'],
    ['8193 characters', 'a'.repeat(8193)],
    ['a megabyte of dots', '.'.repeat(1_000_000)],
    ['a token of 9 KB', signed(claims({ more: 'a'.repeat(9000) }))],
    ['only the input', input(claims(), { alg })],
  ]
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

function nextDigit(digit: string): string {
  return DIGITS[DIGITS.indexOf(digit) + 1] ?? ''
}

/** A nested token, and JSON that two parsers may read in two ways. */
function badPayloads({ claims, signed }: Maker): Row[] {
  const json = JSON.stringify(claims()).slice(0, -1)
  return [
    ...['[]', 'null', '7', '"sub"', '', '{', '{}}', 'undefined', signed()],
    `${json},"sub":"admin"}`,
    `${json},"sub":"ada"}`,
    `${json},"\\u0073ub":"admin"}`,
    `{"sub":"admin",${json.slice(1)}}`,
    `${json},"upload":{"max_size":1},"upload":{}}`,
    `${json},"upload":{"max_size":1,"max_size":2}}`,
    `${json},"exp" : 1}`,
    `${json},"more":[{"a":1,"a":2}]}`,
    `${json},"__proto__":1,"__proto__":2}`,
    Buffer.from(`${json},"é":1}`, 'latin1'),
  ].map((payload) => [`the payload ${String(payload).slice(-60)}`, signed(payload)])
}

/** Values by claim, as JSON. `undefined` for a claim that is missing. */
function badClaims(
  { seconds }: Maker,
  { audience, issuer }: TokenSetup,
): Readonly<Record<string, readonly (string | undefined)[]>> {
  const text = JSON.stringify
  const noText = ['7', 'null', 'true', '[]', '["ada"]', '{}', '""']
  const noNumber = ['null', 'true', '[]', '{}', '""', '"soon"', `"${seconds}"`, `[${seconds}]`]
  const other = [`${audience}.evil`, audience.slice(0, -1), `${audience}/x`, ` ${audience}`]
  return {
    exp: [
      ...[undefined, ...noNumber, '0', '-1', '1e999', '-1e999', '-1e308', `${seconds - 61}`],
      ...[`${seconds + 86_461}`, `${seconds}000`, '9007199254740993', '1e308'],
    ],
    nbf: [...noNumber, `${seconds + 61}`, '1e999'],
    iat: [...noNumber, `${seconds + 61}`, '1e999'],
    aud: [undefined, ...noText, ...other.map((aud) => text(aud)), text([[audience]]), text(other)],
    iss: [undefined, ...noText, text(`${issuer}/`), text([issuer]), text(issuer.toUpperCase())],
    sub: [undefined, ...noText, text('a'.repeat(256)), '-0'],
    scope: [...noText, '"page"', '"Backend"', '"backend "', '["backend"]', '"backend page"'],
    upload: [
      ...[
        '7',
        'null',
        'true',
        '[]',
        '[{}]',
        '"x"',
        '{"maxSize":1}',
        '{"max_size":1,"maxSize":2}',
        '{"owner":"admin"}',
      ],
      ...['{"__proto__":{"max_size":9}}', '{"constructor":1}', '{"Rules":[]}', '{"keyPrefix":""}'],
    ],
    'upload.rules': ['7', 'null', '"video"', '{}', '[7]', '[[]]', '[""]', '[null]'],
    'upload.max_size': [
      ...['null', 'true', '[]', '[5]', '{}', '"5"', '"5 MB"', '""', '-1', '1.5', '1e999', '-1e999'],
      ...['9007199254740993', '"NaN"', '-0.1'],
    ],
    'upload.types': [
      ...['7', 'null', '"video/mp4"', '{}', '[7]', '[[]]', '[""]', '["video"]', '["VIDEO/MP4"]'],
      ...['["video/mp4; q=1"]', '[["video/mp4"]]', '["*"]', '["video/*x"]', '["video/mp4",null]'],
    ],
    'upload.key_prefix': [
      ...['7', 'null', '[]', '{}', '"/"', '"/etc/"', '"../"', '"a/../../b/"', '"./"', '"a//"'],
      ...['"a/./"', '".."', '"a\\u0000"', '"a\\n"', '"${filename}"', '"\\u202e"', '"\\ud800"'],
      text('a'.repeat(257)),
    ],
    'upload.sha256': ['7', 'null', '[]', '""', '"abc"', text('A'.repeat(44)), text('_'.repeat(43))],
    'upload.name': ['7', 'null', '[]', '{}', '""', text('a'.repeat(1025))],
  }
}

function withClaim({ claims }: Maker, path: string, json: string | undefined): string {
  const [claim = '', member] = path.split('.')
  const others = JSON.stringify(claims({ [claim]: undefined })).slice(0, -1)
  if (json === undefined) return `${others}}`
  return `${others},"${claim}":${member ? `{"${member}":${json}}` : json}}`
}
