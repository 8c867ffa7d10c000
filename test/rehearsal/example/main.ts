/** The app that the tests deploy. The profile determines the account and the region. */

import { App } from 'aws-cdk-lib'
import { addExample } from './stack.ts'

const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env

addExample(new App(), { ...(account ? { account } : {}), ...(region ? { region } : {}) })
