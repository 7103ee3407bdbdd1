import { expect, it } from 'vitest'
import { z } from 'zod'
import { deployedFunctions } from './functions.ts'
import { textOf } from './intrinsics.ts'
import { allPermissionsOf, idOf } from './policies.ts'
import { MANIFEST_SHA256, type Synthesized } from './synthesized.ts'

const LaunchTemplate = z.looseObject({
  LaunchTemplateName: z.string(),
  LaunchTemplateData: z.looseObject({
    UserData: z.object({ 'Fn::Base64': z.unknown() }),
    IamInstanceProfile: z.object({ Arn: z.unknown() }),
    BlockDeviceMappings: z.array(z.looseObject({ Ebs: z.looseObject({ KmsKeyId: z.unknown() }) })),
  }),
})
const Api = z.looseObject({
  EndpointConfiguration: z.object({ Types: z.array(z.string()), VpcEndpointIds: z.array(z.unknown()) }),
  Policy: z.looseObject({
    Statement: z.array(
      z.looseObject({ Effect: z.string(), Action: z.unknown(), Principal: z.looseObject({ AWS: z.unknown() }) }),
    ),
  }),
})

/** What must be true of what hosts are made from, and of the API that they call. */
export function checkHosts(get: () => Synthesized): void {
  const templates = () => get().all('AWS::EC2::LaunchTemplate')
  const dataOf = (properties: unknown) => LaunchTemplate.parse(properties).LaunchTemplateData
  const hostsApi = () => {
    const api = get()
      .all('AWS::ApiGateway::RestApi')
      .find(({ Properties }) => Properties.Name === 'weir-dev-hosts')
    if (!api) throw new Error('there is no API of the hosts')
    return { id: api.id, ...Api.parse(api.Properties) }
  }
  const endpointId = () => {
    const endpoints = get().all('AWS::EC2::VPCEndpoint')
    return endpoints.find(({ Properties }) => String(Properties.ServiceName).endsWith('.execute-api'))?.id
  }

  it('there is a launch template for each role that a machine can have', () => {
    const names = templates().map(({ Properties }) => LaunchTemplate.parse(Properties).LaunchTemplateName)
    expect(names.toSorted()).toEqual(['weir-dev-broker', 'weir-dev-combined', 'weir-dev-controller'])
  })

  it('a machine has version 2 of the metadata service for itself alone, its tags there, and is watched in detail', () => {
    for (const { Properties } of templates()) {
      expect(dataOf(Properties)).toMatchObject({
        EbsOptimized: true,
        Monitoring: { Enabled: true },
        MetadataOptions: {
          HttpEndpoint: 'enabled',
          HttpTokens: 'required',
          HttpPutResponseHopLimit: 1,
          InstanceMetadataTags: 'enabled',
        },
      })
    }
  })

  it('a machine gets no key to log in with, and neither an interface nor a group that could make it public', () => {
    for (const { Properties } of templates()) {
      for (const absent of ['KeyName', 'NetworkInterfaces', 'SecurityGroups', 'SecurityGroupIds'])
        expect(dataOf(Properties)).not.toHaveProperty(absent)
    }
  })

  it('every volume of a machine is encrypted with the key of the deployment', () => {
    for (const { Properties } of templates()) {
      const devices = dataOf(Properties).BlockDeviceMappings
      expect(devices).toHaveLength(1)
      for (const { Ebs } of devices) {
        expect(Ebs).toMatchObject({ Encrypted: true, VolumeType: 'gp3', DeleteOnTermination: true })
        expect(idOf(Ebs.KmsKeyId)).toMatch(/^VolumesKey/)
      }
    }
  })

  it('a machine starts from the bucket of the deployment by digest, and is told where its API is', () => {
    for (const { Properties } of templates()) {
      const script = textOf(dataOf(Properties).UserData['Fn::Base64'])
      expect(script).toContain(MANIFEST_SHA256)
      expect(script).toMatch(/--bucket '<ArtifactsBucket\w+>'/)
      expect(script).toContain(
        `https://<${hostsApi().id}>-<${endpointId()}>.execute-api.eu-central-1.amazonaws.com/live/`,
      )
    }
  })

  it('a machine has the one role of the hosts', () => {
    const [profile, ...others] = get().all('AWS::IAM::InstanceProfile')
    expect(others).toEqual([])
    for (const { Properties } of templates()) expect(idOf(dataOf(Properties).IamInstanceProfile.Arn)).toBe(profile?.id)
  })

  it('launch templates stand in the stack of the functions that name their versions: no stack may change what another imports', () => {
    const told = deployedFunctions(get()).filter(({ variables }) => variables.WEIR_FLEET !== undefined)
    expect(told.length).toBeGreaterThan(1)
    const stacks = [...templates().map(({ id }) => id), ...told.map(({ id }) => id)].map(get().stackOf)
    expect(new Set(stacks)).toEqual(new Set(['control-plane']))
    // What these export never changes: names, ARNs and ids.
    expect(get().importedStacks).toEqual(['data', 'hosts', 'network'])
  })

  it('artefacts keep their versions, are encrypted, travel over TLS and are nobody else’s to see', () => {
    const [bucket, ...others] = get().all('AWS::S3::Bucket')
    expect(others).toEqual([])
    expect(bucket).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: {
        VersioningConfiguration: { Status: 'Enabled' },
        BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: {} }] },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      },
    })
    const policies = JSON.stringify(get().all('AWS::S3::BucketPolicy'))
    expect(policies).toContain('"aws:SecureTransport":"false"')
    expect(policies).not.toContain('"Effect":"Allow"')
  })

  it('what must outlive its stack is in stacks that cannot be deleted by mistake', () => {
    expect(get().protectedStacks).toEqual(['data', 'hosts'])
    const kept = ['AWS::DynamoDB::Table', 'AWS::KMS::Key', 'AWS::S3::Bucket'].flatMap(get().all)
    for (const { id } of kept) expect(get().protectedStacks, id).toContain(get().stackOf(id))
  })

  it('the API of the hosts can be reached through their endpoint only, by their role only', () => {
    const { EndpointConfiguration, Policy } = hostsApi()
    expect(EndpointConfiguration.Types).toEqual(['PRIVATE'])
    expect(EndpointConfiguration.VpcEndpointIds.map(idOf)).toEqual([endpointId()])
    const [allowing, denying, ...others] = Policy.Statement
    expect(others).toEqual([])
    expect([allowing?.Effect, denying?.Effect]).toEqual(['Allow', 'Deny'])
    expect(idOf(allowing?.Principal.AWS)).toMatch(/HostRole/)
    expect(denying?.Principal.AWS).toBe('*')
    const { StringNotEquals } = z
      .looseObject({ StringNotEquals: z.record(z.string(), z.unknown()) })
      .parse(denying?.Condition)
    expect(idOf(StringNotEquals['aws:SourceVpce'])).toBe(endpointId())
  })

  it('Lambda connects functions to the network in their names, which their own code cannot do', () => {
    for (const { roleId, name, properties } of deployedFunctions(get())) {
      const connecting = allPermissionsOf(get(), roleId).filter(({ condition }) => condition.includes('lambda:Source'))
      expect(connecting.length > 0, name).toBe(properties.VpcConfig !== undefined)
      for (const { condition } of connecting) {
        expect(JSON.parse(condition)).toEqual({
          ArnNotEqualsIfExists: {
            'lambda:SourceFunctionArn': `arn:aws:lambda:eu-central-1:123456789012:function:weir-dev-${name}`,
          },
        })
      }
    }
  })
}
