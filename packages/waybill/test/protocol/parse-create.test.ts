import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UploadError } from 'waybill'
import { parseCreateRequest, parseFileDescription } from '../../src/protocol/parse-create.ts'

const SHA256 = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
const file = { name: 'a.mp4', size: 5, type: 'video/mp4' }

function invalid(message: string, code: UploadError['code'] = 'REQUEST_INVALID'): UploadError {
  return new UploadError(code, message)
}

describe('parseFileDescription', () => {
  it.each([
    [file],
    [{ ...file, size: 0 }],
    [{ ...file, size: Number.MAX_SAFE_INTEGER }],
    [{ ...file, name: '😀'.repeat(512) }],
    [{ ...file, sha256: SHA256 }],
    [{ ...file, metadata: { album: 'holiday', ключ: '' } }],
    [{ ...file, secondHost: true }],
    [{ ...file, path: 'a.mp4' }],
    [{ ...file, path: 'album/Été 2026 🏖/a.mp4' }],
    [{ ...file, name: 'a/b.mp4', path: 'album/a/b.mp4' }],
  ])('accepts %j unchanged', (description) => {
    expect(parseFileDescription(description, 'file')).toEqual(description)
  })

  it('treats a file of unknown type as application/octet-stream', () => {
    const { type } = parseFileDescription({ ...file, type: '' }, 'file')
    expect(type).toBe('application/octet-stream')
  })

  it('drops unknown members', () => {
    const more = JSON.parse(
      '{ "name": "a.mp4", "size": 5, "type": "video/mp4", "__proto__": 1, "b": 2 }',
    )
    expect(parseFileDescription(more, 'file')).toEqual(file)
  })

  it.each([
    [null, 'file is null, expected an object'],
    [[], 'file is a list, expected an object'],
    ['a', 'file is "a", expected an object'],
    [{ ...file, size: -1 }, 'file.size is -1, expected a whole number from 0 to 9007199254740991'],
    [
      { ...file, size: 1.5 },
      'file.size is 1.5, expected a whole number from 0 to 9007199254740991',
    ],
    [
      { ...file, size: 2 ** 53 },
      'file.size is 9007199254740992, expected a whole number from 0 to 9007199254740991',
    ],
    [
      { ...file, size: '5' },
      'file.size is "5", expected a whole number from 0 to 9007199254740991',
    ],
    [{ ...file, type: undefined }, 'file.type is missing, expected text'],
    [{ ...file, type: 'a'.repeat(256) }, 'file.type is 256 characters, expected 0 to 255'],
    [
      { ...file, sha256: SHA256.slice(1) },
      'file.sha256 is "7DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", expected 32 bytes in base64',
    ],
    [
      { ...file, sha256: SHA256.replace('U=', 'V=') },
      'file.sha256 is "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=", expected 32 bytes in base64',
    ],
    [{ ...file, sha256: 5 }, 'file.sha256 is 5, expected 32 bytes in base64'],
    [{ ...file, secondHost: false }, 'file.secondHost is false, expected true'],
    [{ ...file, path: 5 }, 'file.path is 5, expected text'],
    [{ ...file, path: '' }, 'file.path is 0 characters, expected 1 to 4096'],
    [
      { ...file, path: 'album/trip' },
      'file.path is "album/trip", expected folders and the name of the file, such as "album/trip/a.mp4"',
    ],
    [
      { ...file, path: 'album\\a.mp4' },
      'file.path is "album\\\\a.mp4", expected folders and the name of the file, such as "album/trip/a.mp4"',
    ],
    [{ ...file, metadata: [] }, 'file.metadata is a list, expected an object'],
    [{ ...file, metadata: { a: 1 } }, 'file.metadata.a is 1, expected text'],
    [{ ...file, metadata: { 'a\nb': 1 } }, 'file.metadata.a\\nb is 1, expected text'],
    [{ ...file, metadata: { '': 'a' } }, 'file.metadata has the name ""'],
    [{ ...file, metadata: { constructor: 'a' } }, 'file.metadata has the name "constructor"'],
    [{ ...file, metadata: { prototype: 'a' } }, 'file.metadata has the name "prototype"'],
    [
      { ...file, metadata: JSON.parse('{ "__proto__": "a" }') },
      'file.metadata has the name "__proto__"',
    ],
    [
      { ...file, metadata: { a: 'é'.repeat(512) } },
      'file.metadata is 1025 bytes, at most 1024 are allowed',
    ],
    [
      {
        ...file,
        metadata: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`a${i}`, ''])),
      },
      'file.metadata has 17 entries, at most 16 are allowed',
    ],
  ])('rejects %j with a reason', (description, message) => {
    expect(() => parseFileDescription(description, 'file')).toThrow(invalid(message))
  })

  it.each([
    [{ ...file, name: '' }, 'file.name is 0 characters, expected 1 to 1024'],
    [{ ...file, name: 'a'.repeat(1025) }, 'file.name is 1025 characters, expected 1 to 1024'],
    [{ ...file, name: undefined }, 'file.name is missing, expected text'],
  ])('rejects an invalid name with a separate code', (description, message) => {
    const error = invalid(message, 'FILE_NAME_INVALID')
    expect(() => parseFileDescription(description, 'file')).toThrow(error)
  })

  it.each(['/a.mp4', '/album/a.mp4', 'album//a.mp4', './a.mp4', 'album/../a.mp4', '../a.mp4'])(
    'rejects the path %s, which could lead elsewhere',
    (path) => {
      const message = `file.path is "${path}", which has an empty, '.' or '..' segment: remove it`
      expect(() => parseFileDescription({ ...file, path }, 'file')).toThrow(invalid(message))
    },
  )

  it('accepts a path as long as operating systems allow, and no longer', () => {
    const longest = `b${'b/'.repeat(2045)}a.mp4`
    const read = (path: string) => parseFileDescription({ ...file, path }, 'file')
    expect(read(longest)).toMatchObject({ path: longest })
    expect(() => read(`b/${longest}`)).toThrow(
      invalid('file.path is 4098 characters, expected 1 to 4096'),
    )
  })

  it('accepts metadata names that only resemble a forbidden one', () => {
    const metadata = { constructors: 'a', theprototype: 'b', __proto: 'c' }
    expect(parseFileDescription({ ...file, metadata }, 'file')).toMatchObject({ metadata })
  })

  it('quotes at most a line of the input', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 100, unit: 'binary' }), (text) => {
        const read = () => parseFileDescription({ ...file, size: text }, 'file')
        expect(read).toThrow(UploadError)
        expect(read).toThrow(/^[^\n]{1,200}$/)
      }),
    )
  })
})

describe('parseCreateRequest', () => {
  it('reads a rule and its files', () => {
    expect(parseCreateRequest({ rule: 'video', files: [file] })).toEqual({
      rule: 'video',
      files: [file],
    })
    expect(parseCreateRequest({ files: [file] })).toEqual({ files: [file] })
  })

  it('does not let one bad file fail the others', () => {
    const { files } = parseCreateRequest({ files: [file, { ...file, size: -1 }, null, file] })
    expect(files).toEqual([file, expect.any(UploadError), expect.any(UploadError), file])
    expect(files[2]).toMatchObject({ message: 'files[2] is null, expected an object' })
  })

  it.each([
    [undefined, 'body is missing, expected an object'],
    [[], 'body is a list, expected an object'],
    [{}, 'files is missing, expected a list'],
    [{ files: {} }, 'files is an object, expected a list'],
    [{ files: [] }, 'files has 0 entries, expected 1 to 100'],
    [{ files: Array(101).fill(file) }, 'files has 101 entries, expected 1 to 100'],
    [{ files: [file], rule: 5 }, 'rule is 5, expected text'],
    [{ files: [file], rule: '' }, 'rule is 0 characters, expected 1 to 64'],
    [{ files: [file], rule: 'a'.repeat(65) }, 'rule is 65 characters, expected 1 to 64'],
  ])('rejects the body as a whole: %#', (body, message) => {
    expect(() => parseCreateRequest(body)).toThrow(invalid(message))
  })
})
