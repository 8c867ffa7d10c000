/**
 * `npm run screenshots`: photographs what people see, in every state and every way in which it can
 * look, into `.test/screenshots/`, to be looked at. With `docs` it takes the pictures of docs/
 * anew.
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
