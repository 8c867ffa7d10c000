import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allowsContentType, baseContentType, isContentType } from 'waybill'

describe('isContentType', () => {
  it.each([
    'image/png',
    'application/octet-stream',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'model/gltf+json',
    'x-world/x-3dmf',
    'application/x-7z-compressed',
  ])('takes %s', (type) => {
    expect(isContentType(type)).toBe(true)
  })

  it.each([
    '',
    'image',
    'image/',
    '/png',
    'image/png/x',
    'Image/PNG',
    'image/*',
    '*/*',
    'image/png; charset=utf-8',
    'image/png,text/html',
    ' image/png',
    'image/png\n',
    'image/pnġ',
    'image/"png"',
    `image/${'a'.repeat(128)}`,
  ])('refuses %j', (type) => {
    expect(isContentType(type)).toBe(false)
  })
})

describe('baseContentType', () => {
  it.each([
    ['Video/MP4; codecs=avc1', 'video/mp4'],
    [' text/plain ;charset=utf-8', 'text/plain'],
    ['image/png', 'image/png'],
    ['', ''],
  ])('makes %j into %j', (type, base) => {
    expect(baseContentType(type)).toBe(base)
  })
})

const ACTIVE = [
  ...['text/html', 'application/xhtml+xml', 'image/svg+xml', 'image/svg', 'text/xml', 'text/xsl'],
  ...['application/xml', 'application/rss+xml', 'x-a/b+xml', 'application/xml-dtd'],
  ...['text/javascript', 'application/javascript', 'application/x-javascript', 'text/ecmascript'],
  ...['application/ecmascript', 'text/x-ecmascript', 'text/jscript', 'text/livescript'],
  ...['text/javascript1.5', 'multipart/x-mixed-replace', 'message/rfc822'],
  ...['application/unknown', 'unknown/unknown'],
]

describe('allowsContentType', () => {
  it.each([
    [['image/png'], 'image/png'],
    [['text/plain', 'image/png'], 'image/png'],
    [['image/*'], 'image/png'],
    [['image/*'], 'image/x-icon'],
    [['*/*'], 'video/mp4'],
    [['application/*'], 'application/vnd.ms-excel'],
  ])('lets %j cover %s', (allowed, type) => {
    expect(allowsContentType(allowed, type)).toBe(true)
  })

  it.each([
    [['image/*'], 'imagefoo/x'],
    [['image/*'], 'image'],
    [['image/*'], 'image/'],
    [['image/*'], 'image/*'],
    [['*/*'], '*/*'],
    [['image/png'], 'image/pngx'],
    [['image/png'], 'IMAGE/PNG'],
    [['image/png'], 'image/png;a=b'],
    [['image/png'], 'image/png,image/png'],
    [['image/png, text/html'], 'image/png, text/html'],
    [['image'], 'image/png'],
    [['*'], 'image/png'],
    [['image/p*'], 'image/png'],
    [[], 'image/png'],
  ])('does not let %j cover %j', (allowed, type) => {
    expect(allowsContentType(allowed, type)).toBe(false)
  })

  it.each(ACTIVE)('lets only its exact name cover %s, which a browser may run', (type) => {
    const family = `${type.split('/')[0]}/*`
    expect(allowsContentType([family, '*/*', 'image/*', 'text/*'], type)).toBe(false)
    expect(allowsContentType([type], type)).toBe(true)
  })

  it('covers by a wildcard what the wildcard says and nothing else', () => {
    const token = fc.stringMatching(/^[a-z0-9][a-z0-9.+-]{0,8}$/)
    fc.assert(
      fc.property(token, token, token, (family, subtype, other) => {
        const type = `${family}/${subtype}`
        if (allowsContentType([`${other}/*`], type)) expect(family).toBe(other)
        if (allowsContentType([`${family}/${other}`], type)) expect(subtype).toBe(other)
      }),
    )
  })

  it('covers nothing that is not one content type', () => {
    fc.assert(
      fc.property(fc.string(), (type) => {
        if (allowsContentType(['*/*', type], type)) expect(isContentType(type)).toBe(true)
      }),
    )
  })
})
