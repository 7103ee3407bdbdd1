import type { DesiredHost } from '../../shared/host-protocol/desired.ts'
import type { PreflightVerdict } from '../../shared/host-protocol/report.ts'
import { preflightCommand, refusalOf } from '../../shared/kafka/preflight.ts'
import { writeFileAtomically } from '../atomic-file.ts'
import type { KafkaFiles } from '../kafka-files.ts'
import { commandAs } from '../kafka-user.ts'
import { CommandError, runCommand } from '../run-command.ts'
import { asProblem } from './converge.ts'
import { renderFor } from './ensure-config.ts'
import type { Step, StepResult } from './step.ts'

/** A step that knows what became of the newest candidate. */
export interface CandidateCheck extends Step {
  verdict(): PreflightVerdict | undefined
}

/**
 * A configuration that may be ordered is rendered beside the one in use and shown to Kafka's own tool, which reads it as a
 * broker does at its start; where a release is to come, to that of the new release, which is put beside the one in use first. The
 * running process and its file are left alone, whatever comes out: a candidate is in nobody's way.
 */
export function checkCandidate(files: KafkaFiles, release: Step): CandidateCheck {
  let verdict: PreflightVerdict | undefined
  const holds: StepResult = { holds: true }

  async function judge(desired: DesiredHost): Promise<StepResult> {
    const staged = await stage(release, desired)
    if (!staged.holds && staged.problem?.terminal !== true) return { ...staged, holds: true }
    const refused = staged.problem?.detail ?? (await refusal(files, desired))
    verdict = { revision: desired.revision, ...(refused !== undefined && { refused }) }
    return holds
  }

  return {
    name: 'checkCandidate',
    problemCode: 'CONFIG_REFUSED',
    verdict: () => verdict,
    async ensure(desired) {
      const candidate = candidateOf(desired)
      if (candidate === undefined) verdict = undefined
      else if (verdict?.revision !== desired.revision) {
        try {
          return await judge(candidate)
        } catch (error) {
          return { ...holds, problem: asProblem('CONFIG_REFUSED', error) }
        }
      }
      return holds
    },
  }
}

/** What the host would be with its candidate, where it has one. */
function candidateOf(desired: DesiredHost): DesiredHost | undefined {
  const { candidateConfig, candidateVersion, ...kafka } = desired.kafka
  if (candidateConfig === undefined && candidateVersion === undefined) return undefined
  const candidate = { version: candidateVersion ?? kafka.version, config: candidateConfig ?? kafka.config }
  return { ...desired, kafka: { ...kafka, ...candidate } }
}

async function stage(release: Step, desired: DesiredHost): Promise<StepResult> {
  try {
    return await release.ensure(desired)
  } catch (error) {
    return { holds: false, problem: asProblem(release.problemCode, error) }
  }
}

// The report takes 2,000 characters; Kafka names the key at the beginning.
const refusalCharacters = 1900

async function refusal(files: KafkaFiles, desired: DesiredHost): Promise<string | undefined> {
  const propertiesFile = `${files.propertiesFile}.candidate`
  let text: string
  try {
    text = renderFor(desired, files)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  await writeFileAtomically(propertiesFile, text)
  const command = preflightCommand({ ...files.paths(desired), propertiesFile })
  const { exitCode, signal, output } = await runCommand(commandAs(files.user, command))
  const refused = refusalOf(output)
  if (refused !== undefined) return refused.slice(0, refusalCharacters)
  // It ends with 1 also where a directory is not formatted yet, which says nothing about the configuration.
  if (exitCode !== 0 && exitCode !== 1)
    throw new CommandError(`kafka-storage info ended with ${exitCode ?? signal}: ${output.trim()}`)
  if (/^Exception in thread|^Error/mu.test(output)) throw new CommandError(output.trim())
  return undefined
}
