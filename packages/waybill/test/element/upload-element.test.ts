import { describe, expect, it } from 'vitest'
import { isLocalPage } from '../../src/element/upload-element.ts'

const LOCAL =
  'localhost app.localhost app.test laptop.local 127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.20 [::1]'
const PUBLIC =
  'example.com localhost.example.com 10.example.com 192.168.1.20.nip.io 172.32.0.1 8.8.8.8 [2001:db8::1]'

describe('isLocalPage', () => {
  it("recognizes a developer's pages, files among them", () => {
    expect(['', ...LOCAL.split(' ')].filter((hostname) => !isLocalPage(hostname))).toEqual([])
    expect(PUBLIC.split(' ').filter(isLocalPage)).toEqual([])
  })
})
