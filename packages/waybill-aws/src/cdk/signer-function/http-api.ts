/**
 * An API Gateway HTTP API that replaces the Function URL in regions without Function URLs and in
 * organizations that forbid them.
 *
 * There is no `$default` route, because it would also receive preflights. Preflights have no
 * signature, so a route protected by IAM would reject them.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 *
 * @module
 */

import { Duration } from 'aws-cdk-lib'
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway'
import {
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  type HttpRoute,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { acknowledge } from '../cdk-nag/acknowledge.ts'
import { type LogProps, logOptions } from '../functions.ts'
import { SIGNED_HEADERS } from './signer-function-props.ts'

interface SignerApiProps extends LogProps {
  readonly signer: IFunction
  /** Whether IAM authorizes the calls. If so, the API also sets the CORS headers. */
  readonly isGuarded: boolean
  /** Used only if the API sets the CORS headers. */
  readonly allowedOrigins: readonly string[]
}

/** The path reveals nothing about a file. The query string could, so it is not logged. */
const LOG_LINE = {
  requestId: '$context.requestId',
  at: '$context.requestTime',
  ip: '$context.identity.sourceIp',
  method: '$context.httpMethod',
  path: '$context.path',
  status: '$context.status',
  integrationError: '$context.integrationErrorMessage',
}

/**
 * A signer's HTTP API.
 *
 * @example
 * ```ts
 * import { WaybillUploads } from 'waybill-aws/cdk'
 *
 * const { signer } = new WaybillUploads(stack, 'Behind', { ...props, functionUrl: false })
 * signer.httpApi?.grantInvoke(serverRole)
 * ```
 */
export class SignerApi extends Construct {
  readonly api: HttpApi
  /** The signer's base URL. */
  readonly url: string
  readonly #routes: readonly HttpRoute[]

  constructor(scope: Construct, id: string, props: SignerApiProps) {
    super(scope, id)
    const { isGuarded, allowedOrigins } = props
    this.api = new HttpApi(this, 'Api', {
      description: 'Waybill: signer',
      createDefaultStage: false,
      ...(isGuarded && allowedOrigins.length > 0 ? { corsPreflight: cors(allowedOrigins) } : {}),
    })
    this.#logCalls(props)
    this.#routes = this.#addRoutes(props)
    this.url = `${this.api.apiEndpoint}/`
  }

  /** Allows a principal to call a signer that has `auth: { type: 'iam' }`. */
  grantInvoke(grantee: IGrantable): Grant {
    const [first, ...others] = this.#routes.map((route) => route.grantInvoke(grantee))
    if (!first) throw new Error('the API has no routes')
    return others.reduce((sum, each) => sum.combine(each), first)
  }

  #logCalls(props: SignerApiProps): void {
    const log = new LogGroup(this, 'AccessLog', logOptions(props))
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      accessLogSettings: {
        destination: new LogGroupLogDestination(log),
        format: AccessLogFormat.custom(JSON.stringify(LOG_LINE)),
      },
    })
  }

  /** The handler responds to preflights unless the API sets the CORS headers. */
  #addRoutes({ signer, isGuarded }: SignerApiProps): readonly HttpRoute[] {
    const methods = [HttpMethod.GET, HttpMethod.POST, ...(isGuarded ? [] : [HttpMethod.OPTIONS])]
    const integration = new HttpLambdaIntegration('Signer', signer)
    const authorizer = isGuarded ? { authorizer: new HttpIamAuthorizer() } : {}
    const routes = ['/', '/{proxy+}'].flatMap((path) =>
      this.api.addRoutes({ path, methods, integration, ...authorizer }),
    )
    if (isGuarded) return routes
    for (const route of routes) {
      acknowledge(
        route,
        'APIG4',
        "The signer's auth says who may upload, and its handler checks it.",
      )
    }
    return routes
  }
}

function cors(allowedOrigins: readonly string[]) {
  return {
    allowOrigins: [...allowedOrigins],
    allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST],
    allowHeaders: SIGNED_HEADERS,
    maxAge: Duration.hours(1),
  }
}
