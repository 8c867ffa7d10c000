import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  childOf,
  childrenOf,
  escapeXml,
  parseXml,
  S3_XMLNS,
  textOf,
  type XmlElement,
  xmlDocument,
} from '../src/xml.ts'
import { text } from './presigned/arbitraries.ts'

const name = fc.constantFrom('Error', 'Code', 'a', '_b', 'c.d-e', '__proto__', 'constructor', 'ns')

/** What XML 1.0 can carry: everything but most control characters, U+FFFE and U+FFFF. */
const carried = fc
  .oneof(text, fc.constantFrom(']]>', '<!--', '&amp;', '&#38;', '\r\n\t', ''))
  .map((value) =>
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML forbids
    value.replace(/[\x00-\x08\x0B\x0C\x0E-\x1F\uFFFE\uFFFF]/g, ''),
  )

const { element } = fc.letrec<{ element: XmlElement }>((tie) => ({
  element: fc.oneof(
    { depthSize: 'small', maxDepth: 5 },
    fc.record({ name, text: carried }),
    fc.record({
      name,
      children: fc.array(tie('element'), { minLength: 1, maxLength: 4 }),
    }),
  ),
}))

describe('xmlDocument and parseXml', () => {
  it('round-trip elements', () => {
    fc.assert(
      fc.property(element, (root) => {
        expect(parseXml(xmlDocument(root))).toEqual(root)
      }),
    )
  })

  it('write attributes but do not read them', () => {
    const root = { name: 'a', text: 'b', attributes: { xmlns: S3_XMLNS, c: '"<>&\'' } }
    const document = xmlDocument(root)
    expect(document).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>\n<a xmlns="${S3_XMLNS}" c="&quot;&lt;&gt;&amp;'">b</a>`,
    )
    expect(parseXml(document)).toEqual({ name: 'a', text: 'b' })
  })
})

describe('xmlDocument', () => {
  it('writes children without separators, and an empty element as one tag', () => {
    const root = { name: 'a', children: [{ name: 'b', text: '1' }, { name: 'c' }] }
    expect(xmlDocument(root)).toMatch(/\n<a><b>1<\/b><c\/><\/a>$/)
  })
})

describe('escapeXml', () => {
  it('replaces characters that no parser accepts', () => {
    expect(escapeXml('a\0b\ufffe\ud800')).toBe('a\ufffdb\ufffd\ufffd')
  })

  it('writes control characters as numeric references, as S3 does', () => {
    expect(escapeXml('a\u0001\u001f\u007f')).toBe('a&#x1;&#x1f;\u007f')
  })

  it('keeps line breaks unchanged', () => {
    expect(escapeXml('a\r\nb')).toBe('a&#13;\nb')
  })
})

describe('parseXml', () => {
  it("parses S3's documents: declaration, namespace, white space between elements", () => {
    const root = parseXml(`\ufeff<?xml version="1.0" encoding="UTF-8"?>
      <CompleteMultipartUpload xmlns="${S3_XMLNS}">
        <Part><PartNumber>1</PartNumber><ETag>&quot;a&quot;</ETag></Part>
        <Part ><PartNumber>2</PartNumber ><ETag/></Part>
      </CompleteMultipartUpload>
    `)
    expect(childrenOf(root, 'Part').map((part) => textOf(part, 'ETag'))).toEqual(['"a"', ''])
    expect(textOf(root, 'Nothing')).toBeUndefined()
    expect(childOf(root, 'Part')?.name).toBe('Part')
  })

  it('treats a byte order mark after the beginning as text', () => {
    expect(parseXml('<a>x\ufeff</a>').text).toBe('x\ufeff')
  })

  it.each([
    ['<a>&lt;&gt;&amp;&quot;&apos;</a>', '<>&"\''],
    ['<a>&#65;&#x42;&#x1F600;&#0000000067;</a>', 'AB😀C'],
    ['<a>&#1;&#x10FFFF;</a>', '\u0001\u{10ffff}'],
    ['<a>&amp;lt;</a>', '&lt;'],
    // As S3 lists a key that has a control character.
    ['<a>&#x8;</a>', '\b'],
    ['<a><![CDATA[<b>&amp;]]]]></a>', '<b>&amp;]]'],
    ['<a>x<![CDATA[]]>y<!-- c -->z<?pi d?></a>', 'xyz'],
    ['<a> x </a>', ' x '],
    ['<s3:a xmlns:s3="urn:x" b = \'>\'>x</s3:a>', 'x'],
    ['<a>]]</a>', ']]'],
  ])('parses %s', (document, text) => {
    expect(parseXml(document)).toEqual({ name: 'a', text })
  })

  it.each([
    ['nothing', ''],
    ['blanks', ' \n'],
    ['text alone', 'a'],
    ['two roots', '<a/><b/>'],
    ['text after the root', '<a/>b'],
    ['text before the root', 'b<a/>'],
    ['an unterminated element', '<a>'],
    ['an unterminated element after the root', '<a/><b>'],
    ['an unterminated tag', '<a'],
    ['an unterminated attribute', '<a b="c>'],
    ['an unterminated comment', '<a><!-- </a>'],
    ['an unterminated CDATA section', '<a><![CDATA[ </a>'],
    ['an unterminated instruction', '<?xml <a/>'],
    ['a tag closed by another', '<a><b></a></b>'],
    ['a tag closed in another namespace', '<s:a></t:a>'],
    ['a closing tag alone', '</a>'],
    ['one closing tag too many', '<a/></a>'],
    ['an attribute without quotes', '<a b=c/>'],
    ['an attribute without a value', '<a b/>'],
    ['attributes that touch', '<a b="c"d="e"/>'],
    ['a tag in an attribute', '<a b="<c/>"/>'],
    ['a name that is none', '<1a/>'],
    ['a document type', '<!DOCTYPE a><a/>'],
    ['a document type in other letters', '<!doctype a [<!ENTITY b "c">]><a>&b;</a>'],
    ['an entity that nobody declared', '<a>&b;</a>'],
    ['an entity with the name of a prototype', '<a>&constructor;</a>'],
    ['another of them', '<a>&__proto__;</a>'],
    ['a bare ampersand', '<a>b & c</a>'],
    ['an entity without its end', '<a>&amp</a>'],
    ['a character beyond Unicode', '<a>&#x110000;</a>'],
    ['a character of many digits', `<a>&#${'9'.repeat(400)};</a>`],
    ['a character whose number does not end', '<a>&#65z;</a>'],
    ['half a character', '<a>&#xD800;</a>'],
    ['the character nought', '<a>&#0;</a>'],
    ['a character that no text has', '<a>&#xFFFF;</a>'],
  ])('rejects %s', (_, document) => {
    expect(() => parseXml(document)).toThrow(SyntaxError)
  })

  it.each([
    ['<a/><b/>', 'XML is not well-formed: expected exactly one root element'],
    ['<a><1b/></a>', 'XML is not well-formed at character 3'],
    ['<a><b></a></b>', 'XML is not well-formed: </a> closes <b>'],
    ['<a/></a>', 'XML is not well-formed: </a> closes <>'],
    ['<a>&b;</a>', 'XML has an unknown entity &b;'],
  ])('explains what is wrong with %s', (document, message) => {
    expect(() => parseXml(document)).toThrow(new SyntaxError(message))
  })

  it('rejects a billion laughs before expanding the first', () => {
    const bomb = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">
      <!ENTITY lol1 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]><lolz>&lol1;</lolz>`
    expect(() => parseXml(bomb)).toThrow(
      new SyntaxError('XML has a document type, which is not allowed'),
    )
  })

  it('rejects more than 32 nested elements', () => {
    const nested = (depth: number) => `${'<a>'.repeat(depth)}${'</a>'.repeat(depth)}`
    expect(parseXml(nested(32)).name).toBe('a')
    expect(() => parseXml(nested(33))).toThrow(new SyntaxError('XML is more than 32 elements deep'))
    expect(() => parseXml(nested(1_000_000))).toThrow(SyntaxError)
  })

  const many = 300_000
  it.each([
    ['blanks in a tag', `<a${' '.repeat(many)}`],
    ['attributes of an unterminated tag', `<a${' b="c"'.repeat(many)}`],
    ['a long name', `<${'a'.repeat(many)}`],
    ['a long attribute', `<a b="${'c'.repeat(many)}`],
    ['equals signs', `<a b${'='.repeat(many)}`],
    ['ampersands', `<a>${'&'.repeat(many)}</a>`],
    ['unterminated entities', `<a>${'&#1'.repeat(many)}</a>`],
    ['opening comments', `<a>${'<!--'.repeat(many)}`],
    ['opening CDATA sections', `<a>${'<![CDATA['.repeat(many)}`],
    ['opening instructions', `<a>${'<?'.repeat(many)}`],
    ['brackets', `<a><![CDATA[${']'.repeat(many)}`],
    ['opening brackets', '<'.repeat(many)],
  ])('rejects %s in linear time', (_, document) => {
    expect(() => parseXml(document)).toThrow(SyntaxError)
  })

  it('parses the longest list that S3 sends', () => {
    const part = '<Part><PartNumber>1</PartNumber><ETag>&quot;a&quot;</ETag></Part>'
    expect(parseXml(`<a>${part.repeat(10_000)}</a>`).children).toHaveLength(10_000)
  })

  it('either parses a text or throws a SyntaxError', () => {
    const pieces = fc.constantFrom(
      ...['<a>', '</a>', '<a/>', '<', '>', '&', ';', '&#', '&lt;', '<!--', '-->', ' b="', '"', "'"],
      ...['<![CDATA[', ']]>', '<?', '?>', '=', '/', ' ', 'x', '\0', '😀', '<!DOCTYPE'],
    )
    fc.assert(
      fc.property(fc.array(pieces), (parts) => {
        try {
          parseXml(parts.join(''))
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxError)
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('childrenOf and textOf', () => {
  const root = parseXml('<a><b>1</b><c><d/></c><b>2</b></a>')

  it('find children by name, and none in an element without children', () => {
    expect(childrenOf(root, 'b').map(({ text }) => text)).toEqual(['1', '2'])
    expect(childrenOf({ name: 'a', text: '' }, 'b')).toEqual([])
  })

  it('return no text for a child that has children', () => {
    expect(textOf(root, 'c')).toBe('')
  })
})
