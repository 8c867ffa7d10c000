/**
 * The example application: the construct and the demo page, in your account.
 *
 * `npm run deploy -- --profile me` · `npm run deploy -- -c demo=true` for a stack that deletes
 * everything · `npm run destroy`. Account and region are those of the profile.
 *
 * @module
 */

import { App } from 'aws-cdk-lib'
import { addExample } from './example.ts'

const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env

addExample(new App(), { ...(account ? { account } : {}), ...(region ? { region } : {}) })
