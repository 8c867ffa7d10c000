/**
 * Puts the signer behind CloudFront, on a separate domain or on the pages' domain. On the pages'
 * domain, calls need no preflights, and one web ACL can protect both pages and signer.
 *
 * @see
 *   https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-lambda.html
 *
 * @module
 */

import type { Duration } from 'aws-cdk-lib'
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  type DistributionProps,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  FunctionUrlOriginAccessControl,
  HttpVersion,
  OriginRequestPolicy,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront'
import { FunctionUrlOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import { CfnPermission, FunctionUrlAuthType, type IFunctionUrl } from 'aws-cdk-lib/aws-lambda'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import { acknowledge } from '../cdk-nag/acknowledge.ts'
import {
  acknowledgeMissingLogs,
  cloudFrontLogs,
  globalName,
  nameFromStackId,
  requireFeature,
} from '../regions.ts'
import type { SignerFunction } from '../signer-function/signer-function.ts'
import { VIEWER_AUTHORIZATION } from '../signer-function/signer-settings.ts'
import { type CustomDomainProps, customDomain } from './custom-domain.ts'

/** Props of `SignerFront`. */
export interface SignerFrontProps extends CustomDomainProps {
  /** The signer, created with `behindCloudFront: true`. */
  readonly signer: SignerFunction
  /**
   * The CloudFront behavior for pages on the same domain: `{ origin:
   * S3BucketOrigin.withOriginAccessControl(pages), … }`. Requires `domainName`, because the
   * bucket's CORS rules need the pages' origin before the distribution exists.
   * @default - only the signer
   */
  readonly site?: BehaviorOptions
  /**
   * The signer's path on the domain. Used only with `site`.
   * @default '/api/uploads'
   */
  readonly path?: string
  /**
   * The bucket for CloudFront's access logs. It must accept ACLs.
   * @default - no access logs
   */
  readonly accessLogs?: IBucket
  /**
   * ARN of an AWS WAF web ACL with scope `CLOUDFRONT`.
   * @default - none
   */
  readonly webAclId?: string
}

/**
 * A CloudFront distribution that is the only way to reach a signer. It can also serve the pages.
 *
 * Each POST must include the SHA-256 of its body, because CloudFront signs this hash but does not
 * calculate it. Use `contentSha256Headers` from `waybill/client`.
 *
 * @example
 * ```ts
 * import { CfnOutput } from 'aws-cdk-lib'
 *
 * const front = new SignerFront(stack, 'Front', { signer: uploads.signer })
 * new CfnOutput(stack, 'SignerUrl', { value: front.url })
 * ```
 */
export class SignerFront extends Construct {
  readonly distribution: Distribution
  /** The signer's base URL. Pass it to the client as `endpoint`. */
  readonly url: string

  constructor(scope: Construct, id: string, props: SignerFrontProps) {
    super(scope, id)
    const { site, accessLogs, webAclId } = props
    const path = site ? (props.path ?? '/api/uploads') : ''
    requireFeature(this, 'cloudFront')
    const functionUrl = checkProps(props, path)
    this.distribution = new Distribution(this, 'Distribution', {
      comment: 'Waybill: signer',
      ...behaviors(site, path, this.#signerBehavior(functionUrl, props.signer.timeout, path)),
      httpVersion: HttpVersion.HTTP2_AND_3,
      ...customDomain(props),
      ...cloudFrontLogs(this, accessLogs, 'signer/'),
      ...(webAclId ? { webAclId } : {}),
    })
    this.url = `https://${props.domainName ?? this.distribution.distributionDomainName}${path}`
    this.#letInvoke(functionUrl)
    acknowledgeFront(this.distribution, props)
  }

  /**
   * Function URLs have required both permissions since October 2025. Older versions of
   * `FunctionUrlOrigin` grant only the first.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
   * @see https://github.com/aws/aws-cdk/issues/35872
   */
  #letInvoke({ functionArn: functionName }: IFunctionUrl): void {
    const caller = {
      functionName,
      principal: 'cloudfront.amazonaws.com',
      sourceArn: this.distribution.distributionArn,
    }
    new CfnPermission(this, 'InvokeUrl', { ...caller, action: 'lambda:InvokeFunctionUrl' })
    new CfnPermission(this, 'InvokeFunction', {
      ...caller,
      action: 'lambda:InvokeFunction',
      invokedViaFunctionUrl: true,
    })
  }

  #signerBehavior(functionUrl: IFunctionUrl, readTimeout: Duration, path: string): BehaviorOptions {
    const functionName = nameFromStackId(this, 'OnRequest')
    const edge = new EdgeFunction(this, 'OnRequest', {
      ...(functionName === undefined ? {} : { functionName }),
      comment: "Waybill: keeps the viewer's Authorization",
      code: FunctionCode.fromInline(onRequest(path)),
      runtime: FunctionRuntime.JS_2_0,
    })
    const { originAccessControlId } = new FunctionUrlOriginAccessControl(this, 'AccessControl', {
      originAccessControlName: globalName(this, 'Url', 64),
    })
    return {
      origin: new FunctionUrlOrigin(functionUrl, { originAccessControlId, readTimeout }),
      allowedMethods: AllowedMethods.ALLOW_ALL,
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      functionAssociations: [{ function: edge, eventType: FunctionEventType.VIEWER_REQUEST }],
    }
  }
}

/**
 * The edge function removes the path prefix, which the signer does not know. It also copies the
 * viewer's `Authorization` to another header, because CloudFront replaces the original. If the
 * viewer sends that other header itself, the function drops it.
 */
function onRequest(path: string): string {
  return `function handler(event) {
  var request = event.request
  var headers = request.headers
  delete headers['${VIEWER_AUTHORIZATION}']
  if (headers.authorization) headers['${VIEWER_AUTHORIZATION}'] = { value: headers.authorization.value }
  request.uri = request.uri.slice(${path.length}) || '/'
  return request
}
`
}

function behaviors(
  site: BehaviorOptions | undefined,
  path: string,
  signer: BehaviorOptions,
): Pick<DistributionProps, 'defaultBehavior' | 'additionalBehaviors' | 'defaultRootObject'> {
  if (!site) return { defaultBehavior: signer }
  return {
    defaultBehavior: site,
    defaultRootObject: 'index.html',
    additionalBehaviors: { [path]: signer, [`${path}/*`]: signer },
  }
}

/** @returns The Function URL, which only CloudFront can call. */
function checkProps({ signer, site, domainName }: SignerFrontProps, path: string): IFunctionUrl {
  const { functionUrl } = signer
  if (functionUrl?.authType !== FunctionUrlAuthType.AWS_IAM) {
    throw new Error('signer has a public URL, expected one created with behindCloudFront: true')
  }
  if (!site) return functionUrl
  if (!domainName) throw new Error('site is set without domainName and certificate')
  if (!/^(?:\/[\w.-]+)+$/.test(path)) {
    throw new Error(`path is '${path}', expected segments such as '/api/uploads'`)
  }
  return functionUrl
}

function acknowledgeFront(distribution: Distribution, props: SignerFrontProps): void {
  acknowledgeMissingLogs(distribution, props.accessLogs)
  acknowledge(distribution, 'CFR1', "The signer's auth says who may upload, not the country.")
  if (!props.webAclId) {
    acknowledge(
      distribution,
      'CFR2',
      'The signer limits and parses each request itself, and its `reservedConcurrency` can limit their number; `webAclId` can add rules of the account.',
    )
  }
  if (!props.certificate) {
    acknowledge(
      distribution,
      'CFR4',
      'Without `domainName` and `certificate` CloudFront uses its own certificate with a fixed TLS policy; with them it is TLS 1.2.',
    )
  }
}
