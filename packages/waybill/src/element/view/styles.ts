/**
 * The styles of the element without files.
 *
 * @module
 */

import { colours } from './colours.ts'
import { controls } from './controls.ts'

export const styles = [colours, controls]
