/**
 * The docs as a site, built and opened in three engines. Its own step in CI, because it installs the
 * generator.
 *
 * @module
 */

import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '@waybill/test-support/eventually'
import { beforeAll, describe, expect, it } from 'vitest'
import { type DrivenBrowser, KEYS } from '../browsers/driven-browser.ts'
import { ENGINES } from '../browsers/engines.ts'
import { SITE, serveSite } from './served-site.ts'

/** Words that people search for, and the page that must come first. */
const WORDS = [
  ['resume', '/guide/large-files'],
  ['CORS', '/reference/signer'],
  ['403', '/guide/troubleshooting'],
  ['Django', '/guide/django'],
  ['avatar', '/reference/element'],
  ['MinIO', '/strict-s3/docs/leaving-minio-and-localstack'],
  ['STORAGE_REFUSED', '/reference/errors'],
  ['maxSize', '/reference/signer'],
] as const

/** One of each kind: first page, guide, long tables, long code, strict-s3, and one that does not exist. */
const PAGES = [
  '/',
  '/guide/react',
  '/reference/errors',
  '/guide/go',
  '/strict-s3/',
  '/no-such-page',
]
const WIDTHS = [360, 1280]

beforeAll(() => {
  execFileSync('node', ['tools/site/main.ts'], { stdio: ['ignore', 'ignore', 'inherit'] })
})

it('has no dead link or anchor', () => {
  const files = globSync('**/*.html', { cwd: SITE }).filter((file) => file !== '404.html')
  const pages = new Map(
    files.map((file) => {
      const path = `/${file.replaceAll('\\', '/').replace(/(?:index)?\.html$/, '')}`
      return [path, readFileSync(join(SITE, file), 'utf8')] as const
    }),
  )
  const dead = [...pages].flatMap(([path, html]) =>
    [...html.matchAll(/<a [^>]*?href="([^"]*)"/g)].flatMap(([, href = '']) => {
      const { origin, pathname, hash } = new URL(href, `http://site${path}`)
      if (origin !== 'http://site') return []
      const target = pages.get(pathname)
      if (!target) return existsSync(join(SITE, pathname)) ? [] : [`${path}: ${href}`]
      const id = decodeURIComponent(hash.slice(1))
      return id === '' || target.includes(`id="${id}"`) ? [] : [`${path}: ${href}`]
    }),
  )
  expect(pages.size).toBeGreaterThan(70)
  expect(dead).toEqual([])
})

describe.each(ENGINES)('the site in $name', ({ launch, lacks }) => {
  let browser: DrivenBrowser
  let url = ''
  beforeAll(async () => {
    if (lacks !== undefined && !process.env.CI) return
    const site = await serveSite()
    url = site.url
    browser = await launch()
    return async () => {
      await browser.close()
      await site.close()
    }
  })
  const test = it.skipIf(lacks !== undefined && !process.env.CI)

  /** Opens a page in a frame. @returns Evaluates an expression, in which `page` is its window. */
  const open = async (path: string, query: string) => {
    await browser.open(`${url}/-frame?path=${path}&${query}`)
    return (expression: string) =>
      browser.evaluate(
        `(async (page) => ${expression})(document.querySelector('iframe').contentWindow)`,
      )
  }
  const openSearch = async () => {
    await browser.open(`${url}/`)
    await eventually(() =>
      browser.evaluate("document.querySelector('#app').__vue_app__ !== undefined"),
    ).toBe(true)
    await browser.type('/')
    await eventually(() => browser.evaluate('document.activeElement.id')).toBe('localsearch-input')
  }
  const results = () =>
    browser.evaluate(
      "[...document.querySelectorAll('.result')].map((each) => each.getAttribute('href'))",
    )

  test.each(WORDS)('finds %s', async (word, path) => {
    await openSearch()
    await browser.type(word)
    await eventually(async () => String(await results())).toMatch(new RegExp(`^${path}(?:#|,|$)`))
  })

  test('opens the result that the arrow keys choose', async () => {
    await openSearch()
    await browser.type('resume')
    await eventually(async () => String(await results())).toContain('large-files')
    const [, second = ''] = (await results()) as string[]
    const axe = await browser.evaluate(`new Promise((onload) => {
      document.head.append(Object.assign(document.createElement('script'), { src: '/-axe.js', onload }))
    }).then(() => axe.run()).then(({ violations }) => violations.map(({ id }) => id))`)
    expect(axe).toEqual([])
    await browser.type(KEYS.ArrowDown + KEYS.Enter)
    await eventually(() => browser.evaluate('location.pathname + location.hash')).toBe(second)
    expect(await browser.evaluate('problems')).toEqual([])
  })

  test.each(PAGES)('shows %s in any width and scheme', async (path) => {
    for (const width of WIDTHS) {
      for (const scheme of ['light', 'dark']) {
        const evaluate = await open(path, `width=${width}&scheme=${scheme}`)
        await eventually(() =>
          evaluate("page.document.querySelector('#app')?.__vue_app__ !== undefined"),
        ).toBe(true)
        await evaluate(`new Promise((resolve, reject) => {
          const script = page.document.createElement('script')
          Object.assign(script, { src: '/-axe.js', onload: resolve, onerror: reject })
          page.document.head.append(script)
        }).then(() => new Promise(page.requestAnimationFrame)).then(() => true)`)
        const found = await evaluate(`({
          axe: (await page.axe.run({ resultTypes: ['violations'] })).violations.map(({ id, nodes }) =>
            id + ' ' + nodes.map(({ html }) => html.slice(0, 120)).slice(0, 3)),
          tooWide: page.document.documentElement.scrollWidth - page.innerWidth > 0,
          dark: page.document.documentElement.classList.contains('dark'),
          pictures: [...page.document.querySelectorAll('picture')].filter((each) => each.checkVisibility())
            .filter((each) => each.className !== '${scheme}-only').length,
          problems: page.problems,
          hosts: [...new Set(page.performance.getEntriesByType('resource')
            .map(({ name }) => new URL(name).host))].filter((host) => host !== page.location.host),
        })`)
        expect({ width, ...Object(found) }).toEqual({
          ...{ width, axe: [], tooWide: false, dark: scheme === 'dark', pictures: 0 },
          ...{ problems: [], hosts: [] },
        })
      }
    }
  })

  test.each(WIDTHS)('can be read and walked without scripts, %i px wide', async (width) => {
    const evaluate = await open('/guide/react', `width=${width}&scheme=light&noscript`)
    const shown = (
      selector: string,
    ) => `[...page.document.querySelectorAll('${selector}')].filter((each) => {
      const { left, width, height } = each.getBoundingClientRect()
      return width > 0 && height > 0 && left >= 0 && page.getComputedStyle(each).opacity === '1'
    }).length`
    expect(await evaluate('page.problems ?? null')).toBe(null)
    expect(await evaluate(shown('main h1, main pre'))).toBeGreaterThanOrEqual(3)
    expect(await evaluate(shown('.VPSidebar a'))).toBeGreaterThan(50)
  })
})
