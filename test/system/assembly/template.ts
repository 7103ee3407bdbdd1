import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const Resource = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
})

const Template = z.object({
  Resources: z.record(z.string(), Resource),
  Parameters: z.record(z.string(), z.looseObject({ Type: z.string() })).default({}),
  Outputs: z
    .record(z.string(), z.object({ Value: z.unknown(), Export: z.object({ Name: z.string() }).optional() }))
    .default({}),
})

/** A resource with every function of CloudFormation worked out, as the service that makes it would be called. */
export interface Made {
  readonly id: string
  readonly type: string
  readonly properties: Readonly<Record<string, unknown>>
}

/** What a deployment would make of the templates of an assembly. */
export interface Deployment {
  readonly account: string
  readonly region: string
  all(type: string): readonly Made[]
  byId(id: string): Made
  /** The ARN that the resource has once it is there. */
  arnOf(id: string): string
  /** What a reference to the resource gives: a name, an id or an ARN. */
  refOf(id: string): string
}

export const ACCOUNT = '123456789012'

/** A template as it may be spoilt before it is deployed: the resources of all stacks by logical id. */
export type Templates = Record<string, z.output<typeof Resource>>

/** What stands in for the work of CloudFormation: names, ARNs and references, across stacks. */
export function deploy(
  directory: string,
  region: string,
  { spoil = () => undefined, keyArn }: { readonly spoil?: (resources: Templates) => void; readonly keyArn: string },
): Deployment {
  const templates = readdirSync(directory)
    .filter((file) => file.endsWith('.template.json'))
    .map((file) => Template.parse(JSON.parse(readFileSync(join(directory, file), 'utf8'))))
  const resources: Templates = Object.assign({}, ...templates.map(({ Resources }) => Resources))
  spoil(resources)
  const exported = new Map(
    templates.flatMap(({ Outputs }) =>
      Object.values(Outputs).flatMap(({ Value, Export }) => (Export ? [[Export.Name, Value] as const] : [])),
    ),
  )
  const parameters = new Map(templates.flatMap(({ Parameters }) => Object.entries(Parameters)))
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::Partition': 'aws',
    'AWS::AccountId': ACCOUNT,
    'AWS::Region': region,
    'AWS::URLSuffix': 'amazonaws.com',
  }

  const found = (id: string): z.output<typeof Resource> => {
    const resource = resources[id]
    if (!resource) throw new Error(`the templates have no resource ${id}`)
    return resource
  }
  const nameOf = (id: string): string => {
    const { Type, Properties } = found(id)
    const property = NAMES[Type]
    const name = property === undefined ? undefined : Properties[property]
    return typeof name === 'string' ? name : id
  }
  const arnOf = (id: string): string => {
    // KMS has named the one key that something is asked of here.
    if (found(id).Properties.KeyUsage === 'SIGN_VERIFY') return keyArn
    const form = ARNS[found(id).Type] ?? ((name: string) => `arn:aws:unknown:${region}:${ACCOUNT}:${name}`)
    return form(nameOf(id), region)
  }
  const refOf = (id: string): string => {
    const parameter = parameters.get(id)
    if (parameter) return `what the parameter ${parameter.Default} holds`
    const given = pseudo[id]
    if (given !== undefined) return given
    const { Type } = found(id)
    const prefix = IDS[Type]
    if (prefix !== undefined) return idLike(prefix, id)
    return NAMED_BY_ARN.has(Type) ? arnOf(id) : nameOf(id)
  }
  const attributeOf = (id: string, attribute: string): string => {
    if (attribute === 'Arn') return arnOf(id)
    if (attribute === 'GroupId') return refOf(id)
    if (attribute === 'LatestVersionNumber') return '1'
    if (attribute === 'StreamArn') return `${arnOf(id)}/stream/of-the-table`
    return `${id}.${attribute}`
  }
  const texts = (value: unknown): readonly string[] =>
    z
      .array(z.unknown())
      .parse(value)
      .map((part) => String(resolved(part)))

  function resolved(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(resolved)
    if (typeof value !== 'object' || value === null) return value
    const [only, ...others] = Object.entries(value)
    if (only && others.length === 0) {
      const [key, argument] = only
      if (key === 'Ref') return refOf(String(argument))
      if (key === 'Fn::GetAtt') {
        const [id = '', attribute = ''] = texts(argument)
        return attributeOf(id, attribute)
      }
      if (key === 'Fn::Join') {
        const [separator, parts] = z.tuple([z.string(), z.unknown()]).parse(argument)
        return texts(parts).join(separator)
      }
      if (key === 'Fn::Select') {
        const [index, list] = z.tuple([z.coerce.number(), z.unknown()]).parse(argument)
        return z.array(z.unknown()).parse(resolved(list))[index]
      }
      if (key === 'Fn::Split') {
        const [separator, text] = z.tuple([z.string(), z.unknown()]).parse(argument)
        return String(resolved(text)).split(separator)
      }
      if (key === 'Fn::Base64') return Buffer.from(String(resolved(argument))).toString('base64')
      if (key === 'Fn::Sub') return String(argument).replaceAll(/\$\{([^}]+)\}/g, (_, name: string) => refOf(name))
      if (key === 'Fn::ImportValue') {
        const name = String(resolved(argument))
        if (!exported.has(name)) throw new Error(`no stack exports ${name}`)
        return resolved(exported.get(name))
      }
      if (key.startsWith('Fn::')) throw new TypeError(`a function of CloudFormation that is not known here: ${key}`)
    }
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, resolved(part)]))
  }

  const byId = (id: string): Made => {
    const { Type, Properties } = found(id)
    return { id, type: Type, properties: z.record(z.string(), z.unknown()).parse(resolved(Properties)) }
  }
  return {
    account: ACCOUNT,
    region,
    byId,
    arnOf,
    refOf,
    all: (type) => Object.keys(resources).flatMap((id) => (resources[id]?.Type === type ? [byId(id)] : [])),
  }
}

/** The property that names a resource of a type. */
const NAMES: Readonly<Record<string, string>> = {
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::StepFunctions::StateMachine': 'StateMachineName',
  'AWS::Events::EventBus': 'Name',
  'AWS::IAM::Role': 'RoleName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::ApiGateway::Stage': 'StageName',
  'AWS::IAM::InstanceProfile': 'InstanceProfileName',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::Logs::LogGroup': 'LogGroupName',
}

/** What a reference to gives its ARN. */
const NAMED_BY_ARN: ReadonlySet<string> = new Set(['AWS::StepFunctions::StateMachine', 'AWS::IAM::ManagedPolicy'])

/** What EC2 names things by. */
const IDS: Readonly<Record<string, string>> = {
  'AWS::EC2::VPC': 'vpc',
  'AWS::EC2::Subnet': 'subnet',
  'AWS::EC2::SecurityGroup': 'sg',
  'AWS::EC2::LaunchTemplate': 'lt',
  'AWS::EC2::VPCEndpoint': 'vpce',
}

const idLike = (prefix: string, id: string) => `${prefix}-${createHash('sha256').update(id).digest('hex').slice(0, 17)}`

const ARNS: Readonly<Record<string, (name: string, region: string) => string>> = {
  'AWS::Lambda::Function': (name, region) => `arn:aws:lambda:${region}:${ACCOUNT}:function:${name}`,
  'AWS::StepFunctions::StateMachine': (name, region) => `arn:aws:states:${region}:${ACCOUNT}:stateMachine:${name}`,
  'AWS::Events::EventBus': (name, region) => `arn:aws:events:${region}:${ACCOUNT}:event-bus/${name}`,
  'AWS::IAM::Role': (name) => `arn:aws:iam::${ACCOUNT}:role/${name}`,
  'AWS::IAM::InstanceProfile': (name) => `arn:aws:iam::${ACCOUNT}:instance-profile/${name}`,
  'AWS::IAM::ManagedPolicy': (name) => `arn:aws:iam::${ACCOUNT}:policy/${name}`,
  'AWS::Logs::LogGroup': (name, region) => `arn:aws:logs:${region}:${ACCOUNT}:log-group:${name}:*`,
  'AWS::SQS::Queue': (name, region) => `arn:aws:sqs:${region}:${ACCOUNT}:${name}`,
  'AWS::KMS::Key': (name, region) => `arn:aws:kms:${region}:${ACCOUNT}:key/${name}`,
  'AWS::S3::Bucket': (name) => `arn:aws:s3:::${name}`,
  'AWS::DynamoDB::Table': (name, region) => `arn:aws:dynamodb:${region}:${ACCOUNT}:table/${name}`,
}
