import { CfnParameter, type CfnParameterProps } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { PATTERNS, rulesAccepted, rulesPattern } from './parameter-patterns.ts'
import type { TemplateFeatures } from './template-features.ts'

const MAX_RULES_LENGTH = 2200

export function sharedParameters(scope: Construct, features: TemplateFeatures) {
  const origins = parameter(scope, 'AllowedOrigins', {
    type: 'CommaDelimitedList',
    description: 'Origins whose pages upload, separated by commas: https://app.example.com',
    allowedPattern: PATTERNS.origin,
    constraintDescription: 'exact origins, without a path and without a slash at the end',
  })
  // The rules and the object defaults must fit into one environment, which Lambda limits to 4,096
  // characters. Its other variables need up to 1,400, and JSON escapes each quote.
  const { objectDefaults } = features
  const taken = objectDefaults ? JSON.stringify(objectDefaults).length : 0
  const rules = parameter(scope, 'Rules', {
    description: 'Upload rules as JSON: {"photos":{"types":["image/png"],"maxSize":20971520}}',
    maxLength: MAX_RULES_LENGTH - taken,
    allowedPattern: rulesPattern(features),
    constraintDescription: rulesAccepted(features),
  })
  const prefix = parameter(scope, 'Prefix', {
    default: 'uploads/',
    description: 'The beginning of all object keys',
    maxLength: 256,
    allowedPattern: PATTERNS.prefix,
    constraintDescription: "segments that end in '/', such as uploads/",
  })
  return {
    allowedOrigins: origins.valueAsList,
    rules: rules.valueAsString,
    prefix: prefix.valueAsString,
  }
}

export function codeParameters(scope: Construct) {
  const bucket = parameter(scope, 'CodeBucket', {
    description: 'The bucket with the zip of the functions, in the region of the stack',
    allowedPattern: PATTERNS.bucket,
    constraintDescription: 'the name of a bucket',
  })
  const folder = parameter(scope, 'CodePrefix', {
    default: '',
    description: 'What stands before the name of the zip in that bucket: releases/',
    allowedPattern: PATTERNS.folder,
    constraintDescription: "nothing, or a prefix that ends in '/'",
  })
  return { bucket: bucket.valueAsString, folder: folder.valueAsString }
}

export function issuerParameters(scope: Construct) {
  const issuer = parameter(scope, 'JwtIssuer', {
    description: 'iss of the tokens, letter for letter: https://id.example.com',
    allowedPattern: PATTERNS.issuer,
    constraintDescription: "an address that begins with https:// and has no '#'",
  })
  const audience = parameter(scope, 'JwtAudience', {
    description: 'aud of the tokens',
    minLength: 1,
  })
  const jwksUri = parameter(scope, 'JwksUri', {
    default: '',
    description: 'Where the issuer publishes its keys; empty for <issuer>/.well-known/jwks.json',
    allowedPattern: PATTERNS.optionalAddress,
    constraintDescription: 'nothing, or an address that begins with https://',
  })
  return {
    issuer: issuer.valueAsString,
    audience: audience.valueAsString,
    jwksUri: jwksUri.valueAsString,
  }
}

export function domainParameters(scope: Construct, of: 'Front' | 'Delivery') {
  const name = parameter(scope, `${of}Domain`, {
    description: 'The domain name of the distribution; its DNS record is yours to make',
    allowedPattern: PATTERNS.domain,
    constraintDescription: 'a domain name such as files.example.com',
  })
  const certificate = parameter(scope, `${of}Certificate`, {
    description: 'ARN of the certificate of that name, in us-east-1',
    allowedPattern: PATTERNS.certificateArn,
    constraintDescription: 'the ARN of a certificate (ACM) in us-east-1',
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
      'Subnets of the functions, separated by commas: with NAT or endpoints, none public',
  })
  const groups = parameter(scope, 'SecurityGroupIds', {
    type: 'List<AWS::EC2::SecurityGroup::Id>',
    description: 'Security groups of the functions, separated by commas, of the VPC of the subnets',
  })
  return { subnetIds: subnets.valueAsList, securityGroupIds: groups.valueAsList }
}

export function webAclParameter(scope: Construct): string {
  return parameter(scope, 'WebAclArn', {
    description: 'ARN of the web ACL of CloudFront before the signer: of the scope CLOUDFRONT',
    allowedPattern: PATTERNS.webAclArn,
    constraintDescription: 'the ARN of a web ACL (AWS WAF) in us-east-1, of the scope CLOUDFRONT',
  }).valueAsString
}

export function keyParameter(scope: Construct): string {
  return parameter(scope, 'KeyArn', {
    description: 'ARN of the KMS key of the bucket; its policy leaves its use to IAM',
    allowedPattern: PATTERNS.keyArn,
    constraintDescription: 'the ARN of a KMS key',
  }).valueAsString
}

export function namePrefixParameter(scope: Construct): string {
  return parameter(scope, 'BucketNamePrefix', {
    description: "The beginning of the bucket's name, before the account and the region",
    allowedPattern: PATTERNS.namePrefix,
    constraintDescription: 'up to 36 lowercase letters, digits and hyphens',
  }).valueAsString
}

export function logsParameter(scope: Construct): string {
  return parameter(scope, 'LogBucket', {
    description:
      'The bucket for access logs, in the region of the stack: its policy lets logging.s3.amazonaws.com write',
    allowedPattern: PATTERNS.bucket,
    constraintDescription: 'the name of a bucket',
  }).valueAsString
}

export function topicParameter(scope: Construct): string {
  return parameter(scope, 'AlarmTopicArn', {
    description: 'ARN of the SNS topic that alarms are sent to',
    allowedPattern: PATTERNS.topicArn,
    constraintDescription: 'the ARN of an SNS topic',
  }).valueAsString
}

function parameter(scope: Construct, name: string, props: CfnParameterProps): CfnParameter {
  return new CfnParameter(scope, name, props)
}
