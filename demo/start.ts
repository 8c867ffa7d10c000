/**
 * What `npm start` runs once everything is installed: bundles the page, then runs `waybill dev`
 * from the sources.
 *
 * @module
 */

import { buildDemo } from './build.ts'

await buildDemo()
process.argv.splice(2, 0, 'dev')
await import('../packages/waybill-cli/src/main.ts')
