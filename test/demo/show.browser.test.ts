/**
 * The parts of the page that a website can use too: without a server, because everything they ask
 * goes through the `fetch` that they are given.
 *
 * @module
 */

import { eventually } from '@waybill/test-support/eventually'
import { beforeEach, describe, expect, it } from 'vitest'
import { createSigner } from 'waybill/signer'
import { checkPolicy, checkSize, parsePolicy, S3Error } from 'waybill-s3'
import { createLabel } from '../../demo/show/label.ts'
import { createLieDesk } from '../../demo/show/lie-desk.ts'
import { createLineSwitch } from '../../demo/show/line-switch.ts'
import { createResult } from '../../demo/show/result.ts'
import { createAnswers } from '../../demo/show/s3-answers.ts'
import { createSquares } from '../../demo/show/squares.ts'
import type { Subject } from '../../demo/show/watch-grants.ts'

const BUCKET = 'uploads'
const ENDPOINT = `${location.origin}/api/uploads`

const signer = createSigner({
  bucket: BUCKET,
  region: 'us-east-1',
  endpoint: 'https://s3.example',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not a secret' },
  secret: 'a secret of more than thirty-two characters',
  allowedOrigins: [],
  rules: { files: { types: ['text/plain'], maxSize: '1 MB', public: true } },
})

/** A signer and an S3 that checks policies, both in the page. */
const inPage: typeof globalThis.fetch = async (input, init) => {
  const request = new Request(input, init)
  if (request.url === ENDPOINT) return signer.fetch(request)
  return answerAsS3(await request.formData())
}

function answerAsS3(form: FormData): Response {
  const file = form.get('file')
  const fields = new Map([['bucket', BUCKET]])
  for (const [name, value] of form) {
    if (typeof value === 'string') fields.set(name.toLowerCase(), value)
  }
  try {
    const policy = parsePolicy(fields.get('policy') ?? '')
    const range = checkPolicy(policy, fields, new Date())
    checkSize(file instanceof File ? file.size : 0, range)
    return new Response(null, { status: 204 })
  } catch (error) {
    if (!(error instanceof S3Error)) throw error
    const { code, message, status } = error
    return new Response(`<Error><Code>${code}</Code><Message>${message}</Message></Error>`, {
      status,
    })
  }
}

function added<Tag extends keyof HTMLElementTagNameMap>(tag: Tag): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag)
  document.body.append(made)
  return made
}

beforeEach(() => document.body.replaceChildren())

// Firefox has no `Request.body`, so a signer cannot run in its pages.
describe.skipIf(!('body' in Request.prototype))('createLieDesk', () => {
  it('needs no server', async () => {
    const [root, labelRoot, counter] = [added('div'), added('div'), added('p')]
    const resultRoot = added('p')
    const result = createResult(resultRoot)
    const label = createLabel(labelRoot)
    const answers = createAnswers(added('pre'))
    const signed = { endpoint: ENDPOINT, rule: 'files', type: 'text/plain', hasFilms: false }
    const turnTo = (next: Subject) => {
      if (next.granted) label.show(next.granted.waybill)
      desk.about(next)
    }
    const page = { label, answers, result, counter, subject: added('b'), turnTo, fetch: inPage }
    const desk = createLieDesk(root, { ...signed, ...page })
    expect(resultRoot.textContent).toMatch(/^Not sent yet: the file as a web page/)
    await eventually(() => page.subject.textContent).toBe('a small letter')
    expect(labelRoot.querySelector('[data-changed]')).toBeNull()
    const names = [...root.querySelectorAll('label')].map(({ textContent }) => textContent)
    expect(names).not.toContain('After the signature expired')
    expect(names).not.toContain('Finish a film without permission')
    root.querySelector('button')?.click()
    const stamp = labelRoot.querySelector('.stamp')
    await eventually(() => stamp?.textContent).toBe('REFUSED 403 AccessDenied')
    expect(labelRoot.querySelector('[data-changed] dd')?.textContent).toBe('text/html')
    expect(resultRoot.textContent).toBe('REFUSED 403 AccessDenied The type is not what was signed.')
    expect(counter.textContent).toBe('1 lie told, 1 refused, 0 stored')
  })
})

describe('createLabel', () => {
  it('counts down to the expiry', async () => {
    const root = added('div')
    const expiration = new Date('2026-11-29T12:05:00Z')
    let now = expiration.getTime() - 61_000
    const label = createLabel(root, { now: () => now })
    const size = { min: 1, max: 1 }
    label.show({ key: 'a/b.txt', size, type: 'text/plain', expiration, permits: 'POST, one file' })
    const left = () => root.querySelector('.left')?.textContent
    expect(left()).toBe('1:01 left')
    now = expiration.getTime()
    await eventually(left).toBe('expired')
  })

  it('draws one bar per signed part', () => {
    const root = added('div')
    const label = createLabel(root)
    const size = { min: 20_000_000, max: 20_000_000 }
    const common = { key: 'a/b.mp4', size, type: 'video/mp4', expiration: new Date() }
    label.show({ ...common, parts: 3, permits: 'PUT, parts 1 to 3' })
    const bars = root.querySelector('.bar-code .signed')?.getAttribute('d')
    expect(bars?.match(/M/g)).toHaveLength(3)
  })
})

describe('createLineSwitch', () => {
  it('switches the connection through the given fetch', async () => {
    const asked: string[] = []
    const fetch: typeof globalThis.fetch = async (url, init) => {
      asked.push(`${init?.method ?? 'GET'} ${url}`)
      return Response.json({ state: 'good' })
    }
    const root = added('fieldset')
    await createLineSwitch(root, { url: '/line', fetch })
    expect(root.disabled).toBe(false)
    expect(root.querySelector<HTMLInputElement>(':checked')?.value).toBe('good')
    root.querySelector<HTMLInputElement>('[value=cut]')?.click()
    expect(asked).toEqual(['GET /line', 'POST /line?state=cut'])
  })
})

describe('createSquares', () => {
  it('redraws when there may be another part', async () => {
    const parts = [{ partNumber: 1, size: 8_000_000 }]
    // Nobody will finish the other upload.
    const keys = ['a/dead.mp4', 'a/film.mp4']
    const fetch = async () => Response.json(keys.map((key) => ({ key, uploadId: key, parts })))
    const events = new EventTarget()
    const root = added('div')
    const sending = (key: string) => (key === 'a/film.mp4' ? { size: 24_000_000 } : undefined)
    createSquares(root, { sending, events, fetch })
    const squares = () => [...root.querySelectorAll('i')].map(({ className }) => className)
    await eventually(squares).toEqual(['stored', '', ''])
    parts.push({ partNumber: 3, size: 8_000_000 })
    events.dispatchEvent(new Event('parts'))
    await eventually(squares).toEqual(['stored', '', 'stored'])
  })
})
