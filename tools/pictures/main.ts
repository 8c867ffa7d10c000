/**
 * `npm run pictures`: makes the pictures in `docs/pictures/` anew, except the README's animation.
 * With `states`, it photographs the element in every state and variant instead, into
 * `.test/pictures/`, for a person to look at.
 *
 * @module
 */

import { mkdir, rm, writeFile } from 'node:fs/promises'
import { type Browser, chromium } from 'playwright'
import { CHROMIUM_FLAGS, findHeadlessChromium } from '../chromium.ts'
import { DEMO_PICTURES, photographDemo } from './demo-page.ts'
import { DOCS_PICTURES, photograph } from './docs-pictures.ts'
import { photographElement } from './element.ts'

const STATES = '.test/pictures'
const DOCS = 'docs/pictures'

const browser = await chromium.launch({
  executablePath: findHeadlessChromium(),
  args: CHROMIUM_FLAGS,
})
try {
  if (process.argv.includes('states')) await photographStates(browser)
  else await photographForDocs(browser)
} finally {
  await browser.close()
}

async function photographStates(browser: Browser): Promise<void> {
  await rm(STATES, { recursive: true, force: true })
  await mkdir(STATES, { recursive: true })
  console.log((await photographElement(browser, STATES)).join('\n'))
}

async function photographForDocs(browser: Browser): Promise<void> {
  for (const picture of DOCS_PICTURES) {
    await writeFile(`${DOCS}/${picture.file}`, await photograph(browser, picture))
    console.log(`${DOCS}/${picture.file}`)
  }
  for (const picture of DEMO_PICTURES) {
    await writeFile(`${DOCS}/${picture.file}`, await photographDemo(browser, picture))
    console.log(`${DOCS}/${picture.file}`)
  }
}
