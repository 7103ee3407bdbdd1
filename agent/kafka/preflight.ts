import { spawn } from 'node:child_process'

/** A program that fetching or running Kafka needs is missing; the message is one sentence with the command that installs it. */
export class MissingProgramError extends Error {
  override readonly name = 'MissingProgramError'
}

// Kafka 4.x runs on 17 and later; the 3.x releases are served by the same Java.
const minimumJavaMajor = 17

/** Checks that Java 17 or newer is on the path and returns its major version. */
export async function requireJava(java = 'java'): Promise<number> {
  const install = 'install it with: sudo apt-get install -y openjdk-17-jre-headless'
  const output = await firstOutput(java, ['-version'])
  if (output === undefined) throw new MissingProgramError(`Java 17 or newer is needed to run Kafka; ${install}`)
  const major = javaMajor(output)
  if (major === undefined || major < minimumJavaMajor) {
    const found = major === undefined ? 'of unknown version' : String(major)
    throw new MissingProgramError(`Java 17 or newer is needed to run Kafka and "${java}" is Java ${found}; ${install}`)
  }
  return major
}

/** Checks that Maven is on the path. */
export async function requireMaven(mvn = 'mvn'): Promise<void> {
  if ((await firstOutput(mvn, ['--version'])) === undefined) {
    throw new MissingProgramError(
      'Apache Maven is needed to fetch Kafka; install it with: sudo apt-get install -y maven',
    )
  }
}

/** The major version out of what `java -version` prints; Java 8 and older call themselves 1.x. */
export function javaMajor(versionOutput: string): number | undefined {
  const parts = /version "(\d+)(?:\.(\d+))?/u.exec(versionOutput)
  if (parts === null) return undefined
  return Number(parts[1] === '1' ? parts[2] : parts[1])
}

/** What a program prints, or undefined when it cannot be started or fails. */
function firstOutput(program: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const collect = (chunk: Buffer): void => {
      output += chunk.toString()
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    child.on('error', () => resolve(undefined))
    child.on('close', (code) => resolve(code === 0 ? output : undefined))
  })
}
