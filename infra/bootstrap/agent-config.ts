import { HOST_PATHS } from './host-paths.ts'
import { KAFKA_USER } from './kafka-user.ts'

/** What differs from one deployment to another on its hosts. */
export interface HostDeployment {
  /** The bucket that `npm run artifacts` has filled. */
  readonly artifactBucket: string
  readonly region: string
  /** The URL of the hosts' API with its stage, as `RestApi.url` gives it. */
  readonly hostApiUrl: string
}

/** The agent's one configuration file on EC2. It holds no secret: a host proves who it is by the role of its machine. */
export function agentConfig({ artifactBucket, region, hostApiUrl }: HostDeployment): string {
  const config = {
    controlPlaneUrl: hostApiUrl,
    credentials: { kind: 'instance', region },
    stateDir: HOST_PATHS.state,
    logDir: HOST_PATHS.log,
    tempDir: HOST_PATHS.temp,
    volume: { kind: 'ebs', mountPoint: HOST_PATHS.data },
    kafkaReleasesDir: HOST_PATHS.releases,
    artifacts: { bucket: artifactBucket, region, manifestFile: HOST_PATHS.manifest },
    java: '/usr/bin/java',
    platform: 'ec2',
    kafkaUser: KAFKA_USER.name,
  }
  return `${JSON.stringify(config, undefined, 2)}\n`
}
