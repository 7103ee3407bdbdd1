import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { DesiredHost } from '../shared/host-protocol/desired.ts'
import type { CertificateAnswer } from '../shared/host-protocol/messages.ts'
import type { HostProblem, HostReport } from '../shared/host-protocol/report.ts'
import { serverCommand } from '../shared/kafka/process.ts'
import type { AgentParts } from './agent.ts'
import { checkCandidate } from './converge/check-candidate.ts'
import type { HostSteps, Pass } from './converge/converge.ts'
import { ensureBoot } from './converge/ensure-boot.ts'
import { ensureCertificate } from './converge/ensure-certificate.ts'
import { ensureConfig } from './converge/ensure-config.ts'
import { ensureConfined } from './converge/ensure-confined.ts'
import { ensureFormatted, isFormatted } from './converge/ensure-formatted.ts'
import { crashProblem, ensureProcess } from './converge/ensure-process.ts'
import { ensureRelease } from './converge/ensure-release.ts'
import { ensureVolume } from './converge/ensure-volume.ts'
import { closeMetadata } from './instance/metadata-fence.ts'
import { kafkaFiles } from './kafka-files.ts'
import { commandAs } from './kafka-user.ts'
import { ensureReadable } from './ownership.ts'
import { type KafkaProcess, openKafkaProcess } from './process/kafka-process.ts'
import { ProcessRecord } from './process/process-record.ts'
import { releaseSource } from './release/release-source.ts'
import { buildReport } from './report/build-report.ts'
import { stateFile } from './state-file.ts'
import { tlsFolder } from './tls/node-certificate.ts'
import { agentVersion } from './version.ts'
import { directoryVolume } from './volume/directory-volume.ts'
import { xfsVolume } from './volume/xfs-volume.ts'

/** What a host is made from. */
export interface HostParts extends AgentParts {
  readonly certify: (csrPem: string) => Promise<CertificateAnswer>
  readonly desired: () => DesiredHost | undefined
  readonly onChange: () => void
}

/** This machine as the agent works on it. */
export interface Host {
  readonly steps: HostSteps
  readonly kafka: KafkaProcess
  desired(): DesiredHost | undefined
  /** Takes note of what a pass over the steps came to. */
  concluded(pass: Pass, desired: DesiredHost): void
  /** The report of now; undefined without a generation to report under. */
  observe(generation: number | undefined): Promise<HostReport | undefined>
}

/** Puts the steps and the observation of this host together. */
export async function createHost(parts: HostParts): Promise<Host> {
  const { config, clock, desired, user } = parts
  for (const folder of [config.stateDir, config.logDir, config.tempDir]) await mkdir(folder, { recursive: true })
  const files = kafkaFiles(config, user)
  const readFolders = [dirname(files.propertiesFile), files.tlsDir]
  if (user !== undefined) for (const path of readFolders) await ensureReadable(user, path)
  const volume = config.volume.kind === 'directory' ? directoryVolume(config.volume.path) : xfsVolume(config.volume)
  const folder = tlsFolder(files.tlsDir, user)
  const kafka = await openKafkaProcess({
    ...parts,
    recordFile: stateFile(join(config.stateDir, 'process.json'), ProcessRecord),
    logFile: files.logFile,
    outputFile: files.outputFile,
    mark: ['kafka.Kafka', files.propertiesFile],
  })
  const release = ensureRelease(config.kafkaReleasesDir, config.java, releaseSource(config, clock, parts.onChange))
  const candidate = checkCandidate(files, release)
  let observedRevision = 0
  let lastPass: Pass = { inForce: false }

  const command = (wanted: DesiredHost): readonly string[] =>
    commandAs(
      user,
      serverCommand({
        ...files.paths(wanted),
        kafkaVersion: wanted.kafka.version,
        loggingFile: files.loggingFile(wanted),
        profile: files.profile(wanted),
      }),
    )
  const policy = {
    stopTimeoutMilliseconds: config.stopTimeoutSeconds * 1000,
    killAfterTimeout: config.killAfterStopTimeout,
  }

  const processStep = ensureProcess({ kafka, clock, policy, command })

  // The process changes between passes, and a report must not contradict itself.
  async function currentProblem(): Promise<HostProblem | undefined> {
    const isPast = lastPass.problem?.code === 'PROCESS_FAILED' && kafka.record().state === 'Running'
    return (await crashProblem(kafka)) ?? (isPast ? undefined : lastPass.problem)
  }

  return {
    kafka,
    desired,
    steps: {
      boot: ensureBoot({ ...parts, kafka, process: processStep }),
      // What a full disk had ended need not wait any longer.
      volume: ensureVolume(volume, kafka.retryAtOnce),
      certificate: ensureCertificate({ folder, clock, certify: parts.certify }),
      release,
      confined: ensureConfined({
        user,
        kafka,
        dataDir: files.dataDir,
        written: [config.logDir, config.tempDir],
        read: [...readFolders, config.kafkaReleasesDir],
        // A local host has no credentials, and its network is somebody's own.
        closeMetadata: config.platform === 'ec2' ? closeMetadata : undefined,
      }),
      candidate,
      config: ensureConfig(files),
      formatted: ensureFormatted(files),
      process: processStep,
    },
    concluded(pass, wanted) {
      lastPass = pass
      if (pass.inForce) observedRevision = wanted.revision
    },
    async observe(generation) {
      if (generation === undefined) return undefined
      const wanted = desired()
      return buildReport({
        generation,
        bootId: parts.bootId,
        agentVersion,
        observedRevision,
        volume: await volume.observe(),
        certificate: await folder.read(),
        formatted: wanted !== undefined && (await isFormatted(files, wanted)),
        process: kafka.record(),
        problem: await currentProblem(),
        preflight: candidate.verdict(),
        logLines: await kafka.lastLines(),
        desired: wanted,
      })
    },
  }
}
