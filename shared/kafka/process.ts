import type { ProcessProfile } from '../catalogue/instance-types.ts'
import type { KafkaVersion } from '../catalogue/kafka-versions.ts'
import { isKafka4 } from './release-line.ts'

/** Where a host's release and files are; the jars come from Maven on one machine and from a release artefact on AWS. */
export interface KafkaPaths {
  /** The java executable, a path or a name on PATH. */
  readonly java: string
  /** The folder that holds every jar of the release. */
  readonly jarsDir: string
  readonly propertiesFile: string
  /** The host's own temporary folder: native libraries are unpacked there, so it must not be mounted `noexec`. */
  readonly tempDir: string
}

/** What formatting needs besides the paths. */
export interface FormatCommandInput extends KafkaPaths {
  /** The metadata level the cluster is born with, for instance `3.9-IV0`: the catalogue's for its release. */
  readonly metadataVersion: string
  /** Kafka's own cluster id: a base64url UUID of 22 characters. */
  readonly clusterUuid: string
}

/** What starting needs besides the paths. */
export interface ServerCommandInput extends KafkaPaths {
  readonly kafkaVersion: KafkaVersion
  /** The rendered `log4j.properties` or `log4j2.properties`. */
  readonly loggingFile: string
  readonly profile: ProcessProfile
}

// Kafka's tool for storage lives for a second: the fastest start counts, and it writes a few small files only.
const shortLivedFlags = ['-Xmx64m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto', '-XX:-UsePerfData']

/**
 * The command that formats a host's log directories; argument 0 is the program. It may be repeated: a formatted directory is
 * left alone, another cluster's or node's directory is an error.
 */
export function formatCommand(input: FormatCommandInput): readonly string[] {
  return [
    ...storageTool(input),
    'format',
    '--ignore-formatted',
    '--cluster-id',
    input.clusterUuid,
    '--config',
    input.propertiesFile,
    '--release-version',
    input.metadataVersion,
  ]
}

/** Kafka's own tool for directories and configurations, without its arguments. */
export function storageTool(paths: KafkaPaths): readonly string[] {
  return [paths.java, ...shortLivedFlags, ...classPath(paths), 'kafka.tools.StorageTool']
}

/** The command that runs Kafka in the foreground until SIGTERM; argument 0 is the program. */
export function serverCommand(input: ServerCommandInput): readonly string[] {
  const { heapMiB, jvmFlags } = input.profile
  const logging = isKafka4(input.kafkaVersion)
    ? `-Dlog4j2.configurationFile=${input.loggingFile}`
    : `-Dlog4j.configuration=file:${input.loggingFile}`
  return [
    input.java,
    `-Xms${heapMiB}m`,
    `-Xmx${heapMiB}m`,
    ...jvmFlags,
    // A process that cannot allocate must end, so that its supervisor sees it.
    '-XX:+ExitOnOutOfMemoryError',
    // Its file in /tmp is named by the process id, which hosts with namespaces of their own on one machine share.
    '-XX:-UsePerfData',
    logging,
    ...classPath(input),
    'kafka.Kafka',
    input.propertiesFile,
  ]
}

/** Where a folder of jars may hold an archive of their classes, which saves a third of a start; it need not be there. */
export function classArchive(jarsDir: string): string {
  return `${jarsDir}/classes.jsa`
}

function classPath(paths: KafkaPaths): readonly string[] {
  return [
    `-XX:SharedArchiveFile=${classArchive(paths.jarsDir)}`,
    `-Djava.io.tmpdir=${paths.tempDir}`,
    '-Djava.awt.headless=true',
    '-cp',
    `${paths.jarsDir}/*`,
  ]
}
