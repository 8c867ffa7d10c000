/**
 * The element's styles while it has no files.
 *
 * @module
 */

import { colours } from './colours.ts'
import { controls } from './controls.ts'

export const styles = [colours, controls]
