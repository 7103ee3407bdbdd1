import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, readFile, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const ENVIRONMENTS = resolve(import.meta.dirname, '../../.venv')
const run = promisify(execFile)

/**
 * Gives the folder of programs of a virtual environment below `.venv/` with what `<name>-requirements.txt` beside this file
 * pins, each by its hash. It is made when it is missing or of other versions.
 */
export async function pythonEnvironment(name: 'aws-emulator' | 'moto' | 'schemathesis'): Promise<string> {
  const requirements = join(import.meta.dirname, `${name}-requirements.txt`)
  const environment = join(ENVIRONMENTS, name)
  const installed = join(environment, 'installed-requirements.txt')
  const programs = join(environment, 'bin')
  const wanted = await readFile(requirements, 'utf8')
  if (existsSync(installed) && (await readFile(installed, 'utf8')) === wanted) return programs
  await rm(environment, { recursive: true, force: true })
  await run('python3', ['-m', 'venv', environment]).catch((cause: unknown) => {
    throw new Error(`${name} needs Python 3.11+ with venv: apt-get install python3-venv`, { cause })
  })
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes', '-r', requirements]
  await run(join(programs, 'python'), pip)
  await copyFile(requirements, installed)
  return programs
}
