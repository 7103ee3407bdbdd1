import { join } from 'node:path'
import type { InstanceCredentials } from '../../agent/config.ts'

/** One host of the local fleet. */
export interface LocalHostSpec {
  /** The folder of the local mode; hosts lie in `hosts/`, their volumes, which outlive them, in `volumes/`. */
  readonly home: string
  readonly instanceId: string
  readonly volumeId: string
  readonly controlPlaneUrl: string
  /** The bearer token by which the control plane knows this host. */
  readonly token: string
  /** Instead of the token: the host signs its calls like a machine on EC2, with what a metadata service tells it. */
  readonly instanceCredentials?: InstanceCredentials
  /** One folder of jars per Kafka release. */
  readonly kafkaReleasesDir: string
  /** Default: the one on PATH. */
  readonly java?: string
  /** Whom Kafka runs as, where root runs the host. Default: whoever runs the host. */
  readonly kafkaUser?: string
  /** What `bundleAgent` made. */
  readonly agentFile: string
  /** Namespaces of its own and a loop-mounted XFS volume, or neither. Default: whatever this machine can do. */
  readonly isolated?: boolean
  readonly stopTimeoutSeconds?: number
  readonly pollWaitSeconds?: number
}

/** The files of one host. */
export interface HostFolder {
  readonly path: string
  readonly configFile: string
  readonly tokenFile: string
  readonly stateDir: string
  readonly logDir: string
  readonly tempDir: string
  readonly mountPoint: string
  /** Written by the host itself before anything else: its number and when it started. */
  readonly powerFile: string
  /** Locked by the host for as long as it lives, so that it is never powered on twice. */
  readonly lockFile: string
  /** Written by a host that wants to be switched on again when it has gone down. */
  readonly rebootFile: string
  /** What init and the agent print. */
  readonly consoleFile: string
}

/** The folder of a host by its instance id. */
export function hostDirOf(home: string, instanceId: string): string {
  return join(home, 'hosts', instanceId)
}

/** The files in a host's folder. */
export function hostFolder(path: string): HostFolder {
  return {
    path,
    configFile: join(path, 'agent.json'),
    tokenFile: join(path, 'token'),
    stateDir: join(path, 'state'),
    logDir: join(path, 'log'),
    tempDir: join(path, 'tmp'),
    mountPoint: join(path, 'volume'),
    powerFile: join(path, 'power'),
    lockFile: join(path, 'power.lock'),
    rebootFile: join(path, 'reboot'),
    consoleFile: join(path, 'log', 'console.log'),
  }
}

/** Where a volume is kept: an image file, or a directory of the same name without the ending. */
export function volumeFile(home: string, volumeId: string, kind: 'image' | 'directory'): string {
  return join(home, 'volumes', kind === 'image' ? `${volumeId}.img` : volumeId)
}
