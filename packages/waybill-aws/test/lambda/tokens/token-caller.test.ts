import { describe, expect, it } from 'vitest'
import { tokenCaller } from '../../../src/lambda/token-caller.ts'

describe('tokenCaller', () => {
  it('combines issuer and subject into the owner', () => {
    const claims = { iss: 'https://id.example', sub: 'me#1', more: 1 }
    expect(tokenCaller(claims)).toEqual({ owner: 'https://id.example#me#1', claims })
  })

  it.each([
    ['no issuer', { sub: 'me' }],
    ['an empty issuer', { iss: '', sub: 'me' }],
    ['an issuer that is no text', { iss: 1, sub: 'me' }],
    ['an issuer that could pass for another', { iss: 'https://id.example#me', sub: 'x' }],
    ['no subject', { iss: 'https://id.example' }],
    ['an empty subject', { iss: 'https://id.example', sub: '' }],
    ['a subject that is no text', { iss: 'https://id.example', sub: ['me'] }],
  ])('identifies nobody by %s', (_what, claims) => {
    expect(tokenCaller(claims)).toBeUndefined()
  })
})
