import { describe, expect, it } from 'vitest'
import { isLocalPage } from '../../src/element/local-page.ts'

describe('isLocalPage', () => {
  it.each([
    '',
    'localhost',
    'app.localhost',
    'app.test',
    'laptop.local',
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.20',
    '[::1]',
  ])('recognizes "%s" as a developer\'s page', (hostname) => {
    expect(isLocalPage(hostname)).toBe(true)
  })

  it.each([
    'example.com',
    'localhost.example.com',
    '10.example.com',
    '192.168.1.20.nip.io',
    '172.32.0.1',
    '8.8.8.8',
    '[2001:db8::1]',
  ])('recognizes "%s" as a public page', (hostname) => {
    expect(isLocalPage(hostname)).toBe(false)
  })
})
