import { JPEG, M4A, MP4, PDF, PNG, ZIP } from '@waybill/test-support/samples'
import { describe, expect, it } from 'vitest'
import { checkContent } from 'waybill/arrival'

const latin = (text: string) => Buffer.from(text, 'latin1')

function found(bytes: Uint8Array | string, type: string, size?: number) {
  const head = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
  return checkContent(head, type, size ?? head.length)
}

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'

describe('checkContent', () => {
  it.each<[string, Uint8Array, string]>([
    ['a ZIP for the document that it may begin', ZIP, DOCX],
    ['a ZIP for a macro document', ZIP, 'application/vnd.ms-excel.sheet.macroenabled.12'],
    ['a ZIP for an e-book', ZIP, 'application/epub+zip'],
    ['a ZIP for a ZIP of another name', ZIP, 'application/x-zip-compressed'],
    ['a JPEG for a JPEG of another name', JPEG, 'image/jpg'],
    ['one container for its other name', M4A, 'audio/mp4'],
    ['anything for a type that claims nothing', latin('<script>'), 'application/octet-stream'],
    ['markup for text that may quote it', latin('<html>'), 'text/x-own'],
    ['a comment for JSON with a suffix', latin('<!--'), 'application/ld+json'],
    ['a table without a mark', latin('a,b\n1,2\n'), 'text/csv'],
    ['XML without its declaration', latin('<a/>'), 'application/xml'],
  ])('accepts %s', async (_what, bytes, type) => {
    expect(await found(bytes, type)).toBeUndefined()
    expect(await found(bytes, `${type.toUpperCase()}; charset=utf-8`)).toBeUndefined()
  })

  const MESSAGES = {
    'content-differs': 'its bytes are of another type than the signed one',
    'content-unproven': 'its first bytes are not those of the signed type',
    'active-content': 'its bytes hold markup or script that the signed type does not have',
  }
  it.each<[string, Uint8Array, string, keyof typeof MESSAGES, string]>([
    ['a PNG', PNG, DOCX, 'content-differs', 'image/png'],
    ['a ZIP', ZIP, 'image/png', 'content-differs', 'application/zip'],
    ['a ZIP', ZIP, 'x/epub+zip', 'content-differs', 'application/zip'],
    ['a JPEG', JPEG, 'text/csv', 'content-differs', 'image/jpeg'],
    ['text', latin('text'), 'image/jpg', 'content-unproven', 'signed as image/jpg'],
    ['text', latin('text'), 'video/mp4', 'content-unproven', 'signed as video/mp4'],
    ['nothing', latin(''), 'image/png', 'content-unproven', 'it is empty'],
    ['a page', latin('<html>'), 'application/x-own', 'active-content', 'markup at its start'],
    [
      'a script in a film',
      Buffer.concat([MP4, latin('<script>')]),
      'video/mp4',
      'active-content',
      `markup at byte ${MP4.length}`,
    ],
    [
      'a handler in a film',
      Buffer.concat([MP4, latin('<b onclick=')]),
      'video/mp4',
      'active-content',
      `markup at byte ${MP4.length}`,
    ],
    [
      'a PDF in a picture',
      Buffer.concat([PNG, PDF]),
      'image/png',
      'active-content',
      `a PDF document at byte ${PNG.length}`,
    ],
  ])(
    'reports what %s really is if signed as another type',
    async (_what, bytes, type, reason, end) => {
      const signed = reason === 'content-unproven' ? '' : `, signed as ${type}`
      const message = `${MESSAGES[reason]}: ${end}${signed}`
      expect(await found(bytes, type)).toEqual({ reason, message })
    },
  )

  it('looks for a PDF header in the first KiB, where PDF readers do', async () => {
    const at = (byte: number) => Buffer.concat([latin('\0'.repeat(byte)), latin('%PDF-1')])
    expect(await found(at(1024 - 6), 'application/x-own')).toMatchObject({
      message: expect.stringContaining('a PDF document at byte 1018'),
    })
    expect(await found(at(1024), 'application/x-own')).toBeUndefined()
    expect(await found(PDF, 'application/pdf')).toBeUndefined()
  })

  it('looks for markup where browsers sniff documents, and everywhere in media', async () => {
    const at = (byte: number) => Buffer.concat([latin('\0'.repeat(byte)), latin('<script>')])
    expect(await found(at(1445 - 8), 'application/x-own')).toMatchObject({
      message: expect.stringContaining('markup at byte 1437'),
    })
    expect(await found(at(1445), 'application/x-own')).toBeUndefined()
    expect(await found(at(40_000), 'image/x-own')).toMatchObject({
      message: expect.stringContaining('markup at byte 40000'),
    })
  })

  it('ignores a handler before the first tag', async () => {
    expect(await found(latin('\0 onclick=1 <b>'), 'image/x-own')).toBeUndefined()
  })
})

const svg = (inside: string) => `<svg xmlns="http://www.w3.org/2000/svg">${inside}</svg>`

describe('checkContent for an SVG', () => {
  it.each([
    ['not well-formed XML in UTF-8', Buffer.from('<svg>')],
    ['not well-formed XML in UTF-8', Buffer.from(svg('&undefined;'))],
    ['not well-formed XML in UTF-8', latin(svg('\xe4'))],
    ['not well-formed XML in UTF-8', Buffer.from('<a>'.repeat(300_000))],
    ['XML whose root is <html>', Buffer.from('<html/>')],
    [`XML whose root is <${'x'.repeat(40)}>`, Buffer.from(`<${'x'.repeat(50)}/>`)],
  ])('reports: %s', async (message, bytes) => {
    expect(await found(bytes, 'image/svg+xml')).toEqual({
      reason: 'content-differs',
      message: `its bytes are of another type than the signed one: ${message}, signed as image/svg+xml`,
    })
  })

  it('reports that it is larger than what was read', async () => {
    expect(await found(svg(''), 'image/svg+xml', 2_000_000)).toMatchObject({
      reason: 'content-unproven',
      message: expect.stringContaining('an SVG of 2000000 bytes, at most 1048576 are read'),
    })
  })

  it.each([
    ['a declaration', `\ufeff<?xml version="1.0" encoding="UTF-8"?><!-- a -->${svg('')}`],
    ['a document type', `<!DOCTYPE svg>${svg('')}`],
    [
      'line breaks of any kind',
      `<?xml version="1.0"?>\r\n<!--\r-->${svg('<a\rb="\r\n"/>\r&#13;<![CDATA[\r]]>')}\r`,
    ],
    ['what browsers run', svg('<script>alert(1)</script>')],
    ['a word of a million letters', svg(`<title>${'a'.repeat(1_000_000)}</title>`)],
  ])('accepts %s', async (_what, text) => {
    expect(await found(text, 'image/svg+xml')).toBeUndefined()
  })
})
