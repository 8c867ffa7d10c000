/**
 * What `checkContent` says of bytes, in the words that stand in a verdict.
 *
 * @module
 */

import { describe, expect, it } from 'vitest'
import { checkContent } from 'waybill/arrival'
import { JPEG, M4A, MP4, PDF, PNG, ZIP } from '../../support/samples.ts'

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
  ])('takes %s', async (_what, bytes, type) => {
    expect(await found(bytes, type)).toBeUndefined()
    expect(await found(bytes, `${type.toUpperCase()}; charset=utf-8`)).toBeUndefined()
  })

  const OTHER = 'its bytes are of another type than the signed one'
  const UNPROVEN = 'its bytes do not begin as files of the signed type do'
  const ACTIVE = 'its bytes hold markup or script that the signed type does not have'
  it.each<[string, Uint8Array, string, string, string]>([
    ['a PNG', PNG, DOCX, 'content-differs', `${OTHER}: image/png, signed as ${DOCX}`],
    [
      'a ZIP',
      ZIP,
      'image/png',
      'content-differs',
      `${OTHER}: application/zip, signed as image/png`,
    ],
    [
      'a ZIP',
      ZIP,
      'x/epub+zip',
      'content-differs',
      `${OTHER}: application/zip, signed as x/epub+zip`,
    ],
    ['a JPEG', JPEG, 'text/csv', 'content-differs', `${OTHER}: image/jpeg, signed as text/csv`],
    ['text', latin('text'), 'image/jpg', 'content-unproven', `${UNPROVEN}: signed as image/jpg`],
    ['text', latin('text'), 'video/mp4', 'content-unproven', `${UNPROVEN}: signed as video/mp4`],
    ['nothing', latin(''), 'image/png', 'content-unproven', `${UNPROVEN}: it is empty`],
    [
      'a page',
      latin('<html>'),
      'application/x-own',
      'active-content',
      `${ACTIVE}: markup at its start, signed as application/x-own`,
    ],
    [
      'a script in a film',
      Buffer.concat([MP4, latin('<script>')]),
      'video/mp4',
      'active-content',
      `${ACTIVE}: markup at byte ${MP4.length}, signed as video/mp4`,
    ],
    [
      'a handler in a film',
      Buffer.concat([MP4, latin('<b onclick=')]),
      'video/mp4',
      'active-content',
      `${ACTIVE}: markup at byte ${MP4.length}, signed as video/mp4`,
    ],
    [
      'a PDF in a picture',
      Buffer.concat([PNG, PDF]),
      'image/png',
      'active-content',
      `${ACTIVE}: a PDF document at byte ${PNG.length}, signed as image/png`,
    ],
  ])(
    'says of %s signed as another type what it is',
    async (_what, bytes, type, reason, message) => {
      expect(await found(bytes, type)).toEqual({ reason, message })
    },
  )

  it('looks for a PDF where readers of PDF do, in the first KiB', async () => {
    const at = (byte: number) => Buffer.concat([latin('\0'.repeat(byte)), latin('%PDF-1')])
    expect(await found(at(1024 - 6), 'application/x-own')).toMatchObject({
      message: expect.stringContaining('a PDF document at byte 1018'),
    })
    expect(await found(at(1024), 'application/x-own')).toBeUndefined()
    expect(await found(PDF, 'application/pdf')).toBeUndefined()
  })

  it('looks for markup of a document where browsers sniff, and of media everywhere', async () => {
    const at = (byte: number) => Buffer.concat([latin('\0'.repeat(byte)), latin('<script>')])
    expect(await found(at(1445 - 8), 'application/x-own')).toMatchObject({
      message: expect.stringContaining('markup at byte 1437'),
    })
    expect(await found(at(1445), 'application/x-own')).toBeUndefined()
    expect(await found(at(40_000), 'image/x-own')).toMatchObject({
      message: expect.stringContaining('markup at byte 40000'),
    })
  })

  it('takes a handler before the first tag for none', async () => {
    expect(await found(latin('\0 onclick=1 <b>'), 'image/x-own')).toBeUndefined()
  })
})

const svg = (inside: string, attributes = '') =>
  `<svg xmlns="http://www.w3.org/2000/svg" ${attributes}>${inside}</svg>`
const sheet = (css: string) => svg(`<style>${css}</style>`)
const LONG = 'x'.repeat(50)

describe('checkContent of an SVG', () => {
  it.each([
    ['it is not well-formed XML', '<svg>'],
    ['its root element is <html>', '<html/>'],
    [`its root element is <${LONG.slice(10)}>`, `<${LONG}/>`],
    ['it has a document type', `<!DOCTYPE svg>${svg('')}`],
    ['it has a processing instruction', svg('<?a b?>')],
    ['its encoding is utf-7', `<?xml version="1.0" encoding="utf-7"?>${svg('')}`],
    ['its encoding is utf-8x', `<?xml version="1.0" encoding="utf-8x"?>${svg('')}`],
    ['its encoding is x-utf-8', `<?xml version="1.0" encoding="x-utf-8"?>${svg('')}`],
    [`its encoding is ${LONG.slice(30)}`, `<?xml version="1.0" encoding="${LONG}"?>${svg('')}`],
    ['its comment ends early in HTML', svg('<!--> -->')],
    ['its comment ends early in HTML', svg('<!-- </STYLE -->')],
    ['its CDATA section holds markup', svg('<text><![CDATA[ </b]]></text>')],
    ['it has an element <script>', svg('<script/>')],
    [`it has an element <${LONG.slice(10)}>`, svg(`<${LONG}/>`)],
    ['its <title> holds elements', svg('<title><g/></title>')],
    ['its <title> holds elements', svg('<title>a<g/></title>')],
    ['its <style> holds elements', svg('<style><g/></style>')],
    ['its style holds url()', sheet('a{b:u<!-- c -->rl(d)}')],
    ['its style holds url()', sheet(`a{b:url("#c"${'/**/'.repeat(8)})}`)],
    ['its style holds markup', sheet('a{b:"&lt;"}')],
    ['its style holds an escape', sheet('a{b:\\63}')],
    ['its style holds CSS that is not well-formed', sheet('a{b:"')],
    ['its style holds CSS that is not well-formed', sheet('a{b:url(#c d)}')],
    ['its style holds @import', sheet('@import "a";')],
    ['its style holds @Import', sheet('@Import "a";')],
    [`its style holds @${LONG.slice(10)}`, sheet(`@${LONG} "a";`)],
    ['its style holds url()', sheet('a{b:url(c)}')],
    ['its style holds url()', sheet('a{b:URL("c")}')],
    ['its style holds url()', sheet('a{b:url("#c" d)}')],
    ['its style holds image-set()', sheet('a{b:image-set("c" 1x)}')],
    [`its style holds ${LONG.slice(10)}()`, sheet(`a{b:${LONG}(c)}`)],
    ['it has an attribute onload', svg('', 'onload="a"')],
    ['it has an attribute x:OnLoad', svg('', 'x:OnLoad="a"')],
    ['it has an attribute src', svg('', 'src="a"')],
    ['it has an attribute xml:base', svg('', 'xml:base="a"')],
    ['it has an attribute xlink:role', svg('', 'xlink:role="a"')],
    ['it has an attribute own', svg('', 'own="a(b)"')],
    ['it has an attribute own-data-a', svg('', 'own-data-a="a(b)"')],
    ['it has an attribute xml:own', svg('', 'xml:own="a"')],
    ['it has an attribute :onload', svg('', ':onload="a"')],
    [`it has an attribute ${LONG.slice(10)}`, svg('', `${LONG}="a(b)"`)],
    ['its href leads out of the drawing', svg('<use href="a#b"/>')],
    ['its href leads out of the drawing', svg('<use href="data:image/png;base64,AAAA"/>')],
    ['its xlink:href leads out of the drawing', svg('<use xlink:href="a"/>')],
    ['its href leads out of the drawing', svg('<image href="xdata:image/png;base64,AAAA"/>')],
    ['its href leads out of the drawing', svg('<image href="data:image/svg+xml;base64,AAAA"/>')],
    ['its fill holds url()', svg('', 'fill="url(a)"')],
    ['its style holds url()', svg('', 'style="fill:url(a)"')],
    ['its x:style holds url()', svg('', 'x:style="fill:url(a)"')],
  ])('says: %s', async (message, text) => {
    expect(await found(text, 'image/svg+xml')).toEqual({
      reason: 'active-content',
      message: `its bytes hold markup or script that the signed type does not have: ${message}`,
    })
  })

  it('says that it is not UTF-8, or larger than what was read', async () => {
    expect(await found(latin(svg('\xe4')), 'image/svg+xml')).toMatchObject({
      message: expect.stringContaining(': it is not UTF-8'),
    })
    expect(await found(svg(''), 'image/svg+xml', 2_000_000)).toMatchObject({
      message: expect.stringContaining(': an SVG of 2000000 bytes, at most 1048576 are read'),
    })
  })

  it.each([
    ['ASCII', `<?xml version="1.0" encoding="US-ASCII"?>${svg('')}`],
    ['a declaration without encoding', `<?xml version="1.0"?>${svg('')}`],
    ['a comment within a style, which is no part of it', sheet('a{b:rgb<!-- c -->(1,2,3)}')],
    ['a quoted fragment with comments', sheet('a{b:url( "#c" /* d */ )}')],
    ['a title and a style of nothing', svg('<title/><style/>')],
    ['an own namespace', svg('', 'xmlns:own="urn:own"')],
    ['xlink:type', svg('', 'xlink:type="simple"')],
    ['a plain value of an unknown attribute', svg('', 'own="größer 1, 2"')],
    ['a picture with spaces in its data', svg('<image href=" data:image/PNG;base64,AA AA="/>')],
  ])('takes %s', async (_what, text) => {
    expect(await found(text, 'image/svg+xml')).toBeUndefined()
  })
})
