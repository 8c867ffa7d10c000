/** The texts as an interface of its own uses them, from the public subpath. */

import { describe, expect, it } from 'vitest'
import { UPLOAD_ERROR_CODES, UploadError } from 'waybill'
import { englishTexts, failureWords, loadTexts, stateWords } from 'waybill/words'

const LANGUAGES = ['en', 'ar', 'de', 'es', 'fr', 'ja', 'pt'] as const
const STATES = ['ready', 'queued', 'uploading', 'waiting', 'paused', 'completing', 'done'] as const
const FRESH = { size: 10, progress: { sent: 0, stored: 0, total: 10, fraction: 0 } }

describe('waybill/words', () => {
  it.each(LANGUAGES)('has a text for every code and state in %s', async (lang) => {
    const texts = await loadTexts(lang)
    for (const code of UPLOAD_ERROR_CODES) {
      expect(failureWords(new UploadError(code, 'for developers'), texts), code).toMatch(/\S/)
    }
    for (const state of STATES) {
      expect(stateWords({ state, ...FRESH }, texts), state).toMatch(/\S/)
    }
  })

  it('loads English at once, and for unknown languages', async () => {
    const error = new UploadError('UNAUTHENTICATED', 'authorize returned false')
    const english = failureWords(error, englishTexts())
    expect(english).toBe(
      'Please sign in and try again. If you are already signed in, the problem is with this website, not your file. Please tell its owner.',
    )
    expect(failureWords(error, await loadTexts('cy'))).toBe(english)
  })

  it('accepts single texts from the page instead of its own', async () => {
    const texts = await loadTexts('de', { signedOut: 'Bitte anmelden.' })
    const error = new UploadError('UNAUTHENTICATED', 'authorize returned false')
    expect(failureWords(error, texts)).toBe('Bitte anmelden.')
  })
})
