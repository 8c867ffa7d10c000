/**
 * The library that recognizes files by their bytes. The build bundles it into this file
 * (`tools/build/library.ts`), so that pages and signers need not install it.
 *
 * @module
 */

export { type Detector, fileTypeFromBuffer, supportedMimeTypes } from 'file-type'
