/**
 * The element's styles while it has no files.
 *
 * @module
 */

import { colors } from './colors.ts'
import { controls } from './controls.ts'

export const styles = [colors, controls]
