/**
 * Every language says all that English says, in all plural forms that it has; every code of a
 * failure has words for users.
 *
 * @module
 */

import { describe, expect, it } from 'vitest'
import { UPLOAD_ERROR_CODES, UploadError } from 'waybill'
import type { Phrase, UploadWords } from 'waybill/element'
import { ENGLISH } from '../../../src/element/words/english.ts'
import { failureWords } from '../../../src/element/words/failure-words.ts'
import {
  directionOf,
  firstTexts,
  LANGUAGES,
  loadTexts,
} from '../../../src/element/words/language.ts'
import { kinds } from '../../../src/element/words/texts.ts'

const languages: readonly (readonly [string, UploadWords])[] = [
  ['en', ENGLISH],
  ...(await Promise.all(
    Object.entries(LANGUAGES).map(async ([lang, load]) => [lang, await load()] as const),
  )),
]
const english = firstTexts('en').alsoSay(ENGLISH)

function forms(phrase: Phrase): readonly string[] {
  return typeof phrase === 'string' ? [phrase] : Object.values(phrase)
}

function endOf(text: string): string | undefined {
  const last = text.at(-1) ?? ''
  return /\p{Sentence_Terminal}/u.test(last) ? '.' : /…/.exec(last)?.[0]
}

function braces(text: string): readonly string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).sort()
}

describe.each(languages)('the texts in %s', (lang, words) => {
  const phrases = Object.entries(words)

  it('cover everything the English ones do, with the same placeholders', () => {
    expect(Object.keys(words).toSorted()).toEqual(Object.keys(ENGLISH).toSorted())
    for (const [key, phrase] of phrases) {
      const wanted = new Set(
        Object.entries(ENGLISH).flatMap(([name, english]) =>
          name === key ? forms(english).flatMap(braces) : [],
        ),
      )
      for (const form of forms(phrase)) {
        expect(form.trim(), key).toBe(form)
        const named = new Set(braces(form))
        const strange = [...named].filter((name) => !wanted.has(name))
        expect(strange, `${key}: ${form}`).toEqual([])
        // A language has words for one and two; all else has to be put in.
        if (typeof phrase !== 'string' && form !== phrase.other) continue
        expect([...named].sort(), `${key}: ${form}`).toEqual([...wanted].sort())
      }
    }
  })

  it('end like the English ones: with a full stop, an ellipsis, or neither', () => {
    for (const [key, phrase] of phrases) {
      const [english = ''] = Object.entries(ENGLISH).flatMap(([name, text]) =>
        name === key ? forms(text) : [],
      )
      for (const form of forms(phrase)) expect(endOf(form), `${key}: ${form}`).toBe(endOf(english))
    }
  })

  it('refer to a button by its label', () => {
    // https://www.w3.org/WAI/WCAG22/Understanding/label-in-name
    for (const key of ['choose', 'forget', 'resume', 'retry', 'undo'] as const) {
      const [written = ''] = forms(words[key])
      const [name = ''] = forms(words[`${key}Name`])
      expect(name.toLowerCase()).toContain(written.replace(/\s?…$/, '').toLowerCase())
    }
  })

  it('have each plural form that a number of files can need', () => {
    const rules = new Intl.PluralRules(lang)
    const asked = new Set(Array.from({ length: 200 }, (_, index) => rules.select(index + 1)))
    for (const [key, phrase] of phrases) {
      if (typeof phrase === 'string') continue
      expect(
        [...asked].filter((form) => !(form in phrase)),
        key,
      ).toEqual([])
    }
  })
})

describe('Texts', () => {
  it("counts files in its language's plural forms", async () => {
    const arabic = await loadTexts('ar')
    const say = (n: number) => arabic.say('sending', { n })
    expect([1, 2, 3, 11, 100].map(say)).toEqual([
      'ما زال ملف واحد قيد الرفع.',
      'ما زال ملفان قيد الرفع.',
      'ما زالت 3 ملفات قيد الرفع.',
      'ما زال 11 ملفًا قيد الرفع.',
      'ما زال 100 ملف قيد الرفع.',
    ])
    expect(english.say('sending', { n: 1 })).toBe('Still sending 1 file.')
    expect(english.say('sending', { n: 1200 })).toBe('Still sending 1,200 files.')
  })

  it.each([
    ['de', '1,5 MB', '2,3 MB/s', '1 Std. 5 Min.', '2 Tage', 'Bilder, Videos oder PDF'],
    ['fr', '1,5 Mo', '2,3 Mo/s', '1 h 5 min', '2 jours', 'images, vidéos ou PDF'],
    ['ja', '1.5 MB', '2.3 MB/秒', '1 時間 5 分', '2 日', '画像、動画、またはPDF'],
    ['pt', '1,5 MB', '2,3 MB/s', '1 h 5 min', '2 dias', 'imagens, vídeos ou PDF'],
    ['ar', '1.5 م.ب', '2.3 م.ب/ث', '1 س 5 د', 'يومان', 'صور أو مقاطع فيديو أو PDF'],
    ['pt-PT', '1,5 MB', '2,3 MB/s', '1 h 5 min', '2 dias', 'imagens, vídeos ou PDF'],
  ])('formats sizes, times and lists like %s', async (lang, size, rate, hours, days, types) => {
    const texts = await loadTexts(lang)
    const times = [3900, 172_800].map((seconds) => texts.duration(seconds))
    const said = [texts.size(1.5e6), texts.rate(2.3e6), ...times]
    expect(said.map((text) => text.replace(/\s/g, ' '))).toEqual([size, rate, hours, days])
    expect(kinds(['image/*', 'video/mp4', 'video/*', 'application/pdf'], texts)).toBe(types)
  })

  it('abbreviates all units consistently in Arabic', async () => {
    const arabic = await loadTexts('ar')
    expect([2e3, 2e6, 2e9].map((bytes) => arabic.size(bytes).replace(/\s/g, ' '))).toEqual([
      '2 ك.ب',
      '2.0 م.ب',
      '2.0 غ.ب',
    ])
  })

  it('inserts names verbatim, whatever they contain', () => {
    expect(english.say('removeName', { name: '{n} $& {name}.txt' })).toBe(
      'Remove {n} $& {name}.txt',
    )
  })

  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1 kB'],
    [999_400, '999 kB'],
    [999_600, '1.0 MB'],
    [1_500_000, '1.5 MB'],
    [99_940_000, '99.9 MB'],
    [104_857_600, '105 MB'],
    [5e9, '5.0 GB'],
    [5e15, '5,000 TB'],
  ])('formats %i bytes as %s', (bytes, said) => {
    expect(english.size(bytes)).toBe(said)
  })

  it.each([
    [0, '1 sec'],
    [8.2, '9 sec'],
    [90, '90 sec'],
    [91, '2 min'],
    [3599, '1 hr'],
    [3900, '1 hr 5 min'],
    [172_700, '47 hr 58 min'],
    [172_800, '2 days'],
    [360_000, '4 days'],
  ])('formats %d seconds as %s', (seconds, said) => {
    expect(english.duration(seconds)).toBe(said)
  })

  it('never shows 100 % before everything is there', () => {
    expect(english.percent(0.999)).toBe('99%')
    expect(english.percent(0.29)).toBe('29%')
    expect(english.percent(1)).toBe('100%')
  })

  it.each([
    [0, '1 second ago'],
    [9, '9 seconds ago'],
    [30, '1 minute ago'],
    [20 * 60, '20 minutes ago'],
    [59.8 * 60, '1 hour ago'],
    [5 * 3600, '5 hours ago'],
    [86_400, 'yesterday'],
    [-30, '1 second ago'],
  ])('formats %d seconds ago as %s', (seconds, said) => {
    const now = new Date('2026-11-26T12:00:00Z')
    expect(english.ago(new Date(now.getTime() - seconds * 1000), now)).toBe(said)
  })
})

it.each([
  ['de', 'Sekunden'],
  ['es', 'segundos'],
  ['fr', 'secondes'],
  ['ja', '秒'],
  ['pt', 'segundos'],
  ['ar', 'ثوان'],
])('describes something seconds ago in %s: %s', async (lang, said) => {
  const now = new Date('2026-11-26T12:00:09Z')
  const then = new Date('2026-11-26T12:00:00Z')
  expect((await loadTexts(lang)).ago(then, now)).toContain(said)
})

describe('firstTexts', () => {
  it('formats numbers in the same language as its texts', () => {
    expect(firstTexts('da').lang).toBe('en')
    expect(firstTexts('en-GB').lang).toBe('en-GB')
    expect(firstTexts('not a language').lang).toBe('en')
    const danish = firstTexts('da', { paused: 'Sat på pause' })
    expect([danish.lang, danish.say('paused'), danish.number(0.5)]).toEqual([
      'da',
      'Sat på pause',
      '0,5',
    ])
  })
})

describe('loadTexts', () => {
  it('falls back from a region to its language', async () => {
    const texts = await loadTexts('de-AT', { paused: 'Pausiert' })
    expect([texts.lang, texts.say('paused'), texts.say('undo')]).toEqual([
      'de-AT',
      'Pausiert',
      'Rückgängig',
    ])
  })

  it.each(['da', 'constructor', ''])('falls back to English for %j', async (lang) => {
    const texts = await loadTexts(lang)
    expect([texts.say('paused'), texts.say('camera')]).toEqual(['', 'Take a photo'])
    expect(texts.alsoSay(ENGLISH).say('paused')).toBe('Paused')
  })
})

describe('directionOf', () => {
  it('recognizes right-to-left languages', () => {
    expect(['ar', 'ar-EG', 'he', 'en', 'de', 'arn'].map(directionOf)).toEqual([
      'rtl',
      'rtl',
      'rtl',
      'ltr',
      'ltr',
      'ltr',
    ])
  })
})

describe('failureWords', () => {
  const words = (...args: ConstructorParameters<typeof UploadError>) =>
    failureWords(new UploadError(...args), english)

  it.each(UPLOAD_ERROR_CODES)("describes %s without developers' terms", (code) => {
    const said = words(code, 'made for developers')
    if (code === 'FILE_REFUSED') return expect(said).toBe('made for developers')
    expect(said).toMatch(/^[A-Z].*\.$/)
    expect(said).not.toMatch(/developers|\{|undefined/)
  })

  it('lists what is allowed, if that is known', () => {
    expect(words('FILE_TOO_LARGE', '', { details: { actual: 9e6, allowed: 5e6 } })).toBe(
      'The file is too large. The limit is 5 MB.',
    )
    expect(words('FILE_TOO_SMALL', '', { details: { actual: 10, allowed: 1000 } })).toBe(
      'The file is too small. The minimum is 1 kB.',
    )
    // 20 MiB, at least and at most: the limit must not include a file that it refuses.
    const allowed20 = 20 * 1024 ** 2
    expect(words('FILE_TOO_LARGE', '', { details: { allowed: allowed20 } })).toMatch(/ 20\.9 MB\.$/)
    expect(words('FILE_TOO_SMALL', '', { details: { allowed: allowed20 } })).toMatch(/ 21 MB\.$/)
    expect(words('FILE_TOO_LARGE', '', { details: { allowed: 999_950 } })).toMatch(/ 999 kB\.$/)
    expect(words('FILE_TOO_SMALL', '', { details: { actual: 0, allowed: 1 } })).toBe(
      'The file is empty or too small.',
    )
    const allowed = ['image/*', 'image/heic', 'application/pdf', 'text/csv', 'text/plain']
    expect(words('FILE_TYPE_NOT_ALLOWED', '', { details: { allowed } })).toBe(
      'Wrong file type. Choose images, PDF, CSV, or TXT.',
    )
  })

  it('reports what is left of a quota, and when there will be more', () => {
    const details = { actual: 9e6, retryAfterSeconds: 5 * 3600 }
    expect(words('QUOTA_EXCEEDED', '', { details: { ...details, allowed: 0 } })).toBe(
      'Upload limit reached. Try again in 5 hr.',
    )
    expect(words('QUOTA_EXCEEDED', '', { details: { ...details, allowed: 5e6 } })).toBe(
      'Only 5 MB of your upload limit left. Choose a smaller file, or try again in 5 hr.',
    )
    expect(words('QUOTA_EXCEEDED', '')).toBe('Upload limit reached. Try again later.')
  })

  it('reports the maximum number of files', () => {
    expect(words('TOO_MANY_FILES', '', { details: { actual: 4, allowed: 3 } })).toBe(
      'Only 3 files are allowed. Remove one.',
    )
  })

  it('blames the page rather than the file for problems that only the page can fix', () => {
    for (const code of ['RULE_UNKNOWN', 'CREDENTIALS_EXPIRED'] as const) {
      expect(words(code, '')).toBe(`Website problem. Please tell its owner. Reference: ${code}.`)
    }
  })
})
