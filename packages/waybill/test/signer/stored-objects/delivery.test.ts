/**
 * What a browser gets from a link: types that run nowhere, and names that break no header. Read from the answers of a
 * real S3.
 *
 * @module
 */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deliveryOf } from '../../../src/signer/stored-objects/download-url.ts'
import { storeFiles } from './stored-files.ts'

describe('a link to active content', () => {
  it.each([
    'text/html',
    'application/xhtml+xml',
    'image/svg+xml',
    'image/svg',
    'text/xml',
    'application/xml',
    'application/rss+xml',
    'text/javascript',
    'application/javascript',
    'application/ecmascript',
    'multipart/x-mixed-replace',
    'message/rfc822',
    'application/x-httpd-php',
    'application/x-msdownload',
    'application/hta',
    // No type, or none that a browser reads as we do: it would guess.
    '',
    'unknown/unknown',
    'image',
    'image/png, text/html',
    'text/html;charset=utf-7',
    'TEXT/HTML',
    'image/png\r\nx: y',
    '*/*',
  ])('downloads it without revealing its type: %j', (type) => {
    expect(deliveryOf(type, 'inline', 'a.html')).toEqual({
      contentType: 'application/octet-stream',
      contentDisposition: 'attachment; filename="a.html"',
    })
  })

  it.each([
    ['image/png', 'image/png'],
    ['IMAGE/PNG; x=y', 'image/png'],
    ['image/webp', 'image/webp'],
    ['image/apng', 'image/apng'],
    ['image/heic', 'image/heic'],
    ['image/heif', 'image/heif'],
    ['image/vnd.microsoft.icon', 'image/vnd.microsoft.icon'],
    ['video/mp4', 'video/mp4'],
    ['audio/mpeg', 'audio/mpeg'],
    ['text/plain', 'text/plain; charset=utf-8'],
    ['application/pdf', 'application/pdf'],
  ])('displays %s only where that is requested', (type, contentType) => {
    const name = 'filename="a"'
    const shown = { contentType, contentDisposition: `inline; ${name}` }
    const saved = { contentType, contentDisposition: `attachment; ${name}` }
    expect(deliveryOf(type, 'inline', 'a')).toEqual(shown)
    expect(deliveryOf(type, 'attachment', 'a')).toEqual(saved)
  })

  it.each([
    ...['application/zip', 'application/json', 'text/css', 'text/csv', 'font/woff2'],
    // A browser that learns of a type may run what is in it.
    ...['image/pngx', 'ximage/png', 'application/pdf2', 'text/plain2'],
  ])('downloads %s under its own type, even where displaying is requested', (type) => {
    const { contentType, contentDisposition } = deliveryOf(type, 'inline', 'a')
    expect([contentType, contentDisposition]).toEqual([type, 'attachment; filename="a"'])
  })
})

describe("a link's file name", () => {
  it.each([
    ['lease.txt', 'filename="lease.txt"'],
    [
      'Été à Paris.jpg',
      `filename="Ete a Paris.jpg"; filename*=UTF-8''%C3%89t%C3%A9%20%C3%A0%20Paris.jpg`,
    ],
    ['日本.png', `filename="__.png"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.png`],
    ['👩‍👧.png', `filename="___.png"; filename*=UTF-8''%F0%9F%91%A9%E2%80%8D%F0%9F%91%A7.png`],
    ["it's (1)!.txt", `filename="it's (1)!.txt"`],
    ["ü'()!~.txt", `filename="u'()!-.txt"; filename*=UTF-8''%C3%BC%27%28%29!-.txt`],
    ['a"; filename="evil.exe', 'filename="a-- filename--evil.exe"'],
    ['a\r\nSet-Cookie: x=1.txt', 'filename="aSet-Cookie- x-1.txt"'],
    ['a\\"b.txt', 'filename="-b.txt"'],
    ['../../etc/passwd', 'filename="passwd"'],
    ['C:\\Windows\\evil.exe', 'filename="evil.exe"'],
    ['a\u202egpj.exe', 'filename="agpj.exe"'],
    ['a\u0000b.txt', 'filename="ab.txt"'],
    ['%22%0d%0a.txt', 'filename="-22-0d-0a.txt"'],
    ['.htaccess', 'filename="htaccess"'],
    ['CON.txt', 'filename="_CON.txt"'],
    ['', 'filename="file"'],
    ['\ud800.txt', `filename="_.txt"; filename*=UTF-8''%EF%BF%BD.txt`],
  ])('is made safe and encoded for all browsers: %j', (name, parameters) => {
    expect(deliveryOf('text/plain', 'attachment', name).contentDisposition).toBe(
      `attachment; ${parameters}`,
    )
  })

  it('is one ASCII header with one or two parameters, whatever it contains', () => {
    const header =
      /^attachment; filename="[ !#-[\]-~]*"(?:; filename\*=UTF-8''(?:[A-Za-z0-9!#$&+.^_`|~-]|%[0-9A-F]{2})+)?$/
    const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }))
    fc.assert(
      fc.property(anyText, (name) => {
        expect(deliveryOf('text/plain', 'attachment', name).contentDisposition).toMatch(header)
      }),
    )
  })
})

describe('a response over the wire', () => {
  it.each([
    ['<script>alert(1)</script>', 'text/html', 'a.html'],
    [
      '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
      'image/svg+xml',
      'a.svg',
    ],
  ])('has the signed headers rather than the stored ones: %s', async (text, type, name) => {
    const { signer, upload } = await storeFiles()
    const { receipt, key } = await upload({ text, type, name })
    const options = { owner: 'ada', disposition: 'inline', name: `"\r\n${name}` } as const
    for (const reference of [receipt, { key }]) {
      const { headers } = await fetch((await signer.downloadUrl(reference, options)).url)
      expect(headers.get('content-type')).toBe('application/octet-stream')
      expect(headers.get('content-disposition')).toBe(`attachment; filename="-${name}"`)
    }
  })

  it('carries a name in any script, from the file or from the application', async () => {
    const { signer, upload } = await storeFiles()
    const { receipt } = await upload({ name: 'réclamé ☂.txt' })
    const disposition = async (options: object) => {
      const { url } = await signer.downloadUrl(receipt, { owner: 'ada', ...options })
      return (await fetch(url)).headers.get('content-disposition')
    }
    expect(await disposition({})).toContain("UTF-8''r%C3%A9clam%C3%A9%20%E2%98%82.txt")
    expect(await disposition({ name: 'Vertrag.txt' })).toBe('attachment; filename="Vertrag.txt"')
    await expect(disposition({ name: 7 })).rejects.toThrow('name is number, expected text')
    await expect(disposition({ disposition: 'show' })).rejects.toThrow(
      "disposition is 'show', expected 'attachment' or 'inline'",
    )
  })
})
