/**
 * The pages of the site, made from the documents that GitHub shows. Their folders become addresses,
 * each `README.md` its folder's index. Links to other files of the repository lead there.
 *
 * @module
 */

import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'

/** Every document that becomes a page. An index must link to it. */
export const SOURCES: readonly string[] = globSync([
  'docs/**/*.md',
  'packages/strict-s3/README.md',
  'packages/strict-s3/docs/*.md',
  'examples/*/README.md',
  '{ARCHITECTURE,CHANGELOG,CONTRIBUTING,SECURITY}.md',
  'bench/RESULTS.md',
]).map((path) => path.replaceAll('\\', '/'))

/** README.md is the first page, which shows other parts of it. */
const MOVED: Readonly<Record<string, string>> = {
  'README.md#install': 'docs/start/quick-start.md#install',
}

/** @returns The page's file below the site's root. */
export function pathOf(source: string): string {
  return source
    .replace(/^docs\/(?=.*\/)/, '')
    .replace(/^packages\//, '')
    .replace(/^[A-Z]+\.md$/, (name) => name.toLowerCase())
    .replace('RESULTS.md', 'results.md')
    .replace(/README\.md$/, 'index.md')
}

/** @returns The document or other file that a link in `source` leads to, without its anchor. */
function targetOf(source: string, link: string): string {
  const [path = ''] = link.split('#')
  if (path === '') return source
  const target = posix.join(dirname(source), path).replace(/\/$/, '')
  const readme = `${target}/README.md`
  return existsSync(target) && statSync(target).isDirectory() && existsSync(readme)
    ? readme
    : target
}

/**
 * @param repository - The address of its files, such as `https://…/blob/main`; empty if nobody knows it yet.
 * @returns The page's text, as the generator takes it.
 */
export function pageOf(source: string, text: string, repository: string): string {
  const prose = (part: string) =>
    part
      .replace(/<picture>[\s\S]*?<\/picture>/g, inBothSchemes)
      .replace(/(src|srcset)="([^":]+)"/g, (_, name, path) => `${name}="${image(source, path)}"`)
      .replace(/!\[([^\]]*)\]\(([^):]+)\)/g, (_, alt, path) => `![${alt}](${image(source, path)})`)
      .replace(/(?<!!)\[((?:[^[\]]|\[[^\]]*\])+)\]\(([^)\s]+)\)/g, (all, label, link) => {
        if (/^[a-z]+:/.test(link)) return all
        const to = addressOf(source, link, repository)
        return to === '' ? label : `[${label}](${to})`
      })
  // Code blocks are the odd parts.
  return text
    .split(/(^ *```.*\n[\s\S]*?^ *```$)/m)
    .map((part, index) => (index % 2 === 0 ? prose(part) : part))
    .join('')
}

/** @returns Empty for a file of the repository, if nobody knows the repository's address. */
function addressOf(source: string, link: string, repository: string): string {
  const [, anchor] = link.split('#')
  const target = targetOf(source, link)
  const moved = MOVED[`${target}#${anchor}`]
  if (moved) return addressOf('README.md', moved, repository)
  if (target === 'README.md') return '/index.md'
  const hash = anchor ? `#${anchor}` : ''
  if (SOURCES.includes(target)) return `/${pathOf(target)}${hash}`
  if (!existsSync(target)) throw new Error(`${source} links to ${link}, which does not exist`)
  return repository === '' ? '' : `${repository}/${target}${hash}`
}

function image(source: string, path: string): string {
  const name = posix.join(dirname(source), path).replace(/^docs\//, '')
  const up = posix.relative(posix.dirname(pathOf(source)), name)
  return up.startsWith('.') ? up : `./${up}`
}

/**
 * `prefers-color-scheme` is the system's, and the site has a switch: each scheme gets a picture, of
 * which the style shows one. A hidden picture that loads lazily is never requested.
 */
function inBothSchemes(picture: string): string {
  const dark = 'prefers-color-scheme: dark'
  const sources = [...picture.matchAll(/<source media="([^"]*)" srcset="([^"]*)">/g)]
  const [img = ''] = picture.match(/<img[^>]*>/) ?? []
  const [, width] = img.match(/width="(\d+)"/) ?? []
  const still = sources.filter(([, media = '']) => media.includes('reduced-motion'))
  const only = (scheme: 'light' | 'dark') => {
    const fits = ([, media = '']: RegExpExecArray) => media.includes(dark) === (scheme === 'dark')
    const [, , motionless] = still.find(fits) ?? []
    const [, , moving] = sources.find((each) => !still.includes(each) && fits(each)) ?? []
    const shown = moving ? img.replace(/src="[^"]*"/, `src="${moving}"`) : img
    const source = motionless
      ? `<source media="(prefers-reduced-motion: reduce)" srcset="${motionless}">`
      : ''
    const box = width ? ` style="max-width: ${width}px"` : ''
    return `<picture class="${scheme}-only"${box}>${source}${shown.replace('<img', '<img loading="lazy"')}</picture>`
  }
  return `<div class="picture">${only('light')}${only('dark')}</div>`
}

/** A link in an index, and the heading that it is below. */
interface IndexEntry {
  readonly label: string
  readonly source: string
  readonly group: string
}

/** @returns The pages that an index links to, in its order, each once. */
function entriesOf(index: string): readonly IndexEntry[] {
  const entries = new Map<string, IndexEntry>()
  let group = ''
  const text = readFileSync(index, 'utf8').replace(/^( *)```[\s\S]*?^\1```/gm, '')
  for (const line of text.split('\n')) {
    const [, heading, row] = line.match(/^## (.+)|^\| \*\*(.+?)\*\* \|/) ?? []
    group = heading ?? row ?? group
    for (const [, label = '', link = ''] of line.matchAll(/\[([^\]]+)\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(link)) continue
      const source = targetOf(index, link)
      if (!SOURCES.includes(source) || source === index || entries.has(source)) continue
      const plain = label.replaceAll(/[`*:]/g, '')
      const isCode = label.startsWith('`')
      const shown = isCode ? plain : `${plain[0]?.toUpperCase()}${plain.slice(1)}`
      entries.set(source, { label: shown, source, group })
    }
  }
  return [...entries.values()]
}

/** An entry of the sidebar. */
interface Item {
  readonly text: string
  readonly link?: string
  readonly collapsed?: boolean
  readonly items?: readonly Item[]
}

interface Navigation {
  readonly nav: readonly Item[]
  readonly sidebar: Readonly<Record<string, readonly Item[]>>
}

const STRICT_S3 = 'packages/strict-s3/README.md'

/**
 * Reads the order of pages from the indexes: sections from docs/README.md, their pages from each
 * section's index.
 *
 * @throws {Error} If a page is in none of them.
 */
export function navigation(): Navigation {
  const sections = entriesOf('docs/README.md').filter(({ source }) => source.endsWith('/README.md'))
  const folders = sections.map(({ source }) => `${dirname(source)}/`)
  const isElsewhere = (source: string, folder: string) =>
    folders.some((other) => other !== folder && source.startsWith(other))
  const seen = new Set(['docs/README.md', STRICT_S3, ...sections.map(({ source }) => source)])
  const built = sections.map(({ label, source: index }): Item => {
    const folder = `${dirname(index)}/`
    const items: { text: string; link?: string; items?: Item[] }[] = []
    for (const { label: text, source, group } of entriesOf(index)) {
      if (seen.has(source) || isElsewhere(source, folder)) continue
      seen.add(source)
      const item = { text, link: addressFor(source) }
      if (group === '') items.push(item)
      else {
        const last = items.find((each) => each.text === group && each.items)
        if (last) last.items?.push(item)
        else items.push({ text: group, items: [item] })
      }
    }
    return { text: label, link: addressFor(index), collapsed: true, items }
  })
  const lost = SOURCES.filter((source) => !seen.has(source))
  if (lost.length > 0) {
    throw new Error(`no index links to ${lost.join(', ')}: add it to its folder's README.md`)
  }
  const isStrict = ({ link = '' }: Item) => link.startsWith('/strict-s3/')
  const [strict] = built.filter(isStrict)
  const entry = { text: 'strict-s3', link: addressFor(STRICT_S3) }
  return {
    nav: built.map((item) => (isStrict(item) ? entry : { text: item.text, link: item.link ?? '' })),
    sidebar: {
      '/strict-s3/': [
        {
          ...entry,
          items: [{ text: 'Documentation', link: strict?.link ?? '' }, ...(strict?.items ?? [])],
        },
      ],
      '/': built.filter((item) => !isStrict(item)),
    },
  }
}

function addressFor(source: string): string {
  return `/${pathOf(source).replace(/(?:index)?\.md$/, '')}`
}

/** @returns The first page: `home.md`, with the parts of README.md that it names. */
export function homePage(repository: string): string {
  const readme = readFileSync('README.md', 'utf8')
  const parts: Readonly<Record<string, RegExp>> = {
    introduction: /(?<=^# Waybill\n\n)[\s\S]*?(?=\n\n)/m,
    animation: /<picture>[\s\S]*?<\/picture>/,
    element: /^<waybill-upload.*$/m,
    picture: /<picture>(?:(?!<picture>)[\s\S])*element-rest[\s\S]*?<\/picture>/,
    rule: /^ {2}rules: \{[\s\S]*?^ {2}\},$/m,
    comparison: /(?<=^## Compared with other tools\n\n)[\s\S]*?(?=^## )/m,
  }
  const home = readFileSync(join(import.meta.dirname, 'home.md'), 'utf8')
  const filled = home.replace(/<!-- README: (\w+) -->/g, (_, name: string) => {
    const [part] = readme.match(parts[name] ?? /(?!)/) ?? []
    if (part === undefined) throw new Error(`README.md lacks what home.md calls ${name}`)
    return part.replace(/^ {2}/gm, '').trim()
  })
  return pageOf('README.md', filled, repository)
}
