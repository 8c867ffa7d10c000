/**
 * A stack with `WaybillUploads` that has parameters instead of props. It has no assets and needs no
 * bootstrapping: the functions' zip file is in a bucket that a parameter names.
 *
 * @module
 */

import {
  Annotations,
  BootstraplessSynthesizer,
  CfnOutput,
  Duration,
  Fn,
  type IStackSynthesizer,
  Stack,
} from 'aws-cdk-lib'
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager'
import { Key } from 'aws-cdk-lib/aws-kms'
import { CfnFunction, Code, type Function as LambdaFunction, Tracing } from 'aws-cdk-lib/aws-lambda'
import { Bucket, BucketNamespace, type IBucket } from 'aws-cdk-lib/aws-s3'
import { Topic } from 'aws-cdk-lib/aws-sns'
import type { Construct } from 'constructs'
import { Delivery } from '../delivery/delivery.ts'
import type { CustomDomainProps } from '../front/custom-domain.ts'
import { SignerFront } from '../front/signer-front.ts'
import { grantVpcAccess } from '../network/function-network.ts'
import { NAMED_AT_DEPLOYMENT } from '../regions.ts'
import type { SignerAuth } from '../signer-function/signer-auth.ts'
import { WaybillUploads } from '../waybill-uploads.ts'
import { checkFeatures, type Front, type TemplateFeatures } from './template-features.ts'
import {
  codeParameters,
  domainParameters,
  issuerParameters,
  keyParameter,
  logsParameter,
  namePrefixParameter,
  networkParameters,
  sharedParameters,
  topicParameter,
  webAclParameter,
} from './template-parameters.ts'

export interface TemplateStackProps {
  readonly features: TemplateFeatures
  /**
   * The zip file's name. It contains a hash of the content, so different code has a different name.
   */
  readonly codeFile: string
  readonly description: string
}

export class TemplateStack extends Stack {
  readonly uploads: WaybillUploads
  readonly #logs: { readonly accessLogs?: IBucket }

  constructor(scope: Construct, id: string, props: TemplateStackProps) {
    super(scope, id, {
      description: props.description,
      // This needs a cast, because CDK's classes are compiled without `exactOptionalPropertyTypes`.
      synthesizer: new BootstraplessSynthesizer() as IStackSynthesizer,
      analyticsReporting: false,
    })
    const { features } = props
    checkFeatures(features)
    this.node.setContext(NAMED_AT_DEPLOYMENT, true)
    // CDK adds `DependsOn` for a role and its policy even if a reference implies it, which cfn-lint
    // reports.
    this.templateOptions.metadata = { 'cfn-lint': { config: { ignore_checks: ['W3005'] } } }
    const shared = sharedParameters(this, features)
    const code = this.#code(props.codeFile)
    this.#logs = features.accessLogs
      ? { accessLogs: Bucket.fromBucketName(this, 'Logs', logsParameter(this)) }
      : {}
    this.uploads = new WaybillUploads(this, 'Uploads', {
      ...this.#logs,
      allowedOrigins: shared.allowedOrigins,
      prefix: shared.prefix,
      auth: this.#auth(features),
      signerCode: code,
      arrivalCode: code,
      environment: { WAYBILL_RULES: shared.rules },
      codeAllows: {
        read: features.read,
        remove: features.remove,
        claims: features.claims.map((days) => Duration.days(days)),
        quota: features.quota,
      },
      functionUrl: !features.httpApi,
      behindCloudFront: features.front !== 'none',
      malwareScan: features.malwareScan,
      transferAcceleration: features.transferAcceleration,
      dashboard: features.dashboard,
      ...(features.tracing ? { tracing: Tracing.ACTIVE } : {}),
      metrics: features.metrics,
      rejected: features.deleteRejected ? 'delete' : 'keep',
      ...(features.objectDefaults ? { objectDefaults: features.objectDefaults } : {}),
      ...this.#imported(features),
    })
    const { signer, arrival } = this.uploads
    // `--alarm-topic` is a choice of whoever writes the template.
    Annotations.of(this).acknowledgeWarning('waybill:silent-alarms')
    // Both functions are in one zip, each in its own folder.
    resourceOf(signer.function).handler = 'signer/index.handler'
    resourceOf(arrival.function).handler = 'arrival/index.handler'
    if (features.vpc) this.#joinNetwork(features)
    if (features.auth === 'none') this.#warnOfAnonymousCallers()
    this.#addOutputs(features, shared.prefix)
  }

  /**
   * The zip's name cannot be a parameter. Parameters keep their values when a stack is updated, so
   * a new template would run the old code.
   */
  #code(file: string): Code {
    const { bucket, folder } = codeParameters(this)
    // CDK warns that a zip could be replaced under the same name. That cannot happen here, because
    // the name contains a hash of the content.
    Annotations.of(this).acknowledgeWarning(
      '@aws-cdk/aws-lambda:codeFromBucketObjectVersionNotSpecified',
    )
    return Code.fromBucketV2(
      Bucket.fromBucketName(this, 'Code', bucket),
      Fn.join('', [folder, file]),
    )
  }

  #auth({ auth }: TemplateFeatures): SignerAuth {
    return auth === 'jwt' ? { type: auth, ...issuerParameters(this) } : { type: auth }
  }

  /** Replaces the construct's warning, which is written for CDK users. */
  #warnOfAnonymousCallers(): void {
    const annotations = Annotations.of(this)
    annotations.acknowledgeWarning('waybill:anonymous-signer')
    annotations.addWarningV2(
      'waybill:anonymous-template',
      "With --auth none the signer's URL is public: anyone who finds it can upload within the rules. If " +
        'only some people may, write the template with --auth jwt or --auth iam. To check callers with your own code, use ' +
        'your own function (docs/operate/template.md).',
    )
  }

  #imported({ encryptionKey, alarmTopic, accountNamespace }: TemplateFeatures) {
    return {
      ...(accountNamespace
        ? {
            bucketNamespace: BucketNamespace.ACCOUNT_REGIONAL,
            bucketNamePrefix: namePrefixParameter(this),
          }
        : {}),
      ...(encryptionKey ? { encryptionKey: Key.fromKeyArn(this, 'Key', keyParameter(this)) } : {}),
      ...(alarmTopic
        ? { alarmTopic: Topic.fromTopicArn(this, 'AlarmTopic', topicParameter(this)) }
        : {}),
    }
  }

  /**
   * CDK counts subnets and security groups at synthesis, when list parameters have no length yet.
   * They are therefore set directly on the functions' resources, and a warning says what the
   * subnets need.
   */
  #joinNetwork({ auth, quota }: TemplateFeatures): void {
    const network = networkParameters(this)
    for (const { function: each, role } of [this.uploads.signer, this.uploads.arrival]) {
      resourceOf(each).vpcConfig = network
      grantVpcAccess(role)
    }
    const services = `S3, Secrets Manager${quota ? ', DynamoDB' : ''} and EventBridge`
    const issuer =
      auth === 'jwt' ? '. No endpoint leads to the issuer of the tokens: that needs NAT' : ''
    Annotations.of(this).addWarningV2(
      'waybill:way-out',
      `Without NAT in the subnets, their VPC needs endpoints for ${services}: calls to them would time out${issuer}`,
    )
  }

  #addOutputs(features: TemplateFeatures, prefix: string): void {
    const { bucket, signer, arrival, secret, signerUrl, storageOrigins } = this.uploads
    const outputs: Record<string, string> = {
      SignerUrl: features.front === 'none' ? signerUrl : this.#frontUrl(features),
      BucketName: bucket.bucketName,
      StorageOrigins: storageOrigins.join(' '),
      SecretArn: secret.secretArn,
      SignerRoleArn: signer.role.roleArn,
      ArrivalRoleArn: arrival.role.roleArn,
      ArrivalFunctionName: arrival.function.functionName,
      DeadLetterQueueUrl: arrival.deadLetterQueue.queueUrl,
      ...(features.delivery === 'none' ? {} : { DeliveryUrl: this.#deliveryUrl(features, prefix) }),
    }
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value })
  }

  #frontUrl({ front, webAcl }: TemplateFeatures): string {
    return new SignerFront(this, 'Front', {
      signer: this.uploads.signer,
      ...this.#domain('Front', front),
      ...(webAcl ? { webAclId: webAclParameter(this) } : {}),
      ...this.#logs,
    }).url
  }

  #deliveryUrl({ delivery }: TemplateFeatures, prefix: string): string {
    const { bucket } = this.uploads
    return new Delivery(this, 'Delivery', {
      bucket,
      prefix,
      viewers: 'everybody',
      ...this.#domain('Delivery', delivery),
      ...this.#logs,
    }).url
  }

  #domain(of: 'Front' | 'Delivery', front: Front): CustomDomainProps {
    if (front !== 'domain') return {}
    const { name, certificateArn } = domainParameters(this, of)
    return {
      domainName: name,
      certificate: Certificate.fromCertificateArn(this, `${of}Imported`, certificateArn),
    }
  }
}

function resourceOf({ node }: LambdaFunction): CfnFunction {
  const { defaultChild: resource } = node
  if (resource instanceof CfnFunction) return resource
  throw new Error('a function has no CloudFormation resource')
}
