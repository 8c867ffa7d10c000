import { posix, win32 } from 'node:path'
import { describe, expect, it } from 'vitest'
import { chromiumPlaces } from '../../tools/chromium.ts'

describe('chromiumPlaces', () => {
  it('are absolute, with Chrome before Edge, on macOS', () => {
    const places = chromiumPlaces('darwin', {}, '/Users/me')
    expect(places.filter((path) => !posix.isAbsolute(path))).toEqual([])
    expect(places[0]).toBe('/Applications/Google Chrome.app/Contents/MacOS/Google Chrome')
    expect(places).toContain(
      '/Users/me/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
    )
  })

  it("are in the folders that Windows's environment names", () => {
    const environment = {
      ProgramFiles: 'D:\\Programme',
      'ProgramFiles(x86)': 'D:\\Programme (x86)',
      LocalAppData: 'C:\\Users\\me\\AppData\\Local',
    }
    const places = chromiumPlaces('win32', environment)
    expect(places.filter((path) => !win32.isAbsolute(path))).toEqual([])
    expect(places[0]).toBe('D:\\Programme\\Google\\Chrome\\Application\\chrome.exe')
    expect(places).toContain(
      'C:\\Users\\me\\AppData\\Local\\Google\\Chrome\\Application\\chrome.exe',
    )
    expect(places.at(-3)).toBe('D:\\Programme\\Microsoft\\Edge\\Application\\msedge.exe')
    expect(chromiumPlaces('win32', {})).toEqual([])
  })
})
