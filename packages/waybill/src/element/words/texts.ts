/**
 * Formats one language's texts: plural forms, values, numbers, sizes and times, and names of
 * content types.
 *
 * @module
 */

import type { UploadWords, WordKey } from './english.ts'
import type { Phrase } from './first-words.ts'

/** Values for a phrase's placeholders. `n` selects the plural form. */
export type Values = Readonly<Record<string, string | number>>

const SIZE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** Sizes below this number are shown with one decimal. */
const TENTHS_BELOW = 100
const MINUTE = 60
/** In minutes. */
const DAY = 1_440
const TWO_DAYS = 2 * DAY

/** One language's texts and formats, as returned by `englishTexts` and `loadTexts`. */
export class Texts {
  readonly lang: string
  readonly #words: Readonly<Partial<UploadWords>>
  #rest: Readonly<Partial<UploadWords>> = {}
  readonly #plural: Intl.PluralRules
  readonly #formats = new Map<string, Intl.NumberFormat>()

  /** @param lang - A language tag. Unsupported languages get English formats. */
  constructor(lang: string, words: Readonly<Partial<UploadWords>>) {
    this.lang = knownLanguage(lang)
    this.#words = words
    this.#plural = new Intl.PluralRules(this.lang)
  }

  /** Adds texts for the keys that have none yet. */
  alsoSay(words: UploadWords): this {
    this.#rest = words
    return this
  }

  /** Returns a text, or an empty string if it has not been loaded yet. */
  say(key: WordKey, values: Values = {}): string {
    return this.#form(this.#words[key] ?? this.#rest[key] ?? '', values).replace(
      /\{(\w+)\}/g,
      (braces, name: string) => {
        const value = values[name]
        return typeof value === 'number' ? this.number(value) : (value ?? braces)
      },
    )
  }

  #form(phrase: Phrase, { n }: Values): string {
    if (typeof phrase === 'string') return phrase
    return phrase[this.#plural.select(Number(n))] ?? phrase.other
  }

  /** Formats a number: `1,024`. */
  number(value: number): string {
    return this.#format({}).format(value)
  }

  /** @param fraction - 0 to 1. Rounded down, so that 100 % means complete. */
  percent(fraction: number): string {
    const hundredths = Math.floor(fraction * 100 + 1e-9) // 0.29 * 100 is slightly below 29
    return this.#format({ style: 'percent' }).format(hundredths / 100)
  }

  /** Formats a size in decimal units, as most file managers do: `1.5 MB`. */
  size(bytes: number): string {
    return this.#sizeWith(bytes, '')
  }

  /**
   * Formats a limit: `25 MB`. Sizes that change keep their decimal, so that nothing moves.
   *
   * @param round - Rounds down, so that no file that is too large appears to fit. A minimum needs
   *   `ceil`.
   */
  limit(bytes: number, round: 'floor' | 'ceil' = 'floor'): string {
    const power = Math.floor(Math.log10(Math.max(1, bytes)) / 3)
    const unit = 1000 ** Math.min(SIZE_UNITS.length - 1, power)
    const grain = power > 1 && bytes < TENTHS_BELOW * unit ? unit / 10 : unit
    return this.#sizeWith(Math[round](bytes / grain) * grain, '', true)
  }

  /** Formats a part of a size, in the size's unit: `1.5 of 11.6 MB`. */
  amount(sent: number, size: number): string {
    const { step, value } = scaleOf(size)
    const digits = digitsOf(step, value)
    const format = this.#format({ minimumFractionDigits: digits, maximumFractionDigits: digits })
    return this.say('amount', { sent: format.format(sent / 1000 ** step), size: this.size(size) })
  }

  /** Formats a rate: `1.5 MB/s`. */
  rate(bytesPerSecond: number): string {
    return this.#sizeWith(bytesPerSecond, '-per-second')
  }

  #sizeWith(bytes: number, per: string, isShort = false): string {
    const { step, value } = scaleOf(bytes)
    const isWhole = isShort && Math.round(value * 10) % 10 === 0
    return this.#unit(value, `${SIZE_UNITS[step]}${per}`, isWhole ? 0 : digitsOf(step, value))
  }

  /** Formats a rounded duration: `40 sec`, `3 min`, `1 hr 5 min`, `3 days`. */
  duration(seconds: number): string {
    const whole = Math.max(1, Math.ceil(seconds))
    if (whole <= 90) return this.#unit(whole, 'second')
    const minutes = Math.round(whole / MINUTE)
    if (minutes < 60) return this.#unit(minutes, 'minute')
    if (minutes >= TWO_DAYS) return this.#unit(Math.round(minutes / DAY), 'day')
    const hours = this.#unit(Math.floor(minutes / 60), 'hour')
    return minutes % 60 ? `${hours} ${this.#unit(minutes % 60, 'minute')}` : hours
  }

  /** Formats a past time: `9 seconds ago`, `5 minutes ago`, `yesterday`. */
  ago(since: Date, now: Date): string {
    // `since` may be in the future if it comes from a clock that runs fast.
    const seconds = Math.max(1, Math.round((now.getTime() - since.getTime()) / 1000))
    const minutes = Math.round(seconds / MINUTE)
    const hours = Math.round(minutes / 60)
    const relative = new Intl.RelativeTimeFormat(this.lang, { numeric: 'auto' })
    if (minutes < 1) return relative.format(-seconds, 'second')
    if (minutes < 60) return relative.format(-minutes, 'minute')
    return hours < 24
      ? relative.format(-hours, 'hour')
      : relative.format(-Math.round(hours / 24), 'day')
  }

  /** Joins alternatives: `images, videos or PDF`. */
  anyOf(items: readonly string[]): string {
    return new Intl.ListFormat(this.lang, { type: 'disjunction' }).format(items)
  }

  #unit(value: number, unit: string, digits = 0): string {
    // In the short style, "byte" has no plural in English, days are "2 Tg." in German, and Arabic
    // abbreviates megabytes but not kilobytes.
    const short = this.lang.startsWith('ar') ? 'narrow' : 'short'
    const unitDisplay = unit === 'byte' || unit === 'day' ? 'long' : short
    return this.#format({
      style: 'unit',
      unit,
      unitDisplay,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }).format(value)
  }

  #format(options: Intl.NumberFormatOptions): Intl.NumberFormat {
    const key = `${options.unit ?? options.style} ${options.minimumFractionDigits}`
    const known = this.#formats.get(key)
    if (known) return known
    const format = new Intl.NumberFormat(this.lang, options)
    this.#formats.set(key, format)
    return format
  }
}

function scaleOf(bytes: number): { readonly step: number; readonly value: number } {
  // Without the factor, 999,950 bytes would be formatted as 1,000 kB.
  const power = Math.floor(Math.log10(Math.max(1, bytes * 1.0005)) / 3)
  const step = Math.min(SIZE_UNITS.length - 1, power)
  return { step, value: bytes / 1000 ** step }
}

function digitsOf(step: number, value: number): number {
  return step > 1 && value < TENTHS_BELOW ? 1 : 0
}

function knownLanguage(lang: string): string {
  try {
    return Intl.NumberFormat.supportedLocalesOf(lang)[0] ?? 'en'
  } catch {
    return 'en' // not a language tag
  }
}

/** Describes content types in words that users understand, such as `images, PDF or ZIP`. */
export function kinds(types: readonly string[], texts: Texts): string {
  if (types.includes('*/*')) return texts.say('kindAny')
  const names = types.map((type) => {
    const [family = '', subtype = ''] = type.split('/')
    const word = FAMILIES[family]
    // If the family's wildcard is allowed too, the family's name already covers this type.
    if (word && (subtype === '*' || types.includes(`${family}/*`))) return texts.say(word)
    return NAMES[type] ?? subtype.replace(/^(?:x-|vnd\.)/, '').toUpperCase()
  })
  return texts.anyOf([...new Set(names)])
}

const FAMILIES: Readonly<Record<string, WordKey>> = {
  image: 'kindImage',
  video: 'kindVideo',
  audio: 'kindAudio',
  text: 'kindText',
}

/** Names for types whose subtype means nothing to users. */
const NAMES: Readonly<Record<string, string>> = {
  'text/plain': 'TXT',
  'text/markdown': 'Markdown',
  'image/svg+xml': 'SVG',
  'audio/mpeg': 'MP3',
  'video/quicktime': 'MOV',
  'application/gzip': 'GZIP',
  'application/msword': 'DOC',
  'application/vnd.ms-excel': 'XLS',
  'application/vnd.ms-powerpoint': 'PPT',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'DOCX',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'XLSX',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'PPTX',
}
