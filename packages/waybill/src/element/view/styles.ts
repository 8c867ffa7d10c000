/**
 * The look of the element before there is a file.
 *
 * @module
 */

import { colours } from './colours.ts'
import { controls } from './controls.ts'

/** The style sheets of the element's shadow tree. */
export const styles = [colours, controls]
