/**
 * The example application deploys the construct and the demo page to your account.
 *
 * To deploy it, run `npm run deploy -- --profile me`. With `-c demo=true`, deleting the stack also
 * deletes all files. To delete the stack, run `npm run destroy`. The profile determines the account
 * and the region.
 *
 * @module
 */

import { App } from 'aws-cdk-lib'
import { addExample } from './example.ts'

const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env

addExample(new App(), { ...(account ? { account } : {}), ...(region ? { region } : {}) })
