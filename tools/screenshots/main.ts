/**
 * `npm run screenshots`: writes screenshots of the element in every state and variant to
 * `.test/screenshots/`, for a person to look at. With `docs`, updates the pictures in docs/.
 *
 * @module
 */

import { mkdir, rm } from 'node:fs/promises'
import { chromium } from 'playwright'
import { CHROMIUM_FLAGS, findChromium } from '../chromium.ts'
import { photographElement, photographForDocs } from './element.ts'

const INTO = '.test/screenshots'
const DOCS = 'docs/pictures'

const browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_FLAGS })
const written = process.argv.includes('docs')
  ? await photographForDocs(browser, DOCS)
  : await photographElement(browser, await emptied(INTO))
await browser.close()
console.log(written.join('\n'))

async function emptied(folder: string): Promise<string> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  return folder
}
