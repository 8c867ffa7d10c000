/**
 * Events as Lambda gets them, after the recorded ones in AWS's documentation; only what a request fills in differs.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-alb.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 * @module
 */

export interface Sent {
  readonly method?: string
  readonly path?: string
  /** As in the URL, encoded. */
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Whether the front encodes the body, as it does with types that it does not know for text. */
  readonly base64?: boolean
}

const HOST = 'abcdefghijklmnopqrstuvwxyz012345.lambda-url.eu-west-1.on.aws'

export function functionUrlEvent(sent: Sent, authorizer?: object): object {
  const { method = 'GET', path = '/', query = '' } = sent
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers: {
      'x-forwarded-proto': 'https',
      'x-amzn-tls-version': 'TLSv1.3',
      'x-forwarded-port': '443',
      'x-forwarded-for': '203.0.113.9',
      host: HOST,
      ...sent.headers,
    },
    requestContext: {
      accountId: authorizer ? '111122223333' : 'anonymous',
      apiId: 'abcdefghijklmnopqrstuvwxyz012345',
      ...(authorizer ? { authorizer } : {}),
      domainName: HOST,
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '203.0.113.9', userAgent: 'curl/8' },
      requestId: '3f0c8d3e-6a1b-4c55-8b0e-2a6b3c0a9f11',
      routeKey: '$default',
      stage: '$default',
      time: '24/Nov/2026:10:00:00 +0000',
      timeEpoch: 1_795_514_400_000,
    },
    ...bodyOf(sent),
  }
}

export function httpApiEvent(sent: Sent, stage: string, authorizer?: object): object {
  const { path = '/' } = sent
  // A stage of a name is the first segment of the path.
  const staged = { ...sent, path: stage === '$default' ? path : `/${stage}${path}` }
  const event = functionUrlEvent(staged, authorizer)
  const { requestContext } = event as { requestContext: object }
  return { ...event, requestContext: { ...requestContext, stage }, cookies: ['a=1', 'b=2'] }
}

export function albEvent(sent: Sent): object {
  const query = Object.fromEntries((sent.query ?? '').split('&').map((pair) => pair.split('=')))
  return {
    requestContext: {
      elb: {
        targetGroupArn:
          'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/signer/73e2d6bc24d8a067',
      },
    },
    httpMethod: sent.method ?? 'GET',
    path: sent.path ?? '/',
    queryStringParameters: sent.query ? query : {},
    headers: { host: 'lb.example.com', 'x-forwarded-proto': 'https', ...sent.headers },
    ...bodyOf(sent),
    body: bodyOf(sent).body ?? '',
  }
}

export function albMultiValueEvent(sent: Sent): object {
  const { headers, queryStringParameters, ...rest } = albEvent(sent) as Record<string, object>
  const lists = (values: object | undefined) =>
    Object.fromEntries(Object.entries(values ?? {}).map(([name, value]) => [name, [value]]))
  return {
    ...rest,
    multiValueHeaders: lists(headers),
    multiValueQueryStringParameters: lists(queryStringParameters),
  }
}

export function payload1Event(sent: Sent): object {
  return {
    version: '1.0',
    resource: '/{proxy+}',
    path: sent.path ?? '/',
    httpMethod: sent.method ?? 'GET',
    headers: { Host: 'api.example.com', ...sent.headers },
    queryStringParameters: sent.query ? Object.fromEntries(new URLSearchParams(sent.query)) : null,
    multiValueQueryStringParameters: null,
    requestContext: { stage: '$default', httpMethod: sent.method ?? 'GET' },
    ...bodyOf(sent),
  }
}

/** S3's own, through EventBridge. */
export function objectCreatedEvent(
  bucket: string,
  object: { readonly key: string; readonly size?: number; readonly etag?: string },
): object {
  return {
    version: '0',
    id: '17793124-05d4-b198-2fde-7ededc63b103',
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: '111122223333',
    time: '2026-11-24T10:00:00Z',
    region: 'eu-west-1',
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: '0',
      bucket: { name: bucket },
      object: { size: 5, sequencer: '617f08299329d189', ...object },
      'request-id': 'N4N7GDK58NMKJ12R',
      requester: '123456789012',
      'source-ip-address': '203.0.113.9',
      reason: 'PutObject',
    },
  }
}

/** GuardDuty's, through EventBridge. */
export function scanResultEvent(
  bucket: string,
  object: { readonly key: string; readonly etag: string },
  scanResultStatus: string,
): object {
  return {
    version: '0',
    id: '72c7d362-737a-6dce-fc78-9e27a0171419',
    'detail-type': 'GuardDuty Malware Protection Object Scan Result',
    source: 'aws.guardduty',
    account: '111122223333',
    time: '2026-11-24T10:00:00Z',
    region: 'eu-west-1',
    resources: [
      'arn:aws:guardduty:eu-west-1:111122223333:malware-protection-plan/b4c7f464ab3a4EXAMPLE',
    ],
    detail: {
      schemaVersion: '1.0',
      scanStatus: scanResultStatus.endsWith('_FOUND') ? 'COMPLETED' : 'FAILED',
      resourceType: 'S3_OBJECT',
      s3ObjectDetails: { bucketName: bucket, objectKey: object.key, eTag: object.etag },
      scanResultDetails: { scanResultStatus, threats: null },
    },
  }
}

function bodyOf({ body, base64 = false }: Sent): { body?: string; isBase64Encoded: boolean } {
  if (body === undefined) return { isBase64Encoded: false }
  const encoded = base64 ? Buffer.from(body).toString('base64') : body
  return { body: encoded, isBase64Encoded: base64 }
}
