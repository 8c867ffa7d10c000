import { CfnParameter, type CfnParameterProps } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { PATTERNS, rulesAccepted, rulesPattern } from './parameter-patterns.ts'
import type { TemplateFeatures } from './template-features.ts'

const MAX_RULES_LENGTH = 2200

export function sharedParameters(scope: Construct, features: TemplateFeatures) {
  const origins = parameter(scope, 'AllowedOrigins', {
    type: 'CommaDelimitedList',
    description:
      'Origins whose pages may upload, separated by commas, such as https://app.example.com',
    allowedPattern: PATTERNS.origin,
    constraintDescription: 'exact origins, without a path or trailing slash',
  })
  // The rules and the object defaults must fit into one environment, which Lambda limits to 4,096
  // characters. Its other variables need up to 1,400, and JSON escapes each quote.
  const { objectDefaults } = features
  const taken = objectDefaults ? JSON.stringify(objectDefaults).length : 0
  const rules = parameter(scope, 'Rules', {
    description:
      'Upload rules as JSON, such as {"photos":{"types":["image/png"],"maxSize":20971520}}',
    maxLength: MAX_RULES_LENGTH - taken,
    allowedPattern: rulesPattern(features),
    constraintDescription: rulesAccepted(features),
  })
  const prefix = parameter(scope, 'Prefix', {
    default: 'uploads/',
    description: 'Prefix of all object keys',
    maxLength: 256,
    allowedPattern: PATTERNS.prefix,
    constraintDescription: "a prefix that ends in '/', such as uploads/",
  })
  return {
    allowedOrigins: origins.valueAsList,
    rules: rules.valueAsString,
    prefix: prefix.valueAsString,
  }
}

export function codeParameters(scope: Construct) {
  const bucket = parameter(scope, 'CodeBucket', {
    description: "Bucket that contains the functions' zip file, in the stack's region",
    allowedPattern: PATTERNS.bucket,
    constraintDescription: 'the name of a bucket',
  })
  const folder = parameter(scope, 'CodePrefix', {
    default: '',
    description: "Prefix of the zip file's key in that bucket, such as releases/",
    allowedPattern: PATTERNS.folder,
    constraintDescription: "empty, or a prefix that ends in '/'",
  })
  return { bucket: bucket.valueAsString, folder: folder.valueAsString }
}

export function issuerParameters(scope: Construct) {
  const issuer = parameter(scope, 'JwtIssuer', {
    description: "The tokens' exact issuer (iss), such as https://id.example.com",
    allowedPattern: PATTERNS.issuer,
    constraintDescription: "a URL that starts with https:// and has no '#'",
  })
  const audience = parameter(scope, 'JwtAudience', {
    description: "The tokens' audience (aud)",
    minLength: 1,
  })
  const jwksUri = parameter(scope, 'JwksUri', {
    default: '',
    description: "URL of the issuer's public keys; leave empty for <issuer>/.well-known/jwks.json",
    allowedPattern: PATTERNS.optionalAddress,
    constraintDescription: 'empty, or a URL that starts with https://',
  })
  return {
    issuer: issuer.valueAsString,
    audience: audience.valueAsString,
    jwksUri: jwksUri.valueAsString,
  }
}

export function domainParameters(scope: Construct, of: 'Front' | 'Delivery') {
  const name = parameter(scope, `${of}Domain`, {
    description: "The distribution's domain name; create its DNS record yourself",
    allowedPattern: PATTERNS.domain,
    constraintDescription: 'a domain name such as files.example.com',
  })
  const certificate = parameter(scope, `${of}Certificate`, {
    description: 'ARN of the certificate for that domain name, in us-east-1',
    allowedPattern: PATTERNS.certificateArn,
    constraintDescription: 'the ARN of an ACM certificate in us-east-1',
  })
  return { name: name.valueAsString, certificateArn: certificate.valueAsString }
}

/**
 * CloudFormation checks that the subnets and security groups exist. They determine the VPC, which
 * therefore needs no parameter.
 */
export function networkParameters(scope: Construct) {
  const subnets = parameter(scope, 'SubnetIds', {
    type: 'List<AWS::EC2::Subnet::Id>',
    description:
      'Private subnets for the functions, separated by commas; they need NAT or VPC endpoints',
  })
  const groups = parameter(scope, 'SecurityGroupIds', {
    type: 'List<AWS::EC2::SecurityGroup::Id>',
    description: "Security groups for the functions, separated by commas, in the subnets' VPC",
  })
  return { subnetIds: subnets.valueAsList, securityGroupIds: groups.valueAsList }
}

export function webAclParameter(scope: Construct): string {
  return parameter(scope, 'WebAclArn', {
    description:
      'ARN of the web ACL for the CloudFront distribution of the signer (scope CLOUDFRONT)',
    allowedPattern: PATTERNS.webAclArn,
    constraintDescription: 'the ARN of an AWS WAF web ACL with scope CLOUDFRONT, in us-east-1',
  }).valueAsString
}

export function keyParameter(scope: Construct): string {
  return parameter(scope, 'KeyArn', {
    description: "ARN of the bucket's KMS key; its key policy must let IAM policies grant access",
    allowedPattern: PATTERNS.keyArn,
    constraintDescription: 'the ARN of a KMS key',
  }).valueAsString
}

export function namePrefixParameter(scope: Construct): string {
  return parameter(scope, 'BucketNamePrefix', {
    description: "Prefix of the bucket's name; AWS appends the account and the region",
    allowedPattern: PATTERNS.namePrefix,
    constraintDescription: 'up to 36 lowercase letters, digits and hyphens',
  }).valueAsString
}

export function logsParameter(scope: Construct): string {
  return parameter(scope, 'LogBucket', {
    description:
      "Bucket for access logs, in the stack's region; its policy must let logging.s3.amazonaws.com write",
    allowedPattern: PATTERNS.bucket,
    constraintDescription: 'the name of a bucket',
  }).valueAsString
}

export function topicParameter(scope: Construct): string {
  return parameter(scope, 'AlarmTopicArn', {
    description: 'ARN of the SNS topic that receives alarms',
    allowedPattern: PATTERNS.topicArn,
    constraintDescription: 'the ARN of an SNS topic',
  }).valueAsString
}

function parameter(scope: Construct, name: string, props: CfnParameterProps): CfnParameter {
  return new CfnParameter(scope, name, props)
}
