import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createUploader } from 'waybill/client'

/** As JavaScript calls it. */
const untyped = (value: unknown): never => value as never
const uploader = createUploader({ endpoint: 'https://signer.invalid' })

describe('createUploader', () => {
  it.each<[string, unknown]>([
    ['endpoint is undefined', undefined],
    ['endpoint is undefined', {}],
    ['endpoint is ', { endpoint: '' }],
    ['endpoint is 42', { endpoint: 42 }],
    ['connections is 1.5', { endpoint: 'https://signer.invalid', connections: 1.5 }],
    ['connections is 0', { endpoint: 'https://signer.invalid', connections: 0 }],
    [
      'connections is 101, expected 1 to 100',
      { endpoint: 'https://signer.invalid', connections: 101 },
    ],
    [
      'retryForMs is -1, expected 0 or more',
      { endpoint: 'https://signer.invalid', retryForMs: -1 },
    ],
    ['retryForMs is NaN', { endpoint: 'https://signer.invalid', retryForMs: Number.NaN }],
    ['retryForMs is 5', { endpoint: 'https://signer.invalid', retryForMs: '5' }],
    ['connections is null', { endpoint: 'https://signer.invalid', connections: null }],
    [
      'token and tokenUrl are both set, expected one of them',
      { endpoint: 'https://signer.invalid', token: 'eyJ', tokenUrl: '/token' },
    ],
    [
      'token is neither a token, such as a JWT, nor a function',
      { endpoint: 'https://signer.invalid', token: '' },
    ],
    ['token is neither a token', { endpoint: 'https://signer.invalid', token: null }],
    ['token is neither a token', { endpoint: 'https://signer.invalid', token: 'a\nb' }],
    ['tokenUrl is "", expected a URL', { endpoint: 'https://signer.invalid', tokenUrl: '' }],
    ['tokenUrl is {}, expected a URL', { endpoint: 'https://signer.invalid', tokenUrl: {} }],
  ])('throws that %s', (message, options) => {
    expect(() => createUploader(untyped(options))).toThrow(message)
  })
})

it.each([{ connections: 1 }, { connections: 100 }, { retryForMs: 0 }, { retryForMs: Infinity }])(
  'createUploader accepts %j',
  (options) => {
    const endpoint = 'https://signer.invalid'
    expect(createUploader({ endpoint, ...options })).toBeDefined()
  },
)

describe('upload', () => {
  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a number', 42],
    ['a function', () => {}],
    ['an Object', {}],
    ['an object', Object.create(null)],
    ['an Array', []],
    ['an empty string', ''],
  ])('throws that the file is %s', (what, file) => {
    expect(() => uploader.upload(untyped(file))).toThrow(
      new TypeError(
        `file is ${what}, expected a File, a Blob, a FileSystemFileHandle or, in Node, a path`,
      ),
    )
  })

  const toBlob = 'streams are not supported: await new Response(stream).blob() makes a Blob of one'
  const toFile = 'write it to a file and pass its path'
  it.each<[string, unknown, string]>([
    ['a ReadableStream', new Blob(['x']).stream(), toBlob],
    ['a Readable', Readable.from(['x']), toFile],
    ['a PassThrough', new PassThrough(), toFile],
    ['an ArrayBuffer', new ArrayBuffer(1), 'new Blob([bytes]) makes a Blob of them'],
    ['a Uint8Array', new Uint8Array(1), 'new Blob([bytes]) makes a Blob of them'],
    ['an Object', { uri: 'file:///a.png', name: 'a.png' }, 'React Native is not supported'],
  ])('explains what to do with %s', (what, file, advice) => {
    const upload = () => uploader.upload(untyped(file))
    expect(upload).toThrow(TypeError)
    expect(upload).toThrow(`file is ${what}, expected a File, a Blob`)
    expect(upload).toThrow(advice)
  })

  it.each<[string, string]>([
    ['ENOENT', join(tmpdir(), 'waybill-nowhere', 'film.mp4')],
    [`${tmpdir()} is not a file`, tmpdir()],
  ])('fails with FILE_UNREADABLE and the reason: %s', async (why, path) => {
    const failure = await uploader.upload(path).done.catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'FILE_UNREADABLE' })
    expect(String(failure)).toContain(`the file cannot be opened: ${why}`)
  })
})
