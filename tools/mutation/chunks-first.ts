/**
 * Loads what signer, arrival and lists load when it is first needed, before a suite begins. What
 * runs while a module loads is left out of the score: without this it would count wherever the
 * first test that needs a chunk happens to load it.
 *
 * @module
 */

import '../../packages/waybill/src/arrival/ask-scanner.ts'
import '../../packages/waybill/src/client/list/on-demand.ts'
import '../../packages/waybill/src/client/send/ahead.ts'
import '../../packages/waybill-aws/src/lambda/token-check.ts'
import '../../packages/waybill/src/signer/complete/complete-uploads.ts'
import '../../packages/waybill/src/signer/quota/count-grants.ts'
import '../../packages/waybill/src/signer/stored-objects/cloudfront-url.ts'
import '../../packages/waybill/src/signer/stored-objects/entry.ts'
