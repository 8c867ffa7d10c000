/**
 * Loads the lazy chunks of the signer, the arrival handler and the lists before a test suite
 * begins. Code that runs while a module loads does not count towards the score. Without this file,
 * it would count for the test that happens to load the chunk first.
 *
 * @module
 */

import '../../packages/waybill/src/arrival/ask-scanner.ts'
import '../../packages/waybill/src/client/list/list-chunk.ts'
import '../../packages/waybill/src/client/send/failure-handling.ts'
import '../../packages/waybill/src/tokens/issuer-token.ts'
import '../../packages/waybill/src/signer/complete/complete-uploads.ts'
import '../../packages/waybill/src/signer/quota/count-grants.ts'
import '../../packages/waybill/src/signer/stored-objects/cloudfront-url.ts'
import '../../packages/waybill/src/signer/stored-objects/lazy-chunk.ts'
