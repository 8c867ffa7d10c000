/**
 * `npm run screenshots`: photographs what people see, in every state and every way in which it can
 * look, into `.test/screenshots/`. The pictures are looked at; those of docs/ are among them.
 *
 * @module
 */

import { mkdir, rm } from 'node:fs/promises'
import { chromium } from 'playwright'
import { CHROMIUM_FLAGS, findChromium } from './chromium.ts'
import { photographElement } from './screenshots/element.ts'

const INTO = '.test/screenshots'

await rm(INTO, { recursive: true, force: true })
await mkdir(INTO, { recursive: true })
const browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_FLAGS })
const written = await photographElement(browser, INTO)
await browser.close()
console.log(`${written.length} pictures in ${INTO}`)
