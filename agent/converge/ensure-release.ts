import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { hasBroker } from '../release/has-broker.ts'
import type { ReleaseFetch } from '../release/release-fetch.ts'
import { asProblem } from './converge.ts'
import type { Step } from './step.ts'

// A fetch takes seconds, and its end rings: only for what is told meanwhile.
const lookAgainInMilliseconds = 1000

/**
 * The jars of the wanted Kafka release and a Java to run them are on the host. Where the host can fetch a release, it does so
 * beside everything else and tells how far it is.
 */
export function ensureRelease(kafkaReleasesDir: string, java: string, fetchRelease?: ReleaseFetch): Step {
  return {
    name: 'ensureRelease',
    problemCode: 'RELEASE_MISSING',
    async ensure({ kafka: { version } }) {
      const folder = join(kafkaReleasesDir, version)
      if (!(await hasBroker(folder, version))) {
        if (fetchRelease === undefined) throw new Error(`Kafka ${version} is not in ${folder}`)
        const problem = asProblem('RELEASE_MISSING', fetchRelease(version))
        return { holds: false, problem, lookAgainInMilliseconds }
      }
      if (!(await isExecutable(java))) throw new Error(`there is no executable ${java} to run Kafka with`)
      return { holds: true }
    },
  }
}

async function isExecutable(program: string): Promise<boolean> {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const candidates = program.includes('/') ? [program] : folders.map((folder) => join(folder, program))
  const found = await Promise.all(
    candidates.map((file) =>
      access(file, constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  )
  return found.includes(true)
}
