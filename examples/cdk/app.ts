import { App, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { FunctionUrlAuthType, Runtime } from 'aws-cdk-lib/aws-lambda'
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Bucket, HttpMethods } from 'aws-cdk-lib/aws-s3'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'

// The pages that may upload. Replace it with your site's origin.
const PAGES = ['http://localhost:8000']

const stack = new Stack(new App(), 'UploadForm', {
  env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION },
})

// A private bucket. CORS lets the page send the form and read S3's response.
const bucket = new Bucket(stack, 'Bucket', {
  enforceSSL: true,
  cors: [
    {
      allowedOrigins: PAGES,
      allowedMethods: [HttpMethods.POST],
      allowedHeaders: ['*'],
      exposedHeaders: ['ETag'],
    },
  ],
  removalPolicy: RemovalPolicy.DESTROY, // `cdk destroy` deletes the bucket
  autoDeleteObjects: true, // with its files
})

// Seals the description of each upload, so that nobody can change it on its way.
const secret = new Secret(stack, 'Secret', {
  generateSecretString: { passwordLength: 64, excludePunctuation: true },
})

// The signer: a Lambda function that makes presigned POSTs.
const signer = new NodejsFunction(stack, 'Signer', {
  entry: 'signer.ts',
  runtime: Runtime.NODEJS_24_X,
  bundling: { format: OutputFormat.ESM, minify: true },
  memorySize: 512,
  timeout: Duration.seconds(10),
  logGroup: new LogGroup(stack, 'Logs', {
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  }),
  environment: {
    WAYBILL_BUCKET: bucket.bucketName,
    WAYBILL_PREFIX: 'uploads/',
    WAYBILL_SECRET_ARN: secret.secretArn,
    WAYBILL_ALLOWED_ORIGINS: PAGES.join(),
    WAYBILL_AUTH: 'rules', // signer.ts says who may upload
  },
})
secret.grantRead(signer)
// A signature can do no more than the role that made it: store new objects below this prefix.
signer.addToRolePolicy(
  new PolicyStatement({
    actions: ['s3:PutObject'],
    resources: [bucket.arnForObjects('uploads/*')],
  }),
)

const { url } = signer.addFunctionUrl({ authType: FunctionUrlAuthType.NONE })
new CfnOutput(stack, 'SignerUrl', { value: url })
new CfnOutput(stack, 'BucketName', { value: bucket.bucketName })
