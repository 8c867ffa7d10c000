/**
 * Limits the number of calls to the signer from each IP address. The signer itself does not limit
 * them, although each call costs a Lambda invocation.
 *
 * @see
 *   https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based.html
 *
 * @module
 */

import { Annotations, Duration, Stack, Token } from 'aws-cdk-lib'
import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2'
import { Construct } from 'constructs'

/** Props of `SignerFirewall`. */
export interface SignerFirewallProps {
  /**
   * Maximum number of calls from one IP address within `window`: 10 to 2,000,000,000. Many people
   * can share an address. One file takes 2 calls, or 5 to 11 if the
   * page shows its verdict, and a hundred files together take little more.
   * @default 5000
   */
  readonly limit?: number
  /**
   * The period over which calls are counted: one, two, five or ten minutes.
   * @default Duration.minutes(5)
   */
  readonly window?: Duration
  /**
   * The signer's path. Only calls to this path and the paths below it are counted, so a site on the
   * same domain is not limited.
   * @default - all calls are counted
   */
  readonly path?: string
  /**
   * What happens to calls beyond the limit: `block` responds with 429, and `count` only counts them
   * in CloudWatch.
   * @default 'block'
   */
  readonly mode?: 'block' | 'count'
}

/** The only region in which web ACLs for CloudFront can be created. */
const HOME = 'us-east-1'
const WINDOWS = [60, 120, 300, 600]
const LIMITS = { least: 10, most: 2_000_000_000 }

/**
 * The client retries after this response. Any page can read it: the firewall does not know the
 * allowed origins, and the response contains no secrets.
 */
const ANSWER = {
  body: { error: { code: 'SIGNER_UNAVAILABLE', message: 'too many calls from this address' } },
  headers: { 'retry-after': '60', 'cache-control': 'no-store', 'access-control-allow-origin': '*' },
} as const

/**
 * A web ACL for a `SignerFront`. It limits the number of calls from each IP address. Its stack must
 * be in us-east-1, even if the signer is in another region.
 *
 * @example
 * ```ts
 * import { App, Stack } from 'aws-cdk-lib'
 *
 * const env = { account: '111122223333', region: 'us-east-1' }
 * const edge = new Stack(new App(), 'Edge', { env, crossRegionReferences: true })
 * const firewall = new SignerFirewall(edge, 'Firewall', { limit: 1000 })
 * new SignerFront(stack, 'Front', { signer: uploads.signer, webAclId: firewall.webAclArn })
 * ```
 */
export class SignerFirewall extends Construct {
  readonly webAcl: CfnWebACL
  /** Pass this as the `webAclId` of a `SignerFront` or a `Delivery`. */
  readonly webAclArn: string

  constructor(scope: Construct, id: string, props: SignerFirewallProps = {}) {
    super(scope, id)
    requireHome(this)
    this.webAcl = new CfnWebACL(this, 'WebAcl', {
      scope: 'CLOUDFRONT',
      description: 'Waybill: limits the calls of one IP address',
      defaultAction: { allow: {} },
      rules: [rateRule(props)],
      customResponseBodies: {
        TooManyCalls: { contentType: 'APPLICATION_JSON', content: JSON.stringify(ANSWER.body) },
      },
      visibilityConfig: visibility('WaybillSigner'),
    })
    this.webAclArn = this.webAcl.attrArn
  }
}

function requireHome(scope: Construct): void {
  const { region } = Stack.of(scope)
  if (region === HOME) return
  const advice =
    `deploy the stack of SignerFirewall to ${HOME}, where AWS keeps the web ACLs of CloudFront, with ` +
    'crossRegionReferences: true in both stacks (docs/operate/cloudfront.md)'
  if (!Token.isUnresolved(region)) throw new Error(`the stack is in ${region}: ${advice}`)
  Annotations.of(scope).addWarningV2(
    'waybill:firewall-region',
    `The stack has no region: ${advice}.`,
  )
}

function rateRule({ limit = 5000, window = Duration.minutes(5), path, mode }: SignerFirewallProps) {
  if (!Number.isInteger(limit) || limit < LIMITS.least || limit > LIMITS.most) {
    throw new Error(`limit is ${limit}, expected ${LIMITS.least} to ${LIMITS.most} calls`)
  }
  const evaluationWindowSec = window.toSeconds()
  if (!WINDOWS.includes(evaluationWindowSec)) {
    throw new Error(`window is ${evaluationWindowSec} s, expected ${WINDOWS.join(', ')} s`)
  }
  return {
    name: 'CallsOfOneAddress',
    priority: 0,
    action: mode === 'count' ? { count: {} } : { block: { customResponse: refusal() } },
    statement: {
      rateBasedStatement: {
        limit,
        evaluationWindowSec,
        aggregateKeyType: 'IP',
        ...(path === undefined ? {} : { scopeDownStatement: below(path) }),
      },
    },
    visibilityConfig: visibility('CallsOfOneAddress'),
  }
}

function refusal() {
  return {
    responseCode: 429,
    customResponseBodyKey: 'TooManyCalls',
    responseHeaders: Object.entries(ANSWER.headers).map(([name, value]) => ({ name, value })),
  }
}

function below(path: string): CfnWebACL.StatementProperty {
  if (!/^(?:\/[\w.-]+)+$/.test(path)) {
    throw new Error(`path is '${path}', expected segments such as '/api/uploads'`)
  }
  return {
    byteMatchStatement: {
      fieldToMatch: { uriPath: {} },
      positionalConstraint: 'STARTS_WITH',
      searchString: path,
      textTransformations: [{ priority: 0, type: 'NONE' }],
    },
  }
}

/** Request samples are disabled, because they contain headers, including tokens. */
function visibility(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false, metricName }
}
