/**
 * Valid requests, each with one thing changed that its signature or its policy covers.
 *
 * @module
 */

import fc from 'fast-check'
import type { RawRequest } from '../../../../test/conformance/request/raw-request.ts'
import type { System } from '../../../../test/conformance/system.ts'

const BODY = 'hello'

/** The requests that are changed, and work as they are. */
export interface Originals {
  /** PUT, presigned. */
  readonly url: RawRequest
  /** PUT, signed in its header. */
  readonly header: RawRequest
  /** POST of a form. */
  readonly form: RawRequest
}

export async function originals(system: System): Promise<Originals> {
  const put = { method: 'PUT', key: 'key', body: BODY }
  const headers = { 'content-type': 'video/mp4', 'x-amz-meta-waybill': 'sealed' }
  const url = { ...put, headers: { ...headers, 'content-length': '5' }, expires: '3600' }
  return {
    url: await system.presigned(url),
    header: await system.signed({ ...put, headers }),
    form: await system.form({
      key: 'key',
      file: BODY,
      fields: { 'Content-Type': 'video/mp4', 'x-amz-meta-waybill': 'sealed' },
      conditions: [['content-length-range', BODY.length, BODY.length]],
      expiration: new Date(Date.now() + 3_600_000),
    }),
  }
}

/** By what is changed. */
export function hostileRequests({ url, header, form }: Originals) {
  return {
    'a presigned URL': changedPath(url),
    'an Authorization header': changedAuthorization(header),
    'what a presigned URL covers': changedHead(url),
    'what a header signature covers': fc.oneof(changedHead(header), changedBody(header)),
    'a value in a form': changedValue(form),
    'the fields of a form': changedFields(form),
  }
}

/** One character replaced, inserted or left out, in `text` from `from` to `to`. */
function mutation(text: string, from = 0, to = text.length): fc.Arbitrary<string> {
  return fc
    .record({
      at: fc.integer({ min: from, max: Math.max(from, to - 1) }),
      char: fc.constantFrom(...'abcXYZ019-_.=&/%+'),
      kind: fc.constantFrom('replace', 'insert', 'remove'),
    })
    .map(({ at, char, kind }) => {
      const rest = text.slice(kind === 'insert' ? at : at + 1)
      return text.slice(0, at) + (kind === 'remove' ? '' : char) + rest
    })
    .filter((changed) => changed !== text)
}

function changedPath(raw: RawRequest): fc.Arbitrary<RawRequest> {
  return mutation(raw.path, '/uploads/'.length)
    .filter((path) => meaning(path) !== meaning(raw.path))
    .map((path) => ({ ...raw, path }))
}

/** The same request in another spelling is the same request: decoded, without the empty parameters of `&&`. */
function meaning(path: string): string {
  const plain = path.replaceAll('+', ' ').replace(/&+/g, '&').replace(/\?&/, '?').replace(/&$/, '')
  try {
    return decodeURIComponent(plain)
  } catch {
    return plain
  }
}

function changedAuthorization(raw: RawRequest): fc.Arbitrary<RawRequest> {
  const authorization = raw.headers.authorization ?? ''
  // Spaces around the commas mean nothing, and S3 reads the names of headers in any case.
  const plain = (text: string) =>
    text.replace(/, */g, ',').replace(/,SignedHeaders=[^,]*/, (names) => names.toLowerCase())
  return mutation(authorization)
    .filter((changed) => plain(changed) !== plain(authorization))
    .map((changed) => ({ ...raw, headers: { ...raw.headers, authorization: changed } }))
}

/** Every `x-amz-` header that is sent has to be signed. */
const UNSIGNED = ['acl', 'tagging', 'meta-other', 'storage-class', 'website-redirect-location']

/** The method, the bucket, a signed header, or one more that is not signed. */
function changedHead(raw: RawRequest): fc.Arbitrary<RawRequest> {
  const signed = [
    'host',
    ...Object.keys(raw.headers).filter((name) => /^(x-amz-|content-type)/.test(name)),
  ]
  const withHeader = (name: string, value: string) => ({
    ...raw,
    headers: { ...raw.headers, [name]: value },
  })
  return fc.oneof(
    fc.constantFrom('GET', 'HEAD', 'DELETE', 'POST').map((method) => ({ ...raw, method })),
    fc.constant({ ...raw, path: raw.path.replace('/uploads/', '/others/') }),
    fc.constantFrom(...signed).map((name) => without(raw, name)),
    fc.constantFrom(...UNSIGNED).map((name) => withHeader(`x-amz-${name}`, 'other')),
    {
      weight: 10,
      arbitrary: fc
        .constantFrom(...signed)
        .chain((name) => mutation(raw.headers[name] ?? '').map((value) => withHeader(name, value))),
    },
  )
}

function without(raw: RawRequest, name: string): RawRequest {
  const { [name]: _, ...headers } = raw.headers
  return { ...raw, headers }
}

function changedBody(raw: RawRequest): fc.Arbitrary<RawRequest> {
  return mutation(BODY).map((body) => ({ ...raw, body: Buffer.from(body) }))
}

interface Field {
  readonly name: string
  readonly start: number
  readonly end: number
  readonly valueStart: number
}

/** Where each field is in the form's text, from its boundary to the next. */
function fieldsOf(text: string): Field[] {
  const pattern = /--[^\r]+\r\n[^"]*name="([^"]+)"[^\r]*\r\n(?:Content-Type[^\r]*\r\n)?\r\n/g
  const heads = [...text.matchAll(pattern)]
  return heads.map((head, index) => ({
    name: head[1] ?? '',
    start: head.index,
    valueStart: head.index + head[0].length,
    end: heads[index + 1]?.index ?? text.lastIndexOf('--waybill'),
  }))
}

function changedValue(raw: RawRequest): fc.Arbitrary<RawRequest> {
  const text = textOfBody(raw)
  return fc.constantFrom(...fieldsOf(text)).chain(({ name, valueStart, end }) =>
    mutation(text, valueStart, end - '\r\n'.length)
      // The file itself is pinned by its size only.
      .filter((changed) => name !== 'file' || changed.length !== text.length)
      .map((changed) => withText(raw, changed)),
  )
}

/** A field left out, one more that the policy does not know, or one under another name. */
function changedFields(raw: RawRequest): fc.Arbitrary<RawRequest> {
  const text = textOfBody(raw)
  const fields = fieldsOf(text)
  const [first] = fields
  if (!first) throw new Error('expected a form with fields')
  const field = fc.constantFrom(...fields)
  const left = field.map(({ start, end }) => text.slice(0, start) + text.slice(end))
  const more = fc
    .constantFrom('acl', 'tagging', 'x-amz-meta-other', 'Cache-Control')
    .map((name) => {
      const copy = text.slice(first.start, first.end).replace(`"${first.name}"`, `"${name}"`)
      return copy + text
    })
  const renamed = field.chain(({ name, start }) => {
    const at = text.indexOf(`"${name}"`, start) + 1
    return mutation(text, at, at + name.length).filter(
      // Names are the same in any case.
      (changed) => changed.toLowerCase() !== text.toLowerCase(),
    )
  })
  return fc.oneof(left, more, { weight: 8, arbitrary: renamed }).map((each) => withText(raw, each))
}

const textOfBody = (raw: RawRequest) => Buffer.from(raw.body ?? []).toString('latin1')

const withText = (raw: RawRequest, text: string) => ({ ...raw, body: Buffer.from(text, 'latin1') })
